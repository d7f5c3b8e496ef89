import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFleet } from '../../fleet/run-fleet.ts';
import { run, RunningDemonstration, type Ran } from './with-demonstration.ts';

const SOURCES = { journal: 'core/journal.sqlite', fleet: 'fleet/fleet.sqlite', provider: 'sandbox/sandbox.sqlite' };
type Source = keyof typeof SOURCES;

let hall: RunningDemonstration;
let copies = '';

beforeAll(async () => {
  hall = await RunningDemonstration.start(['--light', '0', '--speed', 'fast']);
  copies = mkdtempSync(join(tmpdir(), 'yimen-books-'));
}, 120_000);
afterAll(async () => {
  await hall.stop();
  rmSync(copies, { recursive: true, force: true });
});

interface Report {
  readonly ok: boolean;
  readonly days: readonly { readonly money: Readonly<Record<string, number>> }[];
  readonly differences: readonly { readonly kind: string; readonly ref: string; readonly tid: string }[];
  readonly open: readonly { readonly what: string; readonly ref: string }[];
  readonly withoutJournal: readonly string[];
}

/** The command as people run it. */
function fleet(...args: readonly string[]): Promise<Ran> {
  return run('packaging/fleet/fleet.mjs', ['reconcile', ...args]);
}

/** The same without a process and without waiting between the two readings: nothing moves in a copy. */
async function atRest(...args: readonly string[]): Promise<Ran> {
  const lines = { stdout: '', stderr: '' };
  const status = await runFleet(['reconcile', ...args], {
    out: (line) => (lines.stdout += `${line}\n`),
    err: (line) => (lines.stderr += `${line}\n`),
    wallMs: () => Date.now(),
    settleMs: 0,
  });
  return { status, ...lines };
}
const reportOf = ({ stdout }: Ran): Report => JSON.parse(stdout) as Report;

/** The books as they stand now, each in a copy of its own; `sql` changes the copy of one. */
function copied(doctored?: Source, sql = ''): string[] {
  return Object.entries(SOURCES).flatMap(([source, file]) => {
    const copy = join(copies, `${source}.sqlite`);
    rmSync(copy, { force: true });
    const db = new DatabaseSync(join(hall.dataDir, file), { readOnly: true, timeout: 5_000 });
    db.exec(`VACUUM INTO '${copy}'`);
    db.close();
    if (source === doctored) change(copy, sql);
    return [`--${source}`, copy];
  });
}

function change(file: string, sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

describe('the day is closed', () => {
  it('three citizens later all books agree, with what waits named', async () => {
    expect(await hall.citizen()).toMatchObject({ outcome: 'done', charged: 1 });
    const stopped = await hall.citizen('--fault', 'F55', '--permit', 'permit-wang-wei');
    expect(stopped).toMatchObject({ outcome: 'stopped', state: 'paid-not-produced' });
    const paid = await run('packaging/citizen/citizen.mjs', [
      'exit.pay',
      '--json',
      '--port-base',
      String(hall.portBase),
    ]);
    expect(JSON.parse(paid.stdout)).toMatchObject({ service: 'exit.pay', outcome: 'done', charged: 1 });
    const closed = await fleet('--data', hall.dataDir, '--json');
    expect(closed).toMatchObject({ status: 0, stderr: '' });
    const report = reportOf(closed);
    expect(report.differences).toEqual([]);
    expect(sumOf(report)).toEqual({ terminalFen: 15_000, gatewayFen: 15_000, heldFen: 1_500, capturedFen: 13_500 });
    expect(report.open.map(({ what }) => what).toSorted()).toEqual(['compensation', 'incident']);
    expect(report.open).toContainEqual(expect.objectContaining({ what: 'incident', ref: stopped.incident }));
    expect(report.withoutJournal).toEqual([]);
  }, 90_000);

  it('says so to people, and shows no official number and nobody’s name', async () => {
    const { cases, bills } = (await hall.offices()) as unknown as {
      cases: readonly { receiptNo: string; person: string }[];
      bills: readonly { billNo: string }[];
    };
    const zh = await fleet('--data', hall.dataDir);
    const en = await atRest('--data', hall.dataDir, '--lang', 'en');
    expect([zh.status, en.status]).toEqual([0, 0]);
    expect(zh.stdout).toMatch(/全部相符\n$/u);
    expect(en.stdout).toMatch(/everything agrees\n$/u);
    const numbers = [...cases.map(({ receiptNo }) => receiptNo), ...bills.map(({ billNo }) => billNo)];
    expect(numbers.length).toBeGreaterThan(4);
    for (const number of numbers) expect(zh.stdout + en.stdout).not.toContain(number);
  });

  it('copies of the same books agree too', async () => {
    const closed = await atRest(...copied(), '--json');
    expect([closed.status, reportOf(closed).differences]).toEqual([0, []]);
  });

  it.each<[Source, string, readonly string[]]>([
    [
      'journal',
      `DROP TRIGGER journal_no_update;
       UPDATE journal SET body = replace(body, '"chargedFen":12000', '"chargedFen":1200') WHERE kind = 'service-result'`,
      ['journal-damaged', 'money-terminal-gateway', 'money-terminal-provider', 'fleet-differs'],
    ],
    [
      'fleet',
      "UPDATE service_fact SET charged_fen = 0 WHERE service = 'exit.pay' AND tid = 'SD-DALIANG-01'",
      ['fleet-differs', 'volumes-differ'],
    ],
    ['fleet', "DELETE FROM operation WHERE kind = 'payment.bill.create'", ['bill-unknown-to-gateway']],
    [
      'provider',
      `UPDATE thing SET json = json_set(json, '$.state', 'voided') WHERE kind = 'bill' AND json ->> '$.amountFen' = 12000`,
      ['money-gateway-provider', 'money-terminal-provider', 'statement-unbalanced'],
    ],
    ['provider', "DELETE FROM thing WHERE kind = 'movement'", ['statement-unbalanced']],
  ])('finds what was changed in the %s: %s', async (source, sql, kinds) => {
    const closed = await atRest(...copied(source, sql), '--json');
    expect(closed.status).toBe(1);
    const { ok, differences } = reportOf(closed);
    expect(ok).toBe(false);
    expect(differences.map(({ kind }) => kind)).toEqual(expect.arrayContaining([...kinds]));
  });

  it('ends with status 1, naming terminal, bill and what to do', async () => {
    const sql = "UPDATE thing SET json = json_set(json, '$.state', 'held') WHERE json ->> '$.state' = 'captured'";
    const closed = await fleet(...copied('provider', sql), '--lang', 'en');
    expect(closed).toMatchObject({ status: 1, stderr: '' });
    expect(closed.stdout).toMatch(
      /SD-DALIANG-01 \S{24} \[money-gateway-provider\].*≠ provider held 120\.00\n +next: ask/u,
    );
  });
});

function sumOf({ days }: Report): Record<string, number> {
  const sum = (name: string): number => days.reduce((now, { money }) => now + (money[name] ?? 0), 0);
  return Object.fromEntries(['terminalFen', 'gatewayFen', 'heldFen', 'capturedFen'].map((name) => [name, sum(name)]));
}
