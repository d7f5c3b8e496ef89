import { ID_CARDS } from '@yimen/contracts/testing';
import { identitySchema } from '@yimen/contracts/device';
import { afterEach, describe, expect, it } from 'vitest';
import { cardFingerprint, cardPhoto } from './simulator-card.ts';
import { SdtBench, type SdtBenchOptions } from './testing/driver-bench.ts';

const benches: SdtBench[] = [];
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

function bench(options: SdtBenchOptions = {}): SdtBench {
  const made = new SdtBench(options);
  benches.push(made);
  return made;
}

afterEach(async () => {
  for (const { driver } of benches.splice(0)) await driver.close();
});

describe('a whole read', () => {
  it.each(ID_CARDS)('$thing: kind, every field, photo, and prints only when asked for', async (card) => {
    const one = bench({ thing: card.thing });
    const identity = await one.read(false);
    expect(identity).toEqual({
      ok: true,
      value: {
        kind: card.kind,
        fields: { ...blank(card.kind), ...card.fields },
        photo: { wlt: base64(cardPhoto(card)), shown: null },
        fingerprint: null,
      },
    });
    const withPrints = await one.read(true);
    if (!identity.ok || !withPrints.ok) throw new Error('not read');
    expect(identitySchema.safeParse(withPrints.value).success).toBe(true);
    const fingerprint = card.hasFingerprint ? base64(cardFingerprint(card)) : null;
    expect(withPrints.value).toEqual({ ...identity.value, fingerprint });
  });

  it('of the same card again, as often as one likes, without lifting it', async () => {
    const one = bench({ thing: 'id-li-na' });
    const first = await one.read();
    for (let times = 0; times < 4; times += 1) expect(await one.read()).toEqual(first);
    expect(one.reads).toBe(5);
    expect(one.reader.state()).toMatchObject({ card: 'id-li-na' });
  });

  it('of a card that a former host had found and left lying', async () => {
    const one = bench({ thing: 'id-li-na' });
    expect((await one.read()).ok).toBe(true);
    one.restartHost();
    expect((await one.read()).ok).toBe(true);
  });

  it('of another card that was laid there meanwhile is that card’s', async () => {
    const one = bench({ thing: 'id-li-na' });
    await one.read();
    one.reader.take();
    one.put('id-zhao-lei');
    expect(await one.read()).toMatchObject({ ok: true, value: { fields: { name: '赵磊' } } });
  });
});

describe('newest address', () => {
  it('is the text, or null when the card has none; the card is read afterwards all the same', async () => {
    const moved = bench({ thing: 'id-chen-jing' });
    const address = ID_CARDS.find(({ thing }) => thing === 'id-chen-jing')?.addedAddress;
    expect(await moved.ask('readExtraAddress')).toEqual({ ok: true, value: { address } });
    expect((await moved.read()).ok).toBe(true);
    const settled = bench({ thing: 'id-li-na' });
    expect(await settled.ask('readExtraAddress')).toEqual({ ok: true, value: { address: null } });
    expect(await bench().ask('readExtraAddress')).toMatchObject({ ok: false, error: { code: 'noMedia' } });
  });
});

describe('waiting for a card', () => {
  it('sees one that lies there, one that comes, and says noMedia at the deadline', async () => {
    const lying = bench({ thing: 'id-li-na' });
    expect(await lying.ask('waitForCard')).toEqual({ ok: true, value: { present: true } });
    const empty = bench();
    const began = empty.clock.monoMs();
    expect(await empty.ask('waitForCard', {}, 2_000)).toMatchObject({ ok: false, error: { code: 'noMedia' } });
    expect(empty.clock.monoMs() - began).toBeLessThan(2_200);
    const waiting = empty.begin('waitForCard');
    await empty.pass(1_000);
    empty.put('id-li-na');
    const laidAt = empty.clock.monoMs();
    expect(await empty.run(waiting)).toEqual({ ok: true, value: { present: true } });
    expect(empty.clock.monoMs() - laidAt).toBeLessThan(400);
    expect((await empty.read()).ok).toBe(true);
  });

  it('remembers a card that lies there: found, selected, read', async () => {
    const one = bench({ thing: 'id-li-na' });
    for (let times = 0; times < 3; times += 1) expect((await one.ask('waitForCard')).ok).toBe(true);
    await one.read();
    expect((await one.ask('waitForCard')).ok).toBe(true);
    one.reader.take();
    expect(await one.ask('waitForCard', {}, 500)).toMatchObject({ ok: false, error: { code: 'noMedia' } });
  });

  it('ends when its lease does', async () => {
    const one = bench();
    const waiting = one.begin('waitForCard');
    await one.pass(1_000);
    one.abort.abort();
    expect(await one.run(waiting)).toMatchObject({ ok: false, error: { code: 'canceled' } });
    expect(await one.status()).toMatchObject({ device: 'online', media: 'notPresent' });
  });
});

describe('waiting for removal', () => {
  it.each(['nobody had read', 'found', 'read'])('of a card that was %s: ends when it is lifted', async (how) => {
    const one = bench({ thing: 'id-li-na' });
    if (how === 'found') await one.ask('waitForCard');
    if (how === 'read') await one.read();
    const waiting = one.begin('waitForRemoval');
    let isOver = false;
    void waiting.then(() => (isOver = true));
    await one.pass(3_000);
    expect(isOver).toBe(false);
    one.reader.take();
    const liftedAt = one.clock.monoMs();
    expect(await one.run(waiting)).toEqual({ ok: true, value: { present: false } });
    expect(one.clock.monoMs() - liftedAt).toBeLessThan(500);
    expect(await one.status()).toMatchObject({ media: 'notPresent' });
  });

  it('at the deadline: notTaken, for hall staff; and without a card it is over at once', async () => {
    const one = bench({ thing: 'id-li-na' });
    await one.read();
    expect(await one.ask('waitForRemoval', {}, 2_000)).toMatchObject({
      ok: false,
      error: { code: 'notTaken', action: 'clear' },
    });
    one.reader.take();
    expect(await one.ask('waitForRemoval')).toEqual({ ok: true, value: { present: false } });
  });

  it.each(['read-fails', 'F08'])(
    'of a card that cannot be read (%s): find failed alone is not "lifted"',
    async (fault) => {
      const one = bench({ thing: 'id-li-na' });
      one.reader.fault(fault);
      expect((await one.read()).ok).toBe(false);
      expect(await one.ask('waitForRemoval', {}, 2_000)).toMatchObject({ ok: false, error: { code: 'notTaken' } });
      one.reader.take();
      expect(await one.ask('waitForRemoval')).toEqual({ ok: true, value: { present: false } });
    },
  );
});

describe('cards that cannot be read', () => {
  it.each([
    ['F08', 'cardCollision', '81'],
    ['read-fails', 'invalidMedia', '41'],
    ['random-failed', 'invalidMedia', '47'],
    ['unknown-type', 'invalidMedia', 'X'],
  ])('%s: %s, the device is userError, and well with the next card', async (fault, code, vendorCode) => {
    const one = bench({ thing: 'id-li-na' });
    await one.status();
    const states: unknown[] = [];
    one.driver.onStatus(({ device }) => device && states.push(device));
    one.reader.fault(fault);
    expect(await one.read()).toMatchObject({ ok: false, error: { code, vendorCode, action: 'suspend' } });
    expect(await one.status()).toMatchObject({ device: 'online', media: 'present' });
    one.reader.clear();
    expect((await one.read()).ok).toBe(true);
    expect(states).toEqual(['userError', 'online']);
  });

  it('no card: noMedia at once, and nothing was read', async () => {
    const one = bench();
    expect(await one.read()).toMatchObject({ ok: false, error: { code: 'noMedia' } });
    one.put('id-li-na');
    one.reader.fault('no-card');
    expect(await one.read()).toMatchObject({ ok: false, error: { code: 'noMedia' } });
    expect(one.reads).toBe(0);
  });

  it('lifted in the middle of the read: noMedia, and no part of it', async () => {
    const one = bench({ thing: 'id-li-na' });
    one.reader.fault('lifted-mid-read');
    const read = await one.read(true);
    expect(read).toMatchObject({ ok: false, error: { code: 'noMedia' } });
    expect(Object.keys(read)).toEqual(['ok', 'error']);
    expect(one.reads).toBe(0);
    expect(await one.status()).toMatchObject({ device: 'online', media: 'notPresent' });
  });

  it('lifted at any moment: a whole identity or none', async () => {
    for (let atMs = 0; atMs < 260; atMs += 6) {
      const one = bench({ thing: 'id-li-na' });
      const reading = one.begin('readIdentity', { fingerprint: true });
      await one.pass(atMs);
      one.reader.take();
      const read = await one.run(reading);
      if (read.ok) expect(identitySchema.safeParse(read.value).success, `at ${atMs} ms`).toBe(true);
      else expect(read.error.code, `at ${atMs} ms`).toBe('noMedia');
      expect(read.ok).toBe(one.reads === 1);
    }
  }, 20_000);

  it('a reader without permission says so: configuration', async () => {
    const one = bench({ thing: 'id-li-na' });
    one.reader.fault('not-permitted');
    expect(await one.read()).toMatchObject({
      ok: false,
      error: { code: 'unsupportedCommand', vendorCode: '23', action: 'configuration' },
    });
  });
});

describe('the SAM', () => {
  it('tells its number', async () => {
    expect(await bench().ask('samIdentity')).toEqual({ ok: true, value: { samId: '0503-20260417-0000000204' } });
  });

  it.each([
    ['sam-broken', '60'],
    ['sam-login-failed', '61'],
    ['sam-not-authorised', '66'],
  ])('%s: hardwareError until it is mended', async (fault, vendorCode) => {
    const one = bench({ thing: 'id-li-na' });
    await one.status();
    one.reader.fault(fault);
    for (const verb of ['waitForCard', 'readIdentity', 'samIdentity', 'waitForRemoval'])
      expect(await one.ask(verb, verb === 'readIdentity' ? { fingerprint: false } : {}), verb).toMatchObject({
        ok: false,
        error: { code: 'hardwareError', action: 'maintenance', vendorCode },
      });
    expect(await one.status()).toMatchObject({ device: 'hardwareError', fault: { vendorCode } });
    one.reader.clear();
    expect((await one.read()).ok).toBe(true);
    expect(await one.status()).toMatchObject({ device: 'online' });
  });

  it('a request that arrived damaged is sent again once, whichever it is', async () => {
    for (const verb of ['waitForCard', 'readIdentity', 'readExtraAddress', 'samIdentity']) {
      const one = bench({ thing: 'id-li-na' });
      await one.status();
      one.reader.fault('checksum-at-sam');
      expect((await one.ask(verb, verb === 'readIdentity' ? { fingerprint: true } : {})).ok, verb).toBe(true);
    }
  });

  it('reset and self-test: done with the number and the state of the picture decoder', async () => {
    const one = bench({ thing: 'id-li-na' });
    const op = { operationId: '00000000-0000-7000-8000-000000000000', deadlineMs: 5_000 } as Parameters<
      typeof one.driver.selfTest
    >[0];
    const value = { samId: '0503-20260417-0000000204', photoDecoder: 'not-installed' };
    expect(await one.run(one.driver.selfTest(op))).toMatchObject({ outcome: 'done', value });
    await one.read();
    expect(await one.run(one.driver.reset(op, 'stay'))).toMatchObject({ outcome: 'done', value });
    expect((await one.read()).ok).toBe(true);
    one.reader.fault('sam-broken');
    for (const act of [one.driver.selfTest(op), one.driver.reset(op, 'exit')])
      expect(await one.run(act)).toMatchObject({ outcome: 'notDone', fault: { code: 'hardwareError' } });
    expect(await one.driver.perform('eject', op, {}, one.abort.signal)).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'unsupportedCommand' },
    });
    expect(await one.ask('eject')).toMatchObject({ ok: false, error: { code: 'unsupportedCommand' } });
  });
});

describe('speed', () => {
  it('is set by the option, and a whole card read at 9600', async () => {
    const slow = bench({ thing: 'id-li-na', options: { baud: 9_600 } });
    expect((await slow.read(true)).ok).toBe(true);
    expect(slow.reader.state()).toMatchObject({ baud: 9_600 });
    const usual = bench();
    await usual.status();
    expect(usual.reader.state()).toMatchObject({ baud: 115_200 });
  });

  it.each([4_800, 'fast', true])('%j is none: configuration, and nothing runs', async (baud) => {
    const one = bench({ thing: 'id-li-na', options: { baud } });
    expect(await one.read()).toMatchObject({ ok: false, error: { code: 'configuration' } });
    expect(await one.status()).toMatchObject({ device: 'hardwareError', fault: { code: 'configuration' } });
    expect(one.reads).toBe(0);
  });
});

/** A field that a card does not fill is an empty text. */
function blank(kind: (typeof ID_CARDS)[number]['kind']): Readonly<Record<string, string>> {
  return kind === 'foreigner-2023' ? { renewCount: '', oldNumberLink: '' } : {};
}
