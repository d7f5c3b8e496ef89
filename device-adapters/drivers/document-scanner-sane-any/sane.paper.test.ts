import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newOperationId } from '@yimen/contracts/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RealSane, until } from '../../test/with-real-sane.ts';

let sane: RealSane;
beforeEach(() => {
  sane = new RealSane();
});
afterEach(() => sane.end());

const online = { device: 'online', source: 'reported' };
/** 200 mm, as far as the test backend reaches. */
const side = (dpi: number): number => Math.round((200 / 25.4) * dpi);

describe('SANE’s test backend', () => {
  it('is found, identified and asked how it is', async () => {
    expect(await sane.driver.status(0)).toMatchObject(online);
    expect(await sane.driver.describe()).toMatchObject({
      ok: true,
      value: { model: 'Noname frontend-tester', serial: 'test:0', firmware: null },
    });
    const operationId = newOperationId(Date.now(), (n) => new Uint8Array(n));
    expect(await sane.driver.selfTest({ operationId, deadlineMs: 10_000 })).toMatchObject({ outcome: 'done' });
  });

  it.each([
    [150, 'grey', 1],
    [200, 'grey', 1],
    [300, 'grey', 1],
    [150, 'colour', 3],
    [200, 'colour', 3],
    [300, 'colour', 3],
  ] as const)('a page from the glass: %i dpi, %s', async (dpi, mode, samples) => {
    const scanned = await sane.scan({ dpi, mode });
    if (!scanned.ok) throw new Error(scanned.error.message);
    const [page] = scanned.value.pages;
    expect(Math.abs((page?.width ?? 0) - side(dpi))).toBeLessThanOrEqual(1);
    expect(Math.abs((page?.height ?? 0) - side(dpi))).toBeLessThanOrEqual(1);
    const png = await sane.page(scanned.value.scanId, 0);
    expect(createHash('sha256').update(png).digest('hex')).toBe(page?.sha256);
    // Width, depth and colour type as they stand in the file.
    expect([png.readUInt32BE(16), png[24], png[25]]).toEqual([page?.width, 8, samples === 1 ? 0 : 2]);
    expect([sane.folders(), sane.programs()]).toEqual([[], []]);
  });

  it('three pages from the feeder, and each of them', async () => {
    const scanned = await sane.scan({ source: 'feeder', pages: 3, mode: 'colour' });
    if (!scanned.ok) throw new Error(scanned.error.message);
    expect(scanned.value.pages).toHaveLength(3);
    for (const [n, { sha256 }] of scanned.value.pages.entries())
      expect(
        createHash('sha256')
          .update(await sane.page(scanned.value.scanId, n))
          .digest('hex'),
      ).toBe(sha256);
  });

  it('ten lie in the feeder and twelve are wanted: nothing is kept', async () => {
    expect(await sane.scan({ source: 'feeder', pages: 12 })).toMatchObject({
      ok: false,
      error: { code: 'noMedia', message: expect.stringContaining('10 of 12') as string },
    });
    expect(sane.folders()).toEqual([]);
    expect(await sane.driver.status(0)).toMatchObject(online);
  });

  it.each([
    ['SANE_STATUS_UNSUPPORTED', 'unsupportedCommand', 'online'],
    ['SANE_STATUS_CANCELLED', 'canceled', 'online'],
    ['SANE_STATUS_DEVICE_BUSY', 'deviceBusy', 'online'],
    ['SANE_STATUS_INVAL', 'hardwareError', 'online'],
    ['SANE_STATUS_EOF', 'hardwareError', 'online'],
    ['SANE_STATUS_JAMMED', 'jamming', 'hardwareError'],
    ['SANE_STATUS_NO_DOCS', 'noMedia', 'online'],
    ['SANE_STATUS_COVER_OPEN', 'coverOpen', 'hardwareError'],
    ['SANE_STATUS_IO_ERROR', 'hardwareError', 'online'],
    ['SANE_STATUS_NO_MEM', 'hardwareError', 'online'],
    ['SANE_STATUS_ACCESS_DENIED', 'configuration', 'online'],
  ])('%s: %s; a look then says %s; mended, the next scan is good', async (word, code, device) => {
    sane.configure({ 'read-status-code': `"${word}"` });
    expect(await sane.scan({ source: 'feeder', pages: 2 })).toMatchObject({ ok: false, error: { code } });
    expect([sane.folders(), sane.programs()]).toEqual([[], []]);
    expect(await sane.driver.status(0)).toMatchObject({ device });
    sane.configure({});
    expect(await sane.scan()).toMatchObject({ ok: true });
    expect(await sane.driver.status(0)).toMatchObject(online);
  });

  it('a scan that hangs is killed at its deadline: no program, no folder, and it goes on', async () => {
    sane.slow();
    await sane.driver.status(0);
    const began = performance.now();
    const running = sane.scan({ dpi: 300, mode: 'colour' }, 4_000);
    await until(() => sane.scanning().length > 0);
    expect(await running).toMatchObject({ ok: false, error: { code: 'timeOut', action: 'reset' } });
    expect(performance.now() - began).toBeLessThan(6_000);
    expect([sane.folders(), sane.programs()]).toEqual([[], []]);
    sane.configure({});
    expect(await sane.scan()).toMatchObject({ ok: true });
  });

  it('cancelled in the middle, by the verb and by the end of its lease', async () => {
    await sane.driver.status(0);
    for (const end of ['cancel', 'lease'] as const) {
      sane.slow();
      const lease = new AbortController();
      const running = sane.scan({ dpi: 300, mode: 'colour' }, 60_000, lease.signal);
      await until(() => sane.scanning().length > 0);
      if (end === 'lease') lease.abort();
      else expect(await sane.driver.read('cancel', 5_000, {}, lease.signal)).toMatchObject({ ok: true });
      expect(await running).toMatchObject({ ok: false, error: { code: 'canceled' } });
      expect([sane.folders(), sane.programs()]).toEqual([[], []]);
      sane.configure({});
      expect(await sane.scan()).toMatchObject({ ok: true });
    }
  });

  it('its program killed in the middle, and the driver closed in the middle', async () => {
    await sane.driver.status(0);
    sane.slow();
    const first = sane.scan({ dpi: 300, mode: 'colour' }, 60_000);
    await until(() => sane.scanning().length > 0);
    for (const pid of sane.programs()) process.kill(pid, 'SIGKILL');
    expect(await first).toMatchObject({ ok: false, error: { code: 'hardwareError', vendorCode: 'signal-9' } });
    expect(sane.folders()).toEqual([]);
    const second = sane.scan({ dpi: 300, mode: 'colour' }, 60_000);
    await until(() => sane.scanning().length > 0);
    await sane.driver.close();
    expect(await second).toMatchObject({ ok: false });
    expect([sane.folders(), sane.programs()]).toEqual([[], []]);
  });

  it('its host killed in the middle: the next one finds nothing left', async () => {
    sane.slow();
    const text = `
      import { openSane } from ${JSON.stringify(new URL('../../transport/sane-channel.ts', import.meta.url).href)};
      import { systemClock } from ${JSON.stringify(new URL('../../host/system-clock.ts', import.meta.url).href)};
      import { encodeSaneMessage } from ${JSON.stringify(new URL('../../framing/sane-message.ts', import.meta.url).href)};
      import { encodeSaneRun } from ${JSON.stringify(new URL('../../framing/sane-run.ts', import.meta.url).href)};
      const [saneConfigDir, folder] = process.argv.slice(1);
      const opened = await openSane({ clock: systemClock, saneConfigDir, folder })(5_000);
      const args = ['-d', 'test:0', '--resolution=300', '--format=png', '--batch={folder}/%d.png', '--batch-count=1'];
      const payload = encodeSaneRun({ deadlineMs: 60_000, outputBytes: 1e8, args });
      await opened.value.write(encodeSaneMessage({ kind: 1, number: 1, payload }));`;
    const host = spawn(process.execPath, ['--input-type=module', '-e', text, sane.config, sane.pages], {
      stdio: 'ignore',
    });
    try {
      await until(() => sane.scanning().length > 0);
      host.kill('SIGKILL');
      await until(() => host.signalCode !== null);
      expect([sane.folders().length, sane.programs().length > 0]).toEqual([1, true]);
      sane.configure({});
      expect(await sane.driver.status(0)).toMatchObject(online);
      await until(() => sane.programs().length === 0);
      expect(sane.folders()).toEqual([]);
    } finally {
      host.kill('SIGKILL');
    }
  });

  it('unplugged and plugged in again', async () => {
    const second = new RealSane(undefined, 'sane:test:1');
    try {
      second.configure({ number_of_devices: 2 });
      expect(await second.driver.status(0)).toMatchObject(online);
      second.configure({ number_of_devices: 1 });
      expect(await second.driver.status(0)).toMatchObject({
        device: 'noDevice',
        source: 'stale',
        fault: { code: 'offline' },
      });
      expect(await second.scan()).toMatchObject({ ok: false, error: { code: 'offline' } });
      second.configure({ number_of_devices: 2 });
      expect(await second.driver.status(0)).toMatchObject(online);
    } finally {
      await second.end();
    }
  });

  it('a backend that crashes when it is asked', async () => {
    // 1.1.1 does so when it has no device at all.
    sane.configure({ number_of_devices: 0 });
    expect(await sane.driver.status(0)).toMatchObject({
      device: 'hardwareError',
      fault: { code: 'hardwareError', vendorCode: 'signal-11' },
    });
    sane.configure({});
    expect(await sane.driver.status(0)).toMatchObject(online);
  });
});

describe('another program in its place', () => {
  async function withProgram(text: string, use: (other: RealSane) => Promise<void>): Promise<void> {
    const path = join(sane.dir, 'scanimage');
    writeFileSync(path, text, { mode: 0o755 });
    const other = new RealSane(path);
    try {
      await use(other);
    } finally {
      await other.end();
    }
  }

  /** scanimage, but for a scan. */
  const scanning = (text: string): string =>
    `#!/bin/sh\nfor a in "$@"; do case "$a" in --batch=*) out="\${a#--batch=}"; out="\${out%/*}"; ${text};; esac; done\nexec scanimage "$@"\n`;

  it.each([
    ['garbage', 'head -c 5000 /dev/urandom > "$out/1.png"; exit 0', 'png-signature'],
    [
      'half a page',
      'scanimage -d test:0 --format=png > "$out/x"; head -c 60 "$out/x" > "$out/1.png"; rm "$out/x"; exit 0',
      'png-chunk',
    ],
    ['another page', 'scanimage -d test:0 --mode Gray --resolution 75 --format=png > "$out/1.png"; exit 0', 'png-size'],
    [
      'a page more',
      'shift 3; scanimage -d test:0 --mode Gray -x 200 -y 200 --resolution 150 --format=png --batch="$out/%d.png" --batch-count=2; exit 0',
      'sane-files',
    ],
  ])('that gives %s', async (_, text, vendorCode) => {
    await withProgram(scanning(text), async (other) => {
      expect(await other.scan()).toMatchObject({ ok: false, error: { code: 'hardwareError', vendorCode } });
      expect(other.folders()).toEqual([]);
    });
  });

  it('that is none, and none at all', async () => {
    await withProgram('#!/bin/sh\necho hello\n', async (other) => {
      expect(await other.driver.status(0)).toMatchObject({ device: 'offline', fault: { code: 'configuration' } });
    });
    const missing = new RealSane(join(sane.dir, 'no-such-program'));
    const { fault } = await missing.driver.status(0);
    await missing.end();
    expect(fault).toMatchObject({ code: 'configuration', action: 'configuration' });
    expect(fault?.message).toContain('sane-utils');
  });
});

describe('probe', () => {
  const probe = (...args: readonly string[]): { status: number | null; out: string; err: string } => {
    const entry = new URL('../../tools/probe.mjs', import.meta.url).pathname;
    const env = { ...process.env, SANE_CONFIG_DIR: sane.config };
    const ran = spawnSync(process.execPath, [entry, 'document-scanner-sane-any', '--at', 'sane:test:0', ...args], {
      env,
    });
    return { status: ran.status, out: ran.stdout.toString(), err: ran.stderr.toString() };
  };

  it('scans into files for this user only, and overwrites none', () => {
    const out = join(sane.dir, 'page.png');
    const wish = ['scan', '--out', out, '--source', 'feeder', '--pages', '2', '--dpi', '150'];
    expect(probe(...wish)).toMatchObject({ status: 0 });
    const second = join(sane.dir, 'page-2.png');
    for (const file of [out, second]) {
      expect(readFileSync(file).subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
    const again = probe('scan', '--out', out);
    expect(again.status).toBe(2);
    expect(again.err).toContain('exists already');
    sane.configure({ 'read-status-code': '"SANE_STATUS_JAMMED"' });
    const jammed = probe('scan', '--out', join(sane.dir, 'none.png'));
    expect([jammed.status, existsSync(join(sane.dir, 'none.png'))]).toEqual([1, false]);
    expect(jammed.err).toContain('jamming');
  });
});
