import { describe, expect, it } from 'vitest';
import { runFor, runUntil } from '../../testing/run-until.ts';
import { driverBench, LONG, SLIP } from './testing/driver-bench.ts';

describe('start', () => {
  it('is stale until asked, then identified, inspected and online; no paper moves', async () => {
    const { driver, status, clock, printer } = driverBench();
    const seen: (string | undefined)[] = [];
    driver.onStatus((changed) => changed.device && seen.push(changed.device));
    expect(await runUntil(clock, driver.status(Number.POSITIVE_INFINITY))).toMatchObject({
      device: 'starting',
      source: 'stale',
    });
    const before = printer.state()['paperMm'];
    expect(await status()).toMatchObject({ device: 'online', supplies: { paper: 'full' }, source: 'reported' });
    expect((await status()).fault).toBeUndefined();
    expect(await runUntil(clock, driver.describe())).toMatchObject({
      ok: true,
      value: { model: 'TM-T88V', serial: 'ESCPOS-000417', firmware: '30.22 ESC/POS' },
    });
    expect(seen).toEqual(['online']);
    expect(printer.state()).toMatchObject({ paperMm: before, unknownCommands: 0, refusedCommands: 0 });
  });

  it('another serial on the cable is identified and never printed on', async () => {
    const { printer, status, print } = driverBench({ expectSerial: 'ESCPOS-000417' });
    printer.fault('F22');
    expect(await status()).toMatchObject({ device: 'hardwareError', fault: { code: 'configuration' } });
    expect(await print()).toMatchObject({ outcome: 'notDone', fault: { code: 'configuration' } });
    expect(printer.state()).toMatchObject({ slips: 0, uncut: null });
    printer.clear();
    expect(await status()).toMatchObject({ device: 'online' });
  });

  it('F24 at the start: nothing can be identified, and the paper says why', async () => {
    const { printer, status, driver, clock, print } = driverBench();
    printer.fault('F24');
    expect(await status()).toMatchObject({
      device: 'starting',
      supplies: { paper: 'out' },
      fault: { code: 'paperOut', action: 'clear' },
    });
    expect(await runUntil(clock, driver.describe())).toMatchObject({ ok: false, error: { code: 'paperOut' } });
    expect(await print()).toMatchObject({ outcome: 'notDone', fault: { code: 'paperOut' } });
    printer.clear();
    expect(await status()).toMatchObject({ device: 'online', supplies: { paper: 'full' } });
  });
});

describe('printReceipt', () => {
  it('prints, cuts and is done', async () => {
    const { print, printer, paper } = driverBench();
    const result = await print();
    expect(result).toMatchObject({ outcome: 'done', evidence: [] });
    expect(result.acceptedAt).toBeLessThanOrEqual(result.completedAt ?? 0);
    expect(printer.state()).toMatchObject({ slips: 1, uncut: null, unknownCommands: 0, refusedCommands: 0 });
    expect(paper()).toContain('业务回执');
    expect(paper()).toContain('受理号S440606-000417');
    expect(paper()).toContain('￥80.00');
    expect(printer.state()['hangingQr']).toEqual(['yimen:R7K2-4417;S440606-000417']);
  });

  it('prints a slip of several chunks once and whole, and the next one alone', async () => {
    const { print, printer, paper } = driverBench();
    expect(await print(LONG)).toMatchObject({ outcome: 'done' });
    const wanted = LONG.lines.map((line) => (line.kind === 'text' ? line.text : '')).join('');
    expect(paper()).toBe(wanted.replace(/\s/gu, ''));
    printer.take();
    expect(await print()).toMatchObject({ outcome: 'done' });
    expect(paper()).not.toContain('长凭条');
    expect(printer.state()).toMatchObject({ slips: 2 });
  });

  it('lays out for the columns it is told', async () => {
    const { print, printer } = driverBench({ driver: { columns: 42 } });
    expect(await print()).toMatchObject({ outcome: 'done' });
    expect(printer.state()['hanging']).toContain('-'.repeat(42));
    const odd = driverBench({ driver: { columns: 7 } });
    expect(await odd.print()).toMatchObject({ outcome: 'done' });
    expect(odd.printer.state()['hanging']).toContain('-'.repeat(48));
  });

  it('what the font has not is a box; nothing on a slip is a command', async () => {
    const { print, printer, paper } = driverBench({ driver: { fontFile: '/nowhere/font.ttc' } });
    const text = 'a\u001B@b\u0010\u0004\u0001c𠮷d😀e\u009Bf';
    expect(await print({ lines: [{ kind: 'text', text }] })).toMatchObject({ outcome: 'done' });
    expect(paper()).toBe('a@bc□d□ef');
    expect(printer.state()).toMatchObject({ unknownCommands: 0, refusedCommands: 0 });
  });

  it('QR data that would be executed is refused before anything is sent', async () => {
    const { print, printer } = driverBench();
    const result = await print({ lines: [{ kind: 'qr', data: 'x\u0010\u0004\u0001' }] });
    expect(result).toMatchObject({ outcome: 'notDone', fault: { code: 'softwareError' } });
    expect(printer.state()).toMatchObject({ slips: 0, connected: false });
  });

  it('F23: near end is a supply, not a fault', async () => {
    const { print, printer, status } = driverBench();
    printer.fault('F23');
    const low = await status();
    expect(low).toMatchObject({ device: 'online', supplies: { paper: 'low' } });
    expect(low.fault).toBeUndefined();
    expect(await print()).toMatchObject({ outcome: 'done' });
  });

  it.each([
    ['F24', 'paperOut', 'clear', 'online'],
    ['cover-open', 'coverOpen', 'clear', 'hardwareError'],
    ['cutter-jammed-at-rest', 'cutterError', 'clear', 'hardwareError'],
    ['hardware-broken', 'hardwareError', 'maintenance', 'hardwareError'],
  ])('%s before it: notDone, %s, nothing sent', async (fault, code, action, device) => {
    const { print, printer, status } = driverBench();
    await status();
    printer.fault(fault);
    expect(await status()).toMatchObject({ device, fault: { code, action } });
    expect(await print()).toMatchObject({ outcome: 'notDone', fault: { code, action } });
    expect(printer.state()).toMatchObject({ slips: 0, uncut: null });
    printer.clear();
    expect(await status()).toMatchObject({ device: 'online' });
    expect(printer.state()).toMatchObject({ slips: 0, uncut: null });
  });

  it.each([
    ['F25', 'paperOut'],
    ['F31', 'coverOpen'],
    ['F29', 'cutterError'],
  ])('%s in the middle: unknown, %s, and the rest is never printed', async (fault, code) => {
    const { print, printer, paper, status, clock } = driverBench();
    expect(await print()).toMatchObject({ outcome: 'done' });
    printer.take();
    printer.fault(fault);
    const stopped = await print(LONG);
    expect(stopped).toMatchObject({ outcome: 'unknown', fault: { code, action: 'clear' } });
    expect((await status()).fault).toMatchObject({ code });
    // Staff tear off what hangs, and the printer goes on with what it still holds: nothing.
    printer.clear();
    expect(await status()).toMatchObject({ device: 'online' });
    await runFor(clock, 10_000);
    expect(printer.state()).toMatchObject({ slips: 1, uncut: null, bufferedBytes: 0 });
    expect(await print()).toMatchObject({ outcome: 'done' });
    expect(paper()).toMatch(/^作废VOID业务回执/u);
  });

  it('F30: a hot head is waited for, before and in the middle', async () => {
    const { begin, printer, status, clock } = driverBench();
    await status();
    printer.fault('F30');
    expect(await status()).toMatchObject({ device: 'deviceBusy', fault: { code: 'headHot', action: 'suspend' } });
    const printing = begin(LONG);
    await runFor(clock, 3_000);
    expect(printer.state()).toMatchObject({ slips: 0, uncut: null });
    printer.clear();
    await runFor(clock, 1_200);
    printer.fault('F30');
    await runFor(clock, 7_000);
    expect(printer.state()).toMatchObject({ slips: 0 });
    printer.clear();
    expect(await runUntil(clock, printing)).toMatchObject({ outcome: 'done' });
    expect(printer.state()).toMatchObject({ slips: 1 });
  });

  it('F30 longer than the deadline: notDone before the first byte, unknown after it; in time', async () => {
    const { begin, print, printer, status, clock } = driverBench();
    await status();
    printer.fault('F30');
    const began = clock.monoMs();
    expect(await print(SLIP, 5_000)).toMatchObject({ outcome: 'notDone', fault: { code: 'headHot' } });
    expect(clock.monoMs() - began).toBeLessThan(5_500);
    printer.clear();
    const printing = begin(LONG, 8_000);
    await runFor(clock, 1_000);
    printer.fault('F30');
    expect(await runUntil(clock, printing, 9_000)).toMatchObject({ outcome: 'unknown', fault: { code: 'headHot' } });
    expect(printer.state()).toMatchObject({ bufferedBytes: 0 });
  });

  it('F28: clean status and no movement is a jam nobody sees, until a process id comes back', async () => {
    const { print, printer, status } = driverBench();
    await status();
    printer.fault('F28');
    expect(await print()).toMatchObject({ outcome: 'notDone', fault: { code: 'paperJammed' } });
    const jammed = { device: 'hardwareError', media: 'jammed', supplies: { paper: 'jammed' }, source: 'inferred' };
    expect(await status()).toMatchObject({ ...jammed, fault: { code: 'paperJammed', action: 'clear' } });
    expect(await status()).toMatchObject(jammed);
    printer.clear();
    const well = await status();
    expect(well).toMatchObject({ device: 'online', supplies: { paper: 'full' }, source: 'reported' });
    expect(well.media).toBeUndefined();
    expect(await print()).toMatchObject({ outcome: 'done' });
    printer.fault('stuck-busy');
    expect(await print()).toMatchObject({ outcome: 'unknown', fault: { code: 'paperJammed' } });
  });

  it('a caller that goes away ends it between two chunks', async () => {
    const { begin, abort, printer, clock, print } = driverBench();
    const early = driverBench();
    early.abort.abort();
    expect(await early.print()).toMatchObject({ outcome: 'notDone', fault: { code: 'canceled' } });
    const printing = begin(LONG);
    await runFor(clock, 1_200);
    abort.abort();
    expect(await runUntil(clock, printing, 2_000)).toMatchObject({ outcome: 'unknown', fault: { code: 'canceled' } });
    expect(printer.state()).toMatchObject({ slips: 0, bufferedBytes: 0 });
    expect(await print()).toMatchObject({ outcome: 'notDone', fault: { code: 'canceled' } });
  });

  it('present and retract: there is no presenter', async () => {
    const { driver, clock, abort, op } = driverBench();
    for (const verb of ['present', 'retract']) {
      const result = await runUntil(clock, driver.perform(verb, op(1_000), {}, abort.signal));
      expect(result).toMatchObject({ outcome: 'notDone', fault: { code: 'unsupportedCommand' } });
    }
    expect(await runUntil(clock, driver.read('x', 1_000, {}, abort.signal))).toMatchObject({ ok: false });
  });
});
