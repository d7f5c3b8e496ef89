import { EventEmitter } from 'node:events';
import type { AppPort, ElectronPorts, WindowPort } from '../electron-ports.ts';
import type { ShellWindowOptions } from '../guards/window-options.table.ts';
import { FakeContents, FakeEvent } from './fake-contents.ts';
import { FakeSession } from './fake-session.ts';

/** A window that refuses to be used once destroyed, as Electron's do. */
export class FakeWindow extends EventEmitter implements WindowPort {
  readonly options: ShellWindowOptions;
  readonly session: FakeSession;
  readonly #contents = new FakeContents();
  readonly #world: FakeElectron;
  #isDestroyed = false;
  isShown: boolean;
  isKiosk = true;
  address: string | null = null;

  constructor(world: FakeElectron, options: ShellWindowOptions) {
    super();
    if (!world.isReady) throw new Error('Cannot create BrowserWindow before app is ready');
    this.#world = world;
    this.options = options;
    this.isShown = options.show;
    this.session = world.session.fromPartition(options.webPreferences.partition, { cache: true });
    world.windows.push(this);
    world.app.emit('web-contents-created', {}, this.#contents);
  }

  get webContents(): FakeContents {
    this.#mustLive();
    return this.#contents;
  }

  /** Pending until the test says how it ended. */
  loadURL(url: string): Promise<void> {
    this.#mustLive();
    this.address = url;
    return new Promise((resolve, reject) => {
      this.#contents.once('did-finish-load', resolve);
      this.#contents.once('did-fail-load', (_event: unknown, code: number) => {
        reject(new Error(`ERR (${code}) loading`));
      });
    });
  }

  show(): void {
    this.#mustLive();
    this.isShown = true;
  }

  restore(): void {
    this.#mustLive();
    this.isShown = true;
  }

  setKiosk(isKiosk: boolean): void {
    this.#mustLive();
    this.isKiosk = isKiosk;
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  destroy(): void {
    this.#mustLive();
    this.#isDestroyed = true;
    this.emit('closed');
    if (this.#world.openWindows.length === 0) this.#world.app.allClosed();
  }

  /** The world's: somebody asks the window to close. */
  close(): boolean {
    const event = new FakeEvent();
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
    return !event.defaultPrevented;
  }

  minimise(): void {
    this.isShown = false;
    this.emit('minimize');
  }

  leaveFullScreen(): void {
    this.isKiosk = false;
    this.emit('leave-full-screen');
  }

  appCommand(command: string): boolean {
    const event = new FakeEvent();
    this.emit('app-command', event, command);
    return !event.defaultPrevented;
  }

  loaded(): void {
    this.#contents.emit('dom-ready');
    this.#contents.emit('did-finish-load');
  }

  failedToLoad(code = -102, isMainFrame = true): void {
    this.#contents.emit('did-fail-load', {}, code, 'ERR_CONNECTION_REFUSED', this.address, isMainFrame);
  }

  rendererGone(reason = 'crashed'): void {
    this.#contents.emit('render-process-gone', {}, { reason });
  }

  #mustLive(): void {
    if (this.#isDestroyed) throw new TypeError('Object has been destroyed');
  }
}

/** The application: what must happen before it is ready fails afterwards. */
class FakeApp extends EventEmitter implements AppPort {
  isSandboxEnabled = false;
  readonly switches = new Map<string, string>();
  readonly paths = new Map<string, string>();
  exitStatus: number | null = null;
  #becomeReady: () => void = () => undefined;
  #isReady = false;
  readonly #ready = new Promise<void>((resolve) => {
    this.#becomeReady = resolve;
  });
  readonly commandLine = {
    hasSwitch: (name: string): boolean => this.switches.has(name),
    appendSwitch: (name: string, value = ''): void => {
      this.#mustBeEarly('appendSwitch');
      this.switches.set(name, value);
    },
  };

  get isReady(): boolean {
    return this.#isReady;
  }

  enableSandbox(): void {
    this.#mustBeEarly('enableSandbox');
    this.isSandboxEnabled = true;
  }

  setPath(name: string, path: string): void {
    this.#mustBeEarly('setPath');
    this.paths.set(name, path);
  }

  whenReady(): Promise<void> {
    return this.#ready;
  }

  exit(status: number): void {
    this.exitStatus ??= status;
  }

  becomeReady(): void {
    this.#isReady = true;
    this.#becomeReady();
  }

  /** Ends unless somebody refuses. */
  quit(): boolean {
    const event = new FakeEvent();
    this.emit('before-quit', event);
    if (!event.defaultPrevented) this.exit(0);
    return !event.defaultPrevented;
  }

  /** With no listener Electron ends. */
  allClosed(): void {
    if (!this.emit('window-all-closed')) this.exit(0);
  }

  certificateError(): boolean {
    const event = new FakeEvent();
    let isTrusted = true;
    this.emit('certificate-error', event, {}, 'https://127.0.0.1/', 'ERR', {}, (answer: boolean) => {
      isTrusted = answer;
    });
    return !event.defaultPrevented || isTrusted;
  }

  /** Unanswered, Electron presents the first certificate. */
  clientCertificate(): boolean {
    const event = new FakeEvent();
    let isGiven = true;
    this.emit('select-client-certificate', event, {}, 'https://x/', [{}], () => {
      isGiven = false;
    });
    return !event.defaultPrevented || isGiven;
  }

  #mustBeEarly(what: string): void {
    if (this.#isReady) throw new Error(`${what} can only be called before app is ready`);
  }
}

/** Electron as the shell sees it, without Electron: written from its manual, open by default wherever Electron is. */
export class FakeElectron implements ElectronPorts {
  readonly app = new FakeApp();
  readonly windows: FakeWindow[] = [];
  readonly sessions = new Map<string, FakeSession>();
  /** Electron's default menu with its shortcuts, until it is taken away. */
  menu: 'default' | null = 'default';
  readonly Menu = {
    setApplicationMenu: (menu: null): void => {
      this.menu = menu;
    },
  };
  readonly session = {
    /** A known name gives the same partition again, as in Electron. */
    fromPartition: (partition: string, _options: { cache: boolean }): FakeSession => {
      const known = this.sessions.get(partition) ?? new FakeSession(partition);
      this.sessions.set(partition, known);
      return known;
    },
  };
  readonly BrowserWindow = windowsOf(this);

  get isReady(): boolean {
    return this.app.isReady;
  }

  get openWindows(): readonly FakeWindow[] {
    return this.windows.filter((window) => !window.isDestroyed());
  }

  /** The window that was made last. */
  get latest(): FakeWindow {
    const window = this.windows.at(-1);
    if (window === undefined) throw new Error('no window was made');
    return window;
  }
}

function windowsOf(world: FakeElectron): ElectronPorts['BrowserWindow'] {
  return class extends FakeWindow {
    constructor(options: ShellWindowOptions) {
      super(world, options);
    }
  };
}
