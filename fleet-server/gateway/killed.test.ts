import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { BackOfficeAnswer, Bill, CaseState } from '@yimen/contracts/back-office';
import type { ChildConfig, KillPoint } from '../test/gateway-child.ts';
import {
  beginBody,
  breathe,
  confirmBody,
  type GatewayRig,
  must,
  PAID_ERRANDS,
  reserveBody,
  startRig,
} from '../test/gateway-rig.ts';

let rig: GatewayRig | undefined;
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rig?.close();
  rig = undefined;
});

/** Starts the gateway as a process on the rig's files; the rig then speaks to it. */
async function startChild(
  of: GatewayRig,
  killAt: KillPoint,
  killOf = '',
): Promise<{ port: number; ended: Promise<string | null> }> {
  const { cert, key } = of.trust.server;
  const config: ChildConfig = { dir: of.dir, sandboxUrl: of.sandboxUrl, ca: of.trust.ca, cert, key, killAt, killOf };
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../test/gateway-child.ts', import.meta.url)), JSON.stringify(config)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  children.push(child);
  const ended = new Promise<string | null>((resolve) => {
    child.once('exit', (_code, signal) => resolve(signal));
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout?.once('data', (line: Buffer) => resolve(Number(line.toString())));
    void ended.then((signal) => reject(new Error(`the gateway ended early: ${String(signal)}`)));
  });
  return { port, ended };
}

describe('kill -9 of the gateway', () => {
  it.each([
    // The office was never asked: it closes the id, so that nothing can come of it later.
    ['claimed', 'notDone', 0],
    // The office did it and its answer was lost with the process: found by the id.
    ['answered', 'done', 1],
    // Stored and not told: the repeat gets what was stored.
    ['stored', 'done', 1],
  ] as const)('when the request was %s: ends %s, and the case exists %i times', async (killAt, outcome, cases) => {
    rig = await startRig();
    const here = rig;
    const first = await startChild(here, killAt);
    here.port = first.port;
    const operationId = here.newId();
    await expect(here.post('exitEntry.case.begin', beginBody('permit-li-na'), { operationId })).rejects.toThrow(
      /hang up|ECONNRESET/,
    );
    expect(await first.ended).toBe('SIGKILL');
    here.port = (await startChild(here, 'nowhere')).port;
    let answer: BackOfficeAnswer | undefined;
    for (let i = 0; i < 4_000 && (answer === undefined || answer.outcome === 'unknown'); i += 1) {
      answer = await here.operation('exitEntry.case.begin', beginBody('permit-li-na'), { operationId });
      await breathe();
    }
    expect(answer).toMatchObject({ outcome, duplicate: true });
    const state = (await here.sandboxCall('GET', '/state')).json as { cases: { receiptNo: string }[] };
    expect(state.cases).toHaveLength(cases);
    if (outcome === 'done')
      expect(answer?.answer).toMatchObject({ receiptNo: state.cases[0]?.receiptNo, decision: 'approved' });
  });
});

/** An accepted application, paid and confirmed, which its officer then refused. @returns what was paid */
async function refusedApplication(here: GatewayRig): Promise<number> {
  const { body, items } = PAID_ERRANDS.idapply;
  const { caseRef } = (await here.operation('household.case.begin', body)).answer as CaseState;
  await here.operation('household.case.reserve', reserveBody(caseRef));
  const { billRef, amountFen } = (await here.operation('payment.bill.create', { caseRef, items })).answer as Bill;
  await here.sandboxCall('POST', '/channel/paid', { billRef, amountFen, channel: 'qr', trace: 'trace-1' });
  const confirmed = await here.operation('household.case.confirm', confirmBody(caseRef, 'done'));
  expect(confirmed.answer).toMatchObject({ capturedFen: amountFen });
  expect((await here.sandboxCall('POST', `/desk/${caseRef}`, { decision: 'refuse' })).status).toBe(200);
  return amountFen;
}

async function refunds(here: GatewayRig): Promise<{ refunded: number; notices: number; open: unknown }> {
  const state = (await here.sandboxCall('GET', '/state')).json as {
    totals: { refunded: number; balanced: boolean };
    caseNotices: unknown[];
  };
  expect(state.totals.balanced).toBe(true);
  // The rig's own gateway reads the same database.
  const open = must(await here.gateway.openCompensations()).map(({ why }) => why);
  return { refunded: state.totals.refunded, notices: state.caseNotices.length, open };
}

describe('kill -9 while a refused review is taken in', () => {
  it.each([
    // Kept, and no money moved yet: the next run moves it.
    ['claimed', 0, ['review-refused']],
    // The money is back and nobody wrote it down: asked again, it moves no second time.
    ['answered', 1, ['review-refused']],
    // Written down, and the office was not told that we know: it tells again.
    ['stored', 1, []],
  ] as const)(
    'when it was %s: the money goes back once, and then the office is told',
    async (killAt, times, open) => {
      rig = await startRig();
      const here = rig;
      const fen = await refusedApplication(here);
      const first = await startChild(here, killAt, '.review');
      expect(await first.ended).toBe('SIGKILL');
      expect(await refunds(here)).toEqual({ refunded: times * fen, notices: 1, open });
      await startChild(here, 'nowhere');
      for (let i = 0; i < 600 && (await refunds(here)).notices > 0; i += 1) await setTimeout(50);
      expect(await refunds(here)).toEqual({ refunded: fen, notices: 0, open: [] });
    },
    60_000,
  );
});
