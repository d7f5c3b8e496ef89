import { sleep, toHex } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import { runFor, runUntil } from '../../testing/run-until.ts';
import { driverBench, LONG, SLIP } from './testing/driver-bench.ts';
import { ESCPOS_LIMITS } from './limits.table.ts';
import type { SimulatedEscposPrinter } from './simulator.ts';

describe('reset', () => {
  it('cuts off as void what a cancelled slip left, so that the next citizen gets their own alone', async () => {
    const { begin, abort, clock, printer, reset, paper } = driverBench();
    const printing = begin(LONG);
    await runFor(clock, 1_200);
    abort.abort();
    expect(await runUntil(clock, printing)).toMatchObject({ outcome: 'unknown' });
    expect(printer.state()['uncut']).not.toBeNull();
    expect(await reset()).toMatchObject({ outcome: 'done' });
    expect(paper()).toMatch(/长凭条.*作废VOID$/u);
    expect(printer.state()).toMatchObject({ slips: 1, uncut: null });
    // Nothing hangs any more: the next reset spends no paper.
    const before = printer.state()['paperMm'];
    expect(await reset()).toMatchObject({ outcome: 'done' });
    expect(printer.state()['paperMm']).toBe(before);
  });

  it('ends a cutter error whose cause is gone, and says so when it is not', async () => {
    const { print, printer, reset, status } = driverBench();
    await print();
    printer.fault('cutter-jam-once');
    expect(await print()).toMatchObject({ outcome: 'unknown', fault: { code: 'cutterError' } });
    expect(await reset()).toMatchObject({ outcome: 'done' });
    expect(await status()).toMatchObject({ device: 'online' });
    printer.fault('cutter-jammed-at-rest');
    expect(await reset()).toMatchObject({ outcome: 'notDone', fault: { code: 'cutterError', action: 'clear' } });
    expect(await status()).toMatchObject({ device: 'hardwareError', fault: { code: 'cutterError' } });
  });

  it('asks a printer with an error to end it', async () => {
    const sent: string[] = [];
    const { printer, reset, status } = driverBench({ said: (bytes) => sent.push(toHex(bytes)) });
    await status();
    printer.fault('cutter-jammed-at-rest');
    expect(await reset()).toMatchObject({ outcome: 'notDone', fault: { code: 'cutterError' } });
    expect(sent).toContain('100502');
    // Polling alone does not drive the blade against what holds it.
    sent.length = 0;
    for (let i = 0; i < 5; i += 1) await status();
    expect(new Set(sent)).toEqual(new Set(['100401', '100402', '100403', '100404']));
  });

  it.each([
    ['F24', 'paperOut'],
    ['hardware-broken', 'hardwareError'],
    ['F12', 'timeOut'],
    ['F22', 'configuration'],
  ])('%s: not done, %s', async (fault, code) => {
    const { printer, reset } = driverBench({ expectSerial: 'ESCPOS-000417' });
    printer.fault(fault);
    expect(await reset()).toMatchObject({ outcome: 'notDone', fault: { code } });
    expect(printer.state()).toMatchObject({ slips: 0, uncut: null });
  });

  it('a cut that fails on the way is not known', async () => {
    const { printer, reset } = driverBench();
    printer.fault('F29');
    expect(await reset()).toMatchObject({ outcome: 'unknown', fault: { code: 'cutterError' } });
  });
});

describe('self-test', () => {
  it('cuts a blank piece, which is no slip', async () => {
    const { selfTest, printer, print } = driverBench();
    const before = Number(printer.state()['paperMm']);
    expect(await selfTest()).toMatchObject({ outcome: 'done' });
    expect(printer.state()).toMatchObject({ slips: 0, uncut: null });
    expect(Number(printer.state()['paperMm'])).toBeLessThan(before);
    expect(await print()).toMatchObject({ outcome: 'done' });
    expect(printer.state()).toMatchObject({ slips: 1 });
  });

  it('finds a cutter that jams, and a printer that does not move', async () => {
    const cutter = driverBench();
    await cutter.print();
    cutter.printer.fault('F29');
    expect(await cutter.selfTest()).toMatchObject({ outcome: 'unknown', fault: { code: 'cutterError' } });
    const stuck = driverBench();
    stuck.printer.fault('F28');
    expect(await stuck.selfTest()).toMatchObject({ outcome: 'notDone', fault: { code: 'hardwareError' } });
    const out = driverBench();
    out.printer.fault('F24');
    expect(await out.selfTest()).toMatchObject({ outcome: 'notDone', fault: { code: 'paperOut' } });
  });
});

describe('the line', () => {
  it.each(['duplicate', 'garbage', 'slow-bytes'])('%s does not keep a status from being heard', async (fault) => {
    const { printer, status } = driverBench();
    await status();
    printer.fault(fault);
    expect(await status()).toMatchObject({ device: 'online', source: 'reported' });
    printer.fault('cover-open');
    expect(await status()).toMatchObject({ fault: { code: 'coverOpen' } });
  });

  it.each(['duplicate', 'garbage'])('%s: a slip is printed all the same', async (fault) => {
    const { printer, print, driver, clock } = driverBench();
    printer.fault(fault);
    expect(await print(LONG)).toMatchObject({ outcome: 'done' });
    expect(printer.state()).toMatchObject({ slips: 1, uncut: null });
    await runUntil(clock, driver.close());
  });

  it.each(['wrong-checksum', 'half-frame', 'late-answer', 'slow-bytes', 'silent', 'flood'])(
    '%s in the middle ends in time, never as done',
    async (fault) => {
      const { printer, print, begin, clock } = driverBench();
      await print();
      const printing = begin(LONG);
      await runFor(clock, 400);
      printer.fault(fault);
      expect(await runUntil(clock, printing, 20_500)).toMatchObject({ outcome: 'unknown' });
    },
  );

  it('unplugged at each moment: never done without the last id, nothing of it printed later', async () => {
    for (let atMs = 0; atMs <= 3_000; atMs += 50) {
      const { printer, begin, clock, status } = driverBench();
      const printing = begin(LONG, 10_000);
      await runFor(clock, atMs);
      printer.unplug();
      const result = await runUntil(clock, printing);
      await runFor(clock, 5_000);
      const { slips, uncut } = printer.state();
      const isTouched = slips !== 0 || uncut !== null;
      if (result.outcome === 'done') expect(slips, `at ${atMs}`).toBe(1);
      // "Nothing happened" may only be said when nothing did.
      if (result.outcome === 'notDone') expect(isTouched, `at ${atMs}`).toBe(false);
      expect(await status()).toMatchObject({ device: 'offline', source: 'stale' });
      printer.plug();
      expect(await status()).toMatchObject({ device: 'online', source: 'reported' });
      await runFor(clock, 5_000);
      expect(printer.state()).toMatchObject({ slips, uncut, bufferedBytes: 0 });
    }
  });

  it('what a former host left in the buffer of an off-line printer is never printed', async () => {
    const { printer, begin, clock, createDriver, paper } = driverBench();
    const printing = begin(LONG);
    await runFor(clock, 1_200);
    printer.fault('F30');
    const next = createDriver();
    // The new host's channel takes the place of the old one, whose driver never came to clear anything.
    expect(await runUntil(clock, next.status(0))).toMatchObject({ fault: { code: 'headHot' } });
    expect(await runUntil(clock, printing)).toMatchObject({ outcome: 'unknown', fault: { code: 'offline' } });
    // The line that was in motion ends.
    await runFor(clock, 500);
    const printed = printer.state()['uncut'];
    expect(printed).not.toBeNull();
    printer.clear();
    await runFor(clock, 5_000);
    expect(printer.state()).toMatchObject({ uncut: printed, slips: 0, bufferedBytes: 0 });
    // And what it had printed already is cut off before the first slip of the new one.
    const slip = next.perform('printReceipt', { operationId: 'x', deadlineMs: 20_000 } as never, { slip: SLIP }, NEVER);
    expect(await runUntil(clock, slip)).toMatchObject({ outcome: 'done' });
    expect(printer.state()).toMatchObject({ slips: 2, uncut: null });
    expect(paper()).toMatch(/长凭条.*业务回执/u);
  });

  it('a power dip is found, and the printer inspected', async () => {
    const { printer, status, print, driver } = driverBench();
    await status();
    const states: unknown[] = [];
    driver.onStatus((changed) => changed.device && states.push(changed.device));
    printer.powerDip();
    expect(await status()).toMatchObject({ device: 'offline', source: 'stale' });
    expect(await status()).toMatchObject({ device: 'online' });
    expect(states).toEqual(['offline', 'starting', 'online']);
    expect(await print()).toMatchObject({ outcome: 'done' });
  });

  it('a cover opened and closed between two looks is not forgotten', async () => {
    const { printer, print, begin, clock } = driverBench();
    await print();
    const printing = begin(LONG);
    await runFor(clock, 500);
    printer.fault('cover-open');
    await runFor(clock, 40);
    printer.clear();
    expect(await runUntil(clock, printing)).toMatchObject({ outcome: 'unknown', fault: { code: 'coverOpen' } });
  });

  it('nor when it happens just before the last id', async () => {
    const { printer, print, begin, clock } = driverBench();
    await print();
    const printing = begin({ lines: [{ kind: 'text', text: '短凭条' }] });
    await runFor(clock, 40);
    printer.fault('cover-open');
    await runFor(clock, 20);
    printer.clear();
    expect(await runUntil(clock, printing)).toMatchObject({ outcome: 'unknown', fault: { code: 'coverOpen' } });
    expect(printer.state()).toMatchObject({ uncut: null });
    // A new slip begins with a clean page.
    expect(await print()).toMatchObject({ outcome: 'done' });
  });

  it('done needs a clean status after the last id, also where automatic statuses are lost', async () => {
    const kept: { printer?: SimulatedEscposPrinter } = {};
    const { printer, print } = driverBench({
      hears: (answer) => {
        const isLastId = isProcessId(answer) && kept.printer?.state()['slips'] === 1;
        if (isLastId) kept.printer?.fault('cover-open');
        return !isAutomatic(answer);
      },
    });
    kept.printer = printer;
    expect(await print()).toMatchObject({ outcome: 'unknown', fault: { code: 'coverOpen' } });
    expect(printer.state()).toMatchObject({ slips: 1 });
  });

  it('a work-alike that knows no process id is never online', async () => {
    const { printer, print, status } = driverBench({ hears: (answer) => !isProcessId(answer) });
    expect(await status()).toMatchObject({
      device: 'hardwareError',
      fault: { code: 'hardwareError', action: 'reset' },
    });
    expect(await print()).toMatchObject({ outcome: 'notDone' });
    expect(printer.state()).toMatchObject({ slips: 0, uncut: null });
  });

  it('answers that do not fit each other are asked for again', async () => {
    const kept: { printer?: SimulatedEscposPrinter } = {};
    let answers = 0;
    const { printer, status, driver } = driverBench({
      hears: (answer) => {
        if (answer.length === 1 && (answers += 1) === 1) kept.printer?.clear();
        return true;
      },
    });
    kept.printer = printer;
    printer.fault('cover-open');
    const faults: unknown[] = [];
    driver.onStatus((changed) => changed.fault && faults.push(changed.fault.code));
    // Off-line, and with the next answer no reason any more: the cover was closed in between.
    expect(await status()).toMatchObject({ device: 'online' });
    expect(faults).toEqual([]);
  });

  it('a late answer is not taken for the next question’s, nor all the others after it', async () => {
    let answers = 0;
    const { printer, status, clock } = driverBench({
      hears: async (answer) => {
        // The second answer comes just too late, and all others are behind it on the wire.
        if (answer.length === 1 && (answers += 1) === 2) await sleep(clock, ESCPOS_LIMITS.realtimeMs + 60);
        return true;
      },
    });
    printer.fault('F24');
    for (let i = 0; i < 3; i += 1) {
      expect(await status()).toMatchObject({ supplies: { paper: 'out' }, fault: { code: 'paperOut' } });
    }
    expect(answers).toBe(1 + 1 + 4 * 3);
  });

  it('a printer without paper for a night is asked without filling its buffer', async () => {
    const { printer, driver, clock, status } = driverBench();
    await status();
    printer.fault('F24');
    let most = 0;
    for (let i = 0; i < 1_000; i += 1) {
      await runUntil(clock, driver.status(0), 10_000, 1_000);
      most = Math.max(most, Number(printer.state()['bufferedBytes']));
    }
    expect(most).toBeLessThan(4_096);
    expect(await status()).toMatchObject({ device: 'online', supplies: { paper: 'out' } });
  });

  it('changes are told when they happen, by automatic status', async () => {
    const { printer, driver, status, clock } = driverBench();
    await status();
    const seen: unknown[] = [];
    driver.onStatus((changed) => seen.push(changed));
    printer.fault('F24');
    await runFor(clock, 20);
    expect(seen).toMatchObject([{ supplies: { paper: 'out' }, fault: { code: 'paperOut' }, action: 'clear' }]);
    printer.clear();
    await runFor(clock, 20);
    expect(seen[1]).toEqual({ supplies: { paper: 'full' }, fault: undefined, action: undefined });
  });
});

const isProcessId = (answer: Uint8Array): boolean => answer[0] === 0x37 && answer[1] === 0x22;
const isAutomatic = (answer: Uint8Array): boolean => answer.length === 4 && ((answer[0] ?? 0) & 0x93) === 0x10;
const NEVER = new AbortController().signal;
