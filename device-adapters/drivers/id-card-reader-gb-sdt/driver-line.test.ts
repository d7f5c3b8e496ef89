import { concatBytes, err, fromHex, ok } from '@yimen/contracts/base';
import { encodeXorFrame } from '../../framing/preamble-length-xor.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { createSdtReaderWith } from './driver.ts';
import type { PhotoDecoder } from './photo-decoder.ts';
import { SdtBench, type SdtBenchOptions } from './testing/driver-bench.ts';
import { replyBody } from './testing/fixtures.ts';
import { ScriptedReader } from './testing/scripted-reader.ts';

const benches: SdtBench[] = [];

function bench(options: SdtBenchOptions = {}): SdtBench {
  const made = new SdtBench(options);
  benches.push(made);
  return made;
}

afterEach(async () => {
  for (const { driver } of benches.splice(0)) await driver.close();
});

const GOOD = fromHex('00 00 90');
const FOUND = fromHex('00 00 9F 00 00 00 00');
const SELECTED = fromHex('00 00 90 00 00 00 00 00 00 00 00');
const SAM_ID = replyBody('sam.hex', 'SAM id');
const CITIZEN = replyBody('citizen.hex', 'text and photo');
const RESIDENT = replyBody('hmt-resident.hex', 'text');

/** A reader on which a card lies, as good as hand-made replies are. */
function scripted(): ScriptedReader {
  return new ScriptedReader()
    .on('12ff', SAM_ID)
    .on('10ff', GOOD)
    .on('11ff', GOOD)
    .on('2001', FOUND)
    .on('2002', SELECTED)
    .on('3001', CITIZEN)
    .on('3005', fromHex('00 00 91'));
}

describe('order of requests', () => {
  it('identity first, reset, status, find, select, read; the second read asks after the card first', async () => {
    const reader = scripted();
    const { read } = boundRead(reader);
    expect(await read()).toMatchObject({ ok: true, value: { fields: { idNumber: '440606199001010010' } } });
    expect(reader.heard.splice(0)).toEqual(['12ff', '10ff', '11ff', '2001', '2002', '3001']);
    expect((await read()).ok).toBe(true);
    expect(reader.heard).toEqual(['3005', '3001']);
  });

  it('another SAM than the pinned one hears its name asked, and nothing else', async () => {
    const reader = scripted();
    const one = bench({ open: reader.open, expectSerial: '0503-20260417-0000000999' });
    expect(await one.read()).toMatchObject({ ok: false, error: { code: 'configuration' } });
    expect(reader.heard).toEqual(['12ff']);
  });

  it('a card that does not stay selected is found and read again', async () => {
    const reader = scripted().on('3005', fromHex('00 00 41')).on('3001', CITIZEN, fromHex('00 00 34'), CITIZEN);
    const { read } = boundRead(reader);
    await read();
    reader.heard.length = 0;
    expect((await read()).ok).toBe(true);
    expect(reader.heard).toEqual(['3005', '10ff', '2001', '2002', '3001', '10ff', '2001', '2002', '3001']);
  });

  it('damaged twice is a fault of the line to the SAM', async () => {
    const reader = scripted().on('3001', fromHex('00 00 11'));
    const { read } = boundRead(reader);
    expect(await read()).toMatchObject({
      ok: false,
      error: { code: 'hardwareError', action: 'reset', vendorCode: '11' },
    });
    expect(reader.heard.filter((request) => request === '3001')).toHaveLength(2);
  });

  it('a SAM that tells nobody who it is may do so after a reset that somebody asked for', async () => {
    const reader = scripted().on('12ff', fromHex('00 00 60'), SAM_ID);
    const one = bench({ open: reader.open });
    const op = { operationId: '00000000-0000-7000-8000-000000000000', deadlineMs: 5_000 } as Parameters<
      typeof one.driver.reset
    >[0];
    expect(await one.run(one.driver.reset(op, 'stay'))).toMatchObject({ outcome: 'done' });
    expect(reader.heard).toEqual(['12ff', '10ff', '12ff', '10ff', '11ff', '2001']);
  });
});

describe('replies that no reader should give', () => {
  it.each([
    ['an unknown SW3', fromHex('00 00 77'), 'hardwareError', '77'],
    ['SW1 SW2 that are not 00 00', fromHex('6A 82 90'), 'hardwareError', '6A8290'],
    ['wrong lengths', concatBytes(GOOD, fromHex('01 00 04 00'), new Uint8Array(9)), 'invalidMedia', 'LENGTHS'],
    ['half a character', withText([0x42, 0xd8]), 'invalidMedia', 'TEXT_NOT_UTF16'],
    ['no such content', fromHex('00 00 91'), 'invalidMedia', '91'],
  ])('%s', async (_, reply, code, vendorCode) => {
    const { read } = boundRead(scripted().on('3001', reply));
    expect(await read()).toMatchObject({ ok: false, error: { code, vendorCode } });
  });

  it('find that fails for its own reason is that fault, and not "no card"', async () => {
    const one = bench({ open: scripted().on('2001', fromHex('00 00 40')).open });
    expect(await one.ask('waitForCard')).toMatchObject({
      ok: false,
      error: { code: 'invalidMedia', vendorCode: '40' },
    });
  });

  it('an added address that is blank is none, and one that is no text is a fault', async () => {
    const blank = bench({ open: scripted().on('3003', concatBytes(GOOD, fromHex('20 00 20 00'))).open });
    expect(await blank.ask('readExtraAddress')).toEqual({ ok: true, value: { address: null } });
    const odd = bench({ open: scripted().on('3003', concatBytes(GOOD, fromHex('20 00 20'))).open });
    expect(await odd.ask('readExtraAddress')).toMatchObject({ ok: false, error: { code: 'invalidMedia' } });
  });

  it('a good reply of another shape is nobody’s: it is waited on for the right one', async () => {
    const late = concatBytes(encodeXorFrame(CITIZEN), encodeXorFrame(SAM_ID));
    const { read, one } = boundRead(scripted().on('12ff', { raw: late }));
    expect((await read()).ok).toBe(true);
    expect(one.log).toContain('reply to nobody');
  });
});

describe('a former citizen’s card', () => {
  it('whose reply comes too late is not taken for the next one’s', async () => {
    const reader = scripted().on('3001', undefined);
    const { read, one } = boundRead(reader);
    expect(await read()).toMatchObject({ ok: false, error: { code: 'timeOut' } });
    // The reply that was still under way comes on the new line, before the first thing that is asked there.
    reader
      .on('12ff', { raw: concatBytes(encodeXorFrame(CITIZEN), encodeXorFrame(SAM_ID)) }, SAM_ID)
      .on('3001', RESIDENT);
    expect(await read()).toMatchObject({ ok: true, value: { fields: { idNumber: '810000199706020049' } } });
    expect(reader.opens).toBe(2);
    expect(one.log).toContain('reply to nobody');
  });

  it.each([
    ['after a whole read', CITIZEN, true],
    ['after an unknown kind', withMark(0x58), false],
    ['after wrong lengths', CITIZEN.slice(0, -1), false],
    ['after a wrong checksum', { raw: spoilt(encodeXorFrame(CITIZEN)) }, false],
    ['after half a reply', { raw: encodeXorFrame(CITIZEN).slice(0, 700) }, false],
    ['after a reply that came twice', { raw: twice(encodeXorFrame(CITIZEN)) }, true],
  ])('%s nothing of it is left in what came in', async (_, reply, isRead) => {
    const reader = scripted().on('3001', reply);
    const { read } = boundRead(reader);
    expect((await read()).ok).toBe(isRead);
    const bytes = concatBytes(...reader.given);
    expect(bytes.length).toBeGreaterThan(700);
    expect(bytes.every((byte) => byte === 0)).toBe(true);
  });
});

describe('a line that fails', () => {
  it('unplugged at any moment: a fault in time, then a whole read', async () => {
    for (let atMs = 0; atMs < 260; atMs += 6) {
      const one = bench({ thing: 'id-li-na' });
      const reading = one.begin('readIdentity', { fingerprint: true });
      await one.pass(atMs);
      one.reader.unplug();
      const began = one.clock.monoMs();
      const read = await one.run(reading);
      expect(one.clock.monoMs() - began).toBeLessThan(1_000);
      if (!read.ok) expect(read.error.code, `at ${atMs} ms`).toBe('offline');
      expect(await one.status()).toMatchObject({ device: 'offline', source: 'stale' });
      one.reader.plug();
      expect((await one.read()).ok, `after ${atMs} ms`).toBe(true);
    }
  }, 30_000);

  it('F12: told within three seconds, whatever is asked', async () => {
    for (const verb of ['waitForCard', 'readIdentity', 'readExtraAddress', 'samIdentity', 'waitForRemoval']) {
      const one = bench({ thing: 'id-li-na' });
      await one.read();
      one.reader.fault('F12');
      const began = one.clock.monoMs();
      expect(await one.ask(verb, verb === 'readIdentity' ? { fingerprint: false } : {}), verb).toMatchObject({
        ok: false,
        error: { code: 'timeOut', action: 'reset' },
      });
      expect(one.clock.monoMs() - began, verb).toBeLessThan(3_000);
      expect(await one.status()).toMatchObject({ device: 'offline', source: 'stale' });
      one.reader.clear();
      expect(await one.status()).toMatchObject({ device: 'online', media: 'present' });
    }
  });

  it.each(['garbage', 'duplicate'])('%s: read all the same', async (fault) => {
    const one = bench({ thing: 'id-li-na' });
    one.reader.fault(fault);
    expect(await one.read(true)).toMatchObject({ ok: true, value: { fields: { name: '李娜' } } });
    expect((await one.read()).ok).toBe(true);
  });

  it.each(['flood', 'half-frame', 'late-answer', 'slow-bytes', 'wrong-checksum', 'silent'])(
    '%s: a fault, no hang, no identity, and well when it is over',
    async (fault) => {
      const one = bench({ thing: 'id-li-na' });
      await one.status();
      one.reader.fault(fault);
      expect((await one.read()).ok).toBe(false);
      one.reader.clear();
      await one.pass(70_000);
      expect((await one.read()).ok).toBe(true);
      expect(await one.status()).toMatchObject({ device: 'online' });
    },
  );

  it('a reader that lost its power in the read: a fault, then everything anew', async () => {
    const one = bench({ thing: 'id-li-na' });
    one.reader.fault('power-dip');
    expect(await one.read()).toMatchObject({ ok: false, error: { code: 'timeOut' } });
    expect((await one.read()).ok).toBe(true);
  });

  it('a caller’s short time costs the line and not the reader’s good name; no timer is left', async () => {
    const one = bench({ thing: 'id-li-na' });
    await one.status();
    const before = one.clock.waiting;
    const states: unknown[] = [];
    one.driver.onStatus(({ device }) => device && states.push(device));
    expect(await one.read(false, 60)).toMatchObject({ ok: false, error: { code: 'timeOut', action: 'suspend' } });
    await one.pass(10_000);
    expect(one.clock.waiting).toBe(before);
    expect((await one.read()).ok).toBe(true);
    expect(states).toEqual(['starting', 'online']);
  });

  it('a lease that ends stops the read; the next one begins on a new line', async () => {
    const one = bench({ thing: 'id-li-na' });
    await one.status();
    const reading = one.begin('readIdentity', { fingerprint: true });
    await one.pass(60);
    one.abort.abort();
    const began = one.clock.monoMs();
    expect(await one.run(reading)).toMatchObject({ ok: false, error: { code: 'canceled' } });
    expect(one.clock.monoMs() - began).toBeLessThan(100);
    const next = one.driver.read('readIdentity', 20_000, { fingerprint: true }, new AbortController().signal);
    expect((await one.run(next)).ok).toBe(true);
  });

  it('status asked during a read does not disturb it; a closed driver stays closed', async () => {
    const one = bench({ thing: 'id-li-na' });
    await one.status();
    const reading = one.begin('readIdentity', { fingerprint: true });
    await one.pass(60);
    expect(await one.driver.status(0)).toMatchObject({ device: 'online' });
    expect((await one.run(reading)).ok).toBe(true);
    await one.driver.close();
    expect(await one.read()).toMatchObject({ ok: false, error: { code: 'offline' } });
  });

  it('works one byte at a time', async () => {
    const one = bench({ open: splitting(scripted()) });
    expect(await one.read()).toMatchObject({ ok: true, value: { fields: { name: '李明' } } });
  });
});

describe('a picture decoder', () => {
  const picture = fromHex('42 4D 01 02');
  const seen: Uint8Array[] = [];
  const decoder = (answer: () => ReturnType<PhotoDecoder['decode']>): PhotoDecoder => ({
    state: 'installed',
    decode: (wlt) => {
      seen.push(wlt);
      return answer();
    },
  });

  it.each([
    ['gives a picture', () => Promise.resolve(ok(Uint8Array.from(picture))), Buffer.from(picture).toString('base64')],
    ['refuses', () => Promise.resolve(err({ code: 'PHOTO_NOT_DECODED' as const })), null],
    ['never answers', () => new Promise<never>(() => undefined), null],
    ['gives more than fits', () => Promise.resolve(ok(new Uint8Array(45_001))), null],
  ])('that %s: the identity is read all the same', async (_, answer, shown) => {
    const one = bench({ thing: 'id-li-na', create: createSdtReaderWith(decoder(answer)) });
    expect(await one.read()).toMatchObject({ ok: true, value: { photo: { shown }, fields: { name: '李娜' } } });
    // The view that it was given is overwritten, with the whole reply around it but for SW1–SW3.
    const [wlt = new Uint8Array(1)] = seen.splice(0);
    expect(wlt).toHaveLength(1_024);
    expect(Buffer.from(wlt.buffer, 3).every((byte) => byte === 0)).toBe(true);
  });
});

function boundRead(reader: ScriptedReader) {
  const one = bench({ open: reader.open });
  return { one, read: () => one.read() };
}

function withText(bytes: readonly number[]): Uint8Array {
  const body = Uint8Array.from(CITIZEN);
  body.set(bytes, 7);
  return body;
}

function withMark(code: number): Uint8Array {
  const body = Uint8Array.from(CITIZEN);
  body[7 + 248] = code;
  return body;
}

function spoilt(frame: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(frame);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0x55;
  return bytes;
}

function twice(frame: Uint8Array): Uint8Array {
  return concatBytes(frame, frame);
}

/** The same line, but everything that comes from the reader arrives byte by byte. */
function splitting(reader: ScriptedReader): ScriptedReader['open'] {
  return async (deadlineMs) => {
    const opened = await reader.open(deadlineMs);
    if (!opened.ok) return opened;
    const channel = opened.value;
    async function* singles(): AsyncGenerator<Uint8Array> {
      for await (const chunk of channel.chunks) for (const byte of chunk) yield Uint8Array.of(byte);
    }
    return ok({ ...channel, chunks: singles(), closed: channel.closed });
  };
}
