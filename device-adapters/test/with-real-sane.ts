import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { Driver } from '../driver-kit/driver.ts';
import { createSaneScanner } from '../drivers/document-scanner-sane-any/driver.ts';
import type { ScanValue } from '../drivers/document-scanner-sane-any/testing/scripted-bench.ts';
import { systemClock } from '../host/system-clock.ts';
import { openSane } from '../transport/sane-channel.ts';

/** What SANE's test backend is told; each process reads it anew. */
export type TestConf = Readonly<Record<string, string | number>>;

const CONF: TestConf = { number_of_devices: 1, 'test-picture': '"Color pattern"' };
const WISH = { source: 'glass', pages: 1, dpi: 150, mode: 'grey' };

/** Real scanimage with SANE's test backend, its settings in a folder of its own. */
export class RealSane {
  readonly dir = mkdtempSync(join(tmpdir(), 'yimen-sane-paper-'));
  /** SANE_CONFIG_DIR. */
  readonly config = join(this.dir, 'config');
  /** Where runs have their folders. */
  readonly pages = join(this.dir, 'pages');
  readonly driver: Driver;
  readonly #lease = new AbortController();

  /** @param program in place of scanimage */
  constructor(program?: string, at = 'sane:test:0') {
    mkdirSync(this.config);
    mkdirSync(this.pages);
    writeFileSync(join(this.config, 'dll.conf'), 'test\n');
    this.configure({});
    this.driver = createSaneScanner({
      open: openSane({
        clock: systemClock,
        saneConfigDir: this.config,
        folder: this.pages,
        ...(program !== undefined && { program }),
      }),
      clock: systemClock,
      random: (n) => new Uint8Array(randomBytes(n)),
      log: { debug: () => undefined },
      at,
      options: {},
    });
  }

  configure(more: TestConf): void {
    const lines = Object.entries({ ...CONF, ...more }).map(([name, value]) => `${name} ${value}\n`);
    writeFileSync(join(this.config, 'test.conf'), lines.join(''));
  }

  /** So slow that a page takes a minute. */
  slow(): void {
    this.configure({
      'read-delay': 'true',
      'read-delay-duration': 200_000,
      'read-limit': 'true',
      'read-limit-size': 4_096,
    });
  }

  async scan(more: object = {}, deadlineMs = 30_000, signal = this.#lease.signal): Promise<Result<ScanValue, Fault>> {
    return (await this.driver.read('scan', deadlineMs, { ...WISH, ...more }, signal)) as Result<ScanValue, Fault>;
  }

  /** A page of a scan. */
  async page(scanId: string, page: number): Promise<Buffer> {
    let bytes = Buffer.alloc(0);
    for (let end = false; !end;) {
      const given = await this.driver.read(
        'readPage',
        1_000,
        { scanId, page, offset: bytes.length },
        this.#lease.signal,
      );
      if (!given.ok) throw new Error(given.error.message);
      const piece = given.value as { piece: string; end: boolean };
      bytes = Buffer.concat([bytes, Buffer.from(piece.piece, 'base64')]);
      end = piece.end;
    }
    return bytes;
  }

  /** Process ids of what runs with our folder. */
  programs(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => fileOf(`/proc/${pid}/environ`).includes(`TMPDIR=${this.pages}/`))
      .map(Number);
  }

  /** Those of them that scan. */
  scanning(): number[] {
    return this.programs().filter((pid) => fileOf(`/proc/${pid}/cmdline`).includes('--batch='));
  }

  /** Names of run folders. */
  folders(): string[] {
    return readdirSync(this.pages);
  }

  async end(): Promise<void> {
    await this.driver.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Waits until it is so, in real time. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

function fileOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // It has ended, or is none of ours.
    return '';
  }
}
