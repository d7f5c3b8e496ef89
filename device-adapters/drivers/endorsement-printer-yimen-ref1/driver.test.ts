import { newOperationId } from '@yimen/contracts/base';
import type { Op } from '@yimen/contracts/device';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import type { EffectResult } from '../../driver-kit/driver.ts';
import { CardPath } from '../../testing/card-path.ts';
import { runFor, runUntil } from '../../testing/run-until.ts';
import { cableTo } from '../../testing/simulated-cable.ts';
import { permitOf } from '../../testing/things.ts';
import { createEndorsementPrinter } from './driver.ts';
import { panelDigestOf } from './protocol.ts';
import { createSimulatedEndorsementPrinter } from './simulator.ts';

let nextSeed = 1;
const random = (n: number): Uint8Array =>
  Uint8Array.from({ length: n }, () => (nextSeed = (nextSeed * 75 + 74) % 65_537) & 255);
const NEVER = new AbortController().signal;

const PRINT = {
  lines: [
    {
      destination: 'HKG',
      kind: 'G',
      countCode: '1',
      issued: '2026-11-26',
      validUntil: '2027-02-26',
      serial: 'E123456',
    },
    {
      destination: 'MAC',
      kind: 'L',
      countCode: '2',
      issued: '2026-11-26',
      validUntil: '2027-11-26',
      serial: 'E123457',
    },
  ],
};
const PANEL = ['HKG G 1 2026-11-26 2027-02-26 E123456', 'MAC L 2 2026-11-26 2027-11-26 E123457'];

function bench(expectSerial?: string) {
  const clock = new ManualClock();
  const path = new CardPath();
  const printer = createSimulatedEndorsementPrinter({ clock, random, speed: 'real' }, path);
  const makeDriver = () =>
    createEndorsementPrinter({
      open: cableTo(printer),
      clock,
      random,
      log: { debug: () => undefined },
      at: 'memory',
      options: {},
      expectSerial,
    });
  const driver = makeDriver();
  const card = permitOf('permit-li-na');
  const op = (deadlineMs = 60_000): Op => ({ operationId: newOperationId(clock.wallMs(), random), deadlineMs });
  return {
    clock,
    path,
    printer,
    driver,
    card,
    makeDriver,
    op,
    begin: (verb: string, args: unknown = {}, asked: Op = op()): Promise<EffectResult> =>
      driver.perform(verb, asked, args, NEVER),
    perform: (verb: string, args: unknown = {}, asked: Op = op()) =>
      runUntil(clock, driver.perform(verb, asked, args, NEVER)),
    read: () => runUntil(clock, driver.read('readBack', 10_000, {}, NEVER)),
    status: () => runUntil(clock, driver.status(0)),
    /** A card at the read position of the card unit, or already in the printer. */
    load: (place: 'readPosition' | 'printer', panel: readonly string[] = []) => {
      card.panel = [...panel];
      path.put(card);
      path.move(place);
    },
    prints: () => Number(printer.state()['prints']),
  };
}

describe('start', () => {
  it('is identified, looked at and online', async () => {
    const { driver, clock, status } = bench('YMEP-000031');
    expect(await status()).toMatchObject({ device: 'online', media: 'notPresent', source: 'reported' });
    expect(await runUntil(clock, driver.describe())).toMatchObject({
      ok: true,
      value: { serial: 'YMEP-000031', model: 'YM-EP1', mediaAtPowerOff: 'stay', evidence: ['position', 'readBack'] },
    });
  });

  it.each(['F22', 'wrong-model'])('%s: another device on the cable moves nothing', async (fault) => {
    const { printer, status, perform, load, path } = bench('YMEP-000031');
    load('readPosition');
    printer.fault(fault);
    expect(await status()).toMatchObject({ device: 'hardwareError', fault: { code: 'configuration' } });
    expect(await perform('takeCard')).toMatchObject({ outcome: 'notDone', fault: { code: 'configuration' } });
    expect(path.place).toBe('readPosition');
    printer.clear();
    expect(await status()).toMatchObject({ device: 'online' });
    expect(await perform('takeCard')).toMatchObject({ outcome: 'done' });
  });

  it('a card found inside is present', async () => {
    const { load, status } = bench();
    load('printer');
    expect(await status()).toMatchObject({ media: 'present' });
  });
});

describe('take and hand back', () => {
  it('are done by the word of the position sensor, and the status follows by itself', async () => {
    const { load, perform, path, status, driver } = bench();
    load('readPosition');
    await status();
    const taken = await perform('takeCard');
    expect(taken).toMatchObject({
      outcome: 'done',
      evidence: [{ kind: 'position', detail: 'printPath', customerAccess: 'none' }],
    });
    expect(taken.acceptedAt).toBeLessThan(taken.completedAt ?? 0);
    expect(path.place).toBe('printer');
    expect(await driver.status(Number.POSITIVE_INFINITY)).toMatchObject({ device: 'online', media: 'present' });
    expect(await perform('handBack')).toMatchObject({ outcome: 'done', evidence: [{ detail: 'handedBack' }] });
    expect(path.place).toBe('readPosition');
  });

  it('without a card, or with one inside: notDone', async () => {
    const { load, perform } = bench();
    expect(await perform('takeCard')).toMatchObject({ outcome: 'notDone', fault: { code: 'noMedia' } });
    expect(await perform('handBack')).toMatchObject({ outcome: 'notDone', fault: { code: 'noMedia' } });
    load('printer');
    expect(await perform('takeCard')).toMatchObject({ outcome: 'notDone', fault: { code: 'deviceNotReady' } });
  });

  it('F28: well without its sensor’s word is unknown', async () => {
    const { load, perform, printer, path } = bench();
    load('readPosition');
    printer.fault('false-ok');
    expect(await perform('takeCard')).toMatchObject({ outcome: 'unknown', fault: { code: 'hardwareError' } });
    expect(path.place).toBe('readPosition');
    printer.clear();
    await perform('takeCard');
    printer.fault('F28');
    expect(await perform('handBack')).toMatchObject({ outcome: 'unknown' });
    expect(path.place).toBe('printer');
  });

  it('a passage that does not open moves nothing', async () => {
    const { load, perform, printer } = bench();
    load('readPosition');
    printer.fault('passage-stuck');
    expect(await perform('takeCard')).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'shutterFail', action: 'maintenance' },
    });
  });
});

describe('erase', () => {
  it('is looked at: done with the empty panel’s digest', async () => {
    const { load, perform, card } = bench();
    load('printer', PANEL);
    expect(await perform('erase')).toMatchObject({
      outcome: 'done',
      evidence: [{ kind: 'readBack', detail: panelDigestOf([]) }],
    });
    expect(card.panel).toEqual([]);
  });

  it('F28: an erase that left the text is unknown', async () => {
    const { load, perform, printer, card } = bench();
    load('printer', PANEL);
    printer.fault('F28');
    expect(await perform('erase')).toMatchObject({
      outcome: 'unknown',
      fault: { code: 'hardwareError' },
      evidence: [{ kind: 'readBack', detail: panelDigestOf(PANEL) }],
    });
    expect(card.panel).toEqual(PANEL);
  });

  it('where the scanner cannot look, the printer’s word stands', async () => {
    const { load, begin, printer, clock } = bench();
    load('printer', PANEL);
    const erasing = begin('erase');
    await runFor(clock, 6_500);
    printer.fault('silent');
    expect(await runUntil(clock, erasing)).toMatchObject({ outcome: 'done', evidence: [] });
  });

  it('the cover opened in the middle: something happened, so unknown', async () => {
    const { load, begin, printer, clock, status } = bench();
    load('printer', PANEL);
    const erasing = begin('erase');
    await runFor(clock, 4_000);
    printer.fault('cover-open');
    expect(await runUntil(clock, erasing)).toMatchObject({
      outcome: 'unknown',
      fault: { code: 'coverOpen', action: 'clear' },
    });
    expect(await status()).toMatchObject({ device: 'hardwareError', fault: { code: 'coverOpen' } });
    printer.clear();
    await status();
    expect(await status()).toMatchObject({ device: 'online' });
  });
});

describe('print', () => {
  it('is done when what was read back is what was asked', async () => {
    const { load, perform, card, prints } = bench();
    load('printer');
    expect(await perform('printEndorsement', PRINT)).toMatchObject({
      outcome: 'done',
      evidence: [{ kind: 'readBack', detail: panelDigestOf(PANEL), customerAccess: 'none' }],
    });
    expect(card.panel).toEqual(PANEL);
    expect(prints()).toBe(1);
  });

  it('F18: another text on the card is unknown, and never called done afterwards', async () => {
    const { load, perform, printer, op, driver, clock } = bench();
    load('printer');
    printer.fault('F18');
    const asked = op();
    const mismatch = { outcome: 'unknown', fault: { code: 'verifyMismatch', action: 'maintenance' } };
    expect(await perform('printEndorsement', PRINT, asked)).toMatchObject(mismatch);
    expect(await runUntil(clock, driver.recall?.(asked.operationId) ?? Promise.resolve(undefined))).toMatchObject(
      mismatch,
    );
  });

  it('on a panel that was not erased: what is on the card is not what was asked', async () => {
    const { load, perform } = bench();
    load('printer', ['an old line']);
    expect(await perform('printEndorsement', PRINT)).toMatchObject({ fault: { code: 'verifyMismatch' } });
  });

  it('F27: a jam in the middle is unknown; the card is jammed until it is freed', async () => {
    const { load, perform, printer, status, prints } = bench();
    load('printer');
    printer.fault('F27');
    expect(await perform('printEndorsement', PRINT)).toMatchObject({
      outcome: 'unknown',
      fault: { code: 'mediaJam', action: 'clear', vendorCode: '21' },
    });
    expect(await status()).toMatchObject({ device: 'hardwareError', media: 'jammed' });
    expect(await perform('handBack')).toMatchObject({ outcome: 'notDone', fault: { code: 'mediaJam' } });
    expect(prints()).toBe(0);
  });

  it.each([
    ['F30', 'notDone', 'headHot'],
    ['encode-fail', 'notDone', 'encodeFail'],
    ['cover-open', 'notDone', 'coverOpen'],
    ['stuck-busy', 'notDone', 'deviceBusy'],
    ['hardware-broken', 'notDone', 'hardwareError'],
    ['print-faint', 'unknown', 'printQuality'],
    ['F28', 'unknown', 'verifyMismatch'],
  ])('%s: %s, %s', async (fault, outcome, code) => {
    const { load, perform, printer, card } = bench();
    load('printer');
    printer.fault(fault);
    expect(await perform('printEndorsement', PRINT)).toMatchObject({ outcome, fault: { code } });
    if (outcome === 'notDone') expect(card.panel).toEqual([]);
  });

  it('F20: something attached to it is told at once, for a technician; the card inside is still given back', async () => {
    const { load, perform, printer, status } = bench();
    load('printer');
    expect(await status()).toMatchObject({ device: 'online' });
    printer.fault('F20');
    expect(await status()).toMatchObject({ device: 'fraudAttempt', action: 'maintenance' });
    expect(await perform('handBack')).toMatchObject({ outcome: 'done' });
  });

  it('F30: a hot head leaves the printer online, and heals itself', async () => {
    const { printer, status, clock } = bench();
    await status();
    printer.fault('F30');
    expect(await status()).toMatchObject({ device: 'online', fault: { code: 'headHot' }, action: 'suspend' });
    await runFor(clock, 25_000, 500);
    expect((await status()).fault).toBeUndefined();
  });

  it('lines that cannot be said to the printer are refused before anything goes out', async () => {
    const { load, perform, printer } = bench();
    load('printer');
    const lines = [{ ...PRINT.lines[0], serial: 'E12签' }];
    expect(await perform('printEndorsement', { lines })).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'softwareError' },
    });
    expect(printer.state()).toMatchObject({ busy: false, panel: [] });
  });

  it('the same id twice prints once, also when another driver sends it', async () => {
    const { load, perform, op, makeDriver, clock, prints } = bench();
    load('printer');
    const asked = op();
    expect(await perform('printEndorsement', PRINT, asked)).toMatchObject({ outcome: 'done' });
    expect(await perform('printEndorsement', PRINT, asked)).toMatchObject({ outcome: 'done' });
    const again = makeDriver().perform('printEndorsement', asked, PRINT, NEVER);
    expect(await runUntil(clock, again)).toMatchObject({ outcome: 'done' });
    expect(prints()).toBe(1);
  });

  it('its caller going away does not stop it', async () => {
    const { load, driver, op, clock, prints } = bench();
    load('printer');
    const abort = new AbortController();
    const printing = driver.perform('printEndorsement', op(), PRINT, abort.signal);
    await runFor(clock, 5_000);
    abort.abort();
    expect(await runUntil(clock, printing)).toMatchObject({ outcome: 'done' });
    expect(prints()).toBe(1);
  });

  it('nobody asks for the status while it runs: what changes is told', async () => {
    const { load, begin, driver, clock, status } = bench();
    load('printer');
    await status();
    const printing = begin('printEndorsement', PRINT);
    await runFor(clock, 3_000);
    const before = clock.monoMs();
    expect(await runUntil(clock, driver.status(0))).toMatchObject({ device: 'deviceBusy' });
    expect(clock.monoMs()).toBe(before);
    expect(await runUntil(clock, printing)).toMatchObject({ outcome: 'done' });
    expect(await driver.status(Number.POSITIVE_INFINITY)).toMatchObject({ device: 'online' });
  });
});

describe('a print whose end is not heard', () => {
  it('is proved by the printer’s memory', async () => {
    const { load, perform, printer, prints } = bench();
    load('printer');
    printer.fault('answer-lost');
    expect(await perform('printEndorsement', PRINT)).toMatchObject({
      outcome: 'done',
      evidence: [{ kind: 'readBack', detail: panelDigestOf(PANEL) }],
    });
    expect(prints()).toBe(1);
  });

  it('a memory that has lost it proves nothing', async () => {
    const { load, perform, printer } = bench();
    load('printer');
    printer.fault('answer-lost');
    printer.fault('forgets');
    expect(await perform('printEndorsement', PRINT)).toMatchObject({ outcome: 'unknown' });
  });

  it('power gone in the middle is unknown, told when the printer is back', async () => {
    const { load, begin, printer, clock, status } = bench();
    load('printer');
    printer.fault('power-dip');
    const before = clock.monoMs();
    const result = await runUntil(clock, begin('printEndorsement', PRINT));
    expect(result).toMatchObject({ outcome: 'unknown', fault: { code: 'hardwareError' } });
    expect(clock.monoMs() - before).toBeLessThan(20_000);
    await runFor(clock, 2_000);
    expect(await status()).toMatchObject({ device: 'online', media: 'present' });
  });

  it('is recalled by the next host as far as the memory goes', async () => {
    const { load, perform, op, makeDriver, clock, card, printer } = bench();
    load('readPosition');
    const asked = op();
    await perform('takeCard', {}, asked);
    const recall = makeDriver().recall?.(asked.operationId) ?? Promise.resolve(undefined);
    expect(await runUntil(clock, recall)).toMatchObject({ outcome: 'done', evidence: [{ detail: 'printPath' }] });
    for (const [fault, outcome] of [
      [undefined, 'done'],
      ['F18', 'unknown'],
    ] as const) {
      if (fault !== undefined) printer.fault(fault);
      card.panel = [];
      const printed = op();
      await perform('printEndorsement', PRINT, printed);
      const print = makeDriver().recall?.(printed.operationId) ?? Promise.resolve(undefined);
      expect((await runUntil(clock, print))?.outcome, fault).toBe(outcome);
    }
    const never = makeDriver().recall?.(op().operationId) ?? Promise.resolve(undefined);
    expect(await runUntil(clock, never)).toBeUndefined();
  });
});

describe('read back', () => {
  it('gives the line, the panel and its digest', async () => {
    const { load, read, card, printer } = bench();
    expect(await read()).toMatchObject({ ok: false, error: { code: 'noMedia' } });
    load('printer', PANEL);
    expect(await read()).toEqual({
      ok: true,
      value: { mrz: card.mrz, panel: PANEL, panelDigest: panelDigestOf(PANEL) },
    });
    printer.fault('scanner-blind');
    expect(await read()).toMatchObject({ ok: true, value: { mrz: null, panel: PANEL } });
  });

  it('an unknown verb is refused', async () => {
    const { driver, perform } = bench();
    expect(await driver.read('toString', 100, {}, NEVER)).toMatchObject({
      ok: false,
      error: { code: 'unsupportedCommand' },
    });
    expect(await perform('constructor')).toMatchObject({ outcome: 'notDone', fault: { code: 'unsupportedCommand' } });
  });
});

describe('reset and self-test', () => {
  it('bring the card where they say', async () => {
    const { load, driver, op, clock, path } = bench();
    expect(await runUntil(clock, driver.selfTest(op()))).toMatchObject({ outcome: 'done' });
    expect(await runUntil(clock, driver.reset(op(), 'exit'))).toMatchObject({ outcome: 'done' });
    load('printer');
    expect(await runUntil(clock, driver.selfTest(op()))).toMatchObject({ outcome: 'notDone' });
    expect(await runUntil(clock, driver.reset(op(), 'retain'))).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'unsupportedCommand' },
    });
    expect(await runUntil(clock, driver.reset(op(), 'stay'))).toMatchObject({ outcome: 'done' });
    expect(path.place).toBe('printer');
    expect(await runUntil(clock, driver.reset(op(), 'exit'))).toMatchObject({ outcome: 'done' });
    expect(path.place).toBe('readPosition');
  });
});

describe('the line', () => {
  it('F12: silence is stale and offline, and found again through starting', async () => {
    const { printer, status, driver } = bench();
    await status();
    printer.fault('F12');
    const seen: string[] = [];
    driver.onStatus((changed) => changed.device && seen.push(changed.device));
    expect(await status()).toMatchObject({ device: 'offline', source: 'stale', fault: { code: 'timeOut' } });
    printer.clear();
    expect(await status()).toMatchObject({ device: 'online' });
    expect(seen).toEqual(['offline', 'starting', 'online']);
  });

  it.each(['garbage', 'duplicate'])('%s does not disturb', async (fault) => {
    const { printer, load, perform, prints } = bench();
    load('printer');
    printer.fault(fault);
    expect(await perform('printEndorsement', PRINT)).toMatchObject({ outcome: 'done' });
    expect(prints()).toBe(1);
  });

  it.each(['wrong-checksum', 'half-frame', 'late-answer', 'slow-bytes', 'silent', 'flood'])(
    '%s in the middle ends in time, never as done, and prints no second time',
    async (fault) => {
      const { printer, load, begin, clock, op, status, prints } = bench();
      load('printer');
      await status();
      const before = clock.monoMs();
      const printing = begin('printEndorsement', PRINT, op(50_000));
      await runFor(clock, 1_000);
      printer.fault(fault);
      const result = await runUntil(clock, printing, 60_000);
      expect(clock.monoMs() - before).toBeLessThanOrEqual(50_100);
      expect(result.outcome).toBe('unknown');
      expect(prints()).toBeLessThanOrEqual(1);
    },
  );

  it('unplugged at each moment and plugged again: the outcome is true, and found again later', async () => {
    for (let atMs = 0; atMs <= 27_000; atMs += 900) {
      const { printer, load, begin, clock, op, driver, prints } = bench();
      load('printer');
      const asked = op(50_000);
      const printing = begin('printEndorsement', PRINT, asked);
      await runFor(clock, atMs);
      printer.unplug();
      await runFor(clock, 3_000, 100);
      printer.plug();
      const result = await runUntil(clock, printing);
      await runFor(clock, 27_000, 500);
      if (result.outcome === 'done') expect(prints(), `done at ${atMs}`).toBe(1);
      if (result.outcome === 'notDone') expect(prints(), `notDone at ${atMs}`).toBe(0);
      expect(prints()).toBeLessThanOrEqual(1);
      if (result.outcome !== 'unknown') continue;
      const recalled = await runUntil(clock, driver.recall?.(asked.operationId) ?? Promise.resolve(undefined));
      expect(recalled?.outcome ?? 'unknown', `recalled at ${atMs}`).toBe(prints() === 1 ? 'done' : 'unknown');
    }
  });
});
