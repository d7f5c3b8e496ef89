import type { ShellWindowOptions } from './guards/window-options.table.ts';

/** The part of Electron that the shell uses, under Electron's own names: `main.ts` passes the real thing, which the
 *  compiler compares with these shapes; tests pass `testing/fake-electron.ts`. What is missing here (`shell`, `dialog`,
 *  `ipcMain`, `protocol`, `desktopCapturer`, `globalShortcut`, …) the shell cannot call. */
export interface ElectronPorts {
  readonly app: AppPort;
  readonly BrowserWindow: new (options: ShellWindowOptions) => WindowPort;
  readonly Menu: { setApplicationMenu(menu: null): void };
  readonly session: { fromPartition(partition: string, options: { cache: boolean }): SessionPort };
}

/** An event whose default action can be refused. */
export interface RefusableEvent {
  preventDefault(): void;
}

export interface AppPort {
  readonly commandLine: {
    hasSwitch(name: string): boolean;
    appendSwitch(name: string, value?: string): void;
  };
  enableSandbox(): void;
  setPath(name: 'userData' | 'sessionData' | 'crashDumps', path: string): void;
  whenReady(): Promise<void>;
  /** Ends at once, without asking any window. */
  exit(status: number): void;
  on(event: 'web-contents-created', listener: (event: unknown, contents: ContentsPort) => void): unknown;
  on(
    event: 'certificate-error',
    listener: (
      event: RefusableEvent,
      contents: unknown,
      url: string,
      error: string,
      certificate: unknown,
      answer: (isTrusted: boolean) => void,
    ) => void,
  ): unknown;
  on(
    event: 'select-client-certificate',
    listener: (
      event: RefusableEvent,
      contents: unknown,
      url: string,
      list: readonly unknown[],
      answer: () => void,
    ) => void,
  ): unknown;
  on(event: 'login', listener: (event: RefusableEvent) => void): unknown;
  on(event: 'before-quit', listener: (event: RefusableEvent) => void): unknown;
  on(event: 'window-all-closed', listener: () => void): unknown;
  on(event: 'child-process-gone', listener: (event: unknown, details: { type: string }) => void): unknown;
}

export interface WindowPort {
  readonly webContents: ContentsPort;
  loadURL(url: string): Promise<void>;
  show(): void;
  restore(): void;
  setKiosk(isKiosk: boolean): void;
  isDestroyed(): boolean;
  /** Without asking the page. */
  destroy(): void;
  on(event: 'close', listener: (event: RefusableEvent) => void): unknown;
  on(event: 'minimize', listener: () => void): unknown;
  on(event: 'leave-full-screen', listener: () => void): unknown;
  on(event: 'app-command', listener: (event: RefusableEvent, command: string) => void): unknown;
  on(event: 'closed', listener: () => void): unknown;
  on(event: 'unresponsive', listener: () => void): unknown;
  on(event: 'responsive', listener: () => void): unknown;
}

/** Where a frame wants to go. */
export interface NavigationTry {
  readonly url: string;
  readonly isMainFrame: boolean;
}

/** A key as `before-input-event` gives it; `type` is `keyDown` or `keyUp`. */
export interface KeyTry {
  readonly type: string;
  readonly key: string;
  readonly isAutoRepeat: boolean;
  readonly isComposing: boolean;
  readonly shift: boolean;
  readonly control: boolean;
  readonly alt: boolean;
  readonly meta: boolean;
}

export interface ContentsPort {
  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void;
  setVisualZoomLevelLimits(least: number, most: number): Promise<void>;
  executeJavaScript(code: string): Promise<unknown>;
  on(event: 'will-navigate', listener: (details: RefusableEvent & NavigationTry) => void): unknown;
  on(event: 'will-frame-navigate', listener: (details: RefusableEvent & NavigationTry) => void): unknown;
  on(event: 'will-redirect', listener: (details: RefusableEvent & NavigationTry) => void): unknown;
  on(event: 'will-attach-webview', listener: (event: RefusableEvent) => void): unknown;
  on(event: 'before-input-event', listener: (event: RefusableEvent, key: KeyTry) => void): unknown;
  on(event: 'before-mouse-event', listener: (event: RefusableEvent, mouse: MouseTry) => void): unknown;
  on(event: 'context-menu', listener: (event: RefusableEvent) => void): unknown;
  on(
    event: 'select-bluetooth-device',
    listener: (event: RefusableEvent, devices: readonly unknown[], answer: (device: string) => void) => void,
  ): unknown;
  on(event: 'dom-ready', listener: () => void): unknown;
  on(event: 'did-finish-load', listener: () => void): unknown;
  on(
    event: 'did-fail-load',
    listener: (event: unknown, code: number, words: string, url: string, isMainFrame: boolean) => void,
  ): unknown;
  on(event: 'render-process-gone', listener: (event: unknown, details: { reason: string }) => void): unknown;
}

export interface MouseTry {
  readonly type: string;
  readonly button?: 'left' | 'middle' | 'right';
}

export interface PermissionTry {
  readonly isMainFrame: boolean;
  readonly requestingUrl?: string;
  readonly mediaTypes?: readonly string[];
}

export interface PermissionCheck {
  readonly isMainFrame: boolean;
  readonly mediaType?: string;
}

export interface RequestTry {
  readonly url: string;
  readonly resourceType: string;
}

export interface SessionPort {
  readonly webRequest: {
    onBeforeRequest(listener: (details: RequestTry, answer: (response: { cancel: boolean }) => void) => void): void;
  };
  setPermissionRequestHandler(
    handler: (
      contents: unknown,
      permission: string,
      answer: (isGranted: boolean) => void,
      details: PermissionTry,
    ) => void,
  ): void;
  setPermissionCheckHandler(
    handler: (contents: unknown, permission: string, origin: string, details: PermissionCheck) => boolean,
  ): void;
  setDevicePermissionHandler(handler: (details: { deviceType: string }) => boolean): void;
  setBluetoothPairingHandler(
    handler: (details: unknown, answer: (response: { confirmed: boolean }) => void) => void,
  ): void;
  setCertificateVerifyProc(proc: (request: unknown, answer: (result: number) => void) => void): void;
  setProxy(config: { mode: 'direct' }): Promise<void>;
  closeAllConnections(): Promise<void>;
  clearAuthCache(): Promise<void>;
  clearData(): Promise<void>;
  on(event: 'will-download', listener: (event: RefusableEvent) => void): unknown;
}
