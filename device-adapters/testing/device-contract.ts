import { descriptionSchema, deviceStatusSchema, operationRecordSchema, PORTS } from '@yimen/contracts/device';
import { LIMITS } from '../limits.table.ts';
import { ContractBench } from './contract-bench.ts';
import { effectOf, type DeviceContractSubject, type TestKit } from './device-contract-subject.ts';
import { runFor } from './run-until.ts';

/** The contract of every device, asserted on a driver in its slot against its simulator: outcomes, duplicates, leases,
 *  stale after reconnect, `hardwareError → starting → online`, deadlines, unplug at each step, host killed in motion. */
export function deviceContract(kit: TestKit, subject: DeviceContractSubject): void {
  kit.describe(`contract: ${subject.driver}`, () => {
    identityContract(kit, subject);
    statusContract(kit, subject);
    leaseContract(kit, subject);
    operationContract(kit, subject);
    lossContract(kit, subject);
  });
}

async function withBench(
  subject: DeviceContractSubject,
  test: (bench: ContractBench) => Promise<void>,
  expectSerial?: string,
): Promise<void> {
  const bench = new ContractBench(subject, expectSerial);
  try {
    await test(bench);
  } finally {
    await bench.end();
  }
}

function identityContract({ it, expect }: TestKit, subject: DeviceContractSubject): void {
  it('describes itself', () =>
    withBench(subject, async (bench) => {
      const described = await bench.run(bench.slot.describe());
      const { driver, kind, serial } = subject;
      expect(described).toMatchObject({ ok: true, value: { driver, kind, ...(serial !== undefined && { serial }) } });
      if (described.ok) expect(descriptionSchema.safeParse(described.value).success).toBe(true);
      expect(bench.device).toMatchObject({ id: subject.driver, kind: subject.kind });
    }));

  const pinned = subject.serial;
  if (pinned === undefined) return;
  it('runs with the pinned serial, and refuses to act with another', async () => {
    const { start, prepare, times } = effectOf(subject);
    await withBench(
      subject,
      async (bench) => {
        prepare(bench);
        expect(await bench.run(start(bench, await bench.claim(), bench.op()))).toMatchObject({
          ok: true,
          value: { outcome: 'done' },
        });
      },
      pinned,
    );
    await withBench(
      subject,
      async (bench) => {
        prepare(bench);
        const before = times(bench);
        const refused = await bench.run(start(bench, await bench.claim(), bench.op()));
        const fault = refused.ok ? refused.value.fault : refused.error;
        expect(fault).toMatchObject({ code: 'configuration', action: 'configuration' });
        if (refused.ok) expect(refused.value.outcome).toBe('notDone');
        expect(times(bench)).toBe(before);
        expect((await bench.status()).fault).toMatchObject({ code: 'configuration' });
      },
      'not-the-one-installed',
    );
  });
}

function statusContract({ it, expect }: TestKit, subject: DeviceContractSubject): void {
  it('is stale until it has been asked, then well', () =>
    withBench(subject, async (bench) => {
      expect(bench.slot.lastStatus.source).toBe('stale');
      const status = await bench.status();
      expect(status).toMatchObject({ device: 'online', source: 'reported' });
      expect(deviceStatusSchema.safeParse(status).success).toBe(true);
    }));

  it('a lost line is stale; after it came back the device was inspected first', () =>
    withBench(subject, async (bench) => {
      await bench.status();
      const states: unknown[] = [];
      bench.slot.onStatus((changed) => changed.device && states.push(changed.device));
      bench.device.unplug();
      expect(await bench.status()).toMatchObject({ device: 'offline', source: 'stale' });
      bench.device.plug();
      expect(await bench.status()).toMatchObject({ device: 'online', source: 'reported' });
      expect(states).toEqual(['offline', 'starting', 'online']);
    }));

  it('a silent device is stale and offline, told once', () =>
    withBench(subject, async (bench) => {
      await bench.status();
      bench.device.fault(subject.silences);
      const states: unknown[] = [];
      bench.slot.onStatus((changed) => changed.device && states.push(changed.device));
      for (let i = 0; i < 3; i += 1) expect(await bench.status()).toMatchObject({ device: 'offline', source: 'stale' });
      expect(states).toEqual(['offline']);
      bench.device.clear();
      expect(await bench.status()).toMatchObject({ device: 'online' });
    }));

  const broken = subject.breaks;
  if (broken !== undefined) {
    it('broken, mended: hardwareError, starting, online, never directly', () =>
      withBench(subject, async (bench) => {
        await bench.status();
        const states: unknown[] = [];
        bench.slot.onStatus((changed) => changed.device && states.push(changed.device));
        expect(bench.device.fault(broken).ok).toBe(true);
        expect(await bench.status()).toMatchObject({ device: 'hardwareError' });
        expect((await bench.status()).action).toBeDefined();
        bench.device.clear();
        await bench.status();
        expect((await bench.status()).device).toBe('online');
        expect(states).toEqual(['hardwareError', 'starting', 'online']);
      }));
  }
}

function leaseContract({ it, expect }: TestKit, subject: DeviceContractSubject): void {
  it('one owner at a time; the next waits, or is told who has it', () =>
    withBench(subject, async (bench) => {
      const first = await bench.claim('session-1');
      const refused = await bench.run(bench.slot.claim({ kind: 'technician', id: 'probe' }, 300));
      expect(refused).toMatchObject({
        ok: false,
        error: { code: 'deviceBusy', message: expect.stringContaining('session-1') as string },
      });
      const waiting = bench.slot.claim({ kind: 'technician', id: 'probe' }, 5_000);
      await runFor(bench.clock, 1_000);
      bench.slot.release(first);
      expect(await bench.run(waiting)).toMatchObject({ ok: true, value: { owner: { id: 'probe' } } });
    }));

  it('without a lease in force nothing is read or moved', () =>
    withBench(subject, async (bench) => {
      const { start, prepare, times } = effectOf(subject);
      prepare(bench);
      const before = times(bench);
      const lease = await bench.claim();
      bench.slot.release(lease);
      expect(await bench.run(start(bench, lease, bench.op()))).toMatchObject({
        ok: false,
        error: { code: 'leaseEnded' },
      });
      const forged = { ...lease, leaseId: 'AAAAAAAAAAAAAAAAAAAAAA' as typeof lease.leaseId };
      expect(await bench.run(start(bench, forged, bench.op()))).toMatchObject({
        ok: false,
        error: { code: 'noLease' },
      });
      await bench.claim('session-2');
      expect(await bench.run(start(bench, lease, bench.op()))).toMatchObject({
        ok: false,
        error: { code: 'leaseEnded' },
      });
      const read = Object.entries(PORTS[subject.kind].verbs).find(([, row]) => row.nature === 'read');
      if (read !== undefined)
        expect(await bench.run(bench.slot.read(lease, 500, read[0], {}))).toMatchObject({ ok: false });
      expect(times(bench)).toBe(before);
    }));

  it('a lease nobody uses ends, and its holder is told so', () =>
    withBench(subject, async (bench) => {
      const lease = await bench.claim();
      await bench.clock.advance(LIMITS.leaseIdleMs);
      expect(bench.slot.lease).toBeUndefined();
      expect(await bench.run(bench.slot.selfTest(lease, bench.op()))).toMatchObject({
        ok: false,
        error: { code: 'leaseEnded' },
      });
    }));
}

function operationContract({ it, expect }: TestKit, subject: DeviceContractSubject): void {
  const { verb, start, prepare, times } = effectOf(subject);

  it('an effect ends done, with moments in order, and is kept', () =>
    withBench(subject, async (bench) => {
      prepare(bench);
      const before = times(bench);
      const op = bench.op();
      const result = await bench.run(start(bench, await bench.claim(), op));
      expect(result).toMatchObject({
        ok: true,
        value: { operationId: op.operationId, device: bench.slot.device, verb, outcome: 'done' },
      });
      if (!result.ok) return;
      expect(operationRecordSchema.safeParse(result.value).success).toBe(true);
      const { acceptedAt, completedAt } = result.value;
      if (acceptedAt !== undefined && completedAt !== undefined) expect(acceptedAt).toBeLessThanOrEqual(completedAt);
      expect(await bench.run(bench.slot.getOperation(op.operationId))).toEqual(result.value);
      if (subject.effect !== undefined) expect(times(bench)).toBe(before + 1);
    }));

  it('a known id moves nothing and gives the record, also when both calls are made at once and after a restart', () =>
    withBench(subject, async (bench) => {
      prepare(bench);
      const op = bench.op();
      const lease = await bench.claim();
      const [first, second] = await bench.run(Promise.all([start(bench, lease, op), start(bench, lease, op)]));
      expect(first).toMatchObject({ ok: true, value: { outcome: 'done' } });
      expect(second).toMatchObject({ ok: true, value: { outcome: 'done', duplicate: true } });
      const after = times(bench);
      expect(await bench.run(start(bench, lease, op))).toMatchObject({ ok: true, value: { duplicate: true } });
      bench.restartHost();
      expect(await bench.run(start(bench, await bench.claim(), op))).toMatchObject({
        ok: true,
        value: { outcome: 'done', duplicate: true },
      });
      expect(times(bench)).toBe(after);
    }));

  it('an id already used for something else is refused', () =>
    withBench(subject, async (bench) => {
      prepare(bench);
      const op = bench.op();
      const lease = await bench.claim();
      await bench.run(start(bench, lease, op));
      expect(await bench.run(bench.slot.reset(lease, op, 'stay'))).toMatchObject({
        ok: false,
        error: { code: 'softwareError' },
      });
    }));

  it('wrong arguments and unknown verbs never become an operation', () =>
    withBench(subject, async (bench) => {
      const lease = await bench.claim();
      for (const [name, row] of Object.entries(PORTS[subject.kind].verbs)) {
        const op = bench.op();
        const args = { notAnArgument: true };
        const result = await bench.run(
          row.nature === 'effect' ? bench.slot.effect(lease, op, name, args) : bench.slot.read(lease, 500, name, args),
        );
        expect(result, name).toMatchObject({ ok: false, error: { code: 'softwareError' } });
        expect(await bench.run(bench.slot.getOperation(op.operationId))).toBe('never-seen');
      }
      for (const name of ['toString', 'noSuchVerb', '__proto__']) {
        expect(await bench.run(bench.slot.effect(lease, bench.op(), name, {}))).toMatchObject({
          ok: false,
          error: { code: 'unsupportedCommand' },
        });
      }
    }));

  const { read } = subject;
  if (read !== undefined) {
    it('a read gives what the port’s table says', () =>
      withBench(subject, async (bench) => {
        read.prepare(bench.device);
        expect(await bench.run(bench.slot.read(await bench.claim(), 20_000, read.verb, read.args))).toMatchObject({
          ok: true,
        });
      }));
  }
}

function lossContract({ it, expect }: TestKit, subject: DeviceContractSubject): void {
  const { start, prepare, times, takesMs } = effectOf(subject);

  it('a device that falls silent: the deadline holds and nobody calls it done', () =>
    withBench(subject, async (bench) => {
      await bench.status();
      prepare(bench);
      const lease = await bench.claim();
      const op = bench.op(5_000);
      const began = bench.clock.monoMs();
      bench.device.fault(subject.silences);
      const result = await bench.run(start(bench, lease, op));
      expect(bench.clock.monoMs() - began).toBeLessThanOrEqual(op.deadlineMs + LIMITS.driverGraceMs + 100);
      expect(result.ok ? result.value.outcome : 'refused').not.toBe('done');
    }));

  it('unplugged at each step: one outcome, kept; done and notDone are true', async () => {
    for (let atMs = 0; atMs <= takesMs; atMs += Math.ceil(takesMs / 40)) {
      await withBench(subject, async (bench) => {
        prepare(bench);
        const before = times(bench);
        const op = bench.op(10_000);
        const running = start(bench, await bench.claim(), op);
        await runFor(bench.clock, atMs);
        bench.device.unplug();
        const result = await bench.run(running);
        // The device does not know that its cable is gone, and may finish what it began.
        await runFor(bench.clock, takesMs, 200);
        if (!result.ok) {
          expect(times(bench), `refused at ${atMs} ms`).toBe(before);
          return;
        }
        const { outcome } = result.value;
        expect(['done', 'notDone', 'unknown']).toContain(outcome);
        if (outcome === 'done' && subject.effect) expect(times(bench), `done at ${atMs} ms`).toBe(before + 1);
        if (outcome === 'notDone') expect(times(bench), `notDone at ${atMs} ms`).toBe(before);
        bench.device.plug();
        const status = await bench.status();
        expect(status.source).toBe('reported');
        const kept = await bench.run(bench.slot.getOperation(op.operationId));
        expect(kept === 'never-seen' ? undefined : kept.outcome).toBeDefined();
        expect(await bench.run(start(bench, await bench.claim(), op))).toMatchObject({
          ok: true,
          value: { duplicate: true },
        });
        expect(times(bench)).toBeLessThanOrEqual(before + 1);
      });
    }
  });

  it('host killed in motion: the next host knows the operation and moves nothing', () =>
    withBench(subject, async (bench) => {
      prepare(bench);
      const before = times(bench);
      const op = bench.op();
      const lost = start(bench, await bench.claim(), op);
      lost.catch(() => undefined);
      await runFor(bench.clock, Math.ceil(takesMs / 4));
      bench.restartHost();
      const lease = await bench.claim();
      const found = await bench.run(bench.slot.getOperation(op.operationId));
      expect(found === 'never-seen' ? undefined : found.outcome).toBeDefined();
      expect(await bench.run(start(bench, lease, op))).toMatchObject({ ok: true, value: { duplicate: true } });
      await runFor(bench.clock, takesMs, 200);
      expect(times(bench)).toBeLessThanOrEqual(before + 1);
    }));

  it('a lease that ends in motion ends the wait, and the device is free again', () =>
    withBench(subject, async (bench) => {
      prepare(bench);
      const lease = await bench.claim('session-1');
      const running = start(bench, lease, bench.op());
      await runFor(bench.clock, Math.ceil(takesMs / 4));
      bench.slot.release(lease, 'ownerGone');
      const next = bench.slot.claim({ kind: 'core', id: 'core' }, 60_000);
      const [result, claimed] = await bench.run(Promise.all([running, next]));
      if (result.ok) expect(result.value.outcome).toBeDefined();
      expect(claimed).toMatchObject({ ok: true });
    }));
}
