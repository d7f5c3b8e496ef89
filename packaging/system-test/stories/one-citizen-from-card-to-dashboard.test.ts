import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePortBase } from '../../start/ports.ts';
import { run, RunningDemonstration } from './with-demonstration.ts';

interface Volumes {
  readonly volumes: readonly { readonly service: string; readonly outcome: string; readonly n: number }[];
}

let hall: RunningDemonstration;

beforeAll(async () => {
  hall = await RunningDemonstration.start(['--light', '2', '--speed', 'fast']);
}, 120_000);
afterAll(async () => {
  await hall.stop();
});

describe('one citizen, from card to dashboard', () => {
  it('is charged once, gets one endorsement, and the fleet has it', async () => {
    const tid = 'SD-DALIANG-01';
    const before = await doneOf(tid);
    const report = await hall.citizen();
    expect(report).toMatchObject({
      service: 'exit.endorse',
      outcome: 'done',
      incident: null,
      feeFen: 1500,
      charged: 1,
      refunded: 0,
      produced: 1,
      handedOver: 1,
      fleet: { acknowledged: true },
    });
    expect(report.steps.map((step) => step.step)).toEqual(
      expect.arrayContaining(['read-card', 'face', 'choose', 'approve', 'pay', 'produce', 'verify', 'hand-over']),
    );
    expect(await doneOf(tid)).toBe(before + 1);
  });

  it('leaves offices that balance, a case that is produced and money that is captured', async () => {
    const offices = await hall.offices();
    expect(offices.totals).toMatchObject({ held: 0, captured: 1500, refunded: 0, owed: 0, balanced: true });
    expect(offices.cases).toMatchObject([{ stage: 'produced', paid: true }]);
  });

  it('takes the card home, with the new line on it', async () => {
    const cabinet = await hall.cabinet();
    expect(cabinet.card).toBeNull();
    expect(cabinet.bin).toEqual([]);
  });

  it.each([
    ['printEndorsement', ['session', 'core', 'device-host']],
    ['exitEntry.case.begin', ['session', 'core', 'fleet']],
  ])('%s can be followed by its operation id through the logs of %j', (verb, processes) => {
    const log = (name: string): string[] => readFileSync(`${hall.dataDir}/log/${name}.log`, 'utf8').split('\n');
    const asked =
      log('session').find((line) => /operation asked for|office asked/u.test(line) && line.includes(verb)) ?? '{}';
    const { operationId } = JSON.parse(asked) as { operationId?: string };
    expect(operationId).toMatch(/^[0-9a-f-]{36}$/u);
    for (const name of processes)
      expect(
        log(name).some((line) => line.includes(operationId ?? '')),
        name,
      ).toBe(true);
  });

  it('has the camera’s device told what the page measured, once', () => {
    const granted = hall.rows(0).filter((row) => row.kind === 'lease-granted' && row['module'] === 'camera');
    expect(granted).toMatchObject([{ owner: 'session' }]);
  });

  it('leaves a record that is whole', async () => {
    const verified = await hall.verifyJournal();
    expect(verified.stderr).toBe('');
    expect(verified.status).toBe(0);
  });

  it('a second start on the same ports, or on the same data, says which and how to go on', async () => {
    const base = String(hall.portBase);
    const ports = await run('packaging/start/start.mjs', ['--port-base', base, '--data', `${hall.dataDir}-2`]);
    expect(ports).toMatchObject({ status: 1, stderr: expect.stringMatching(/--port-base.*\[PORT_TAKEN\]/u) });
    const free = String(await freePortBase());
    const data = await run('packaging/start/start.mjs', ['--port-base', free, '--data', hall.dataDir]);
    expect(data).toMatchObject({ status: 1, stderr: expect.stringMatching(/--data.*\[DATA_IN_USE\]/u) });
    expect(ports.stderr + data.stderr).not.toMatch(/\n\s+at /u);
  });

  it('in English too, a second time, as the same machine', async () => {
    const report = await hall.citizen('--lang', 'en', '--permit', 'permit-wang-wei');
    expect(report).toMatchObject({ outcome: 'done', charged: 1, produced: 1, handedOver: 1 });
  });
});

async function doneOf(tid: string): Promise<number> {
  const { volumes } = await hall.api<Volumes>(`/volumes?tid=${tid}`);
  return volumes
    .filter((row) => row.service === 'exit.endorse' && row.outcome === 'done')
    .reduce((sum, row) => sum + row.n, 0);
}
