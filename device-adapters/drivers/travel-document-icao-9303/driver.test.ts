import { ok } from '@yimen/contracts/base';
import { travelDocumentSchema } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { CardPath } from '../../testing/card-path.ts';
import { seededRandom } from '../../testing/contract-bench.ts';
import { runFor, runUntil } from '../../testing/run-until.ts';
import { faceOf, permitOf } from '../../testing/things.ts';
import { openTcp } from '../../transport/tcp-channel.ts';
import { listenTcp } from '../../transport/tcp-listener.ts';
import type { OpenChannel } from '../../transport/byte-channel.ts';
import { createIcao9303 } from './driver.ts';
import { createSimulatedChip } from './simulator.ts';
import { driverBench, Ends, LI_NA, type BenchOptions } from './testing/driver-bench.ts';

const ends = new Ends();

afterEach(() => ends.all());

const bench = (thing = 'permit-li-na', options: BenchOptions = {}): ReturnType<typeof driverBench> =>
  driverBench(ends, { card: permitOf(thing), ...options });

describe('a whole read', () => {
  it('gives the holder, the face as stored and the counter, by BAC', async () => {
    const { read, card, ask } = bench();
    card.endorsementCounter = 7;
    const document = await read();
    expect(document).toEqual({
      ok: true,
      value: {
        documentNumber: 'C50000011',
        documentCode: 'CS',
        issuer: 'CHN',
        nationality: 'CHN',
        name: 'LI<<NA',
        sex: 'F',
        birth: '900412',
        expiry: '350610',
        faceImage: Buffer.from(faceOf('permit-li-na')).toString('base64'),
        access: 'BAC',
        holder: null,
        authenticity: 'notChecked',
        authenticityReason: 'noSecurityObject',
        chipAuthenticity: 'notOffered',
        endorsementCounter: 7,
      },
    });
    if (document.ok) expect(travelDocumentSchema.safeParse(document.value).success).toBe(true);
    expect(await ask('accessUsed')).toEqual({ ok: true, value: { access: 'BAC' } });
    expect(await ask('release')).toEqual({ ok: true, value: {} });
    expect(await ask('accessUsed')).toEqual({ ok: true, value: { access: 'none' } });
  });

  it('works again after itself, also in an open chip', async () => {
    const { read, card } = bench();
    expect((await read()).ok).toBe(true);
    card.endorsementCounter += 1;
    expect(await read()).toMatchObject({ ok: true, value: { endorsementCounter: 2 } });
  });

  it('works over TCP, one byte at a time', async () => {
    const clock = new ManualClock();
    const path = new CardPath();
    const random = seededRandom(5);
    const chip = createSimulatedChip({ clock, random, speed: 'fast' }, path);
    path.put(permitOf('permit-child'));
    path.move('readPosition');
    const listener = await listenTcp(0, clock, (channel) => chip.attach(channel));
    if (!listener.ok) throw new Error(listener.error.message);
    ends.add(() => listener.value.close());
    const open = openTcp({ host: '127.0.0.1', port: listener.value.port }, { clock });
    const driver = createIcao9303({
      open: splitting(open),
      clock,
      random,
      log: { debug: () => undefined },
      at: 'tcp',
      options: {},
    });
    ends.add(() => driver.close());
    const access = { documentNumber: 'C50000055', birth: '160601', expiry: '290531' };
    const document = await driver.read('readDocument', 20_000, { access }, new AbortController().signal);
    expect(document).toMatchObject({
      ok: true,
      value: { name: 'HE<<XIAOYU', faceImage: Buffer.from(faceOf('permit-child')).toString('base64') },
    });
  });
});

describe('documents that do not open', () => {
  it.each([
    { ...LI_NA, documentNumber: 'C50000012' },
    { ...LI_NA, birth: '900413' },
    { ...LI_NA, expiry: '350611' },
  ])('wrong printed page %j: securityFail, and nothing of the chip', async (access) => {
    const { read, ask } = bench();
    expect(await read(access)).toMatchObject({
      ok: false,
      error: { code: 'securityFail', vendorCode: '6300', action: 'suspend' },
    });
    expect(await ask('accessUsed')).toEqual({ ok: true, value: { access: 'none' } });
    expect((await read()).ok).toBe(true);
  });

  it('F09: a mute chip gets two cold resets, then atrNotObtained; the reader is well', async () => {
    const { read, status, chip, clock, ask } = bench('permit-mute-chip');
    const began = clock.monoMs();
    expect(await read()).toMatchObject({ ok: false, error: { code: 'atrNotObtained' } });
    expect(clock.monoMs() - began).toBeGreaterThanOrEqual(100);
    expect(await ask('waitForChip')).toMatchObject({ ok: false, error: { code: 'atrNotObtained' } });
    expect(await status()).toMatchObject({ device: 'userError', fault: { code: 'atrNotObtained' } });
    expect(chip.state()).toMatchObject({ commands: 0 });
  });

  it('F08: two chips are cardCollision, no part of either is kept', async () => {
    const { read, chip, status, commands } = bench();
    chip.fault('F08');
    expect(await read()).toMatchObject({ ok: false, error: { code: 'cardCollision' } });
    expect(commands()).toBe(0);
    expect(await status()).toMatchObject({ device: 'userError' });
    chip.clear();
    expect((await read()).ok).toBe(true);
    expect(await status()).toMatchObject({ device: 'online', media: 'present' });
  });

  it('F47: a foreign chip is given as it speaks: another number than the page that opened it', async () => {
    const { read, chip } = bench();
    chip.fault('F47');
    expect(await read()).toMatchObject({ ok: true, value: { documentNumber: 'C59999998', name: 'MO<<MINGSHENG' } });
  });

  it('a wrong MAC ends the read: securityFail', async () => {
    const { read, chip } = bench();
    chip.fault('wrong-mac');
    expect(await read()).toMatchObject({ ok: false, error: { code: 'securityFail', vendorCode: 'SM-mac' } });
  });

  it('a chip that lost its field in between refuses: securityFail, then a fresh read works', async () => {
    const { read, chip } = bench();
    chip.fault('power-dip');
    expect(await read()).toMatchObject({ ok: false, error: { code: 'securityFail', vendorCode: '6982' } });
    expect((await read()).ok).toBe(true);
  });
});

describe('a chip that leaves', () => {
  it('no card: waitForChip says so at its deadline, readDocument at once', async () => {
    const { path, ask, read, clock } = bench();
    path.move('gate');
    path.take();
    const began = clock.monoMs();
    expect(await ask('waitForChip', 3_000)).toEqual({ ok: true, value: { present: false } });
    expect(clock.monoMs() - began).toBeLessThan(3_200);
    expect(await read()).toMatchObject({ ok: false, error: { code: 'noMedia' } });
  });

  it('a card that comes while waited for is seen', async () => {
    const { path, clock, driver, card, abort } = bench();
    path.move('gate');
    path.take();
    const waiting = driver.read('waitForChip', 30_000, {}, abort.signal);
    await runFor(clock, 2_000);
    path.put(card);
    path.move('readPosition');
    expect(await runUntil(clock, waiting)).toEqual({ ok: true, value: { present: true } });
  });

  it('pulled mid-read, from the bench: noMedia until it is back', async () => {
    const { read, chip } = bench();
    chip.fault('pulled-mid-read');
    expect(await read()).toMatchObject({ ok: false, error: { code: 'noMedia' } });
    chip.clear();
    expect((await read()).ok).toBe(true);
  });

  it('pulled before each single command: noMedia, never part of a document', async () => {
    const whole = bench();
    await whole.read();
    const commands = whole.commands();
    expect(commands).toBeGreaterThan(40);
    for (let at = 0; at < commands; at += 1) {
      const { begin, path, clock, status, chip } = bench();
      const stop = chip.onChange(() => {
        if (Number(chip.state()['commands']) < at) return;
        stop();
        path.move('gate');
      });
      if (at === 0) path.move('gate');
      expect(await runUntil(clock, begin()), `command ${at}`).toMatchObject({ ok: false, error: { code: 'noMedia' } });
      expect(await status()).toMatchObject({ device: 'online', media: 'notPresent' });
    }
  }, 30_000);
});

describe('a line that fails', () => {
  it.each(['unplug', 'F12'] as const)(
    '%s at each command: a fault in time, then a fresh line works',
    async (how) => {
      for (let at = 1; at <= 60; at += 4) {
        const { begin, chip, clock, status, read } = bench();
        const stop = chip.onChange(() => {
          if (Number(chip.state()['commands']) < at) return;
          stop();
          if (how === 'unplug') chip.unplug();
          else chip.fault(how);
        });
        const began = clock.monoMs();
        const result = await runUntil(clock, begin());
        if (result.ok) {
          expect(at).toBeGreaterThan(40);
          continue;
        }
        expect(result.error.code, `command ${at}`).toMatch(/^(offline|timeOut)$/);
        expect(clock.monoMs() - began).toBeLessThan(8_000);
        expect(await status()).toMatchObject({ device: 'offline', source: 'stale' });
        chip.plug();
        chip.clear();
        expect((await read()).ok, `after command ${at}`).toBe(true);
      }
    },
    30_000,
  );

  it.each(['garbage', 'flood', 'half-frame', 'late-answer', 'slow-bytes', 'wrong-checksum'])(
    '%s: a fault, no hang, no document, and well when it is over',
    async (fault) => {
      const { read, chip, clock, status } = bench();
      await status();
      chip.fault(fault);
      const result = await read();
      expect(result.ok).toBe(false);
      chip.clear();
      await runFor(clock, 70_000, 500);
      expect((await read()).ok).toBe(true);
      expect(await status()).toMatchObject({ device: 'online' });
    },
  );

  it('doubled answers: the second ones go to no one', async () => {
    const { read, chip } = bench();
    chip.fault('duplicate');
    expect(await read()).toMatchObject({ ok: true, value: { documentNumber: 'C50000011' } });
  });

  it('a read that runs out of time says so, and leaves no timer behind', async () => {
    const { read, clock } = bench();
    const before = clock.waiting;
    expect(await read(LI_NA, 200)).toMatchObject({ ok: false, error: { code: 'timeOut' } });
    await runFor(clock, 10_000, 1_000);
    expect(clock.waiting).toBe(before);
  });

  it('a lease that ends stops the read; the next one begins on a new line', async () => {
    const { begin, abort, clock, driver } = bench();
    const reading = begin();
    await runFor(clock, 200);
    abort.abort();
    expect(await runUntil(clock, reading)).toMatchObject({ ok: false, error: { code: 'canceled' } });
    const next = driver.read('readDocument', 20_000, { access: LI_NA }, new AbortController().signal);
    expect(await runUntil(clock, next)).toMatchObject({ ok: true });
  });

  it('status asked during a read does not disturb it', async () => {
    const { begin, driver, clock } = bench();
    const reading = begin();
    await runFor(clock, 100);
    expect(await driver.status(0)).toMatchObject({ device: 'online' });
    expect(await runUntil(clock, reading)).toMatchObject({ ok: true });
  });
});

/** The same line, but everything that comes from the device arrives byte by byte. */
function splitting(open: OpenChannel): OpenChannel {
  return async (deadlineMs) => {
    const opened = await open(deadlineMs);
    if (!opened.ok) return opened;
    const channel = opened.value;
    async function* singles(): AsyncGenerator<Uint8Array> {
      for await (const chunk of channel.chunks) for (const byte of chunk) yield Uint8Array.of(byte);
    }
    return ok({
      chunks: singles(),
      write: (bytes) => channel.write(bytes),
      close: () => channel.close(),
      closed: channel.closed,
    });
  };
}
