import { describe, expect, it } from 'vitest';
import { IPP_GROUP, IPP_TAG } from '../../framing/ipp-attributes.ts';
import { runFor } from '../../testing/run-until.ts';
import { PDF, scriptedBench, type ScriptedBench } from './testing/scripted-bench.ts';
import { keyword, number, textOf, type ScriptedJob } from './testing/scripted-server.ts';

/** Loads, begins, and waits until the server has the job. */
async function begun(
  bench: ScriptedBench,
  deadlineMs = 60_000,
): Promise<{ job: ScriptedJob; running: ReturnType<ScriptedBench['begin']> }> {
  await bench.load();
  const running = bench.begin(bench.op(deadlineMs));
  await runFor(bench.clock, 100);
  const job = bench.server.jobs.at(-1);
  if (job === undefined) throw new Error('no job');
  return { job, running };
}

describe('printing', () => {
  it('one job, named by its operation, one copy, the PDF byte for byte; accepted is its id', async () => {
    const bench = scriptedBench({}, { at: 'ipp://localhost/printers/kiosk' });
    bench.server.answer('printJob', (heard) => {
      bench.server.add({ name: textOf(heard, 'job-name') ?? '', state: 9, sheets: 2, begun: true });
      return {
        status: 0,
        groups: [{ tag: IPP_GROUP.job, attributes: [{ name: 'job-id', values: [number(IPP_TAG.integer, 1)] }] }],
      };
    });
    const op = bench.op();
    const result = await bench.print(op, { sides: 'two', colour: 'colour' });
    expect(result).toMatchObject({
      outcome: 'unknown',
      fault: { code: 'exitNotSensed' },
      value: { jobId: 1, jobState: 'completed', sheets: 2 },
    });
    expect(result.acceptedAt).toBeLessThanOrEqual(result.completedAt ?? 0);
    const sent = bench.server.heard.find(({ operation }) => operation === 'printJob');
    if (sent === undefined) throw new Error('not sent');
    expect(Buffer.from(sent.body.data).equals(PDF)).toBe(true);
    expect(textOf(sent, 'job-name')).toBe(op.operationId);
    expect(textOf(sent, 'printer-uri')).toBe('ipp://localhost/printers/kiosk');
    expect([textOf(sent, 'sides'), textOf(sent, 'print-color-mode')]).toEqual(['two-sided-long-edge', 'color']);
    expect(bench.server.times('printJob')).toBe(1);
  });

  it('with an exit sensor that saw all sheets it is done', async () => {
    const bench = scriptedBench({ exitSensor: true });
    const { job, running } = await begun(bench);
    Object.assign(job, { state: 9, sheets: 2 });
    expect(await bench.run(running)).toMatchObject({
      outcome: 'done',
      evidence: [{ kind: 'presented', detail: 'sheets 2' }],
    });
  });

  it('two sides need half the sheets', async () => {
    const bench = scriptedBench({ exitSensor: true });
    await bench.load();
    const running = bench.begin(bench.op(), { sides: 'two', pages: 3 });
    await runFor(bench.clock, 100);
    for (const job of bench.server.jobs) Object.assign(job, { state: 9, sheets: 2, begun: true });
    expect((await bench.run(running)).outcome).toBe('done');
  });

  it.each([
    [
      'stopped',
      { 'printer-state': number(IPP_TAG.enum, 5), 'printer-state-reasons': keyword('media-empty-error') },
      'paperOut',
    ],
    [
      'closed',
      { 'printer-is-accepting-jobs': { kind: 'boolean', tag: IPP_TAG.boolean, value: false } },
      'deviceNotReady',
    ],
  ] as const)('a queue that is %s gets nothing, and the document stays', async (_, printer, code) => {
    const bench = scriptedBench();
    const well = bench.server.printer;
    bench.server.printer = { ...well, ...printer };
    expect(await bench.print()).toMatchObject({ outcome: 'notDone', fault: { code } });
    expect(bench.server.times('printJob')).toBe(0);
    bench.server.printer = well;
    const running = bench.begin();
    await runFor(bench.clock, 100);
    expect(bench.server.jobs).toHaveLength(1);
    Object.assign(bench.server.jobs[0] ?? {}, { state: 9 });
    await bench.run(running);
    // Printed once: overwritten.
    expect(await bench.run(bench.begin())).toMatchObject({ outcome: 'notDone', fault: { code: 'softwareError' } });
  });

  it('what the queue cannot do as ordered is told before a job is made, also when it would pass over it', async () => {
    const bench = scriptedBench();
    const unsupported = { tag: IPP_GROUP.unsupported, attributes: [{ name: 'sides', values: [keyword('x')] }] };
    for (const status of [0x040b, 0x0001]) {
      bench.server.answer('validateJob', () => ({ status, groups: [unsupported] }));
      const result = await bench.print();
      expect(result).toMatchObject({ outcome: 'notDone', fault: { code: 'configuration' } });
      expect(result.fault?.message).toContain('sides');
    }
    expect(bench.server.times('printJob')).toBe(0);
  });

  it.each([
    ['an IPP refusal', { status: 0x0507 }, 'deviceBusy'],
    ['an HTTP refusal', { http: 413 }, 'softwareError'],
  ] as const)('%s of Print-Job is certain', async (_, reply, code) => {
    const bench = scriptedBench();
    bench.server.answer('printJob', () => reply);
    expect(await bench.print()).toMatchObject({ outcome: 'notDone', fault: { code } });
    expect(bench.server.times('cancelJob')).toBe(0);
  });

  it('reasons end nothing: a job goes on through an empty tray; status tells of it meanwhile', async () => {
    const bench = scriptedBench();
    const { job, running } = await begun(bench);
    Object.assign(job, { state: 6, begun: true, reasons: ['printer-stopped'] });
    bench.server.printer['printer-state-reasons'] = [keyword('media-empty-error'), keyword('media-needed-report')];
    await runFor(bench.clock, 5_000);
    expect(await bench.driver.status(0)).toMatchObject({ device: 'online', supplies: { paper: 'out' } });
    bench.server.printer['printer-state-reasons'] = keyword('none');
    Object.assign(job, { state: 9, reasons: ['processing-to-stop-point'] });
    expect(await bench.run(running)).toMatchObject({ outcome: 'unknown', value: { jobState: 'completed' } });
    expect(bench.server.times('cancelJob')).toBe(0);
  });

  it('wrong paper hangs: cancelled before the deadline, with what the printer said', async () => {
    const bench = scriptedBench();
    const { job, running } = await begun(bench, 20_000);
    Object.assign(job, { state: 5, begun: true });
    bench.server.printer['printer-state-reasons'] = keyword('media-needed');
    bench.server.answer('cancelJob', () => {
      job.state = 7;
      bench.server.printer['printer-state-reasons'] = keyword('none');
      return { status: 0 };
    });
    const began = bench.clock.monoMs();
    expect(await bench.run(running)).toMatchObject({ outcome: 'unknown', fault: { code: 'paperOut' } });
    expect(bench.clock.monoMs() - began).toBeLessThan(20_000);
    expect(bench.server.times('cancelJob')).toBe(1);
  });

  it('a lease that ends cancels; a job that never came to the printer is not done', async () => {
    const bench = scriptedBench();
    const { running } = await begun(bench);
    bench.abort.abort();
    expect(await bench.run(running)).toMatchObject({ outcome: 'notDone', fault: { code: 'canceled' } });
  });

  it('a job that ended just before the cancel is what it is', async () => {
    const bench = scriptedBench();
    const { job, running } = await begun(bench);
    bench.server.answer('cancelJob', () => {
      Object.assign(job, { state: 9, sheets: 2 });
      return { status: 0x0404 };
    });
    bench.abort.abort();
    expect(await bench.run(running)).toMatchObject({ outcome: 'unknown', value: { jobState: 'completed' } });
  });

  it.each(['silence', 'hangUp', { bytes: new Uint8Array(3) }] as const)(
    'an answer to Print-Job that does not come (%j): the job is found by its name and cancelled',
    async (reply) => {
      const bench = scriptedBench();
      bench.server.answer('printJob', (heard) => {
        bench.server.add({ name: textOf(heard, 'job-name') ?? '' });
        return reply;
      });
      expect(await bench.print()).toMatchObject({ outcome: 'notDone', value: { jobState: 'canceled' } });
      expect(bench.server.times('printJob')).toBe(1);
    },
  );

  it('a server that is away is waited for, within the time; the job is found again', async () => {
    const bench = scriptedBench();
    const { job, running } = await begun(bench);
    Object.assign(job, { state: 5, begun: true });
    await bench.server.unplug();
    await runFor(bench.clock, 10_000);
    expect((await bench.driver.status(0)).device).toBe('offline');
    bench.server.isPlugged = true;
    Object.assign(job, { state: 9 });
    expect(await bench.run(running)).toMatchObject({ outcome: 'unknown', value: { jobState: 'completed' } });
    expect(await bench.status()).toMatchObject({ device: 'online' });
  });

  it('a job whose end was not seen is cancelled at the next contact, before anything is online', async () => {
    const bench = scriptedBench({ purgeAtStart: false });
    const { job, running } = await begun(bench, 20_000);
    await bench.server.unplug();
    expect(await bench.run(running)).toMatchObject({ outcome: 'unknown', fault: { code: 'offline' } });
    bench.server.isPlugged = true;
    expect(job.state).toBe(3);
    expect(await bench.status()).toMatchObject({ device: 'online' });
    expect(job.state).toBe(7);
  });

  it('a server that has forgotten the job: nobody knows', async () => {
    const bench = scriptedBench();
    const { running } = await begun(bench);
    bench.server.jobs.length = 0;
    expect(await bench.run(running)).toMatchObject({ outcome: 'unknown', fault: { code: 'hardwareError' } });
  });

  it('on a line that is new Print-Job is not sent: somebody else may answer there', async () => {
    const bench = scriptedBench();
    bench.server.answer('validateJob', () => ({ status: 0, thenHangsUp: true }));
    expect(await bench.print()).toMatchObject({ outcome: 'notDone', fault: { code: 'offline' } });
    expect(bench.server.times('printJob')).toBe(0);
  });

  it('a document of 16 MiB goes through', async () => {
    const bench = scriptedBench();
    await bench.load();
    const { createHash } = await import('node:crypto');
    const piece = Buffer.alloc(524_288, 0x25);
    const hash = createHash('sha256');
    for (let n = 0; n < 32; n += 1) {
      hash.update(piece);
      const args = { documentId: 'large', offset: n * piece.length, piece: piece.toString('base64'), last: n === 31 };
      expect((await bench.driver.read('loadDocument', 1_000, args, bench.abort.signal)).ok).toBe(true);
    }
    const running = bench.begin(bench.op(), { documentId: 'large', sha256: hash.digest('hex') });
    await runFor(bench.clock, 200);
    Object.assign(bench.server.jobs[0] ?? {}, { state: 9 });
    expect(await bench.run(running)).toMatchObject({ value: { jobState: 'completed' } });
    const sent = bench.server.heard.find(({ operation }) => operation === 'printJob');
    expect(sent?.body.data.length).toBe(16_777_216);
  });
});
