import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDevelopmentTrust } from '@yimen/certs/testing';
import type { CoreStart } from '@yimen/contracts/terminal';
import { ManualClock } from '@yimen/contracts/testing';
import { composeCore, verifyJournal, type Core } from './compose.ts';
import { FakeDeviceHost } from './device-manager/testing/fake-device-host.ts';
import { openForReading } from './journal/index.ts';
import { createLog } from './platform/logger.ts';
import { FakeLauncher } from './session-supervisor/testing/fake-launcher.ts';
import { FakeSession } from './session-supervisor/testing/fake-session.ts';
import { CORE_LIMITS } from './limits.table.ts';
import { placeRelease } from './service-store/testing/place-release.ts';
import { makeStaff, type TestPerson } from './staff/testing/staff-list.ts';
import { TestConsole } from './staff/testing/test-console.ts';
import { TestPage } from './ui-gateway/testing/test-page.ts';

const tid = 'SD-DALIANG-01';
let trustFolder = '';
let key: CoreStart['key'];
beforeAll(async () => {
  trustFolder = mkdtempSync(join(tmpdir(), 'yimen-core-trust-'));
  const trust = await createDevelopmentTrust(trustFolder, { terminals: [tid], serverNames: ['127.0.0.1'] });
  const mine = trust.ok ? trust.value.terminals.get(tid) : undefined;
  if (!trust.ok || mine === undefined) throw new Error('no trust');
  key = { certFile: mine.cert, keyFile: mine.key, caFile: trust.value.ca };
});
afterAll(() => {
  rmSync(trustFolder, { recursive: true, force: true });
});

let folder = '';
let host: FakeDeviceHost;
let launcher: FakeLauncher;
let sessions: FakeSession[];
let clock: ManualClock;
let core: Core | undefined;
let pages: TestPage[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-core-'));
  mkdirSync(join(folder, 'ui'));
  writeFileSync(join(folder, 'ui', 'index.html'), '<!doctype html><title>yimen</title>');
  writeFileSync(join(folder, 'secret.js'), 'secret');
  mkdirSync(join(folder, 'services'));
  cpSync(join(import.meta.dirname, '../services/exit.endorse'), join(folder, 'services/exit.endorse'), {
    recursive: true,
  });
  clock = new ManualClock();
  pages = [];
  sessions = [];
  host = new FakeDeviceHost();
  await host.serve(join(folder, 'devices.sock'));
  launcher = new FakeLauncher();
  launcher.onStart = (process) => {
    const session = new FakeSession(process, join(folder, 'core.sock'));
    sessions.push(session);
    void session.assigned.then(() =>
      session.ask({ call: 'listening', url: 'ws://127.0.0.1:5/session', token: `token-${sessions.length}` }),
    );
    return () => {
      session.end();
    };
  };
  await launcher.serve(join(folder, 'launcher.sock'));
});
afterEach(async () => {
  for (const page of pages) page.close();
  await core?.stop();
  core = undefined;
  await host.stop();
  await launcher.stop();
  rmSync(folder, { recursive: true, force: true });
});

function start(over: Partial<CoreStart> = {}): CoreStart {
  return {
    tid,
    hallId: 'daliang-01',
    town: '440606005',
    hallZh: '大良自助警局',
    hallEn: 'Daliang self-service hall',
    hotline: '12345',
    demo: true,
    dataDir: join(folder, 'data'),
    runDir: folder,
    servicesDir: join(folder, 'services'),
    uiDir: join(folder, 'ui'),
    uiPort: 0,
    mqttUrl: 'mqtts://127.0.0.1:1',
    gatewayUrl: 'https://127.0.0.1:1',
    key,
    epoch: 1,
    deviceHost: { socketPath: join(folder, 'devices.sock'), coreKey: FakeDeviceHost.coreKey },
    launcher: { socketPath: join(folder, 'launcher.sock'), key: FakeLauncher.key },
    ...over,
  };
}

async function run(onRestartDue?: () => void): Promise<Core> {
  const composed = await composeCore(start(), {
    clock,
    log: createLog('silent'),
    ...(onRestartDue && { onRestartDue }),
  });
  if (!composed.ok) throw new Error(composed.error.message);
  core = composed.value;
  return composed.value;
}

async function open(): Promise<TestPage> {
  const page = await TestPage.open(core?.uiPort ?? 0);
  pages.push(page);
  return page;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

function kinds(): string[] {
  const db = openForReading(join(folder, 'data', 'journal.sqlite'));
  if (!db.ok) throw new Error(db.error.message);
  const found = db.value
    .prepare('SELECT kind FROM journal ORDER BY j')
    .all()
    .map((row) => String(row['kind']));
  db.value.close();
  return found;
}

/** Kinds of core's views from the first `go` on, or all of them. */
function viewsAfter(page: TestPage, from: 'go' | null): string[] {
  const at = from === null ? 0 : page.messages.findIndex(({ m }) => m === from);
  return page.messages.slice(at).flatMap((message) => (message.m === 'view' ? [message.view.kind] : []));
}

async function status(): Promise<Record<string, unknown>> {
  return (await (await fetch(`http://127.0.0.1:${core?.uiPort ?? 0}/status.json`)).json()) as Record<string, unknown>;
}

describe('one citizen after the other', () => {
  it('is invited after the look, served by a process of their own, and leaves nothing behind', async () => {
    await run();
    const page = await open();
    await page.shows('attract');
    expect(kinds().slice(0, 2)).toEqual(['epoch-opened', 'booted']);
    expect(kinds()).toContain('device-inspected');
    page.intend({ kind: 'language', lang: 'en' });
    await page.until(({ view }) => view?.lang === 'en');
    await until(() => sessions[0]?.client !== undefined);
    page.intend({ kind: 'start' });
    await page.until(({ goes }) => goes.length === 1);
    expect(page.goes[0]).toEqual({
      m: 'go',
      url: 'ws://127.0.0.1:5/session',
      token: expect.stringMatching(/^token-/u),
    });
    const assignment = await sessions[0]?.assigned;
    expect(assignment).toMatchObject({
      lang: 'en',
      purpose: 'citizen',
      pageOrigins: [`http://127.0.0.1:${core?.uiPort}`, `http://localhost:${core?.uiPort}`],
    });
    expect(assignment?.services.filter((service) => service.state === 'available')).toEqual([
      { id: 'exit.endorse', state: 'available', why: null },
    ]);
    expect(await status()).toMatchObject({ state: 'inService', sessionActive: true, link: 'down' });
    await sessions[0]?.ask({ call: 'ended', how: 'finished', propertyOut: true });
    await page.shows('attract');
    expect(page.view?.lang).toBe('zh-CN');
    expect(await status()).toMatchObject({ sessionActive: false });
    expect(verifyJournal(join(folder, 'data', 'journal.sqlite'))).toMatchObject({ ok: true, value: { total: 0 } });
  });

  it('whose session dies sees a recovery, not the menu; then the next one is invited', async () => {
    await run();
    const page = await open();
    await page.shows('attract');
    await until(() => sessions[0]?.client !== undefined);
    page.intend({ kind: 'start' });
    await page.until(({ goes }) => goes.length === 1);
    const first = sessions[0] as FakeSession;
    const { sessionId } = await first.assigned;
    await first.journal(
      { kind: 'session-started', fields: { sessionId, lang: 'zh-CN', mode: 'standard' } },
      { kind: 'service-started', fields: { sessionId, service: 'exit.endorse', release: 1 } },
    );
    launcher.exit(first.processId);
    await page.until(({ goes }) => goes.length === 2);
    // From the moment of the `go`: whatever the page falls back on, it is never the invitation.
    expect(viewsAfter(page, 'go')).not.toContain('attract');
    expect(viewsAfter(page, 'go').length).toBeGreaterThan(0);
    const recovery = sessions.find((session) =>
      session.events.some((event) => event.event === 'assign' && event.assignment.purpose === 'recovery'),
    ) as FakeSession;
    expect((await recovery.assigned).past).toHaveLength(2);
    await recovery.journal({
      kind: 'session-ended',
      fields: { sessionId, how: 'killed', ms: 1, journal: { from: 2, to: 4, head: 'A'.repeat(43) } },
    });
    // A page that is loaded anew in the middle of it is not invited either.
    const late = await open();
    await late.until(({ goes }) => goes.length === 1);
    expect(viewsAfter(late, null)).not.toContain('attract');
    await recovery.ask({ call: 'ended', how: 'killed', propertyOut: true });
    await late.shows('attract');
    expect(await status()).toMatchObject({ lastSession: { sessionId }, recovery: { state: 'none' } });
  });

  it('that is in the middle when core dies is settled before anybody is invited: one moment, and never the menu', async () => {
    await run();
    const page = await open();
    await page.shows('attract');
    await until(() => sessions[0]?.client !== undefined);
    page.intend({ kind: 'start' });
    await page.until(({ goes }) => goes.length === 1);
    const first = sessions[0] as FakeSession;
    const { sessionId } = await first.assigned;
    await first.journal(
      { kind: 'session-started', fields: { sessionId, lang: 'zh-CN', mode: 'standard' } },
      { kind: 'service-started', fields: { sessionId, service: 'exit.endorse', release: 1 } },
    );
    await core?.stop();
    sessions.splice(0);
    await run();
    const again = await open();
    await again.until(({ goes }) => goes.length === 1);
    expect(viewsAfter(again, null)).not.toContain('attract');
    expect(new Set(viewsAfter(again, null))).toEqual(new Set(['recovery']));
    const recovery = sessions.find((session) =>
      session.events.some((event) => event.event === 'assign' && event.assignment.purpose === 'recovery'),
    ) as FakeSession;
    await recovery.journal({
      kind: 'session-ended',
      fields: { sessionId, how: 'killed', ms: 1, journal: { from: 2, to: 4, head: 'A'.repeat(43) } },
    });
    await recovery.ask({ call: 'ended', how: 'killed', propertyOut: true });
    await again.shows('attract');
  });

  it('F68 keeps its releases to the end, also over its death: a new one waits, and the next citizen has it', async () => {
    await run();
    const page = await open();
    await page.shows('attract');
    await until(() => sessions[0]?.client !== undefined);
    page.intend({ kind: 'start' });
    await page.until(({ goes }) => goes.length === 1);
    const first = sessions[0] as FakeSession;
    const { sessionId, installed } = await first.assigned;
    expect(installed).toEqual({});
    await first.journal(
      { kind: 'session-started', fields: { sessionId, lang: 'zh-CN', mode: 'standard' } },
      { kind: 'service-started', fields: { sessionId, service: 'exit.endorse', release: 1 } },
    );
    placeRelease(join(folder, 'data/services/inbox'), { id: 'exit.endorse', release: 2 });
    for (let i = 0; i < 5; i += 1) await clock.advance(CORE_LIMITS.releaseLookMs);
    expect(kinds()).toContain('release-staged');
    launcher.exit(first.processId);
    await page.until(({ goes }) => goes.length === 2);
    const recovery = sessions.find((session) =>
      session.events.some((event) => event.event === 'assign' && event.assignment.purpose === 'recovery'),
    ) as FakeSession;
    expect((await recovery.assigned).installed).toEqual({});
    for (let i = 0; i < 5; i += 1) await clock.advance(CORE_LIMITS.releaseLookMs);
    expect(kinds()).not.toContain('release-activated');
    await recovery.journal({
      kind: 'session-ended',
      fields: { sessionId, how: 'killed', ms: 1, journal: { from: 2, to: 4, head: 'A'.repeat(43) } },
    });
    await recovery.ask({ call: 'ended', how: 'killed', propertyOut: true });
    await page.shows('attract');
    for (let i = 0; i < 5 && !kinds().includes('release-activated'); i += 1)
      await clock.advance(CORE_LIMITS.releaseLookMs);
    const told = kinds();
    expect(told.indexOf('release-activated')).toBeGreaterThan(told.indexOf('session-ended'));
    await until(() => sessions.at(-1)?.client !== undefined);
    page.intend({ kind: 'start' });
    await page.until(({ goes }) => goes.length === 3);
    const next = sessions.find((session) =>
      session.events.some((event) => event.event === 'assign' && event.assignment.sessionId !== sessionId),
    );
    expect((await next?.assigned)?.installed).toEqual({
      'exit.endorse': join(folder, 'data/services/releases/exit.endorse@2'),
    });
  });

  it('finds the way back when the page is reloaded, and is not sent again when the session only listens anew', async () => {
    await run();
    const page = await open();
    await page.shows('attract');
    await until(() => sessions[0]?.client !== undefined);
    page.intend({ kind: 'start' });
    await page.until(({ goes }) => goes.length === 1);
    const session = sessions[0] as FakeSession;
    // The session has its page and opens the next way in at once.
    await session.ask({ call: 'listening', url: 'ws://127.0.0.1:5/session', token: 'second' });
    expect(page.goes).toHaveLength(1);
    const reloaded = await open();
    await reloaded.until(({ goes }) => goes.length === 1);
    expect(reloaded.goes[0]?.token).toBe('second');
    await page.until(({ closed }) => closed !== undefined);
    expect(page.messages.at(-1)).toEqual({ m: 'superseded' });
    await session.ask({ call: 'listening', url: 'ws://127.0.0.1:5/session', token: 'third' });
    // Later it listens because its page was lost.
    await session.ask({ call: 'listening', url: 'ws://127.0.0.1:5/session', token: 'fourth' });
    await reloaded.until(({ goes }) => goes.length === 2);
    expect(reloaded.goes[1]?.token).toBe('fourth');
  });
});

describe('what is lost takes away only what needs it', () => {
  it('a device: the hall is degraded, its service says why; back again, all is offered', async () => {
    await run();
    const page = await open();
    await page.shows('attract');
    host.set('payment-terminal', { device: 'hardwareError' });
    await page.until(({ view }) => view?.kind === 'out-of-service');
    expect(await status()).toMatchObject({
      state: 'outOfService',
      why: 'services',
      off: [{ service: 'exit.endorse', why: 'paymentTerminal.hardwareError' }],
    });
    host.set('receipt-printer', { device: 'offline' });
    host.set('payment-terminal', { device: 'online' });
    await page.shows('attract');
    expect(await status()).toMatchObject({ state: 'inService', off: [] });
  });

  it('the device host: nothing is offered until every device was looked at again', async () => {
    await run();
    const page = await open();
    await page.shows('attract');
    const looked = kinds().filter((kind) => kind === 'device-inspected').length;
    await host.stop();
    await page.shows('recovery');
    expect(page.view?.body).toEqual({ phase: 'checking', incident: null });
    await host.serve(join(folder, 'devices.sock'));
    for (let i = 0; i < 20 && page.view?.kind !== 'attract'; i += 1) {
      await clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await page.shows('attract');
    expect(kinds().filter((kind) => kind === 'device-inspected').length).toBe(2 * looked);
  });
});

describe('what the cabinet says', () => {
  const says = (sensors: Record<string, string>) => {
    host.set('cabinet-io', { sensors });
  };

  it('on battery: nobody new begins and the page says why; on mains again they do', async () => {
    host.add('cabinet-io', { sensors: { ups: 'powering' } });
    await run();
    const page = await open();
    await page.shows('attract');
    says({ ups: 'engaged' });
    await page.shows('out-of-service');
    expect(await status()).toMatchObject({ state: 'outOfService', why: 'power' });
    expect(page.view?.body).toMatchObject({ why: '市电中断，暂不办理新业务' });
    says({ ups: 'powering' });
    await page.shows('attract');
    expect(kinds().filter((kind) => kind === 'power')).toHaveLength(2);
  });

  it('battery low: the citizen who is there is asked once to end, with everything given back', async () => {
    host.add('cabinet-io', { sensors: { ups: 'powering' } });
    await run();
    const page = await open();
    await page.shows('attract');
    await until(() => sessions[0]?.client !== undefined);
    page.intend({ kind: 'start' });
    await page.until(({ goes }) => goes.length === 1);
    const session = sessions[0] as FakeSession;
    const wrapped = () => session.events.filter((event) => event.event === 'wrapUp');
    says({ ups: 'engaged' });
    says({ ups: 'low' });
    await until(() => wrapped().length > 0);
    says({ ups: 'low', 'door.front': 'open' });
    await until(() => session.events.filter((event) => event.event === 'device').length >= 3);
    await until(() => kinds().includes('door'));
    expect(wrapped()).toEqual([{ event: 'wrapUp', why: 'power' }]);
    await session.ask({ call: 'ended', how: 'cancelled', propertyOut: true });
    await page.shows('out-of-service');
    expect(await status()).toMatchObject({ why: 'powerLow', sessionActive: false });
  });

  it('tampered with: the whole machine is closed, also when the contact is closed again', async () => {
    host.add('cabinet-io', { sensors: { 'tamper.seismic': 'ok' } });
    await run();
    const page = await open();
    await page.shows('attract');
    host.set('cabinet-io', { device: 'fraudAttempt', sensors: { 'tamper.seismic': 'latched' } });
    await page.shows('out-of-service');
    host.set('cabinet-io', { device: 'online', sensors: { 'tamper.seismic': 'ok' } });
    expect(await status()).toMatchObject({
      state: 'outOfService',
      why: 'tamper',
      heldForFraud: [{ device: 'cabinet-io', incident: expect.stringMatching(/\S/u) }],
    });
  });
});

describe('a device that nothing helps', () => {
  it('has the device host restarted through the launcher, by core alone; afterwards every device is looked at', async () => {
    let restarts = 0;
    launcher.onRestartHost = () => {
      restarts += 1;
      void host.stop().then(() => host.serve(join(folder, 'devices.sock')));
      return true;
    };
    await run();
    const page = await open();
    await page.shows('attract');
    const looked = kinds().filter((kind) => kind === 'device-inspected').length;
    host.set('card-unit', { device: 'hardwareError', fault: { code: 'hardwareError', message: '', action: 'reset' } });
    for (let i = 0; i < 400 && kinds().filter((kind) => kind === 'device-inspected').length === looked; i += 1) {
      await clock.advance(500);
      await status();
    }
    expect([restarts, launcher.calls.filter((call) => call === 'restartDeviceHost').length]).toEqual([1, 1]);
    const db = openForReading(join(folder, 'data', 'journal.sqlite'));
    if (!db.ok) throw new Error(db.error.message);
    const rungs = db.value
      .prepare(
        "SELECT body ->> '$.rung' AS rung, body ->> '$.outcome' AS outcome FROM journal WHERE kind = 'recovery-step'",
      )
      .all()
      .map(({ rung, outcome }) => `${String(rung)} ${String(outcome)}`);
    db.value.close();
    expect(rungs.filter((rung) => rung.startsWith('L4'))).toEqual(['L4 started', 'L4 done']);
    expect(kinds().filter((kind) => kind === 'device-inspected').length).toBe(2 * looked);
  });
});

describe('strangers at the page’s door', () => {
  it('get no bridge: other origin, used token, other host name, no hello', async () => {
    const { uiPort } = await run();
    const foreign = await TestPage.open(uiPort, { origin: 'http://evil.example' });
    await foreign.until(({ closed }) => closed !== undefined);
    const token = await TestPage.token(uiPort);
    const first = await TestPage.open(uiPort, { token });
    pages.push(first);
    await first.until(({ messages }) => messages.length > 0);
    const second = await TestPage.open(uiPort, { token });
    await second.until(({ closed }) => closed !== undefined);
    expect([foreign.messages, second.messages]).toEqual([[], []]);
    expect(first.closed).toBeUndefined();
    expect(
      (await fetch(`http://127.0.0.1:${uiPort}/bridge-token`, { headers: { 'sec-fetch-site': 'cross-site' } })).status,
    ).toBe(403);
    expect(
      (await fetch(`http://127.0.0.1:${uiPort}/bridge-token`, { headers: { origin: 'http://evil.example' } })).status,
    ).toBe(403);
    expect(await rawStatus(uiPort, '/', 'evil.example')).toBe(421);
  });

  it('get no file but the page’s own', async () => {
    const { uiPort } = await run();
    const page = await fetch(`http://localhost:${uiPort}/`);
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    for (const path of [
      '/../secret.js',
      '/%2e%2e/secret.js',
      '/..%2fsecret.js',
      '/.hidden.js',
      '/none.js',
      '/data/journal.sqlite',
    ]) {
      expect([path, await rawStatus(uiPort, path, `127.0.0.1:${uiPort}`)]).toEqual([path, 404]);
    }
    expect((await fetch(`http://127.0.0.1:${uiPort}/`, { method: 'POST' })).status).toBe(405);
  });

  it('a language chosen by somebody who then walked away is forgotten for the next one', async () => {
    await run();
    const page = await open();
    await page.shows('attract');
    page.intend({ kind: 'language', lang: 'en' });
    await page.until(({ view }) => view?.lang === 'en');
    // In small steps: the page has to answer core's pings meanwhile.
    for (let ms = 5_000; ms < CORE_LIMITS.choiceKeptMs; ms += 5_000) {
      await clock.advance(5_000);
      await status();
    }
    expect(page.view?.lang).toBe('en');
    await clock.advance(5_000);
    await page.until(({ view }) => view?.lang === 'zh-CN');
  });

  it('and intents that answer an older view, or none, change nothing', async () => {
    await run();
    const page = await open();
    await page.shows('attract');
    const number = page.view?.view ?? 0;
    page.intend({ kind: 'language', lang: 'en' });
    await page.until(({ view }) => view?.lang === 'en');
    page.say({ m: 'intent', intent: { view: number, kind: 'start' } });
    page.intend({ kind: 'rate', stars: 5 });
    page.intend({ kind: 'language', lang: 'zh-CN' });
    await page.until(({ view }) => view?.lang === 'zh-CN');
    expect(await status()).toMatchObject({ sessionActive: false });
    page.say({ m: 'intent', intent: { view: 1, kind: 'eject', device: 'card-unit' } });
    await page.until(({ closed }) => closed === 4002);
  });
});

/** A request whose path and host are sent as they are. */
function rawStatus(port: number, path: string, hostName: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers: { host: hostName } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', reject);
  });
}

describe('a start that cannot be', () => {
  it('says why', async () => {
    const { uiPort } = await run();
    expect(await composeCore(start(), { clock })).toMatchObject({ ok: false, error: { code: 'DATA_IN_USE' } });
    expect(
      await composeCore(start({ dataDir: join(folder, 'other'), uiPort }), { clock, log: createLog('silent') }),
    ).toMatchObject({ ok: false, error: { code: 'PORT_TAKEN' } });
    expect(await composeCore(start({ dataDir: join(folder, 'ui', 'index.html') }), { clock })).toMatchObject({
      ok: false,
      error: { code: 'DATA_UNREADABLE' },
    });
    expect(await composeCore(start({ key: { ...key, keyFile: '/nowhere' } }), { clock })).toMatchObject({
      ok: false,
      error: { code: 'DATA_UNREADABLE' },
    });
  });
});

describe('staff at the machine', () => {
  const run_ = { 'door.front': 'locked', keySwitch: 'run' };
  const turned = { 'door.front': 'locked', keySwitch: 'maintenance' };

  async function withStaff(): Promise<{ console: TestConsole; person: TestPerson }> {
    const { list, people } = await makeStaff({ technician: { level: 'intermediate' } });
    writeFileSync(join(folder, 'staff.json'), JSON.stringify(list));
    host.add('cabinet-io', { sensors: run_ });
    const staff = { listFile: join(folder, 'staff.json'), uiDir: join(folder, 'ui'), port: 0 };
    const composed = await composeCore(start({ staff }), { clock, log: createLog('silent') });
    if (!composed.ok) throw new Error(composed.error.message);
    core = composed.value;
    const page = await open();
    await page.shows('attract');
    await until(() => sessions[0]?.client !== undefined);
    page.intend({ kind: 'start' });
    await page.until(({ goes }) => goes.length === 1);
    host.set('cabinet-io', { sensors: turned });
    await until(() => core?.staffPort !== undefined);
    let opened: TestConsole | undefined;
    while (opened === undefined) opened = await TestConsole.open(core.staffPort ?? 0).catch(() => undefined);
    return { console: opened, person: people.technician };
  }

  it('wait until the citizen has everything back; then the curtain, and after them the devices are looked at', async () => {
    const { console, person } = await withStaff();
    const session = sessions[0];
    await console.until(({ state }) => state !== undefined);
    // The key alone: nobody new is served, and whoever is there goes on.
    expect(await status()).toMatchObject({ state: 'maintenance', sessionActive: true });
    expect(session?.events.some(({ event }) => event === 'wrapUp')).toBe(false);
    const { card, pin } = person;
    expect(await console.wish({ act: 'signIn', card, pin, workOrder: null })).toMatchObject({ isDone: true });
    await until(() => session?.events.some((event) => event.event === 'wrapUp' && event.why === 'staff') === true);
    await clock.advance(CORE_LIMITS.staffLookMs);
    await until(() => console.state?.mode === 'enterPending');
    expect((await status())['staff']).toBe('asked');
    // Asked once, however often it is looked: its time to give property back does not begin anew.
    await clock.advance(CORE_LIMITS.staffLookMs * 4);
    expect(session?.events.filter(({ event }) => event === 'wrapUp')).toHaveLength(1);
    await session?.ask({ call: 'ended', how: 'cancelled', propertyOut: true });
    while ((await status())['staff'] !== 'inside') await clock.advance(CORE_LIMITS.staffLookMs);
    expect(await status()).toMatchObject({ state: 'maintenance', sessionActive: false });
    const page = await open();
    await page.shows('maintenance');
    page.intend({ kind: 'start' });
    await clock.advance(1_000);
    expect((await status())['sessionActive']).toBe(false);
    // A hand at the gate is the technician’s, and no attempt at fraud.
    host.set('card-unit', { device: 'potentialFraud' });
    host.set('card-unit', { device: 'online' });
    await clock.advance(1_000);
    expect(await status()).toMatchObject({ heldForFraud: [] });
    const looks = kinds().filter((kind) => kind === 'device-inspected').length;
    host.set('cabinet-io', { sensors: run_ });
    while ((await status())['state'] === 'maintenance') await clock.advance(100);
    expect(kinds().filter((kind) => kind === 'device-inspected').length).toBeGreaterThan(looks);
    await page.shows('attract');
    console.close();
  });
});

describe('F64 a touch screen that cannot be trusted', () => {
  const ghost = (headers: Record<string, string> = {}): Promise<number> => {
    const origin = `http://127.0.0.1:${core?.uiPort ?? 0}`;
    return fetch(`${origin}/touch-trouble`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin, ...headers },
      body: JSON.stringify({ what: 'ghost', sign: 'rate' }),
    }).then((answer) => answer.status);
  };

  /** Begins at the page, as a press does. */
  async function begin(page: TestPage, nth: number): Promise<FakeSession> {
    await page.shows('attract');
    await until(() => sessions[nth]?.client !== undefined);
    const goes = page.goes.length;
    page.intend({ kind: 'start' });
    await page.until((seen) => seen.goes.length > goes);
    return sessions[nth] as FakeSession;
  }

  const OUT = { state: 'outOfService', why: 'touch', touch: 'ghost' };
  const OFF = [{ service: 'exit.endorse', why: 'touchScreen.hardwareError' }];

  it('F64 cuts no citizen off: the machine is out from the end of the session, in both languages, also after a restart', async () => {
    await run();
    const page = await open();
    const session = await begin(page, 0);
    expect(await ghost()).toBe(204);
    expect(await status()).toMatchObject({ state: 'inService', off: [], sessionActive: true, touch: 'ghost' });
    // Known and told at once all the same.
    expect(kinds()).toContain('device-status');
    await clock.advance(1_000);
    expect(session.events.some(({ event }) => event === 'wrapUp')).toBe(false);
    await session.ask({ call: 'ended', how: 'finished', propertyOut: true, isUsed: true });
    await page.shows('out-of-service');
    expect(await status()).toMatchObject({ ...OUT, off: OFF, sessionActive: false });
    expect(page.view?.body).toMatchObject({ why: expect.stringContaining('触摸屏故障'), works: [] });
    page.intend({ kind: 'language', lang: 'en' });
    await page.until(({ view }) => view?.lang === 'en');
    expect(page.view?.body).toMatchObject({ why: expect.stringContaining('touch screen is faulty') });
    page.intend({ kind: 'start' });
    await clock.advance(1_000);
    expect(await status()).toMatchObject({ ...OUT, sessionActive: false });
    await core?.stop();
    await run();
    const again = await open();
    await again.shows('out-of-service');
    expect(await status()).toMatchObject({ ...OUT, off: OFF, sessionActive: false });
  });

  it('F64 is said by our own page alone', async () => {
    const { uiPort } = await run();
    const page = await open();
    await page.shows('attract');
    expect(await ghost({ origin: 'http://evil.example' })).toBe(403);
    expect(await ghost({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await ghost({ 'sec-fetch-site': 'same-site' })).toBe(403);
    expect((await fetch(`http://127.0.0.1:${uiPort}/touch-trouble`)).status).toBe(405);
    expect(await status()).toMatchObject({ state: 'inService', touch: null });
    expect(await ghost({ origin: `http://localhost:${uiPort}` })).toBe(204);
    await page.shows('out-of-service');
  });

  it('F64 five sessions after one another in which nothing was pressed put it out, four do not', async () => {
    await run();
    const page = await open();
    const end = async (nth: number, isUsed: boolean): Promise<void> => {
      const session = await begin(page, nth);
      await session.ask({ call: 'ended', how: 'timeout', propertyOut: true, isUsed });
      await page.shows(nth === 9 ? 'out-of-service' : 'attract');
    };
    // Four, one with a press, four more: not yet.
    for (let nth = 0; nth < 9; nth += 1) await end(nth, nth === 4);
    expect(await status()).toMatchObject({ state: 'inService', touch: null });
    await end(9, false);
    expect(await status()).toMatchObject({ state: 'outOfService', why: 'touch', touch: 'noTouch', off: OFF });
  });

  it('F64 is cleared by staff who tested it; what it does under their hands is not heard', async () => {
    await run();
    const page = await open();
    await page.shows('attract');
    await ghost();
    await page.shows('out-of-service');
    await core?.stop();
    const { list, people } = await makeStaff({ technician: { level: 'intermediate' }, keeper: { level: 'basic' } });
    writeFileSync(join(folder, 'staff.json'), JSON.stringify(list));
    host.add('cabinet-io', { sensors: { 'door.front': 'locked', keySwitch: 'maintenance' } });
    const staff = { listFile: join(folder, 'staff.json'), uiDir: join(folder, 'ui'), port: 0 };
    const composed = await composeCore(start({ staff }), { clock, log: createLog('silent') });
    if (!composed.ok) throw new Error(composed.error.message);
    core = composed.value;
    let console: TestConsole | undefined;
    while (console === undefined) console = await TestConsole.open(core.staffPort ?? 0).catch(() => undefined);
    await console.until(({ state }) => state !== undefined);
    const { card, pin } = people.technician;
    await console.wish({ act: 'signIn', card, pin, workOrder: null });
    while ((await status())['staff'] !== 'inside') await clock.advance(CORE_LIMITS.staffLookMs);
    await clock.advance(CORE_LIMITS.consoleTellMs);
    await console.until(({ state }) => state?.touch?.what === 'ghost');
    expect(await console.wish({ act: 'clearTouch' })).toMatchObject({ isDone: true });
    expect(await status()).toMatchObject({ state: 'maintenance', touch: null, off: [] });
    expect(await ghost()).toBe(204);
    expect(await status()).toMatchObject({ touch: null });
    expect(await console.wish({ act: 'clearTouch' })).toMatchObject({ isDone: false, code: 'configuration' });
    host.set('cabinet-io', { sensors: { 'door.front': 'locked', keySwitch: 'run' } });
    while ((await status())['state'] === 'maintenance') await clock.advance(100);
    const after = await open();
    await after.shows('attract');
    console.close();
  });
});

describe('F63 processes in trouble', () => {
  it('F63 one that hung is recorded; one that has grown is restarted when the citizen has gone, core last', async () => {
    const asked: string[] = [];
    launcher.onRestartHost = () => {
      asked.push('deviceHost');
      return true;
    };
    await run(() => asked.push('core'));
    const page = await open();
    await page.shows('attract');
    await until(() => sessions[0]?.client !== undefined);
    page.intend({ kind: 'start' });
    await page.until(({ goes }) => goes.length === 1);
    launcher.tell({ event: 'processHung', process: 'session' });
    launcher.tell({ event: 'processGrown', process: 'core', rssMb: 812 });
    launcher.tell({ event: 'processGrown', process: 'deviceHost', rssMb: 913 });
    launcher.tell({ event: 'processGrown', process: 'session', rssMb: 913 });
    await until(() => kinds().includes('process-restarted'));
    await clock.advance(2 * CORE_LIMITS.upkeepIdleMs);
    expect(asked).toEqual([]);
    const [session] = sessions as [FakeSession];
    await session.ask({ call: 'ended', how: 'finished', propertyOut: true });
    await until(() => !launcher.alive.has(session.processId));
    while ((await status())['sessionActive'] === true);
    // Not further: the launcher's answer must find its question still waiting.
    await clock.advance(CORE_LIMITS.upkeepLookMs + CORE_LIMITS.upkeepIdleMs);
    await until(() => asked.length === 2);
    expect(asked).toEqual(['deviceHost', 'core']);
    expect(kinds().filter((kind) => kind === 'process-restarted')).toHaveLength(3);
  });
});
