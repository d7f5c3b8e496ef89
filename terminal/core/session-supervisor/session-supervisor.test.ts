import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootIdSchema, hallIdSchema, ok, terminalIdSchema } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { STANDARD_MODE } from '@yimen/contracts/ui';
import { connectRpc, rpcAnswerSchema } from '../../ipc/index.ts';
import { coreEventSchema } from '@yimen/contracts/terminal';
import { createDeviceManager, type DeviceManager } from '../device-manager/index.ts';
import { FakeDeviceHost } from '../device-manager/testing/fake-device-host.ts';
import { openJournal, type Journal } from '../journal/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { createLog } from '../platform/logger.ts';
import { systemRandom } from '../platform/random.ts';
import {
  lastOperationStore,
  launcherClient,
  sessionProcesses,
  sessionSupervisor,
  type SessionSupervisor,
} from './index.ts';
import type { LauncherClient } from './launcher-client.ts';
import type { SessionProcesses } from './session-processes.ts';
import { FakeLauncher } from './testing/fake-launcher.ts';
import { FakeSession } from './testing/fake-session.ts';

const log = createLog('silent');
const wish = { lang: 'zh-CN', mode: STANDARD_MODE } as const;
const operationId = '01a2047f-95c0-7b3e-9a54-2f6c1d0e8b47';

let folder = '';
let clock: ManualClock;
let launcher: FakeLauncher;
let host: FakeDeviceHost;
let sessions: FakeSession[];
let journal: Journal;
let devices: DeviceManager;
let client: LauncherClient;
let processes: SessionProcesses;
let supervisor: SessionSupervisor;
let staffThere: 'none' | 'asked' | 'inside';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-sup-'));
  clock = new ManualClock();
  host = new FakeDeviceHost();
  sessions = [];
  launcher = new FakeLauncher();
  launcher.onStart = (process) => {
    const session = new FakeSession(process, join(folder, 'core.sock'));
    sessions.push(session);
    return () => {
      session.end();
    };
  };
  await launcher.serve(join(folder, 'launcher.sock'));
  await startCore();
});
afterEach(async () => {
  await stopCore();
  await launcher.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function startCore(): Promise<void> {
  staffThere = 'none';
  const opened = openJournal({ folder, tid: 'SD-DALIANG-01', epoch: 1, boot: bootIdSchema.parse('b7f3c1d2'), clock });
  if (!opened.ok) throw new Error(opened.error.message);
  journal = opened.value;
  devices = createDeviceManager({
    isSessionRunning: () => supervisor.active() !== undefined,
    connect: () => Promise.resolve(ok(host.port())),
    journal,
    clock,
    random: systemRandom,
    log,
    servicesNeeding: () => [],
  });
  client = launcherClient({ socketPath: join(folder, 'launcher.sock'), key: FakeLauncher.key, clock, log });
  processes = sessionProcesses({
    socketPath: join(folder, 'core.sock'),
    launcher: client,
    clock,
    random: systemRandom,
    log,
  });
  supervisor = sessionSupervisor({
    journal,
    devices,
    processes,
    launcher: client,
    lastOperation: lastOperationStore(folder),
    deviceHostSocket: '/run/none.sock',
    staff: () => staffThere,
    ground: () => ({
      terminal: {
        tid: terminalIdSchema.parse('SD-DALIANG-01'),
        hallId: hallIdSchema.parse('daliang-01'),
        town: '440606005',
        hallZh: '大良',
        hallEn: 'Daliang',
        hotline: '12345',
      },
      demo: true,
      servicesDir: '/services',
      services: [],
      gateway: { url: 'https://127.0.0.1:1', key: { kind: 'file', certPem: '', keyPem: '', caPem: '' } },
      pageOrigins: ['http://127.0.0.1:1'],
      halls: [],
      wallOffsetMs: 0,
    }),
    clock,
    random: systemRandom,
    log,
  });
  const started = await processes.start();
  if (!started.ok) throw new Error(started.error.message);
  devices.start();
  supervisor.start();
}

async function stopCore(): Promise<void> {
  supervisor.stop();
  devices.stop();
  await processes.stop();
  journal.close();
}

/** Lets sockets speak until it is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function warm(count = 1): Promise<FakeSession> {
  await until(() => sessions.length >= count && sessions[count - 1]?.client !== undefined);
  await until(() => devices.isInspected());
  const session = sessions[count - 1];
  if (session === undefined) throw new Error('no session process');
  return session;
}

async function begin(): Promise<{ session: FakeSession; sessionId: string }> {
  const at = sessions.length;
  await warm(Math.max(1, at));
  const begun = await supervisor.beginCitizen(wish);
  if (!begun.ok) throw new Error(begun.error.message);
  const session =
    sessions.find((one) =>
      one.events.some((event) => event.event === 'assign' && event.assignment.sessionId === begun.value),
    ) ?? (await assignedTo(begun.value));
  return { session, sessionId: begun.value };
}

async function assignedTo(sessionId: string): Promise<FakeSession> {
  const find = (): FakeSession | undefined =>
    sessions.find((one) =>
      one.events.some((event) => event.event === 'assign' && event.assignment.sessionId === sessionId),
    );
  await until(() => find() !== undefined);
  return find() as FakeSession;
}

const kinds = (): string[] => journal.reader.rawAfter(0, 500).map((row) => String(row['kind']));
const started = (sessionId: string): { kind: string; fields: Record<string, unknown> } => ({
  kind: 'session-started',
  fields: { sessionId, lang: 'zh-CN', mode: 'standard' },
});
const serviceBegan = (sessionId: string): { kind: string; fields: Record<string, unknown> } => ({
  kind: 'service-started',
  fields: { sessionId, service: 'exit.endorse', release: 1 },
});
const accepted = (sessionId: string): { kind: string; fields: Record<string, unknown> } => ({
  kind: 'operation-intended',
  fields: { operationId, sessionId, step: 'read-card', target: 'card-unit', verb: 'acceptCard', retryOf: null },
});

describe('a citizen', () => {
  it('gets the warm process, and it is killed at the end; the next one waits already', async () => {
    const { session, sessionId } = await begin();
    expect(host.admitted.has(sessionId)).toBe(true);
    const assignment = await session.assigned;
    expect(assignment).toMatchObject({
      sessionId,
      purpose: 'citizen',
      past: [],
      recovers: null,
      deviceHost: { key: host.admitted.get(sessionId) },
    });
    expect(session.events.filter((event) => event.event === 'device')).toHaveLength(5);
    await session.ask({ call: 'listening', url: 'ws://127.0.0.1:5/session', token: 't1' });
    expect(supervisor.active()).toMatchObject({ sessionId, page: { token: 't1' } });
    await session.journal(started(sessionId));
    await session.ask({ call: 'ended', how: 'finished', propertyOut: true });
    await until(() => supervisor.active() === undefined);
    expect(launcher.calls).toContain('replacePage');
    expect(host.admitted.has(sessionId)).toBe(false);
    expect(launcher.alive.has(session.processId)).toBe(false);
    expect(kinds().filter((kind) => kind.startsWith('session-'))).toEqual(['session-started', 'session-ended']);
    expect(supervisor.lastSession()).toMatchObject({ sessionId });
    await until(() => sessions.length === 2);
    await until(() => supervisor.recovery().state === 'none');
    expect((await begin()).sessionId).not.toBe(sessionId);
  });

  it('is refused while another is served', async () => {
    await begin();
    expect(await supervisor.beginCitizen(wish)).toMatchObject({ ok: false, error: { code: 'deviceNotReady' } });
  });

  it('may journal, claim and report through core, for itself only', async () => {
    const { session, sessionId } = await begin();
    const journaled = await session.ask({ call: 'journal', events: [started(sessionId)] });
    expect(journaled).toMatchObject({
      ok: true,
      value: { rows: [{ seq: journal.head().seq }], head: journal.head().hash },
    });
    expect(await session.ask({ call: 'journal', events: [started('another-session')] })).toMatchObject({
      ok: false,
      error: { code: 'JOURNAL_FIELD' },
    });
    expect(await session.ask({ call: 'claim', device: 'card-unit', timeoutMs: 10 })).toMatchObject({
      ok: true,
      value: { owner: { kind: 'session', id: sessionId } },
    });
    expect(kinds()).toContain('lease-granted');
    const last = {
      operationId,
      outcome: 'done',
      evidence: 'taken',
      counts: { produced: 1, handedOver: 1, retained: 0 },
    };
    await session.ask({ call: 'lastOperation', last: last as never });
    await session.ask({ call: 'ended', how: 'finished', propertyOut: true });
    await until(() => supervisor.active() === undefined && supervisor.recovery().state === 'none');
    await until(() => sessions.length === 2 && sessions[1]?.client !== undefined);
    expect(await (await begin()).session.assigned).toMatchObject({ lastOperation: last });
  });

  it('whose session does not listen in time is not left before a blank page', async () => {
    const { session } = await begin();
    await clock.advance(CORE_LIMITS.listeningMs);
    await until(() => supervisor.active() === undefined);
    expect(launcher.alive.has(session.processId)).toBe(false);
  });

  it('goes on after the device host fell: leased nothing until every device was looked at, then admitted by the same key', async () => {
    const { session, sessionId } = await begin();
    const key = host.admitted.get(sessionId);
    await session.ask({ call: 'listening', url: 'ws://127.0.0.1:5/session', token: 't1' });
    host.admitted.clear();
    host.drop('killed');
    await until(() => !devices.isInspected());
    expect(await session.ask({ call: 'claim', device: 'card-unit', timeoutMs: 100 })).toMatchObject({
      ok: false,
      error: { code: 'offline' },
    });
    await clock.advance(CORE_LIMITS.hostLongestMs);
    await until(() => devices.isInspected());
    await until(() => host.admitted.has(sessionId));
    expect(host.admitted.get(sessionId)).toBe(key);
    expect(await session.ask({ call: 'claim', device: 'card-unit', timeoutMs: 100 })).toMatchObject({ ok: true });
    expect(supervisor.active()).toMatchObject({ sessionId });
  });

  it('is not given a device that is not the pinned one, and is given its neighbour', async () => {
    const { session } = await begin();
    host.set('card-unit', { device: 'offline', source: 'stale' });
    host.serials.set('card-unit', 'B2');
    host.set('card-unit', { device: 'online', source: 'reported' });
    await until(() => devices.refusalOf('card-unit') !== undefined);
    expect(await session.ask({ call: 'claim', device: 'card-unit', timeoutMs: 10 })).toMatchObject({
      ok: false,
      error: { code: 'configuration' },
    });
    expect(host.calls.filter((call) => call.call === 'claim')).toEqual([]);
    expect(await session.ask({ call: 'claim', device: 'receipt-printer', timeoutMs: 10 })).toMatchObject({ ok: true });
  });

  it('is told of devices and asked to end by staff', async () => {
    const { session } = await begin();
    await session.ask({ call: 'listening', url: 'ws://127.0.0.1:5/session', token: 't1' });
    host.set('receipt-printer', { device: 'offline' });
    supervisor.wrapUp('staff');
    await until(() => session.events.some((event) => event.event === 'wrapUp'));
    expect(
      session.events.some(
        (event) => event.event === 'device' && event.device === 'receipt-printer' && event.status.device === 'offline',
      ),
    ).toBe(true);
    await clock.advance(CORE_LIMITS.wrapUpMs);
    await until(() => supervisor.active() === undefined);
  });
});

describe('a session that dies', () => {
  it('with nothing begun just gets its end written', async () => {
    const { session, sessionId } = await begin();
    await session.journal(started(sessionId));
    launcher.exit(session.processId);
    await until(() => supervisor.active() === undefined);
    expect(journal.reader.sessionPast(sessionId).at(-1)).toMatchObject({ kind: 'session-ended', how: 'killed' });
    await until(() => supervisor.recovery().state === 'none');
  });

  it('with work open is recovered by a fresh process that is told all its rows, before anybody else is served', async () => {
    const { session, sessionId } = await begin();
    await session.journal(started(sessionId), serviceBegan(sessionId), accepted(sessionId));
    launcher.exit(session.processId);
    await until(() => supervisor.active()?.purpose === 'recovery');
    expect(supervisor.recovery().state).toBe('running');
    expect(await supervisor.beginCitizen(wish)).toMatchObject({ ok: false });
    const recovery = sessions[1] as FakeSession;
    const assignment = await recovery.assigned;
    expect(assignment).toMatchObject({ sessionId, recovers: sessionId, purpose: 'recovery' });
    expect(assignment.past.map((row) => row.kind)).toEqual([
      'session-started',
      'service-started',
      'operation-intended',
    ]);
    const head = journal.head().hash;
    await recovery.journal({
      kind: 'session-ended',
      fields: { sessionId, how: 'killed', ms: 1, journal: { from: 2, to: 4, head } },
    });
    await recovery.ask({ call: 'ended', how: 'killed', propertyOut: true });
    await until(() => supervisor.active() === undefined && supervisor.recovery().state === 'none');
    expect(journal.reader.unfinishedSessions()).toEqual([]);
  });

  it('and cannot be recovered three times calls hall staff under an incident number, and is tried again later', async () => {
    const { session, sessionId } = await begin();
    await session.journal(started(sessionId), serviceBegan(sessionId));
    launcher.exit(session.processId);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await until(() => supervisor.active()?.purpose === 'recovery');
      launcher.exit((await assignedNth(sessionId, attempt + 1)).processId);
      await until(() => supervisor.active() === undefined);
      if (attempt < 3) await clock.advance(CORE_LIMITS.journalRetryMs);
    }
    await until(() => supervisor.recovery().state === 'stuck');
    const { incident } = supervisor.recovery();
    expect(incident).toMatch(/^.{3}-.{3}$/u);
    expect(kinds().filter((kind) => kind === 'incident')).toHaveLength(1);
    await clock.advance(CORE_LIMITS.recoveryAgainMs);
    await until(() => supervisor.active()?.purpose === 'recovery');
    const saviour = await assignedNth(sessionId, 5);
    const head = journal.head().hash;
    await saviour.journal({
      kind: 'session-ended',
      fields: { sessionId, how: 'killed', ms: 1, journal: { from: 2, to: 4, head } },
    });
    await saviour.ask({ call: 'ended', how: 'killed', propertyOut: true });
    await until(() => supervisor.recovery().state === 'none');
    expect(kinds().filter((kind) => kind === 'incident')).toHaveLength(2);
  });
});

async function assignedNth(sessionId: string, n: number): Promise<FakeSession> {
  const find = (): FakeSession[] =>
    sessions.filter((one) =>
      one.events.some((event) => event.event === 'assign' && event.assignment.sessionId === sessionId),
    );
  await until(() => find().length >= n);
  return find()[n - 1] as FakeSession;
}

describe('core that dies', () => {
  it('kills the session processes that survived it, looks, and recovers before it offers', async () => {
    const { session, sessionId } = await begin();
    await session.journal(started(sessionId), serviceBegan(sessionId));
    const survivors = [...launcher.alive.keys()];
    // A hung process does not notice that core is gone.
    await stopCore();
    sessions.splice(0);
    await startCore();
    await until(() => supervisor.active()?.purpose === 'recovery');
    for (const processId of survivors) expect(launcher.alive.has(processId)).toBe(false);
    expect(kinds().indexOf('device-inspected')).toBeGreaterThan(0);
    expect((await assignedTo(sessionId)).events.find((event) => event.event === 'assign')).toMatchObject({
      assignment: { recovers: sessionId },
    });
  });

  it('puts away a card that no session knows', async () => {
    await stopCore();
    host.set('card-unit', { media: 'present' });
    await startCore();
    await until(() => kinds().includes('incident'));
    await until(() => supervisor.recovery().state === 'none');
    expect([host.binCount, devices.holders()]).toEqual([1, []]);
  });

  it('F70 puts away a card at the gate when its unit is well again while nobody is served', async () => {
    await until(() => devices.isInspected() && supervisor.isCalm());
    host.set('card-unit', { device: 'hardwareError', media: 'jammed' });
    host.set('card-unit', { device: 'online', media: 'entering' });
    await until(() => kinds().includes('incident'));
    await until(() => supervisor.recovery().state === 'none');
    expect([host.binCount, devices.holders()]).toEqual([1, []]);
  });

  it('F70 looks no more at a card that it could not put away until something about it changes', async () => {
    const inspections = (): number => kinds().filter((kind) => kind === 'device-inspected').length;
    await until(() => devices.isInspected() && supervisor.isCalm());
    host.outcome = 'notDone';
    host.set('card-unit', { device: 'online', media: 'entering' });
    await until(() => kinds().includes('recovery-step') && supervisor.isCalm());
    await turns(200);
    const before = inspections();
    await turns(500);
    expect(inspections()).toBe(before);
    host.outcome = 'done';
    host.set('card-unit', { media: 'present' });
    await until(() => kinds().includes('incident') && supervisor.isCalm());
    expect([host.binCount, devices.holders()]).toEqual([1, []]);
  });
});

describe('processes that were not started for this', () => {
  it('are turned away', async () => {
    await warm();
    const stranger = await connectRpc<{ call: 'hello'; processId: string; key: string }, unknown>({
      socketPath: join(folder, 'core.sock'),
      requestTimeoutMs: 5_000,
      answerSchema: rpcAnswerSchema,
      eventSchema: coreEventSchema,
      clock,
    });
    if (!stranger.ok) throw new Error(stranger.error.message);
    const [, expected] = [...launcher.alive.keys()];
    expect(
      await stranger.value.request({ call: 'hello', processId: expected ?? 'session-x', key: 'guessed' }),
    ).toMatchObject({ ok: false });
    await stranger.value.closed;
  });

  it('and a warm one that dies is replaced', async () => {
    const first = await warm();
    launcher.exit(first.processId);
    await clock.advance(0);
    await until(() => launcher.calls.filter((call) => call === 'killSession').length > 0);
    await clock.advance(CORE_LIMITS.warmFirstMs);
    await until(() => sessions.length === 2);
    expect((await begin()).session).toBe(sessions[1]);
  });

  it('and a lack of them for longer than a restart takes the hall out of service', async () => {
    const first = await warm();
    launcher.onStart = () => () => undefined;
    launcher.exit(first.processId);
    await clock.advance(0);
    await until(() => launcher.calls.filter((call) => call === 'killSession').length > 0);
    expect(processes.isReady()).toBe(true);
    await clock.advance(CORE_LIMITS.warmMissingMs);
    expect(processes.isReady()).toBe(false);
  });
});

describe('staff at the machine', () => {
  it.each(['asked', 'inside'] as const)(
    '%s: nobody new begins; when they have gone somebody does',
    async (presence) => {
      await warm();
      staffThere = presence;
      expect(await supervisor.beginCitizen(wish)).toMatchObject({ ok: false, error: { code: 'deviceNotReady' } });
      staffThere = 'none';
      expect(await supervisor.beginCitizen(wish)).toMatchObject({ ok: true });
    },
  );

  it('inside: a card that lies there is theirs, and is put away when they have gone and it still lies there', async () => {
    await warm();
    await until(() => supervisor.isCalm());
    staffThere = 'inside';
    host.set('card-unit', { media: 'present' });
    supervisor.look();
    await until(() => supervisor.isCalm());
    expect(host.calls.some(({ call }) => call === 'reset')).toBe(false);
    staffThere = 'none';
    supervisor.look();
    await until(() => host.calls.some(({ call }) => call === 'reset'));
    await until(() => supervisor.isCalm());
  });
});

const caseOpened = (sessionId: string): { kind: string; fields: Record<string, unknown> } => ({
  kind: 'case-opened',
  fields: {
    sessionId,
    service: 'exit.endorse',
    caseRef: 'case-0001',
    receiptId: 'R1',
    policyRows: [],
    amountFen: 1500,
  },
});
const caseClosed = (state: string): { kind: string; fields: Record<string, unknown> } => ({
  kind: 'case-closed',
  fields: { caseRef: 'case-0001', state },
});
const resulted = (
  sessionId: string,
  over: Record<string, unknown> = {},
): { kind: string; fields: Record<string, unknown> } => ({
  kind: 'service-result',
  fields: {
    sessionId,
    service: 'exit.endorse',
    release: 1,
    outcome: 'stopped',
    reason: null,
    stop: 'produced-not-taken',
    amountFen: 1500,
    chargedFen: 1500,
    refundedFen: 0,
    produced: 1,
    handedOver: 0,
    steps: [],
    receiptId: 'R1',
    incident: 'AAA-111',
    ...over,
  },
});
const handedOut = (sessionId: string): Parameters<Journal['append']>[0] =>
  [
    {
      kind: 'goods-moved',
      fields: { operationId, sessionId, item: 'card', from: 'custody', to: 'holder', outcome: 'done' },
    },
  ] as unknown as Parameters<Journal['append']>[0];

function settlings(sessionId: string): FakeSession[] {
  return sessions.filter((one) =>
    one.events.some(
      (event) =>
        event.event === 'assign' && event.assignment.purpose === 'settling' && event.assignment.sessionId === sessionId,
    ),
  );
}

/** A process waits warm: its hello has been answered. */
async function spare(): Promise<void> {
  const isWaiting = (one: FakeSession | undefined): boolean =>
    one?.client !== undefined &&
    launcher.alive.has(one.processId) &&
    one.events.every(({ event }) => event !== 'assign');
  await until(() => isWaiting(sessions.at(-1)));
  await turns(50);
}

describe('what only an office still has to hear', () => {
  /** A session that ended with its office not told. */
  async function untold(): Promise<string> {
    const { session, sessionId } = await begin();
    await session.journal(started(sessionId), serviceBegan(sessionId), caseOpened(sessionId), resulted(sessionId));
    await session.ask({ call: 'ended', how: 'finished', propertyOut: true });
    return sessionId;
  }

  it('F51 is asked for behind, without a recovery, and the next citizen is let in meanwhile', async () => {
    const sessionId = await untold();
    await until(() => supervisor.active() === undefined && supervisor.recovery().state === 'none');
    await clock.advance(CORE_LIMITS.settlingSpareMs);
    await until(() => settlings(sessionId).length === 1);
    const [behind] = settlings(sessionId) as [FakeSession];
    expect(supervisor.isCalm()).toBe(true);
    const next = await begin();
    expect(next.sessionId).not.toBe(sessionId);
    expect(supervisor.active()).toMatchObject({ sessionId: next.sessionId, purpose: 'citizen' });
    // It gets no device, and what it writes is the dead session's alone.
    expect(await behind.ask({ call: 'claim', device: 'card-unit', timeoutMs: 10 })).toMatchObject({ ok: false });
    expect(await behind.ask({ call: 'journal', events: [started(next.sessionId)] })).toMatchObject({ ok: false });
    await behind.journal(caseClosed('confirmed-notDone'));
    await behind.ask({ call: 'ended', how: 'cancelled', propertyOut: true });
    await until(() => !launcher.alive.has(behind.processId));
    await until(() => !journal.reader.unfinishedSessions().some((one) => one.sessionId === sessionId));
    expect(supervisor.active()).toMatchObject({ sessionId: next.sessionId });
    expect(kinds().filter((kind) => kind === 'incident')).toEqual([]);
  });

  it('is tried again after pauses that double, and hall staff hear of it when it takes too long; then that is over too', async () => {
    const sessionId = await untold();
    await until(() => supervisor.recovery().state === 'none');
    const { settlingFirstMs: first, settlingLongestMs: longest, settlingSpareMs } = CORE_LIMITS;
    const pauses = [settlingSpareMs, first, 2 * first, 4 * first, 8 * first, 16 * first, longest, longest, longest];
    for (const [i, pause] of pauses.entries()) {
      await spare();
      await clock.advance(pause - 1);
      if (i > 0) expect(settlings(sessionId)).toHaveLength(i);
      await clock.advance(1);
      await until(() => settlings(sessionId).length === i + 1);
      const behind = settlings(sessionId)[i] as FakeSession;
      if (i === pauses.length - 1) {
        expect(kinds().filter((kind) => kind === 'incident')).toHaveLength(1);
        await behind.journal(caseClosed('confirmed-notDone'));
      }
      await behind.ask({ call: 'ended', how: 'cancelled', propertyOut: true });
      await until(() => !launcher.alive.has(behind.processId));
      await turns(50);
    }
    await until(() => journal.reader.unfinishedSessions().length === 0);
    expect(kinds().filter((kind) => kind === 'incident')).toHaveLength(2);
    expect(supervisor.recovery()).toEqual({ state: 'none', incident: null });
  });

  it('that a process hangs on is taken up by another one', async () => {
    const sessionId = await untold();
    await until(() => supervisor.recovery().state === 'none');
    await spare();
    await clock.advance(CORE_LIMITS.settlingSpareMs);
    await until(() => settlings(sessionId).length === 1);
    const hung = settlings(sessionId)[0] as FakeSession;
    await spare();
    await clock.advance(CORE_LIMITS.settlingMs);
    await until(() => !launcher.alive.has(hung.processId));
    await spare();
    await clock.advance(CORE_LIMITS.settlingFirstMs);
    await until(() => settlings(sessionId).length === 2);
  });
});

describe('goods that staff hand out', () => {
  async function kept(): Promise<string> {
    const { session, sessionId } = await begin();
    await session.journal(
      started(sessionId),
      serviceBegan(sessionId),
      caseOpened(sessionId),
      caseClosed('confirmed-notDone'),
      resulted(sessionId),
    );
    await session.ask({ call: 'ended', how: 'finished', propertyOut: true });
    await until(() => supervisor.active() === undefined && supervisor.recovery().state === 'none');
    return sessionId;
  }

  it('are told to the office behind, after a restart of core too, and not twice', async () => {
    const sessionId = await kept();
    expect(journal.append(handedOut(sessionId)).ok).toBe(true);
    await stopCore();
    sessions.splice(0);
    await startCore();
    await warm();
    await spare();
    await clock.advance(CORE_LIMITS.settlingSpareMs);
    await until(() => settlings(sessionId).length === 1);
    const behind = settlings(sessionId)[0] as FakeSession;
    const { past } = await behind.assigned;
    expect(past.at(-1)).toMatchObject({ kind: 'goods-moved', to: 'holder' });
    await behind.journal(caseClosed('confirmed-done'), {
      kind: 'service-corrected',
      fields: { of: past.find(({ kind }) => kind === 'service-result')?.['seq'], by: 'staff', handedOver: 1 },
    });
    await behind.ask({ call: 'ended', how: 'cancelled', propertyOut: true });
    await until(() => !launcher.alive.has(behind.processId));
    expect(journal.reader.sessionPast(sessionId).map(({ kind }) => kind)).toContain('service-corrected');
    expect(kinds().filter((kind) => kind === 'session-ended')).toHaveLength(1);
    await stopCore();
    sessions.splice(0);
    await startCore();
    await warm();
    await spare();
    await clock.advance(CORE_LIMITS.settlingLongestMs);
    await turns(200);
    expect(settlings(sessionId)).toEqual([]);
  });

  it('are told at once, while citizens are served', async () => {
    const sessionId = await kept();
    const next = await begin();
    expect(journal.append(handedOut(sessionId)).ok).toBe(true);
    await spare();
    await clock.advance(CORE_LIMITS.settlingSpareMs);
    await until(() => settlings(sessionId).length === 1);
    expect(supervisor.active()).toMatchObject({ sessionId: next.sessionId });
  });
});

describe('money that waits for its purpose', () => {
  const owed = (sessionId: string, state: 'opened' | 'closed'): { kind: string; fields: Record<string, unknown> } => ({
    kind: 'compensation',
    fields: { sessionId, caseRef: 'case-0001', amountFen: 1500, state, why: 'review' },
  });

  async function waiting(): Promise<string> {
    const { session, sessionId } = await begin();
    await session.journal(
      started(sessionId),
      serviceBegan(sessionId),
      caseOpened(sessionId),
      caseClosed('confirmed-done'),
      owed(sessionId, 'opened'),
      resulted(sessionId, { outcome: 'done', stop: null, incident: null, handedOver: 1 }),
    );
    // As long as it runs nobody else works on its case.
    await spare();
    await clock.advance(CORE_LIMITS.moneyFirstMs);
    expect(settlings(sessionId)).toEqual([]);
    await session.ask({ call: 'ended', how: 'finished', propertyOut: true });
    await until(() => supervisor.active() === undefined && supervisor.recovery().state === 'none');
    return sessionId;
  }

  async function end(behind: FakeSession): Promise<void> {
    await behind.ask({ call: 'ended', how: 'cancelled', propertyOut: true });
    await until(() => !launcher.alive.has(behind.processId));
    await spare();
  }

  it('is asked for after the session, ever more rarely, without staff, and no more when it went back', async () => {
    const sessionId = await waiting();
    const { moneyFirstMs: first } = CORE_LIMITS;
    for (const [i, pause] of [first, 2 * first, 4 * first].entries()) {
      await spare();
      await clock.advance(pause - 1);
      expect(settlings(sessionId)).toHaveLength(i);
      await clock.advance(1);
      await until(() => settlings(sessionId).length === i + 1);
      const behind = settlings(sessionId)[i] as FakeSession;
      if (i === 2) await behind.journal(owed(sessionId, 'closed'));
      await end(behind);
    }
    await clock.advance(CORE_LIMITS.moneyLongestMs);
    await turns(200);
    expect(settlings(sessionId)).toHaveLength(3);
    expect(kinds().filter((kind) => kind === 'incident' || kind === 'session-ended')).toEqual(['session-ended']);
  });

  it('waits while a citizen is served', async () => {
    const sessionId = await waiting();
    const next = await begin();
    await spare();
    await clock.advance(CORE_LIMITS.moneyFirstMs);
    await turns(200);
    expect(settlings(sessionId)).toEqual([]);
    await next.session.ask({ call: 'ended', how: 'finished', propertyOut: true });
    await until(() => supervisor.active() === undefined && supervisor.recovery().state === 'none');
    await spare();
    await clock.advance(CORE_LIMITS.settlingSpareMs);
    await until(() => settlings(sessionId).length === 1);
  });

  it('is known after a restart of core, and forgotten when nobody can have it back any more', async () => {
    const sessionId = await waiting();
    await stopCore();
    sessions.splice(0);
    await startCore();
    await warm();
    await spare();
    await clock.advance(CORE_LIMITS.moneyFirstMs);
    await until(() => settlings(sessionId).length === 1);
    await end(settlings(sessionId)[0] as FakeSession);
    await stopCore();
    sessions.splice(0);
    await clock.advance(CORE_LIMITS.moneyWatchMs);
    await startCore();
    await warm();
    await spare();
    await clock.advance(CORE_LIMITS.moneyFirstMs);
    await turns(200);
    expect(settlings(sessionId)).toEqual([]);
  });
});
