import type { ElectronPorts, SessionPort, WindowPort } from '../electron-ports.ts';
import type { Deny } from '../guards/denied-tries.ts';
import { guardSession } from '../guards/guard-session.ts';
import { guardWindow } from '../guards/guard-window.ts';
import { WINDOW_OPTIONS } from '../guards/window-options.table.ts';
import type { DocumentAddress } from '../window-policy.ts';

/** What a window tells its keeper. */
export type WindowEvent = 'loaded' | 'fell' | 'unresponsive' | 'responsive';

export interface ShellWindowNeeds {
  readonly ports: ElectronPorts;
  readonly deny: Deny;
  readonly onEvent: (window: ShellWindow, event: WindowEvent, why: string) => void;
}

/** Electron keeps every partition until it ends (its issue 28566), so each has a name that is never used again. */
let partitions = 0;

/** Chromium's code for a load that another one replaced: no failure. */
const ABORTED = -3;

/** One window on one document, in a partition of its own that was never used before and lives in memory alone. */
export class ShellWindow {
  readonly #window: WindowPort;
  readonly #session: SessionPort;

  constructor(needs: ShellWindowNeeds, document: DocumentAddress, isInFront: boolean) {
    partitions += 1;
    // Without the prefix `persist:` nothing of it reaches a disk.
    const partition = `citizen-${partitions}`;
    this.#session = needs.ports.session.fromPartition(partition, { cache: false });
    guardSession(this.#session, document, needs.deny);
    this.#window = new needs.ports.BrowserWindow({
      ...WINDOW_OPTIONS,
      show: isInFront,
      webPreferences: { ...WINDOW_OPTIONS.webPreferences, partition },
    });
    guardWindow(this.#window, needs.deny);
    this.#listen(needs);
    this.#load(document, needs);
  }

  show(): void {
    this.#window.show();
    this.#window.setKiosk(true);
  }

  /** Ends the page's process and wipes what its partition held in the memory of Electron's own process. */
  async destroy(): Promise<void> {
    if (!this.#window.isDestroyed()) this.#window.destroy();
    await this.#session.closeAllConnections();
    await Promise.all([this.#session.clearData(), this.#session.clearAuthCache()]);
  }

  #listen(needs: ShellWindowNeeds): void {
    const tell = (event: WindowEvent, why: string): void => {
      needs.onEvent(this, event, why);
    };
    const contents = this.#window.webContents;
    contents.on('did-finish-load', () => {
      tell('loaded', '');
    });
    contents.on('did-fail-load', (_event, code, _words, _url, isMainFrame) => {
      if (isMainFrame && code !== ABORTED) tell('fell', 'did-fail-load');
    });
    contents.on('render-process-gone', (_event, { reason }) => {
      tell('fell', `renderer-${reason}`);
    });
    // Not asked whether it may: the display server, or whoever commands it, took the window away.
    this.#window.on('closed', () => {
      tell('fell', 'window-closed');
    });
    this.#window.on('unresponsive', () => {
      tell('unresponsive', 'unresponsive');
    });
    this.#window.on('responsive', () => {
      tell('responsive', '');
    });
  }

  #load(document: DocumentAddress, needs: ShellWindowNeeds): void {
    // Loopback only: no proxy of the machine stands between (K24).
    this.#session
      .setProxy({ mode: 'direct' })
      .then(() => (this.#window.isDestroyed() ? undefined : this.#window.loadURL(document)))
      .catch(() => {
        // Electron tells the same failure by `did-fail-load`, unless it came before there was a load.
        if (!this.#window.isDestroyed()) needs.onEvent(this, 'fell', 'not-loaded');
      });
  }
}
