import { ManualClock } from '@yimen/contracts/testing';
import { runShell, type ShellProcess } from '../run-shell.ts';
import { readLine, SHELL_VARIABLE, shellReportSchema, type ShellReport, type ShellStart } from '../shell-lines.ts';
import { PAGE } from './escape-tries.table.ts';
import { FakeElectron } from './fake-electron.ts';

export const START: ShellStart = {
  url: PAGE,
  profileDir: '/run/yimen/shell-1',
  shows: 'page',
  place: { zh: '示例大厅', en: 'Example hall', hotline: '000-0000' },
};

/** A running shell around a fake Electron. */
export class ShellUnderTest {
  readonly world = new FakeElectron();
  readonly clock = new ManualClock();
  readonly reports: ShellReport[] = [];
  readonly complaints: string[] = [];
  readonly #lines: string[] = [];
  #wake: () => void = () => undefined;
  #isOver = false;
  done: Promise<void> = Promise.resolve();

  /** Starts the shell; Electron is not ready yet. */
  begin(more: Partial<ShellProcess> = {}): this {
    this.done = runShell(this.world, {
      clock: this.clock,
      env: { [SHELL_VARIABLE]: JSON.stringify(START) },
      args: [],
      uid: 1000,
      orders: this.#orders(),
      say: (line) => {
        const report = readLine(shellReportSchema, line);
        if (report === undefined) throw new Error(`not of the contract: ${line}`);
        this.reports.push(report);
      },
      complain: (sentence) => this.complaints.push(sentence),
      ...more,
    });
    return this;
  }

  /** Starts it and waits until the page is drawn. */
  async shown(more: Partial<ShellProcess> = {}): Promise<this> {
    this.begin(more);
    this.world.app.becomeReady();
    await this.settle();
    this.world.latest.loaded();
    await this.settle();
    return this;
  }

  /** A line of the launcher. */
  async order(line: string): Promise<void> {
    this.#lines.push(line);
    this.#wake();
    await this.settle();
  }

  /** The launcher is gone. */
  async endOrders(): Promise<void> {
    this.#isOver = true;
    this.#wake();
    await this.settle();
  }

  settle(): Promise<void> {
    return this.clock.advance(0);
  }

  async *#orders(): AsyncGenerator<string> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) yield line;
      else if (this.#isOver) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
