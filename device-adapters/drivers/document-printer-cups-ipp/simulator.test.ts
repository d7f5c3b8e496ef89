import { describe, expect, it } from 'vitest';
import { ASK, HEAD, PrintHost, pdfOf, QUEUE, requestBytes } from './simulator-test-host.ts';

const TICKET = { copies: 1, sides: 'one-sided', 'print-color-mode': 'monochrome' };

describe('Get-Printer-Attributes', () => {
  it('tells what was asked for, and all when nothing was', async () => {
    const host = new PrintHost({ serial: 'S-1' });
    const all = await host.printer();
    expect(all).toMatchObject({
      'printer-state': [3],
      'printer-state-reasons': ['none'],
      'printer-is-accepting-jobs': [true],
      'printer-make-and-model': ['Yimen A4-1'],
      'printer-device-id': ['MFG:Yimen;MDL:A4-1;CMD:PDF;SN:S-1;'],
      'marker-levels': [100, 100],
      'media-ready': ['iso_a4_210x297mm'],
    });
    expect(all).not.toHaveProperty('cups-version');
    const some = await host.ask(ASK.printer, { 'requested-attributes': ['printer-state', 'cups-version'] });
    expect(some.groups).toEqual([{ tag: 4, values: { 'printer-state': [3] } }]);
  });

  it('a queue of CUPS names itself, and has neither serial nor firmware', async () => {
    const told = await new PrintHost({ server: 'cups' }).printer();
    expect(told).toMatchObject({ 'cups-version': ['2.4.2'] });
    expect(Object.keys(told)).not.toContain('printer-device-id');
    expect(told['printer-uuid']?.[0]).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('the clock of the server counts seconds from one', async () => {
    const host = new PrintHost();
    expect((await host.printer())['printer-up-time']).toEqual([1]);
    await host.wait(5_000);
    expect((await host.printer())['printer-up-time']).toEqual([6]);
  });
});

describe('requests that are none', () => {
  const say = async (...request: Parameters<typeof requestBytes>) =>
    (await new PrintHost().say(requestBytes(...request)))?.status;

  it.each([
    ['request id 0', 0x0400, [ASK.printer, [[1, QUEUE]], undefined, { id: 0 }]],
    ['no group', 0x0400, [ASK.printer, []]],
    ['the job group first', 0x0400, [ASK.printer, [[2, QUEUE]]]],
    ['no charset', 0x0400, [ASK.printer, [[1, { 'printer-uri': QUEUE['printer-uri'] }]]]],
    ['no printer', 0x0400, [ASK.printer, [[1, HEAD]]]],
    ['another charset', 0x040d, [ASK.printer, [[1, { ...QUEUE, 'attributes-charset': 'gbk' }]]]],
    ['another queue', 0x0406, [ASK.printer, [[1, { ...QUEUE, 'printer-uri': 'ipp://localhost/printers/x' }]]]],
    ['an operation that it has not', 0x0501, [0x4001, [[1, QUEUE]]]],
    ['version 0.0', 0x0503, [ASK.printer, [[1, QUEUE]], undefined, { version: [0, 0] }]],
    ['version 9.1', 0x0503, [ASK.printer, [[1, QUEUE]], undefined, { version: [9, 1] }]],
  ] as const)('%s: %i', async (_, status, request) => {
    expect(await say(...(request as unknown as Parameters<typeof requestBytes>))).toBe(status);
  });

  it('bytes that are no IPP get HTTP 400; the carrier then has nothing behind its head', async () => {
    expect(await new PrintHost().say(Buffer.from('<html>'))).toMatchObject({ http: 400, status: -1 });
  });

  it('the answer carries version and id of its request', async () => {
    const host = new PrintHost();
    const request = requestBytes(ASK.printer, [[1, QUEUE]], undefined, { version: [2, 0], id: 77 });
    expect(await host.say(request)).toMatchObject({ version: '2.0', id: 77, status: 0 });
  });
});

describe('tickets', () => {
  it('Validate-Job takes what Print-Job takes, and keeps no job', async () => {
    const host = new PrintHost();
    expect(await host.ask(ASK.validate, { 'document-format': 'application/pdf' }, TICKET)).toMatchObject({ status: 0 });
    expect(host.state.jobs).toEqual([]);
  });

  it('what it does not have is told back: refused when all was wanted, else left out', async () => {
    const host = new PrintHost();
    const ticket = { ...TICKET, copies: 100, sides: 'tumble', staple: 'yes' };
    const faithful = await host.ask(ASK.print, { 'ipp-attribute-fidelity': true }, ticket, pdfOf(1));
    expect(faithful).toMatchObject({ status: 0x040b, groups: [{ tag: 5 }] });
    expect(Object.keys(faithful.groups[0]?.values ?? {})).toEqual(['copies', 'sides', 'staple']);
    expect(host.state.jobs).toEqual([]);
    expect(await host.ask(ASK.print, {}, ticket, pdfOf(1))).toMatchObject({
      status: 1,
      groups: [{ tag: 5 }, { tag: 2 }],
    });
    expect(host.state.jobs).toMatchObject([{ sheets: '0/1' }]);
  });

  it.each([
    [{ 'document-format': 'image/urf' }, 0x040a],
    [{ compression: 'gzip' }, 0x040f],
  ])('%j is refused', async (more, status) => {
    expect(await new PrintHost().ask(ASK.print, more, TICKET, pdfOf(1))).toMatchObject({ status });
  });

  it('a job without a document is none; one that is no PDF is aborted', async () => {
    const host = new PrintHost();
    expect(await host.ask(ASK.print, {}, TICKET)).toMatchObject({ status: 0x0400 });
    await host.ask(ASK.print, {}, TICKET, Buffer.from('hello'));
    await host.wait(2_000);
    expect(host.state.jobs).toMatchObject([{ state: 'aborted', reason: 'document-format-error' }]);
    expect(host.state.printed).toBe(0);
  });

  it('a document that comes in small pieces is whole', async () => {
    const host = new PrintHost({}, 'fast');
    const request = requestBytes(ASK.print, [[1, QUEUE]], pdfOf(3));
    expect(await host.say(request, 7)).toMatchObject({ status: 0 });
    await host.wait(100);
    expect(host.state.out).toHaveLength(3);
  });
});

describe('a job', () => {
  it('waits, warms up, comes out sheet by sheet, and is completed', async () => {
    const host = new PrintHost();
    const id = await host.print(2);
    expect(await host.job(id)).toMatchObject({
      'job-state': [5],
      'job-name': ['ours'],
      'time-at-processing': [1],
      'time-at-completed': [null],
      'job-media-sheets-completed': [0],
    });
    expect(await host.printer()).toMatchObject({ 'printer-state': [4], 'queued-job-count': [1] });
    await host.wait(3_200);
    expect(await host.job(id)).toMatchObject({ 'job-state': [5], 'job-media-sheets-completed': [1] });
    await host.wait(2_000);
    expect(await host.job(id)).toMatchObject({ 'job-state': [9], 'job-media-sheets-completed': [2] });
    expect(host.state).toMatchObject({
      printer: 'idle',
      out: ['job 1 · sheet 1 of 2 · page 1 · mono', 'job 1 · sheet 2 of 2 · page 2 · mono'],
      sheets: 248,
    });
  });

  it('a fast machine takes no time', async () => {
    const host = new PrintHost({}, 'fast');
    await host.print(30);
    await host.clock.advance(0);
    expect(host.state).toMatchObject({ printed: 30, jobs: [{ state: 'completed' }] });
  });

  it('two sides, copies and colour', async () => {
    const host = new PrintHost({}, 'fast');
    await host.print(3, { sides: 'two-sided-long-edge', copies: 2, 'print-color-mode': 'color' });
    await host.clock.advance(0);
    expect(host.state.out).toEqual([
      'job 1 · sheet 1 of 4 · pages 1–2 · colour',
      'job 1 · sheet 2 of 4 · page 3 · colour',
      'job 1 · sheet 3 of 4 · pages 1–2 · colour',
      'job 1 · sheet 4 of 4 · page 3 · colour',
    ]);
  });

  it('is cancelled at once while it waits, after its sheet while it is printed', async () => {
    const host = new PrintHost();
    const [first, second] = [await host.print(5), await host.print(1)];
    await host.wait(2_000);
    await host.ask(ASK.cancel, { 'job-id': second });
    expect(await host.job(second)).toMatchObject({ 'job-state': [7], 'time-at-processing': [null] });
    await host.ask(ASK.cancel, { 'job-id': first });
    expect(await host.job(first)).toMatchObject({
      'job-state': [5],
      'job-state-reasons': ['processing-to-stop-point'],
    });
    await host.wait(2_000);
    expect(await host.job(first)).toMatchObject({ 'job-state': [7], 'job-media-sheets-completed': [1] });
    await host.wait(10_000);
    expect(host.state.printed).toBe(1);
  });

  it('cannot be cancelled when it has ended, or was never there', async () => {
    const host = new PrintHost({}, 'fast');
    const id = await host.print();
    await host.clock.advance(0);
    expect(await host.ask(ASK.cancel, { 'job-id': id })).toMatchObject({ status: 0x0404 });
    expect(await host.ask(ASK.cancel, { 'job-id': 99 })).toMatchObject({ status: 0x0406 });
    expect(await host.ask(ASK.job, { 'job-id': 99 })).toMatchObject({ status: 0x0406 });
  });

  it('is found by its own name too', async () => {
    const host = new PrintHost();
    const id = await host.print();
    const asked = { ...HEAD, 'job-uri': `ipp://localhost/ipp/print/${id}` };
    expect(await host.say(requestBytes(ASK.cancel, [[1, asked]]))).toMatchObject({ status: 0 });
  });
});

describe('Get-Jobs', () => {
  it('what has not ended, in order; what has, latest first; mine; not more than asked for', async () => {
    const host = new PrintHost();
    for (let i = 0; i < 4; i += 1) await host.print();
    await host.ask(ASK.print, { 'requesting-user-name': 'me' }, TICKET, pdfOf(1));
    const ids = async (more: Readonly<Record<string, string | number | boolean>>) =>
      (await host.ask(ASK.jobs, more)).groups.map(({ values }) => values['job-id']?.[0]);
    expect(await ids({})).toEqual([1, 2, 3, 4, 5]);
    expect(await ids({ limit: 2 })).toEqual([1, 2]);
    expect(await ids({ 'my-jobs': true, 'requesting-user-name': 'me' })).toEqual([5]);
    await host.ask(ASK.cancel, { 'job-id': 3 });
    await host.ask(ASK.cancel, { 'job-id': 5 });
    expect(await ids({ 'which-jobs': 'completed' })).toEqual([5, 3]);
    expect(await host.ask(ASK.jobs, { 'which-jobs': 'fetchable' })).toMatchObject({ status: 0x040b });
    expect((await host.ask(ASK.jobs)).groups[0]?.values).toEqual({
      'job-id': [1],
      'job-uri': ['ipp://localhost/ipp/print/1'],
    });
  });

  it('a hundred that have ended are remembered', async () => {
    const host = new PrintHost({}, 'fast');
    for (let i = 0; i < 105; i += 1) {
      await host.print();
      await host.clock.advance(0);
      host.server.take();
    }
    const { groups } = await host.ask(ASK.jobs, { 'which-jobs': 'completed', limit: 500 });
    expect(groups).toHaveLength(100);
    expect(groups.at(-1)?.values['job-id']).toEqual([6]);
  });
});

describe('the queue', () => {
  it('Purge-Jobs leaves nothing, not even what was being printed, nor its memory', async () => {
    const host = new PrintHost();
    await host.print(5);
    await host.print(1);
    await host.wait(2_000);
    expect(await host.ask(ASK.purge)).toMatchObject({ status: 0 });
    await host.wait(20_000);
    expect(host.state).toMatchObject({ jobs: [], printed: 0, printer: 'idle' });
  });

  it('Pause-Printer stops it, Resume-Printer lets it go on', async () => {
    const host = new PrintHost();
    await host.ask(ASK.pause);
    await host.print();
    await host.wait(10_000);
    expect(await host.printer()).toMatchObject({ 'printer-state': [5], 'printer-state-reasons': ['paused'] });
    expect(host.state.jobs).toMatchObject([{ state: 'pending' }]);
    await host.ask(ASK.resume);
    await host.wait(10_000);
    expect(host.state.jobs).toMatchObject([{ state: 'completed' }]);
  });
});
