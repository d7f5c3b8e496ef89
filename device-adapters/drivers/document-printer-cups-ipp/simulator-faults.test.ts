import { describe, expect, it } from 'vitest';
import { ASK, PrintHost, pdfOf, QUEUE, requestBytes } from './simulator-test-host.ts';

const COLOUR = { 'print-color-mode': 'color' };

describe('paper', () => {
  it('F24: empty while it rests is a warning, for a job an error; paper makes it go on', async () => {
    const host = new PrintHost();
    host.server.fault('F24');
    expect(await host.printer()).toMatchObject({
      'printer-state': [3],
      'printer-state-reasons': ['media-empty-warning'],
      'media-ready': [null],
    });
    const id = await host.print();
    await host.wait(5_000);
    expect(await host.printer()).toMatchObject({
      'printer-state': [5],
      'printer-state-reasons': ['media-empty-error', 'media-needed-report'],
    });
    expect(await host.job(id)).toMatchObject({ 'job-state': [6], 'job-state-reasons': ['printer-stopped'] });
    expect(host.server.put('paper-a4').ok).toBe(true);
    await host.wait(5_000);
    expect(await host.job(id)).toMatchObject({ 'job-state': [9] });
    expect(host.state).toMatchObject({ reasons: ['none'], paper: 'ok', faults: [], sheets: 249 });
  });

  it('runs low, then out, as it is used', async () => {
    const host = new PrintHost({}, 'fast');
    await host.print(1, { copies: 99 });
    await host.wait(100);
    host.server.take();
    await host.print(1, { copies: 99 });
    await host.wait(100);
    host.server.take();
    await host.print(1, { copies: 30 });
    await host.wait(100);
    expect(host.state).toMatchObject({ sheets: 22, paper: 'low', reasons: ['media-low-report'] });
    await host.print(1, { copies: 23 });
    await host.wait(100);
    expect(host.state).toMatchObject({ sheets: 0, paper: 'out', waiting: 1, printer: 'stopped' });
  });

  it('a pulled tray; it comes back with paper', async () => {
    const host = new PrintHost();
    host.server.fault('tray-out');
    expect(host.state).toMatchObject({ reasons: ['input-tray-missing-warning'], paper: 'out' });
    host.server.put('paper-a4');
    expect(host.state).toMatchObject({ reasons: ['none'], faults: [] });
    expect(host.server.put('permit-li-na')).toMatchObject({ ok: false });
  });

  it('F27: the sheet is stuck and not counted; it is printed again when somebody has freed it', async () => {
    const host = new PrintHost();
    host.server.fault('F27');
    const id = await host.print();
    await host.wait(5_000);
    expect(host.state).toMatchObject({ reasons: ['media-jam-error'], printed: 0, sheets: 249 });
    expect(await host.job(id)).toMatchObject({ 'job-state': [6], 'job-media-sheets-completed': [0] });
    host.server.clear();
    await host.wait(5_000);
    expect(await host.job(id)).toMatchObject({ 'job-state': [9] });
    expect(host.state).toMatchObject({ printed: 1, sheets: 248, reasons: ['none'] });
  });

  it('a cover that is opened in the middle leaves the sheet inside', async () => {
    const host = new PrintHost();
    await host.print();
    await host.wait(2_000);
    host.server.fault('cover-open');
    await host.wait(5_000);
    expect(host.state).toMatchObject({ reasons: ['media-jam-error', 'cover-open-error'], printed: 0 });
  });

  it('F32: nobody takes the sheets, until no more go in', async () => {
    const host = new PrintHost({}, 'fast');
    host.server.fault('F32');
    await host.print(1, { copies: 99 });
    await host.print(1, { copies: 99 });
    await host.wait(100);
    expect(host.server.take()).toEqual({ ok: false, error: 'nobody takes the sheets' });
    expect(host.state).toMatchObject({ printed: 150, reasons: ['output-area-full-error'], printer: 'stopped' });
    host.server.clear();
    await host.wait(100);
    expect(host.state).toMatchObject({ printed: 198, printer: 'idle' });
    expect(host.server.take()).toEqual({ ok: true, value: { thing: 'printed-sheets' } });
    expect(host.server.take()).toMatchObject({ ok: false });
  });

  it('false-ok: everything is counted, nothing comes out', async () => {
    const host = new PrintHost({}, 'fast');
    host.server.fault('false-ok');
    const id = await host.print(2);
    await host.wait(100);
    expect(await host.job(id)).toMatchObject({ 'job-state': [9], 'job-media-sheets-completed': [2] });
    expect(host.state).toMatchObject({ out: [], printed: 0, sheets: 250 });
  });
});

describe('toner', () => {
  it('F37: low for two sheets, then out; a cartridge makes it go on', async () => {
    const host = new PrintHost({}, 'fast');
    host.server.fault('F37');
    expect(await host.printer()).toMatchObject({
      'marker-levels': [1, 100],
      'printer-state-reasons': ['toner-low-report'],
    });
    await host.print(3);
    await host.wait(100);
    expect(host.state).toMatchObject({ printed: 2, reasons: ['toner-empty-error'], toner: { black: 0 } });
    host.server.put('toner-cartridge');
    await host.wait(100);
    expect(host.state).toMatchObject({ printed: 3, reasons: ['none'], faults: [] });
  });

  it('colour is used by colour alone', async () => {
    const host = new PrintHost({}, 'fast');
    await host.print(1, { copies: 20 });
    await host.print(1, { ...COLOUR, copies: 21 });
    await host.wait(100);
    expect(await host.printer()).toMatchObject({ 'marker-levels': [98, 99] });
    host.server.fault('toner-out');
    expect(host.state.reasons).toEqual(['toner-empty-warning']);
  });
});

describe('the queue', () => {
  it('F36: somebody else’s job waits, can be cancelled, and is printed before the next one', async () => {
    const host = new PrintHost();
    host.server.fault('F36');
    await host.wait(60_000);
    expect(host.state).toMatchObject({ waiting: 1, printed: 0, faults: ['F36'] });
    const [job] = (await host.ask(ASK.jobs)).groups;
    expect(await host.job(Number(job?.values['job-id']?.[0]))).toMatchObject({ 'job-state': [4] });
    await host.ask(ASK.cancel, { 'job-id': 1 });
    expect(host.state).toMatchObject({ waiting: 0, faults: [] });
    host.server.fault('F36');
    await host.print();
    await host.wait(20_000);
    expect(host.state.out).toEqual(['job 2 · sheet 1 of 1 · page 1 · mono', 'job 3 · sheet 1 of 1 · page 1 · mono']);
  });

  it('staff throw somebody else’s job away', async () => {
    const host = new PrintHost();
    host.server.fault('F36');
    host.server.clear();
    expect(host.state).toMatchObject({ waiting: 0, jobs: [{ state: 'canceled' }] });
  });

  it('wrong paper hangs the job in processing without a reason, until it is cancelled', async () => {
    const host = new PrintHost();
    host.server.fault('wrong-media');
    const id = await host.print();
    await host.wait(100_000);
    expect(await host.printer()).toMatchObject({ 'printer-state': [4], 'printer-state-reasons': ['none'] });
    expect(await host.job(id)).toMatchObject({ 'job-state': [5] });
    await host.ask(ASK.cancel, { 'job-id': id });
    await host.wait(1_000);
    expect(await host.job(id)).toMatchObject({ 'job-state': [7], 'job-media-sheets-completed': [0] });
  });

  it('a dead printer: old reasons stay, the message tells, but only while a job is tried', async () => {
    const host = new PrintHost();
    host.server.fault('cover-open');
    host.server.fault('dead-backend');
    host.server.fault('F24');
    expect(await host.printer()).toMatchObject({
      'printer-state-reasons': ['cover-open-warning'],
      'printer-state-message': [''],
    });
    const id = await host.print();
    await host.wait(60_000);
    expect(await host.printer()).toMatchObject({
      'printer-state': [4],
      'printer-state-reasons': ['cover-open-warning'],
      'printer-state-message': ['The printer may not exist or is unavailable at this time.'],
    });
    host.server.clear();
    await host.wait(10_000);
    expect(await host.job(id)).toMatchObject({ 'job-state': [9] });
  });

  it('completed with processing-to-stop-point; aborted after the first sheet, or before the only one', async () => {
    const host = new PrintHost({}, 'fast');
    host.server.fault('stopped-reason');
    await host.print();
    await host.wait(100);
    host.server.clear();
    host.server.fault('aborts');
    await host.print(3);
    await host.wait(100);
    await host.print(1);
    await host.wait(100);
    expect(host.state.jobs).toMatchObject([
      { state: 'completed', reason: 'processing-to-stop-point', sheets: '1/1' },
      { state: 'aborted', reason: 'aborted-by-system', sheets: '1/3' },
      { state: 'aborted', sheets: '0/1' },
    ]);
  });

  it('not accepting: said, and refused', async () => {
    const host = new PrintHost();
    host.server.fault('not-accepting');
    expect(await host.printer()).toMatchObject({ 'printer-is-accepting-jobs': [false] });
    for (const operation of [ASK.validate, ASK.print])
      expect(await host.ask(operation, {}, {}, pdfOf(1))).toMatchObject({ status: 0x0506 });
  });

  it('broken: an error that no job and no paper mends', async () => {
    const host = new PrintHost();
    host.server.fault('hardware-broken');
    expect(host.state.reasons).toEqual(['fuser-over-temp-error']);
    await host.print();
    await host.wait(10_000);
    expect(host.state).toMatchObject({ printed: 0, printer: 'stopped' });
    host.server.clear();
    await host.wait(10_000);
    expect(host.state).toMatchObject({ printed: 1, reasons: ['none'] });
  });

  it('a lost answer: the job is there; a server that forgets: it is not', async () => {
    const host = new PrintHost({}, 'fast');
    host.server.fault('answer-lost');
    expect(await host.say(requestBytes(ASK.print, [[1, QUEUE]], pdfOf(1)))).toBeUndefined();
    expect(host.state.jobs).toMatchObject([{ state: 'completed' }]);
    host.server.fault('forgets');
    expect(host.state.jobs).toEqual([]);
    const id = await host.print();
    await host.wait(100);
    expect(await host.ask(ASK.job, { 'job-id': id })).toMatchObject({ status: 0x0406 });
    expect(host.state.printed).toBe(2);
  });
});

describe('a queue of CUPS', () => {
  const cups = (): PrintHost => new PrintHost({ server: 'cups' });

  it('keeps a job’s reasons when it has ended, until the next one', async () => {
    const host = cups();
    host.server.fault('F24');
    expect(host.state.reasons).toEqual(['none']);
    const id = await host.print();
    await host.wait(5_000);
    expect(await host.printer()).toMatchObject({
      'printer-state': [4],
      'printer-state-reasons': ['media-empty-error', 'media-needed-report', 'cups-waiting-for-job-completed'],
    });
    await host.ask(ASK.cancel, { 'job-id': id });
    await host.wait(5_000);
    host.server.put('paper-a4');
    expect(await host.job(id)).toMatchObject({ 'job-state': [7], 'job-media-sheets-completed': [1] });
    expect(host.state).toMatchObject({ printer: 'idle', printed: 0 });
    expect(host.state.reasons).toContain('media-empty-error');
    await host.print();
    await host.wait(10_000);
    expect(host.state).toMatchObject({ printer: 'idle', reasons: ['none'], printed: 1 });
  });

  it('counts no sheet before the end', async () => {
    const host = cups();
    const id = await host.print(2);
    await host.wait(4_000);
    expect(host.state.printed).toBe(1);
    expect(await host.job(id)).toMatchObject({ 'job-media-sheets-completed': [0] });
    await host.wait(4_000);
    expect(await host.job(id)).toMatchObject({ 'job-media-sheets-completed': [2] });
  });
});

describe('what is no print server', () => {
  it.each([
    ['web-page', { http: 200, status: -1 }],
    ['no-queue', { http: 200, status: 0x0406 }],
    ['no-right', { http: 200, status: 0x0401 }],
  ])('%s', async (fault, answer) => {
    const host = new PrintHost();
    host.server.fault(fault);
    expect(await host.ask(ASK.printer)).toMatchObject(answer);
    host.server.clear();
    expect(await host.ask(ASK.printer)).toMatchObject({ http: 200, status: 0 });
  });

  it('F22: another serial number, another uuid', async () => {
    const host = new PrintHost();
    const before = await host.printer();
    host.server.fault('F22');
    const after = await host.printer();
    expect(after['printer-device-id']).not.toEqual(before['printer-device-id']);
    expect(after['printer-uuid']).not.toEqual(before['printer-uuid']);
  });

  it('a word that it does not know is refused by name', () => {
    expect(new PrintHost().server.fault('F99')).toEqual({ ok: false, error: 'no such fault: F99' });
  });
});

describe('the cable', () => {
  it('silent, half, twice, noise before; unplugged ends the line', async () => {
    const host = new PrintHost();
    const request = requestBytes(ASK.printer, [[1, QUEUE]]);
    const said = async (fault: string): Promise<Buffer> => {
      host.server.fault(fault);
      host.heard.length = 0;
      await host.say(request).catch(() => undefined);
      host.server.clear();
      return Buffer.concat(host.heard);
    };
    const whole = (await said('false-ok')).length;
    expect((await said('silent')).length).toBe(0);
    expect((await said('half-frame')).length).toBe(Math.ceil(whole / 2));
    expect((await said('duplicate')).length).toBe(whole * 2);
    expect((await said('garbage')).toString('hex')).toMatch(/^ff00817fff5949/);
    host.server.unplug();
    expect(await host.channel.closed).toMatchObject({ why: 'lost' });
    expect(host.state.connected).toBe(false);
    host.server.plug();
    host.plugIn();
    expect(await host.ask(ASK.printer)).toMatchObject({ status: 0 });
  });
});

describe('over a restart of the bench', () => {
  it('jobs, counts, paper and the clock are kept; what was printing waits; no document is in it', async () => {
    const before = new PrintHost();
    const done = await before.print(2);
    await before.wait(10_000);
    before.server.fault('F37');
    const running = await before.print(4);
    await before.wait(4_000);
    const kept = JSON.stringify(before.server.save());
    expect(kept).not.toContain('%PDF');
    const after = new PrintHost();
    after.server.restore(JSON.parse(kept));
    expect(after.state).toMatchObject({
      printed: 3,
      sheets: 247,
      out: before.state.out,
      toner: before.state.toner,
      waiting: 1,
      jobs: [{ state: 'completed' }, { state: 'pending-held', sheets: '1/4' }],
    });
    expect((await after.printer())['printer-up-time']).toEqual([15]);
    expect(await after.job(done)).toMatchObject({ 'job-state': [9] });
    await after.ask(ASK.cancel, { 'job-id': running });
    expect(await after.print()).toBe(3);
  });

  it('what is not its own is left alone', () => {
    const host = new PrintHost();
    host.server.fault('F24');
    for (const kept of [undefined, null, 'x', {}, { upS: -1 }]) host.server.restore(kept);
    expect(host.state).toMatchObject({ sheets: 0, jobs: [] });
  });
});
