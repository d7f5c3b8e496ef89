import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningDemonstration, run } from './with-demonstration.ts';

interface Volume {
  readonly service: string;
  readonly outcome: string;
  readonly n: number;
  readonly chargedFen: number;
}

describe('one citizen, from card to dashboard', () => {
  let hall: RunningDemonstration;
  beforeAll(async () => {
    hall = await RunningDemonstration.start();
  }, 120_000);
  afterAll(() => hall.stop());

  it('is served, charged once, handed one card, and counted by the fleet', async () => {
    const report = await hall.citizen();
    expect(report).toMatchObject({ service: 'exit.endorse', outcome: 'done', feeFen: 1500, charged: 1, refunded: 0, produced: 1, handedOver: 1, incident: null, fleet: { acknowledged: true } });
    expect(report.steps.map((step) => step.step)).toContain('read-card');
    const volumes = await hall.api<{ volumes: Volume[] }>('/volumes?tid=SD-DALIANG-01');
    expect(volumes.volumes.find((row) => row.service === 'exit.endorse' && row.outcome === 'done')).toMatchObject({ n: 1, chargedFen: 1500 });
    expect((await hall.verifyJournal()).status).toBe(0);
  }, 120_000);

  it('leaves the machine ready for the next one, in English', async () => {
    expect(await hall.citizen('--lang', 'en')).toMatchObject({ outcome: 'done', charged: 1, handedOver: 1 });
  }, 120_000);

  it('can be followed by one operation id through every process', async () => {
    const report = await hall.citizen();
    const shown = await run('packaging/journal/journal.mjs', ['show', hall.journalFile, '--session', report.sessionId]);
    const line = shown.stdout.split('\n').find((text) => text.includes('operation-intended') && text.includes('printEndorsement'));
    const id = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{22}/u.exec(line ?? '')?.[0] ?? 'none';
    const { readFileSync } = await import('node:fs');
    for (const log of ['session', 'device-host']) expect(readFileSync(`${hall.dataDir}/log/${log}.log`, 'utf8'), log).toContain(id);
    const office = shown.stdout.split('\n').find((text) => text.includes('operation-intended') && text.includes('case.begin'));
    const officeId = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{22}/u.exec(office ?? '')?.[0] ?? 'none';
    for (const log of ['session', 'fleet']) expect(readFileSync(`${hall.dataDir}/log/${log}.log`, 'utf8'), log).toContain(officeId);
  }, 120_000);

  it('refuses another start on its ports and on its data, each with one sentence', async () => {
    const ports = await run('packaging/start/start.mjs', ['--port-base', String(hall.portBase), '--data', `${hall.dataDir}-other`]);
    expect(ports).toMatchObject({ status: 1 });
    expect(ports.stderr).toMatch(/^.*Port \d+ \(dashboard\) is taken.*\[PORT_TAKEN\]\n$/u);
    const { freePortBase } = await import('../../start/ports.ts');
    const data = await run('packaging/start/start.mjs', ['--port-base', String(await freePortBase()), '--data', hall.dataDir]);
    expect(data).toMatchObject({ status: 1 });
    expect(data.stderr).toMatch(/in use by another start.*\[DATA_IN_USE\]\n$/u);
  }, 60_000);
});
