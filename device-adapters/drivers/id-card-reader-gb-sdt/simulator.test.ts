import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HEAR, SAY, SdtHost, takenApart } from './simulator-test-host.ts';

/** XOR over everything after the preamble, its check byte included. */
const checkOf = (hex: string): number =>
  Buffer.from(hex, 'hex')
    .subarray(5)
    .reduce((all, byte) => all ^ byte, 0);

describe('bytes per manual', () => {
  it.each([
    ['reset SAM', SAY.reset, HEAR.ok],
    ['status', SAY.status, HEAR.ok],
    ['find without a card', SAY.find, HEAR.noCard],
    ['select without a card', SAY.select, HEAR.notSelected],
    ['read before find', SAY.read, HEAR.notFoundYet],
    ['read all before find', SAY.readAll, HEAR.notFoundYet],
    ['newest address before find', SAY.address, HEAR.notFoundYet],
    ['RF bytes', SAY.rf50, HEAR.ok],
    ['baud', SAY.baud9600, HEAR.ok],
    ['an unknown command', 'aaaaaa96690003770074', HEAR.badCommand],
    ['an unknown parameter of find', 'aaaaaa96690003200320', HEAR.badCommand],
    ['an unknown read', 'aaaaaa96690003307744', HEAR.badCommand],
    ['a sixth baud', 'aaaaaa96690003600566', HEAR.badCommand],
    ['no RF bytes', 'aaaaaa9669000461ff009a', HEAR.badCommand],
    ['too many RF bytes', 'aaaaaa9669000461ff51cb', HEAR.badCommand],
    ['a byte too many', 'aaaaaa9669000420010025', HEAR.length],
    ['a byte too few', 'aaaaaa9669000361ff9d', HEAR.length],
    ['a wrong checksum', 'aaaaaa96690003200123', HEAR.checksum],
  ])('%s', async (_what, say, hear) => {
    expect(checkOf(hear)).toBe(0);
    expect(await new SdtHost().say(say)).toBe(hear);
  });

  it('SAM id: 16 bytes, five numbers, the lower byte first', async () => {
    const reply = Buffer.from(await new SdtHost().say(SAY.samId), 'hex');
    expect(reply).toHaveLength(27);
    expect(checkOf(reply.toString('hex'))).toBe(0);
    expect(reply.subarray(0, 10).toString('hex')).toBe('aaaaaa96690014000090');
    const data = reply.subarray(10);
    expect([data.readUInt16LE(0), data.readUInt16LE(2), data.readUInt32LE(4), data.readUInt32LE(8)]).toEqual([
      5, 3, 20_260_417, 204,
    ]);
  });

  it('find, select, read: 15, 19 and 1295 bytes', async () => {
    const host = new SdtHost();
    host.reader.put('id-li-ming');
    expect(await host.say(SAY.find)).toBe(HEAR.found);
    expect(await host.say(SAY.select)).toBe(HEAR.selected);
    const reply = await host.say(SAY.read);
    expect(reply).toHaveLength(1_295 * 2);
    expect(reply.slice(0, 28)).toBe('aaaaaa9669050800009001000400');
    expect(checkOf(reply)).toBe(0);
    expect(takenApart(reply).text.toString('utf16le', 122, 158)).toBe('440606199001010010');
  });

  it('with fingerprint: 2321 bytes, and 1297 when the card has none', async () => {
    const host = new SdtHost();
    await host.ready('id-li-ming');
    const reply = await host.say(SAY.readAll);
    expect(reply).toHaveLength(2_321 * 2);
    expect(reply.slice(0, 32)).toBe('aaaaaa9669090a000090010004000400');
    expect(checkOf(reply)).toBe(0);
    host.reader.take();
    await host.ready('id-wang-wei');
    const without = await host.say(SAY.readAll);
    expect(without).toHaveLength(1_297 * 2);
    expect(without.slice(0, 32)).toBe('aaaaaa9669050a000090010004000000');
    expect(checkOf(without)).toBe(0);
    expect(takenApart(without)).toMatchObject({ lengths: [256, 1_024, 0], fingerprint: Buffer.alloc(0) });
  });

  it('newest address: 70 bytes, or no such content; the card body has a number', async () => {
    const host = new SdtHost();
    await host.ready('id-chen-jing');
    const reply = await host.say(SAY.address);
    expect(reply.slice(0, 20)).toBe('aaaaaa9669004a000090');
    expect(reply).toHaveLength(81 * 2);
    const text = Buffer.from(reply, 'hex').toString('utf16le', 10, 80);
    expect(text).toBe('广东省佛山市南海区桂城街道一门路8号2座301房'.padEnd(35));
    expect(await host.say(SAY.body)).toMatch(/^aaaaaa9669001c000090.{50}$/);
    host.reader.take();
    await host.ready('id-li-na');
    expect(await host.say(SAY.address)).toBe(HEAR.noContent);
  });
});

describe('the card in the field', () => {
  it('answers find once, and again only after it was lifted', async () => {
    const host = new SdtHost();
    host.reader.put('id-li-na');
    expect(await host.say(SAY.find)).toBe(HEAR.found);
    expect(await host.say(SAY.find)).toBe(HEAR.noCard);
    expect(await host.say(SAY.select)).toBe(HEAR.selected);
    expect(await host.say(SAY.find)).toBe(HEAR.noCard);
    expect(await host.say(SAY.read)).toHaveLength(1_295 * 2);
    host.reader.take();
    expect(await host.say(SAY.find)).toBe(HEAR.noCard);
    host.reader.put('id-li-na');
    expect(await host.say(SAY.find)).toBe(HEAR.found);
  });

  it('answers again after the field was off: reset, or a cable that was out', async () => {
    const host = new SdtHost();
    host.reader.put('id-li-na');
    await host.say(SAY.find);
    await host.say(SAY.reset);
    expect(await host.say(SAY.find)).toBe(HEAR.found);
    host.reconnect();
    expect(await host.say(SAY.find)).toBe(HEAR.noCard);
    host.reader.unplug();
    host.reader.plug();
    host.reconnect();
    expect(await host.say(SAY.find)).toBe(HEAR.found);
  });

  it('must be selected before it is read, and is read as often as one likes', async () => {
    const host = new SdtHost();
    host.reader.put('id-li-na');
    expect(await host.say(SAY.select)).toBe(HEAR.notSelected);
    await host.say(SAY.find);
    expect(await host.say(SAY.read)).toBe(HEAR.notFoundYet);
    expect(await host.say(SAY.select)).toBe(HEAR.selected);
    expect(await host.say(SAY.select)).toBe(HEAR.notSelected);
    const first = await host.say(SAY.read);
    expect(await host.say(SAY.read)).toBe(first);
    expect(host.state).toMatchObject({ card: 'id-li-na', reads: 2 });
  });

  it('another card in its place is not read for it', async () => {
    const host = new SdtHost();
    await host.ready('id-li-na');
    host.reader.take();
    expect(await host.say(SAY.read)).toBe(HEAR.notRead);
    expect(await host.say(SAY.body)).toBe(HEAR.notRead);
    host.reader.put('id-zhao-lei');
    expect(await host.say(SAY.read)).toBe(HEAR.notRead);
    expect(await host.say(SAY.select)).toBe(HEAR.notSelected);
    expect(await host.say(SAY.find)).toBe(HEAR.found);
    await host.say(SAY.select);
    expect(takenApart(await host.say(SAY.read)).text.toString('utf16le', 0, 4)).toBe('赵磊');
  });
});

describe('what comes over the line', () => {
  it.each(Object.entries(SAY))('%s, split at every point', async (_name, request) => {
    const whole = new SdtHost();
    await whole.ready('id-chen-jing');
    const answer = await whole.say(request);
    for (let at = 2; at < request.length; at += 2) {
      const host = new SdtHost();
      await host.ready('id-chen-jing');
      expect(await host.say(request.slice(0, at))).toBe('');
      expect(await host.say(request.slice(at))).toBe(answer);
    }
  });

  it('finds requests between noise, behind a broken one, and two in one piece', async () => {
    const host = new SdtHost();
    expect(await host.say(`00ff96aa69aaaa${SAY.status}`)).toBe(HEAR.ok);
    expect(await host.say(`aa${SAY.status}`)).toBe(HEAR.ok);
    expect(await host.say(`${SAY.status}${SAY.find}`)).toBe(HEAR.ok + HEAR.noCard);
    expect(await host.say(`${SAY.status.slice(0, 16)}${SAY.find}`)).toBe(HEAR.checksum + HEAR.noCard);
    expect(await host.say(`aaaaaa96690012aabb${SAY.status}${'00'.repeat(6)}`)).toBe(HEAR.checksum + HEAR.ok);
    expect(await host.say(`aaaaaa9669ffff${SAY.status}`)).toBe(HEAR.length + HEAR.ok);
    expect(await host.say(`aaaaaa96690002${SAY.status}`)).toBe(HEAR.length + HEAR.ok);
  });

  it('gives half a request up after a second, and noise never', async () => {
    const host = new SdtHost();
    expect(await host.say(SAY.find.slice(0, 14), 999)).toBe('');
    expect(await host.pass(1)).toBe(HEAR.length);
    expect(await host.say(SAY.find.slice(14), 5_000)).toBe('');
    expect(await host.say(SAY.status)).toBe(HEAR.ok);
    expect(await host.say('ff00ff00', 5_000)).toBe('');
    await host.say(SAY.find.slice(0, 14));
    host.reconnect();
    expect(await host.pass(5_000)).toBe('');
    expect(host.clock.waiting).toBe(0);
  });

  it('bears anything, and then hears a request', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (noise) => {
        const host = new SdtHost();
        await host.say(Buffer.from(noise).toString('hex'), 2_000);
        expect(await host.say(SAY.status)).toBe(HEAR.ok);
      }),
      { numRuns: 60 },
    );
  });
});

describe('pace', () => {
  it('1295 bytes take 112 ms at 115200', async () => {
    const host = new SdtHost('real');
    await host.ready();
    expect(await host.say(SAY.read, 111)).toBe('');
    expect(await host.pass(1)).toHaveLength(1_295 * 2);
    expect(host.state).toMatchObject({ reads: 1, lamp: 'read' });
  });

  it('a baud command is answered at the old speed, the rest at the new', async () => {
    const host = new SdtHost('real');
    expect(await host.say(SAY.baud9600, 1)).toBe(HEAR.ok);
    expect(host.state).toMatchObject({ baud: 9_600 });
    await host.ready();
    expect(await host.say(SAY.read, 1_348)).toBe('');
    expect(await host.pass(1)).toHaveLength(1_295 * 2);
    host.reader.unplug();
    host.reader.plug();
    expect(host.state).toMatchObject({ baud: 115_200 });
  });

  it('answers in the order of the requests', async () => {
    const host = new SdtHost('real');
    await host.ready();
    await host.say(SAY.read);
    await host.say(SAY.status);
    expect(await host.pass(50)).toBe('');
    const heard = await host.pass(70);
    expect(heard).toHaveLength((1_295 + 11) * 2);
    expect(heard.endsWith(HEAR.ok)).toBe(true);
  });

  it('a hand that lifts the card in the middle of a read leaves nothing of it', async () => {
    const host = new SdtHost('real');
    await host.ready();
    await host.say(SAY.read, 60);
    host.reader.take();
    expect(await host.pass(100)).toBe(HEAR.notRead);
    expect(host.state).toMatchObject({ card: null, reads: 0 });
  });

  it('a host that is gone is not answered to the next one', async () => {
    const host = new SdtHost('real');
    await host.ready();
    await host.say(SAY.read, 10);
    host.reconnect();
    expect(await host.pass(1_000)).toBe('');
    expect(await host.say(SAY.status, 1)).toBe(HEAR.ok);
  });
});
