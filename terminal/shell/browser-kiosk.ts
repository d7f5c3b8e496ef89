import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CitizenWindow } from './citizen-window.ts';
import { KIOSK_FLAGS } from './kiosk-flags.table.ts';

export interface KioskOptions {
  /** Chromium's executable. */
  readonly browser: string;
  readonly url: string;
  /** Where profiles live: a tmpfs in production, so that a profile never reaches a disk. */
  readonly profilesDir: string;
  /** Further switches, for tests (`--headless=new`, `--no-sandbox` as root). */
  readonly extra?: readonly string[];
}

const END_MS = 2_000;
/** A browser that falls at once is not started again faster than this. */
const AGAIN_MS = 500;

/** One browser at a time, each with a profile of its own that is deleted with it. A browser that falls by itself comes
 *  back with a fresh profile: the session behind it sends the present view again. */
export class BrowserKiosk implements CitizenWindow {
  readonly #options: KioskOptions;
  #browser: ChildProcess | null = null;
  #profile = '';
  #closed = false;

  constructor(options: KioskOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#browser?.pid;
  }

  get profile(): string {
    return this.#profile;
  }

  open(): void {
    this.#profile = mkdtempSync(join(this.#options.profilesDir, 'kiosk-'));
    const args = [
      ...KIOSK_FLAGS,
      ...(this.#options.extra ?? []),
      `--user-data-dir=${this.#profile}`,
      this.#options.url,
    ];
    const browser = spawn(this.#options.browser, args, { stdio: 'ignore' });
    this.#browser = browser;
    browser.once('error', () => {
      this.#fell(browser);
    });
    browser.once('exit', () => {
      this.#fell(browser);
    });
  }

  /** Ends the browser with everything it knew and opens another. */
  async replace(): Promise<void> {
    await this.#end();
    if (!this.#closed) this.open();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#end();
  }

  #fell(browser: ChildProcess): void {
    if (browser !== this.#browser) return;
    this.#browser = null;
    this.#forget();
    setTimeout(() => {
      if (!this.#closed && this.#browser === null) this.open();
    }, AGAIN_MS).unref();
  }

  async #end(): Promise<void> {
    const browser = this.#browser;
    this.#browser = null;
    if (browser !== null && browser.exitCode === null) {
      const gone = new Promise<void>((resolve) => {
        browser.once('exit', () => {
          resolve();
        });
      });
      // What a browser saves on a kind farewell is exactly what must not be saved.
      browser.kill('SIGKILL');
      const late = new Promise<void>((resolve) => {
        setTimeout(resolve, END_MS).unref();
      });
      await Promise.race([gone, late]);
    }
    this.#forget();
  }

  #forget(): void {
    if (this.#profile !== '') rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    this.#profile = '';
  }
}
