import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DeviceStatus, Lease, OperationRecord } from '@yimen/contracts/device';
import { ContractBench } from '../../testing/contract-bench.ts';
import { runFor } from '../../testing/run-until.ts';
import { WIRE_FAULTS } from '../../testing/simulated-wire.ts';
import { createCupsIpp } from './driver.ts';
import { createSimulatedPrintServer, type SimulatedPrintServerOptions } from './simulator.ts';

const PAGE = '3 0 obj\n<< /Type /Page /Parent 2 0 R >>\nendobj\n';
const PDF = Buffer.from(`%PDF-1.4\n${PAGE.repeat(3)}%%EOF\n`);
const PAGES = 3;

class PrintBench {
  readonly bench: ContractBench;
  readonly #server: SimulatedPrintServerOptions['server'];

  constructor(server: SimulatedPrintServerOptions['server'] = 'printer') {
    this.#server = server;
    this.bench = new ContractBench({
      createDriver: createCupsIpp,
      createSimulator: (context) => createSimulatedPrintServer(context, { ...(server && { server }) }),
      options: { exitSensor: server === 'printer' },
    });
  }

  get state(): Readonly<Record<string, unknown>> {
    return this.bench.device.state();
  }

  get printed(): number {
    return Number(this.state['printed']);
  }

  fault(...names: readonly string[]): void {
    for (const name of names)
      expect(this.bench.device.fault(name), `${name} on ${this.#server}`).toMatchObject({ ok: true });
  }

  status(): Promise<DeviceStatus> {
    return this.bench.status();
  }

  async load(lease: Lease): Promise<object> {
    const piece = { documentId: 'd', offset: 0, piece: PDF.toString('base64'), last: true };
    const loaded = await this.bench.run(this.bench.slot.read(lease, 1_000, 'loadDocument', piece));
    const sha256 = createHash('sha256').update(PDF).digest('hex');
    expect(loaded).toEqual({ ok: true, value: { bytes: PDF.length, sha256 } });
    return { documentId: 'd', sha256, pages: PAGES, sides: 'one', colour: 'mono' };
  }

  async begin(
    deadlineMs = 60_000,
    more: object = {},
  ): Promise<{ lease: Lease; running: Promise<OperationRecord>; id: string }> {
    const lease = await this.bench.claim();
    const args = { ...(await this.load(lease)), ...more };
    const op = this.bench.op(deadlineMs);
    const running = this.bench.slot.effect(lease, op, 'printDocument', args).then((result) => {
      if (!result.ok) throw new Error(result.error.message);
      return result.value;
    });
    running.catch(() => undefined);
    return { lease, running, id: op.operationId };
  }

  async print(deadlineMs = 60_000, more: object = {}): Promise<OperationRecord> {
    const { lease, running } = await this.begin(deadlineMs, more);
    const record = await this.bench.run(running);
    this.bench.slot.release(lease);
    return record;
  }
}

async function on(
  server: SimulatedPrintServerOptions['server'],
  test: (bench: PrintBench) => Promise<void>,
): Promise<void> {
  const bench = new PrintBench(server);
  try {
    await test(bench);
  } finally {
    await bench.bench.end();
  }
}

describe('a printer that counts what its exit sensor saw', () => {
  it('prints: done, presented, every sheet once', () =>
    on('printer', async (bench) => {
      expect(await bench.print()).toMatchObject({
        outcome: 'done',
        evidence: [{ kind: 'presented', customerAccess: 'customer' }],
        value: { jobState: 'completed', sheets: PAGES },
      });
      expect(bench.printed).toBe(PAGES);
    }));

  it('F24: an empty tray waits, is told, is cancelled before the deadline; nothing came out: notDone', () =>
    on('printer', async (bench) => {
      bench.fault('F24');
      const { running } = await bench.begin(30_000);
      await runFor(bench.bench.clock, 10_000);
      expect(bench.bench.slot.lastStatus).toMatchObject({ supplies: { paper: 'out' }, action: 'clear' });
      const record = await bench.bench.run(running);
      expect(record).toMatchObject({ outcome: 'notDone', fault: { code: 'paperOut' } });
      bench.bench.device.put('paper-a4');
      await runFor(bench.bench.clock, 30_000);
      expect(bench.printed).toBe(0);
      expect(await bench.status()).toMatchObject({ device: 'online', supplies: { paper: 'full' } });
    }));

  it('paper that comes in time: the job goes on', () =>
    on('printer', async (bench) => {
      bench.fault('F24');
      const { running } = await bench.begin(60_000);
      await runFor(bench.bench.clock, 10_000);
      bench.bench.device.put('paper-a4');
      expect(await bench.bench.run(running)).toMatchObject({ outcome: 'done' });
    }));

  it('F27: a jam is told with its medium, and what is cancelled is unknown or did not begin', () =>
    on('printer', async (bench) => {
      bench.fault('F27');
      const { running } = await bench.begin(30_000);
      await runFor(bench.bench.clock, 15_000);
      expect(bench.bench.slot.lastStatus).toMatchObject({
        device: 'hardwareError',
        media: 'jammed',
        supplies: { paper: 'jammed' },
      });
      const record = await bench.bench.run(running);
      expect(record.fault?.code).toBe('paperJammed');
      expect(record.outcome).toBe(bench.printed === 0 ? 'notDone' : 'unknown');
      bench.bench.device.clear();
      expect(await bench.status()).toMatchObject({ device: 'online' });
    }));

  it('F37: toner low in the middle is told; F37 out ends nothing by itself', () =>
    on('printer', async (bench) => {
      bench.fault('F37');
      expect(await bench.status()).toMatchObject({ device: 'online', supplies: { toner: 'low' } });
      const { running } = await bench.begin(40_000);
      await runFor(bench.bench.clock, 25_000);
      expect(bench.bench.slot.lastStatus.supplies['toner']).toBe('out');
      expect(await bench.bench.run(running)).toMatchObject({ outcome: 'unknown', fault: { code: 'tonerOut' } });
    }));

  it('wrong paper hangs without a word: deadline, cancel', () =>
    on('printer', async (bench) => {
      bench.fault('wrong-media');
      const began = bench.bench.clock.monoMs();
      expect(await bench.print(30_000)).toMatchObject({ outcome: 'notDone', fault: { code: 'timeOut' } });
      expect(bench.bench.clock.monoMs() - began).toBeLessThanOrEqual(30_000);
      expect(bench.state['waiting']).toBe(0);
    }));

  it('given up after the first sheet: unknown', () =>
    on('printer', async (bench) => {
      bench.fault('aborts');
      expect(await bench.print()).toMatchObject({ outcome: 'unknown', value: { jobState: 'aborted' } });
      expect(bench.printed).toBe(1);
    }));

  it('an answer that is lost: cancelled, and never printed a second time', () =>
    on('printer', async (bench) => {
      bench.fault('answer-lost');
      const record = await bench.print();
      expect(['unknown', 'notDone', 'done']).toContain(record.outcome);
      if (record.outcome === 'notDone') expect(bench.printed).toBe(0);
      if (record.outcome === 'done') expect(bench.printed).toBe(PAGES);
      await runFor(bench.bench.clock, 60_000, 200);
      expect(bench.printed).toBeLessThanOrEqual(PAGES);
      expect(bench.state['waiting']).toBe(0);
    }));

  it.each(['not-accepting', 'paused', 'no-queue', 'no-right', 'web-page'])('%s: notDone, nothing printed', (fault) =>
    on('printer', async (bench) => {
      bench.fault(fault);
      expect(await bench.print()).toMatchObject({ outcome: 'notDone' });
      expect(bench.printed).toBe(0);
    }),
  );

  it('unplugged at each moment of a print: done and notDone are true, nothing is printed twice or later', async () => {
    for (let atMs = 0; atMs <= 20_000; atMs += 700) {
      await on('printer', async (bench) => {
        const { running, id, lease } = await bench.begin(30_000);
        await runFor(bench.bench.clock, atMs);
        bench.bench.device.unplug();
        const record = await bench.bench.run(running);
        bench.bench.slot.release(lease);
        bench.bench.device.plug();
        expect(await bench.status(), `at ${atMs}`).toMatchObject({ source: 'reported' });
        const then = bench.printed;
        if (record.outcome === 'done') expect(then, `done at ${atMs}`).toBe(PAGES);
        if (record.outcome === 'notDone') expect(then, `notDone at ${atMs}`).toBe(0);
        await runFor(bench.bench.clock, 30_000, 500);
        expect(bench.printed, `later, at ${atMs}`).toBe(then);
        const kept = await bench.bench.run(bench.bench.slot.getOperation(id as never));
        expect(kept === 'never-seen' ? undefined : kept.outcome).toBeDefined();
      });
    }
  });

  it('the host is killed in the middle: the next one finds the job by its name, and cancels what waits', () =>
    on('printer', async (bench) => {
      bench.fault('F24');
      const { id } = await bench.begin(60_000);
      await runFor(bench.bench.clock, 2_000);
      expect(bench.state['waiting']).toBe(1);
      bench.bench.restartHost();
      expect(await bench.status()).toMatchObject({ source: 'reported' });
      expect(bench.state['waiting']).toBe(0);
      const found = await bench.bench.run(bench.bench.slot.getOperation(id as never));
      expect(found).toMatchObject({ outcome: 'notDone', value: { jobState: 'canceled' } });
    }));
});

describe('a bad line', () => {
  it.each(WIRE_FAULTS)(
    '%s in the middle of a print: no false word, nothing twice, and well again afterwards',
    (fault) =>
      on('printer', async (bench) => {
        const { running, lease } = await bench.begin(40_000);
        await runFor(bench.bench.clock, 1_000);
        bench.fault(fault);
        const record = await bench.bench.run(running);
        bench.bench.slot.release(lease);
        if (record.outcome === 'done') expect(bench.printed).toBe(PAGES);
        if (record.outcome === 'notDone') expect(bench.printed).toBe(0);
        bench.bench.device.clear();
        await runFor(bench.bench.clock, 60_000, 500);
        await bench.status();
        expect(await bench.status()).toMatchObject({ device: 'online', source: 'reported' });
        expect(bench.printed).toBeLessThanOrEqual(PAGES);
      }),
  );
});

describe('CUPS', () => {
  it('completed proves nothing there', () =>
    on('cups', async (bench) => {
      expect(await bench.print()).toMatchObject({
        outcome: 'unknown',
        fault: { code: 'exitNotSensed' },
        value: { jobState: 'completed' },
      });
      expect(bench.printed).toBe(PAGES);
    }));

  it('completed with processing-to-stop-point is completed', () =>
    on('cups', async (bench) => {
      bench.fault('stopped-reason');
      expect(await bench.print()).toMatchObject({ value: { jobState: 'completed' } });
    }));

  it('F36: a job of somebody else is cancelled at the start and never printed', () =>
    on('cups', async (bench) => {
      bench.fault('F36');
      expect(bench.state['waiting']).toBe(1);
      expect(await bench.status()).toMatchObject({ device: 'online' });
      expect(bench.state['waiting']).toBe(0);
      await bench.print();
      expect(bench.printed).toBe(PAGES);
    }));

  it('a dead printer behind it: offline while a job is tried, and cancelled', () =>
    on('cups', async (bench) => {
      bench.fault('dead-backend');
      const { running } = await bench.begin(30_000);
      await runFor(bench.bench.clock, 10_000);
      expect(bench.bench.slot.lastStatus).toMatchObject({ device: 'offline', source: 'stale' });
      expect(await bench.bench.run(running)).toMatchObject({ outcome: 'unknown', fault: { code: 'offline' } });
      bench.bench.device.clear();
      await runFor(bench.bench.clock, 30_000, 200);
      expect(bench.printed).toBe(0);
    }));

  it('an old reason stays after paper came in; a reset doubts it, the next page clears it', () =>
    on('cups', async (bench) => {
      bench.fault('F24');
      await bench.print(30_000);
      bench.bench.device.put('paper-a4');
      expect(await bench.status()).toMatchObject({ supplies: { paper: 'out' } });
      const lease = await bench.bench.claim();
      expect(await bench.bench.run(bench.bench.slot.reset(lease, bench.bench.op(), 'exit'))).toMatchObject({
        value: { outcome: 'done' },
      });
      bench.bench.slot.release(lease);
      expect(await bench.status()).toMatchObject({ device: 'online', supplies: { paper: 'unknown' } });
      expect(await bench.print()).toMatchObject({ value: { jobState: 'completed' } });
      expect(await bench.status()).toMatchObject({ supplies: { paper: 'full' } });
    }));

  it('paused: a reset lets it go on', () =>
    on('cups', async (bench) => {
      bench.fault('paused');
      expect(await bench.status()).toMatchObject({ device: 'hardwareError', action: 'reset' });
      const lease = await bench.bench.claim();
      expect(await bench.bench.run(bench.bench.slot.reset(lease, bench.bench.op(), 'exit'))).toMatchObject({
        value: { outcome: 'done' },
      });
      expect(await bench.status()).toMatchObject({ device: 'online' });
    }));
});
