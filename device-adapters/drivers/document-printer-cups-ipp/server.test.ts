import { describe, expect, it } from 'vitest';
import { IPP_TAG } from '../../framing/ipp-attributes.ts';
import { runFor } from '../../testing/run-until.ts';
import { scriptedBench } from './testing/scripted-bench.ts';
import { keyword, number } from './testing/scripted-server.ts';

const NEVER = new AbortController().signal;

describe('first contact', () => {
  it('F36: jobs found at the start are cancelled before anything is online, and a debug line says how many', async () => {
    const bench = scriptedBench();
    bench.server.add();
    bench.server.add({ state: 4 });
    bench.server.add({ state: 5, begun: true });
    const states: unknown[] = [];
    bench.driver.onStatus(({ device }) => device && states.push([device, bench.server.jobs.map(({ state }) => state)]));
    expect(await bench.status()).toMatchObject({ device: 'online', source: 'reported' });
    expect(states).toEqual([['online', [7, 7, 7]]]);
    expect(bench.log).toContainEqual({ line: 'jobs of the queue cancelled', fields: { jobs: 3 } });
    await bench.status();
    expect(bench.server.times('getJobs')).toBe(2);
  });

  it('without the option it looks only', async () => {
    const bench = scriptedBench({ purgeAtStart: false });
    bench.server.add();
    expect(await bench.status()).toMatchObject({ device: 'online' });
    expect(bench.server.times('getJobs')).toBe(0);
  });

  it('jobs that resist go with Purge-Jobs; what is left then is a fault', async () => {
    const bench = scriptedBench();
    bench.server.add();
    bench.server.answer('cancelJob', () => ({ status: 0x0404 }));
    expect(await bench.status()).toMatchObject({ device: 'online' });
    expect(bench.server.times('purgeJobs')).toBe(1);
    const stuck = scriptedBench();
    stuck.server.add();
    stuck.server.answer('cancelJob', () => ({ status: 0x0404 }));
    stuck.server.answer('purgeJobs', () => ({ status: 0 }));
    expect(await stuck.status()).toMatchObject({ device: 'hardwareError', fault: { code: 'deviceNotReady' } });
  });

  it('a missing right is told at once, and asked for again at the next contact', async () => {
    const bench = scriptedBench();
    bench.server.add();
    bench.server.answer('cancelJob', () => ({ status: 0x0403 }));
    bench.server.answer('purgeJobs', () => ({ status: 0x0403 }));
    const status = await bench.status();
    expect(status).toMatchObject({ device: 'hardwareError', fault: { code: 'configuration' } });
    expect(status.fault?.message).toContain('policy');
    expect(bench.server.times('cancelJob')).toBe(1);
    bench.server.on.clear();
    expect(await bench.status()).toMatchObject({ device: 'online' });
  });

  it('another serial: nothing but the question is asked', async () => {
    const bench = scriptedBench({}, { expectSerial: 'A4-9' });
    bench.server.add();
    expect(await bench.status()).toMatchObject({ device: 'hardwareError', fault: { code: 'configuration' } });
    expect(await bench.print()).toMatchObject({ outcome: 'notDone', fault: { code: 'configuration' } });
    expect(new Set(bench.server.heard.map(({ operation }) => operation))).toEqual(new Set(['getPrinterAttributes']));
  });

  it.each([
    ['no HTTP page', { http: 404 }, 'configuration', 'path'],
    ['a page', { bytes: new Uint8Array(0) }, 'configuration', 'not an IPP printer'],
    ['a redirect', { http: 301 }, 'configuration', '301'],
    ['another queue', { status: 0x0406 }, 'configuration', 'no such queue'],
    ['half an answer', { bytes: Uint8Array.of(1, 1, 0, 0) }, 'hardwareError', 'well-formed'],
    ['no printer in it', { status: 0 }, 'hardwareError', 'well-formed'],
    ['silence', 'silence', 'timeOut', 'no answer'],
    ['a hang-up', 'hangUp', 'offline', 'closed'],
  ] as const)('%s: offline and stale, and the sentence says what to do', async (_, reply, code, says) => {
    const bench = scriptedBench();
    bench.server.answer('getPrinterAttributes', () => reply);
    const status = await bench.status();
    expect(status).toMatchObject({ device: 'offline', source: 'stale', fault: { code } });
    expect(status.fault?.message).toContain(says);
    bench.server.on.clear();
    expect(await bench.status()).toMatchObject({ device: 'online', source: 'reported' });
  });

  it('a request that was not answered costs the line: the next one does not meet it there', async () => {
    const bench = scriptedBench();
    await bench.status();
    bench.server.answer('getPrinterAttributes', () => 'silence');
    await bench.status();
    bench.server.on.clear();
    expect(await bench.status()).toMatchObject({ device: 'online' });
    expect(bench.server.opens).toBe(2);
  });

  it('an answer to another request is no answer', async () => {
    const bench = scriptedBench();
    bench.server.answer('getPrinterAttributes', ({ body }) => {
      (body as { requestId: number }).requestId += 1;
      return undefined;
    });
    expect(await bench.status()).toMatchObject({ device: 'offline', fault: { vendorCode: 'ipp-malformed' } });
  });
});

describe('status', () => {
  it('a dead printer process: offline, everything else stale as it was; back through an inspection', async () => {
    const bench = scriptedBench();
    bench.server.printer['printer-state-reasons'] = keyword('toner-low');
    await bench.status();
    const states: unknown[] = [];
    bench.driver.onStatus(({ device }) => device && states.push(device));
    bench.server.printer['printer-state-message'] = {
      kind: 'text',
      tag: IPP_TAG.text,
      value: 'The printer may not exist or is unavailable at this time.',
    };
    bench.server.printer['printer-state-reasons'] = keyword('media-empty');
    expect(await bench.status()).toMatchObject({
      device: 'offline',
      source: 'stale',
      supplies: { paper: 'full', toner: 'low' },
    });
    delete bench.server.printer['printer-state-message'];
    expect(await bench.status()).toMatchObject({ device: 'online', supplies: { paper: 'out' } });
    expect(states).toEqual(['offline', 'starting', 'online']);
  });

  it('a fault and its end: hardwareError, starting, online', async () => {
    const bench = scriptedBench();
    await bench.status();
    const states: unknown[] = [];
    bench.driver.onStatus(({ device }) => device && states.push(device));
    bench.server.printer['printer-state-reasons'] = keyword('cover-open-report');
    expect(await bench.status()).toMatchObject({ device: 'hardwareError', action: 'clear' });
    bench.server.printer['printer-state-reasons'] = keyword('none');
    await bench.status();
    expect(states).toEqual(['hardwareError', 'starting', 'online']);
  });
});

describe('reset, purge, self-test', () => {
  it('reset empties the queue and lets a stopped one go on', async () => {
    const bench = scriptedBench({ purgeAtStart: false });
    const job = bench.server.add();
    Object.assign(bench.server.printer, {
      'printer-state': number(IPP_TAG.enum, 5),
      'printer-state-reasons': keyword('paused'),
    });
    bench.server.answer('resumePrinter', () => {
      expect(job.state).toBe(7);
      Object.assign(bench.server.printer, {
        'printer-state': number(IPP_TAG.enum, 3),
        'printer-state-reasons': keyword('none'),
      });
      return { status: 0 };
    });
    expect(await bench.run(bench.driver.reset(bench.op(), 'exit'))).toMatchObject({
      outcome: 'done',
      value: { canceled: 1 },
    });
    expect(await bench.status()).toMatchObject({ device: 'online' });
  });

  it('reset without the right to resume says so; a printer that stays stopped is not done', async () => {
    const bench = scriptedBench();
    Object.assign(bench.server.printer, { 'printer-state': number(IPP_TAG.enum, 5) });
    expect(await bench.run(bench.driver.reset(bench.op(), 'exit'))).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'hardwareError' },
    });
    bench.server.answer('resumePrinter', () => ({ status: 0x0401 }));
    expect(await bench.run(bench.driver.reset(bench.op(), 'exit'))).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'configuration' },
    });
  });

  it('old reasons of an idle CUPS queue are doubted after a reset, until it works again', async () => {
    const bench = scriptedBench();
    const { printer } = bench.server;
    printer['cups-version'] = { kind: 'text', tag: IPP_TAG.text, value: '2.4.2' };
    printer['printer-state-reasons'] = keyword('media-empty-warning');
    expect(await bench.status()).toMatchObject({ fault: { code: 'paperOut' } });
    expect(await bench.run(bench.driver.reset(bench.op(), 'exit'))).toMatchObject({ outcome: 'done' });
    expect(await bench.status()).toMatchObject({ device: 'online', supplies: { paper: 'unknown' } });
    expect((await bench.status()).fault).toBeUndefined();
    printer['printer-state'] = number(IPP_TAG.enum, 4);
    expect(await bench.status()).toMatchObject({ supplies: { paper: 'out' } });
    printer['printer-state'] = number(IPP_TAG.enum, 3);
    expect(await bench.status()).toMatchObject({ fault: { code: 'paperOut' } });
  });

  it('purge is done when the list is empty, says how many, and forgets the document', async () => {
    const bench = scriptedBench({ purgeAtStart: false });
    await bench.load();
    bench.server.add();
    bench.server.add();
    expect(await bench.run(bench.driver.perform('purge', bench.op(), {}, NEVER))).toMatchObject({
      outcome: 'done',
      value: { canceled: 2 },
    });
    expect(await bench.run(bench.begin())).toMatchObject({ outcome: 'notDone', fault: { code: 'softwareError' } });
  });

  it('purge that could not: nothing cancelled is notDone, some is unknown', async () => {
    const bench = scriptedBench({ purgeAtStart: false });
    bench.server.add();
    bench.server.answer('cancelJob', () => ({ status: 0x0403 }));
    bench.server.answer('purgeJobs', () => ({ status: 0x0403 }));
    expect(await bench.run(bench.driver.perform('purge', bench.op(), {}, NEVER))).toMatchObject({ outcome: 'notDone' });
    bench.server.add();
    bench.server.answer('cancelJob', (heard) =>
      heard.body.groups[0]?.attributes.some(({ values }) =>
        values.some((value) => value.kind === 'number' && value.value === 1),
      ) === true
        ? { status: 0x0403 }
        : undefined,
    );
    expect(await bench.run(bench.driver.perform('purge', bench.op(), {}, NEVER))).toMatchObject({
      outcome: 'unknown',
      value: { canceled: 1 },
    });
  });

  it('a self-test prints nothing', async () => {
    const bench = scriptedBench();
    expect(await bench.run(bench.driver.selfTest(bench.op()))).toMatchObject({ outcome: 'done' });
    bench.server.printer['printer-state-reasons'] = keyword('media-empty');
    expect(await bench.run(bench.driver.selfTest(bench.op()))).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'paperOut' },
    });
    expect([bench.server.times('validateJob'), bench.server.times('printJob')]).toEqual([1, 0]);
  });
});

describe('what the server remembers', () => {
  it('jobState: by id while it is remembered, by name after a restart, unknown when forgotten; also while it prints', async () => {
    const bench = scriptedBench({ purgeAtStart: false });
    await bench.load();
    const op = bench.op();
    const running = bench.begin(op);
    await runFor(bench.clock, 700);
    const job = bench.server.jobs[0];
    Object.assign(job ?? {}, { state: 6, reasons: ['media-needed-error', 'job-printing'] });
    const asked = (operationId: string): Promise<unknown> =>
      bench.run(bench.driver.read('jobState', 1_000, { operationId }, NEVER));
    expect(await asked(op.operationId)).toEqual({
      ok: true,
      value: { state: 'processing-stopped', reasons: ['media-needed', 'job-printing'], sheets: 0 },
    });
    Object.assign(job ?? {}, { state: 9, sheets: undefined });
    await bench.run(running);
    expect(await asked(op.operationId)).toMatchObject({ value: { state: 'completed', sheets: null } });
    // Another job has the number after a restart of the server.
    Object.assign(job ?? {}, { name: 'somebody else' });
    bench.server.add({ name: op.operationId, state: 8 });
    expect(await asked(op.operationId)).toMatchObject({ value: { state: 'aborted' } });
    bench.server.jobs.length = 0;
    expect(await asked(op.operationId)).toEqual({ ok: true, value: { state: 'unknown', reasons: [], sheets: null } });
  });

  it('recall: a job that never began is not done, a completed one stays unknown, others are not told', async () => {
    const bench = scriptedBench({ exitSensor: true, purgeAtStart: false });
    bench.server.add({ name: 'never-begun', state: 7 });
    bench.server.add({ name: 'completed', state: 9, sheets: 1, begun: true });
    bench.server.add({ name: 'running', state: 5, begun: true });
    const recall = (name: string): Promise<unknown> =>
      bench.run<unknown>(bench.driver.recall?.(name) ?? Promise.resolve());
    expect(await recall('never-begun')).toMatchObject({ outcome: 'notDone', value: { jobState: 'canceled' } });
    expect(await recall('completed')).toMatchObject({ outcome: 'unknown' });
    expect(await recall('running')).toBeUndefined();
    expect(await recall('not there')).toBeUndefined();
    await bench.server.unplug();
    expect(await recall('never-begun')).toBeUndefined();
  });

  it('verbs it does not have', async () => {
    const bench = scriptedBench();
    expect(await bench.driver.perform('x', bench.op(), {}, NEVER)).toMatchObject({
      fault: { code: 'unsupportedCommand' },
    });
    expect(await bench.driver.read('x', 1, {}, NEVER)).toMatchObject({ error: { code: 'unsupportedCommand' } });
  });

  it('describes itself; an exit sensor is evidence', async () => {
    const bench = scriptedBench({ exitSensor: true });
    expect(await bench.run(bench.driver.describe())).toEqual({
      ok: true,
      value: {
        driver: 'document-printer-cups-ipp',
        kind: 'document-printer',
        model: 'Yimen A4',
        serial: 'A4-000417',
        firmware: null,
        at: 'memory',
        mediaAtPowerOff: 'stay',
        evidence: ['presented'],
      },
    });
  });
});
