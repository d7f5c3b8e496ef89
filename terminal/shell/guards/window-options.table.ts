import type { BrowserWindowConstructorOptions } from 'electron';

/** The rice-paper ground of the pages: what is seen while no page is drawn, so never a desktop. */
export const BRAND_GROUND = '#F6F4EE';

/** The window, point by point of Electron's security list (numbers) and of the ways out (K…). The partition is added per
 *  citizen. There is no `preload`: nothing crosses between page and shell. */
export const WINDOW_OPTIONS = {
  kiosk: true,
  fullscreen: true,
  frame: false,
  autoHideMenuBar: true,
  alwaysOnTop: true,
  skipTaskbar: true,
  // K01, K02: nothing to press for it, and the events are refused as well.
  closable: false,
  minimizable: false,
  maximizable: false,
  movable: false,
  resizable: false,
  backgroundColor: BRAND_GROUND,
  webPreferences: {
    nodeIntegration: false, // 2
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    contextIsolation: true, // 3
    sandbox: true, // 4
    webSecurity: true, // 6
    allowRunningInsecureContent: false, // 8
    experimentalFeatures: false, // 9; 10: enableBlinkFeatures is not named anywhere
    webviewTag: false, // 11
    devTools: false, // K04, in every build: there is nothing to look at that the pages' own tests do not show
    plugins: false, // K23: no viewer of the browser's own
    disableDialogs: true, // K06, K27: alert, confirm, prompt
    navigateOnDragDrop: false, // K11
    spellcheck: false, // K09
    enableWebSQL: false,
    enableDeprecatedPaste: false,
    disableHtmlFullscreenWindowResize: true,
    // The page's clock and bridge must run on while another window is being put before it.
    backgroundThrottling: false,
  },
} as const satisfies BrowserWindowConstructorOptions;

export type ShellWindowOptions = Omit<typeof WINDOW_OPTIONS, 'webPreferences'> & {
  readonly show: boolean;
  readonly webPreferences: (typeof WINDOW_OPTIONS)['webPreferences'] & { readonly partition: string };
};

/** Switches that the shell gives to the Chromium inside, before it is ready. */
export const CHROMIUM_SWITCHES: readonly (readonly [string, string?])[] = [
  // K10: a swipe from the edge would go back, two fingers would enlarge.
  ['overscroll-history-navigation', '0'],
  ['disable-pinch'],
  // K35: play and pause keys of a headset; K27: no share and cast windows.
  ['disable-features', 'HardwareMediaKeyHandling,MediaSessionService,MediaRouter,Translate'],
  // K27: no question of a keyring.
  ['password-store', 'basic'],
];

/** Switches with which the shell does not start: each takes a protection away or opens a door (K31, K32). */
export const REFUSED_SWITCHES: readonly string[] = [
  'no-sandbox',
  'disable-setuid-sandbox',
  'disable-gpu-sandbox',
  'no-zygote-sandbox',
  'single-process',
  'remote-debugging-port',
  'remote-debugging-pipe',
  'remote-allow-origins',
  'inspect',
  'inspect-brk',
  'inspect-port',
  'disable-web-security',
  'allow-running-insecure-content',
  'allow-file-access-from-files',
  'ignore-certificate-errors',
  'host-rules',
  'host-resolver-rules',
  'proxy-server',
  'proxy-pac-url',
  'load-extension',
  'enable-blink-features',
  'use-fake-ui-for-media-stream',
];

/** Environment that turns the shell into something else (K32). In a package the fuses say so too. */
export const REFUSED_ENVIRONMENT: readonly string[] = ['ELECTRON_RUN_AS_NODE', 'NODE_OPTIONS'];
