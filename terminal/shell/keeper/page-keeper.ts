import type { CancelTimer, Clock } from '@yimen/contracts/base';
import type { ElectronPorts } from '../electron-ports.ts';
import type { Deny } from '../guards/denied-tries.ts';
import { stepWatch, type WatchAction, type WatchInput, type WatchState } from '../page-watchdog.ts';
import type { ShellReport, ShellStart } from '../shell-lines.ts';
import { outOfServicePage } from './out-of-service-page.ts';
import { ShellWindow, type WindowEvent } from './shell-window.ts';

export interface PageKeeperNeeds {
  readonly ports: ElectronPorts;
  readonly clock: Clock;
  readonly start: ShellStart;
  readonly deny: Deny;
  readonly report: (report: ShellReport) => void;
}

/** Performs what the watchdog says, with real windows, and feeds back what happens to them. */
export class PageKeeper {
  readonly #needs: PageKeeperNeeds;
  #state: WatchState = { at: 'idle' };
  #windows: readonly ShellWindow[] = [];
  /** The window whose events count. */
  #watched: ShellWindow | null = null;
  #cancel: CancelTimer = () => undefined;
  #wiped: Promise<void> = Promise.resolve();

  constructor(needs: PageKeeperNeeds) {
    this.#needs = needs;
  }

  /** Draws the page, or only the shell's own page where the launcher has given up on more. */
  open(): void {
    if (this.#needs.start.shows === 'page') this.#take('open');
    else this.#act('drawOutOfService');
  }

  /** A fresh window for the next citizen. Resolves when the last one and what it held are gone. */
  async replace(): Promise<void> {
    this.#take('replace');
    await this.#wiped;
  }

  close(): void {
    this.#take('close');
  }

  #take(input: WatchInput): void {
    const before = this.#state;
    const { state, action, timerMs } = stepWatch(before, input);
    this.#state = state;
    if (timerMs !== 'kept') {
      this.#cancel();
      this.#cancel =
        timerMs === null
          ? () => undefined
          : this.#needs.clock.after(timerMs, () => {
              this.#take('timeUp');
            });
    }
    if (action !== null) this.#act(action);
    if (state.at === 'shown' && before.at !== 'shown') this.#needs.report({ said: 'page', is: 'shown' });
  }

  #act(action: WatchAction): void {
    const { start, report } = this.#needs;
    switch (action) {
      case 'openPage':
        this.#watched = this.#openWindow(start.url, true);
        this.#keepOnly(this.#watched);
        return;
      case 'tryPage':
        this.#watched = this.#openWindow(start.url, false);
        return;
      case 'showPage':
        this.#watched?.show();
        this.#keepOnly(this.#watched);
        return;
      case 'drawOutOfService':
        this.#watched = null;
        this.#keepOnly(this.#openWindow(outOfServicePage(start.place), true));
        report({ said: 'page', is: 'out-of-service' });
        return;
      case 'destroyAll':
        this.#watched = null;
        this.#keepOnly(null);
        return;
      default:
        action satisfies never;
    }
  }

  #openWindow(document: string, isInFront: boolean): ShellWindow {
    const { ports, deny } = this.#needs;
    const window = new ShellWindow(
      {
        ports,
        deny,
        onEvent: (from, event, why) => {
          this.#hear(from, event, why);
        },
      },
      document,
      isInFront,
    );
    this.#windows = [...this.#windows, window];
    return window;
  }

  /** The new window is already in front when the old ones go: no desktop is seen between two citizens. */
  #keepOnly(kept: ShellWindow | null): void {
    const gone = this.#windows.filter((window) => window !== kept);
    this.#windows = kept === null ? [] : [kept];
    const before = this.#wiped;
    this.#wiped = Promise.all([before, ...gone.map((window) => window.destroy())]).then(() => undefined);
  }

  #hear(from: ShellWindow, event: WindowEvent, why: string): void {
    if (from !== this.#watched) return;
    if (event === 'fell' || event === 'unresponsive') this.#needs.report({ said: 'fell', why });
    this.#take(event);
  }
}
