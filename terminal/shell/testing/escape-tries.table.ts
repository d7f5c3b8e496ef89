import type { KeyTry, RequestTry } from '../electron-ports.ts';
import type { DeniedTry } from '../shell-lines.ts';
import type { FakeElectron, FakeWindow } from './fake-electron.ts';

/** The page of the tests. */
export const PAGE = 'http://127.0.0.1:7001/';

/** One way out of screens C1. `comesThrough` does it and says whether it had its effect. */
export interface EscapeTry {
  readonly k: string;
  readonly name: string;
  readonly comesThrough: (window: FakeWindow, world: FakeElectron) => boolean;
  /** What the launcher is told; `null` where the browser looks something up without anybody having tried. */
  readonly told: { readonly what: DeniedTry; readonly detail: string } | null;
}

type Held = Partial<Pick<KeyTry, 'control' | 'alt' | 'meta' | 'shift' | 'isComposing'>>;
const CTRL: Held = { control: true };
const CTRL_SHIFT: Held = { control: true, shift: true };
const ALT: Held = { alt: true };
const SUPER: Held = { meta: true };

function key(k: string, name: string, held: Held = {}, told = name): EscapeTry {
  const prefix = [held.control && 'Ctrl', held.alt && 'Alt', held.meta && 'Super', held.shift && 'Shift'];
  const detail = [...prefix.filter((part) => typeof part === 'string'), told].join('+');
  return {
    k,
    name: `key ${detail}`,
    comesThrough: (window) => window.webContents.press(name, held),
    told: { what: 'key', detail },
  };
}

function goTo(k: string, url: string, scheme: string): EscapeTry {
  return {
    k,
    name: `the page goes to ${url}`,
    comesThrough: (window) => window.webContents.navigate({ url, isMainFrame: true }),
    told: { what: 'navigation', detail: scheme },
  };
}

function frameTo(k: string, url: string, scheme: string): EscapeTry {
  return {
    k,
    name: `a frame goes to ${url}`,
    comesThrough: (window) => window.webContents.navigate({ url, isMainFrame: false }),
    told: { what: 'frame', detail: scheme },
  };
}

function fetches(k: string, wish: RequestTry, scheme: string): EscapeTry {
  return {
    k,
    name: `the page fetches ${wish.url} as ${wish.resourceType}`,
    comesThrough: (window) => window.session.request(wish),
    told: { what: 'request', detail: scheme },
  };
}

function opens(k: string, url: string, scheme: string): EscapeTry {
  return {
    k,
    name: `a new window on ${url}`,
    comesThrough: (window) => window.webContents.openWindow(url),
    told: { what: 'window', detail: scheme },
  };
}

function asks(
  k: string,
  permission: string,
  mediaTypes?: readonly string[],
  from = PAGE,
  isMainFrame = true,
): EscapeTry {
  return {
    k,
    name: `permission ${permission} ${mediaTypes?.join('+') ?? ''} for ${from} ${isMainFrame ? '' : 'in a frame'}`,
    comesThrough: (window) =>
      window.session.askPermission(permission, {
        isMainFrame,
        requestingUrl: from,
        ...(mediaTypes === undefined ? {} : { mediaTypes }),
      }),
    told: { what: 'permission', detail: permission },
  };
}

const KEYS: readonly EscapeTry[] = [
  key('K01', 'F4', ALT),
  ...['w', 'q'].map((name) => key('K01', name, CTRL)),
  key('K01', 'W', CTRL_SHIFT),
  key('K02', 'm', CTRL),
  ...['h', 'd'].map((name) => key('K02', name, SUPER)),
  ...['Tab', 'ArrowUp', '1'].map((name) => key('K02', name, SUPER)),
  ...['Tab', 'Enter'].map((name) => key('K02', name, ALT)),
  key('K03', 'Tab', CTRL),
  key('K02', 'F11'),
  key('K02', 'Escape'),
  ...['n', 't'].map((name) => key('K03', name, CTRL)),
  key('K03', 'N', CTRL_SHIFT),
  ...['I', 'J', 'C'].map((name) => key('K04', name, CTRL_SHIFT)),
  key('K04', 'F12'),
  key('K05', 'r', CTRL),
  key('K05', 'R', CTRL_SHIFT),
  key('K05', 'F5'),
  ...['ArrowLeft', 'ArrowRight', 'Home'].map((name) => key('K05', name, ALT)),
  ...['BrowserBack', 'BrowserForward', 'BrowserRefresh'].map((name) => key('K05', name)),
  key('K06', 'p', CTRL),
  ...['o', 's'].map((name) => key('K07', name, CTRL)),
  ...Array.from('lkfghjdu', (name) => key('K08', name, CTRL)),
  ...['F1', 'F3', 'F6', 'F7'].map((name) => key('K08', name)),
  ...['+', '-', '0'].map((name) => key('K08', name, CTRL, name === '0' ? '0' : 'character')),
  key('K09', 'ContextMenu'),
  key('K09', 'F10', { shift: true }),
  key('K25', ' ', CTRL, 'character'),
  key('K25', '1', { isComposing: true }, 'character'),
  key('K25', 'Process'),
  key('K25', '.', SUPER, 'character'),
  key('K33', 'a', {}, 'character'),
  key('K33', 'Delete', { control: true, alt: true }),
  ...['MediaPlayPause', 'AudioVolumeUp', 'Power', 'PrintScreen'].map((name) => key('K35', name)),
];

const WINDOWS: readonly EscapeTry[] = [
  { k: 'K01', name: 'close the window', comesThrough: (window) => window.close(), told: { what: 'close', detail: '' } },
  { k: 'K01', name: 'quit', comesThrough: (_window, world) => world.app.quit(), told: { what: 'quit', detail: '' } },
  {
    k: 'K02',
    name: 'minimise',
    comesThrough: (window) => {
      window.minimise();
      return !window.isShown;
    },
    told: { what: 'minimise', detail: '' },
  },
  {
    k: 'K02',
    name: 'leave full screen',
    comesThrough: (window) => {
      window.leaveFullScreen();
      return !window.isKiosk;
    },
    told: { what: 'leave-full-screen', detail: '' },
  },
  {
    k: 'K03',
    name: 'middle click',
    comesThrough: (window) => window.webContents.mouse({ type: 'mouseDown', button: 'middle' }),
    told: { what: 'mouse', detail: 'middle' },
  },
  opens('K03', PAGE, 'http'),
  opens('K03', 'about:blank', 'about'),
  opens('K22', 'mailto:a@example.org', 'mailto'),
  {
    k: 'K05',
    name: 'mouse 4',
    comesThrough: (window) => window.appCommand('browser-backward'),
    told: { what: 'mouse', detail: 'browser-backward' },
  },
  {
    k: 'K09',
    name: 'right click',
    comesThrough: (window) => window.webContents.mouse({ type: 'mouseDown', button: 'right' }),
    told: { what: 'mouse', detail: 'right' },
  },
  {
    k: 'K09',
    name: 'long press',
    comesThrough: (window) => window.webContents.menu(),
    told: { what: 'menu', detail: '' },
  },
  {
    k: 'K07',
    name: 'download',
    comesThrough: (window) => window.session.download(),
    told: { what: 'download', detail: '' },
  },
  {
    k: 'K21',
    name: 'attach a webview',
    comesThrough: (window) => window.webContents.attachWebview(),
    told: { what: 'webview', detail: '' },
  },
];

const FOREIGN: readonly (readonly [url: string, scheme: string])[] = [
  ['file:///etc/passwd', 'file'],
  ['chrome://settings', 'chrome'],
  ['about:blank', 'about'],
  ['data:text/html,x', 'data'],
  ['javascript:alert(1)', 'javascript'],
  ['blob:http://127.0.0.1:7001/x', 'blob'],
  ['devtools://devtools/bundled/inspector.html', 'devtools'],
  ['view-source:http://127.0.0.1:7001/', 'view-source'],
  ['http://127.0.0.1:7002/', 'http'],
  ['http://127.0.0.1.example.org:7001/', 'http'],
  ['http://127.0.0.1:7001@example.org/', 'http'],
  ['http://127.0.0.1:7001/status.json', 'http'],
  ['https://127.0.0.1:7001/', 'https'],
  ['nonsense', 'other'],
];

const WAYS: readonly EscapeTry[] = [
  ...FOREIGN.map(([url, scheme]) => goTo('K21', url, scheme)),
  ...FOREIGN.map(([url, scheme]) => frameTo('K21', url, scheme)),
  frameTo('K21', PAGE, 'http'),
  ...FOREIGN.map(([url, scheme]) => fetches('K24', { url, resourceType: 'mainFrame' }, scheme)),
  ...['mailto:a@example.org', 'tel:110', 'sms:110', 'ftp://example.org/', 'intent:x'].map((url) =>
    goTo('K22', url, url.split(':')[0] ?? ''),
  ),
  goTo('K22', 'ms-settings:privacy', 'other'),
  {
    k: 'K24',
    name: 'a redirect to a captive portal',
    comesThrough: (window) => window.webContents.redirect({ url: 'http://portal.example.org/', isMainFrame: true }),
    told: { what: 'redirect', detail: 'http' },
  },
  fetches('K24', { url: PAGE, resourceType: 'subFrame' }, 'http'),
  fetches('K24', { url: 'http://portal.example.org/x.js', resourceType: 'script' }, 'http'),
  fetches('K24', { url: 'https://127.0.0.1:7001/x.js', resourceType: 'script' }, 'https'),
  fetches('K30', { url: 'http://127.0.0.1:7002/state', resourceType: 'xhr' }, 'http'),
  fetches('K30', { url: 'ws://192.0.2.1:7001/bridge', resourceType: 'webSocket' }, 'ws'),
  fetches('K30', { url: 'ws://127.0.0.1:7001/bridge', resourceType: 'xhr' }, 'ws'),
  fetches('K21', { url: 'data:text/javascript,1', resourceType: 'script' }, 'data'),
  fetches('K29', { url: `${PAGE}object`, resourceType: 'object' }, 'http'),
];

const RIGHTS: readonly EscapeTry[] = [
  asks('K28', 'media', ['audio']),
  asks('K28', 'media', ['video', 'audio']),
  asks('K28', 'media', []),
  asks('K28', 'media', ['video'], 'http://127.0.0.1:7002/'),
  asks('K28', 'media', ['video'], 'https://127.0.0.1:7001/'),
  asks('K28', 'media', ['video'], PAGE, false),
  ...['display-capture', 'geolocation', 'midi', 'midiSysex', 'usb', 'hid', 'serial', 'notifications'].map((name) =>
    asks('K28', name),
  ),
  ...['clipboard-read', 'fileSystem', 'fullscreen', 'pointerLock', 'keyboardLock', 'window-management'].map((name) =>
    asks('K28', name),
  ),
  asks('K22', 'openExternal'),
  ...['geolocation', 'usb', 'serial', 'hid', 'clipboard-read'].map((permission): EscapeTry => ({
    k: 'K28',
    name: `look up permission ${permission}`,
    comesThrough: (window) => window.session.checkPermission(permission, PAGE, { isMainFrame: true }),
    told: null,
  })),
  ...['audio', 'unknown'].map((mediaType): EscapeTry => ({
    k: 'K28',
    name: `look up ${mediaType}`,
    comesThrough: (window) => window.session.checkPermission('media', PAGE, { isMainFrame: true, mediaType }),
    told: null,
  })),
  ...['hid', 'serial', 'usb'].map((device): EscapeTry => ({
    k: 'K28',
    name: `use a ${device} device`,
    comesThrough: (window) => window.session.useDevice(device),
    told: { what: 'device', detail: device },
  })),
  {
    k: 'K28',
    name: 'choose a Bluetooth device',
    comesThrough: (window) => window.webContents.chooseBluetooth(),
    told: { what: 'bluetooth', detail: '' },
  },
  {
    k: 'K28',
    name: 'pair a Bluetooth device',
    comesThrough: (window) => window.session.pair(),
    told: { what: 'bluetooth', detail: '' },
  },
  {
    k: 'K24',
    name: 'a certificate that Chromium would trust',
    comesThrough: (window) => window.session.verifyCertificate(),
    told: { what: 'certificate', detail: '' },
  },
  {
    k: 'K24',
    name: 'a wrong certificate',
    comesThrough: (_window, world) => world.app.certificateError(),
    told: { what: 'certificate', detail: '' },
  },
  {
    k: 'K24',
    name: 'a server that asks for this machine’s certificate',
    comesThrough: (_window, world) => world.app.clientCertificate(),
    told: { what: 'client-certificate', detail: '' },
  },
];

/** Every try that Electron tells about. What it tells nobody (switches, window options, page locks, storage) is in
 *  `run-shell.test.ts` and `page-keeper.test.ts`. */
export const ESCAPE_TRIES: readonly EscapeTry[] = [...KEYS, ...WINDOWS, ...WAYS, ...RIGHTS];
