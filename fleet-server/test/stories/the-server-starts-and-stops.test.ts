import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeFleetServer, fleetServerConfigSchema } from '../../compose.ts';
import { systemClock } from '../../store/index.ts';
import { holdPort, makeConfig } from '../with-fleet-server.ts';

const HALL = {
  hallId: 'daliang-1',
  town: '440606005',
  ...{ zh: '大良测试大厅', en: 'Daliang test hall', addressZh: '测试路1号', addressEn: '1 Test Road' },
  ...{ hoursZh: '全天', hoursEn: 'all day' },
};
let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'yimen-compose-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const deps = { clock: systemClock(), log: pino({ level: 'silent' }) };

describe('starting', () => {
  it('brings every part up and takes all of it down within two seconds, twice on the same data', async () => {
    const { config } = await makeConfig(dir);
    for (let round = 0; round < 2; round += 1) {
      const started = await composeFleetServer(config, deps);
      if (!started.ok) throw new Error(started.error.message);
      const { ports } = started.value;
      expect([ports.http, ports.mqtt, ports.gateway].every((port) => port !== null && port > 0)).toBe(true);
      const reply = await fetch(`http://localhost:${ports.http}/api/health`);
      expect(await reply.json()).toEqual({ ok: true });
      const before = performance.now();
      await started.value.stop();
      expect(performance.now() - before).toBeLessThan(2_000);
      await expect(fetch(`http://localhost:${ports.http}/api/health`)).rejects.toThrow();
    }
  });

  it.each([
    ['httpPort', 'The dashboard cannot start'],
    ['mqttPort', 'The broker for terminals cannot start'],
    ['gatewayPort', 'The gateway cannot start'],
  ])('says in one sentence that %s is taken, and leaves nothing running', async (field, sentence) => {
    const { config } = await makeConfig(dir);
    const held = await holdPort();
    const refused = await composeFleetServer({ ...config, httpHost: '127.0.0.1', [field]: held.port }, deps);
    expect(refused).toMatchObject({
      ok: false,
      error: {
        code: 'PORT_TAKEN',
        message: `${sentence}: port ${held.port} is taken; choose another, or stop the program that holds it`,
      },
    });
    await held.release();
    const started = await composeFleetServer(config, deps);
    expect(started.ok).toBe(true);
    if (started.ok) await started.value.stop();
  });

  it('names the file that it cannot read', async () => {
    const { config } = await makeConfig(dir);
    const noKey = await composeFleetServer({ ...config, trust: { ...config.trust, key: join(dir, 'none.pem') } }, deps);
    expect(noKey).toMatchObject({
      ok: false,
      error: { code: 'DATA_UNREADABLE', message: `Cannot read or write: ${join(dir, 'none.pem')} (ENOENT)` },
    });
    await writeFile(join(dir, 'file'), '');
    const noFolder = await composeFleetServer({ ...config, dataDir: join(dir, 'file') }, deps);
    expect(noFolder).toMatchObject({ ok: false, error: { code: 'DATA_UNREADABLE' } });
    const started = await composeFleetServer(config, deps);
    if (started.ok) await started.value.stop();
    await writeFile(
      join(config.dataDir, 'fleet.sqlite'),
      'this is no database, and long enough to be taken for one'.repeat(100),
    );
    const torn = await composeFleetServer(config, deps);
    expect(torn).toMatchObject({ ok: false, error: { code: 'DATA_UNREADABLE' } });
  });
});

describe('the configuration', () => {
  it.each([
    [{ httpPort: 70_000 }, 'httpPort'],
    [{ dataDir: 'relative' }, 'dataDir'],
    [{ httpHost: '0.0.0.0' }, 'httpHost'],
    [{ publicOrigin: 'http://fleet.example' }, 'publicOrigin'],
    [{ surprise: 1 }, ''],
    [{ places: { halls: [{ ...HALL, town: 'daliang' }], terminals: [] } }, 'places.halls.0.town'],
    [
      { places: { halls: [HALL], terminals: [{ tid: 'SD-DALIANG-01', hallId: 'none', simulated: true }] } },
      'places.terminals.0.hallId',
    ],
  ])('refuses %j', async (change, field) => {
    const { config } = await makeConfig(dir);
    const parsed = fleetServerConfigSchema.safeParse({ ...config, ...change });
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toEqual([field]);
  });

  it('takes another host once people come over https', async () => {
    const { config } = await makeConfig(dir);
    expect(
      fleetServerConfigSchema.safeParse({ ...config, httpHost: '0.0.0.0', publicOrigin: 'https://fleet.example' })
        .success,
    ).toBe(true);
  });
});

/** Runs the program as an operator does. */
async function run(
  args: readonly string[],
  whenReady: (child: ReturnType<typeof spawn>) => void = () => undefined,
): Promise<{ status: number | null; out: string; last: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', '..', 'main.ts'), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  let said = '';
  child.stdout.on('data', (text) => {
    out += String(text);
    if (out.includes('\n')) whenReady(child);
  });
  child.stderr.on('data', (text) => (said += String(text)));
  const status = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { status, out, last: said.trimEnd().split('\n').at(-1) ?? '' };
}

describe('the program', () => {
  it('prints one ready line, and ends with status 0 at SIGTERM and when its starter is gone', async () => {
    const { config } = await makeConfig(dir);
    const file = join(dir, 'config.json');
    await writeFile(file, JSON.stringify(config));
    const bySignal = await run([file], (child) => void child.kill('SIGTERM'));
    expect(bySignal.status).toBe(0);
    expect(bySignal.out.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(bySignal.out)).toMatchObject({ ready: true, ports: { http: expect.any(Number) } });
    expect((await run([file], (child) => void child.stdin?.end())).status).toBe(0);
  });

  it('ends with a sentence and a status when it cannot work', async () => {
    const { config } = await makeConfig(dir);
    const held = await holdPort();
    const file = join(dir, 'config.json');
    await writeFile(file, JSON.stringify({ ...config, mqttPort: held.port }));
    expect(await run([file])).toMatchObject({
      status: 1,
      out: '',
      last: expect.stringMatching(/port \d+ is taken.*\[PORT_TAKEN\]$/),
    });
    await held.release();
    expect(await run([])).toMatchObject({ status: 2, last: expect.stringContaining('expected one argument') });
    expect(await run([join(dir, 'none.json')])).toMatchObject({
      status: 2,
      last: expect.stringContaining('cannot be read'),
    });
    await writeFile(file, '{"httpPort":');
    expect(await run([file])).toMatchObject({ status: 2, last: expect.stringContaining('is not JSON') });
    await writeFile(file, JSON.stringify({ ...config, httpPort: 'x' }));
    expect(await run([file])).toMatchObject({ status: 2, last: expect.stringContaining('a port is a whole number') });
    await writeFile(file, JSON.stringify({ ...config, dashboardDir: dir }));
    expect(await run([file])).toMatchObject({ status: 2, last: expect.stringContaining('no built dashboard') });
  });
});
