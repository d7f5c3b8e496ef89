import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StaffList } from '@yimen/contracts/terminal';
import { createLog } from '../../platform/logger.ts';
import { systemRandom } from '../../platform/random.ts';
import { DeskBench, RUN, TURNED } from '../testing/desk-bench.ts';
import { makeStaff, type TestPerson } from '../testing/staff-list.ts';
import { TestConsole } from '../testing/test-console.ts';
import { openConsoleServer, type ConsoleServer } from './console-server.ts';

let list: StaffList;
let people: Record<'technician', TestPerson>;
beforeAll(async () => {
  ({ list, people } = await makeStaff({ technician: { level: 'intermediate' } }));
});

let folder = '';
let bench: DeskBench;
let server: ConsoleServer;
const consoles: TestConsole[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-console-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>console</title>');
  bench = new DeskBench(list);
  await bench.start();
  const { clock, desk } = bench;
  const opened = await openConsoleServer({
    uiDir: folder,
    port: 0,
    desk,
    clock,
    random: systemRandom,
    log: createLog('silent'),
  });
  if (!opened.ok) throw new Error(opened.error.message);
  server = opened.value;
});
afterEach(async () => {
  for (const page of consoles.splice(0)) page.close();
  await server.close();
  bench.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = (path: string): string => `http://127.0.0.1:${server.port}${path}`;
const statusOf = async (path: string, init?: RequestInit): Promise<number> => (await fetch(at(path), init)).status;

async function open(given: { token?: string; origin?: string } = {}): Promise<TestConsole> {
  const page = await TestConsole.open(server.port, given);
  consoles.push(page);
  return page;
}

/** With a Host header of its own, which fetch would not send. */
function asHost(host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    request({ port: server.port, host: '127.0.0.1', path: '/', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end();
  });
}

describe('the console’s server', () => {
  it('shows nothing of itself while the key is in `run`, and says which way to turn', async () => {
    const root = await fetch(at('/'));
    expect(root.status).toBe(423);
    expect(await root.text()).toContain('Turn the key');
    for (const path of ['/index.html', '/console-token', '/assets/x.js']) expect(await statusOf(path), path).toBe(423);
    await expect(TestConsole.token(server.port)).rejects.toThrow('423');
    const page = await open({ token: 'x' });
    await page.until(({ closed }) => closed !== undefined);
    expect(page.messages).toEqual([]);
  });

  it('serves its files and one line to its own page with the key turned; the key back closes it at once', async () => {
    bench.turn(TURNED);
    expect(await (await fetch(at('/'))).text()).toContain('<title>console</title>');
    const page = await open();
    await page.until(({ state }) => state !== undefined);
    expect(page.state).toMatchObject({ mode: 'inactive', key: 'maintenance', devices: [] });
    bench.turn(RUN);
    await page.until(({ closed }) => closed !== undefined);
    expect(page.closed).toBe(4003);
    expect(await statusOf('/')).toBe(423);
  });

  it.each([
    ['another origin', { origin: 'http://127.0.0.1:7001' }],
    ['the citizen’s own machine by another name', { origin: 'http://evil.example' }],
    ['an old or made-up token', { token: 'made-up' }],
  ])('refuses %s', async (_what, given) => {
    bench.turn(TURNED);
    const token = await TestConsole.token(server.port);
    const page = await open({ token, ...given });
    await page.until(({ closed }) => closed !== undefined);
    expect(page.messages).toEqual([]);
  });

  it('gives its token to its own page alone, and each works once', async () => {
    bench.turn(TURNED);
    expect(await statusOf('/console-token')).toBe(403);
    expect(await statusOf('/console-token', { headers: { origin: 'http://127.0.0.1:7001' } })).toBe(403);
    const token = await TestConsole.token(server.port);
    await (await open({ token })).until(({ state }) => state !== undefined);
    const second = await open({ token });
    await second.until(({ closed }) => closed !== undefined);
    expect(second.closed).toBe(4001);
  });

  it('a token that was given before the key went back opens nothing', async () => {
    bench.turn(TURNED);
    const token = await TestConsole.token(server.port);
    bench.turn(RUN);
    const page = await open({ token });
    await page.until(({ closed }) => closed !== undefined);
    expect(page.messages).toEqual([]);
  });

  it('answers to no other name, no other method and no other folder', async () => {
    bench.turn(TURNED);
    expect(await asHost('evil.example')).toBe(421);
    expect(await statusOf('/', { method: 'POST' })).toBe(405);
    expect(await statusOf('/../secret.js')).toBe(404);
    const { headers } = await fetch(at('/'));
    expect(headers.get('content-security-policy')).toContain("connect-src 'self';");
    expect(headers.get('permissions-policy')).toContain('camera=()');
  });

  it('carries a wish to the desk and its answer back; what does not fit the contract ends the line', async () => {
    bench.turn(TURNED);
    const page = await open();
    await page.until(({ state }) => state !== undefined);
    const { card, pin } = people.technician;
    expect(await page.wish({ act: 'signIn', card, pin, workOrder: null })).toMatchObject({ isDone: true });
    await bench.clock.advance(200);
    await page.until(({ state }) => state?.mode === 'active');
    expect(page.state?.devices.length).toBeGreaterThan(5);
    page.say({ m: 'wish', n: 9, wish: { act: 'handOut', incident: 'AAA-111' } });
    await page.until(({ closed }) => closed !== undefined);
    expect(page.closed).toBe(4002);
  });

  it('a silent page is dropped, and a newer one takes over', async () => {
    bench.turn(TURNED);
    const first = await open();
    await first.until(({ state }) => state !== undefined);
    const second = await open();
    await second.until(({ state }) => state !== undefined);
    await first.until(({ closed }) => closed !== undefined);
    expect(first.closed).toBeDefined();
    expect(second.closed).toBeUndefined();
  });
});
