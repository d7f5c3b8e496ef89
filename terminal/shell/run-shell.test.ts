import { describe, expect, it } from 'vitest';
import { REFUSED_ENVIRONMENT, REFUSED_SWITCHES, WINDOW_OPTIONS } from './guards/window-options.table.ts';
import { PAGE_LOCKS } from './guards/page-locks.ts';
import { SHELL_VARIABLE } from './shell-lines.ts';
import { ESCAPE_TRIES, PAGE } from './testing/escape-tries.table.ts';
import { FakeElectron, FakeWindow } from './testing/fake-electron.ts';
import { ShellUnderTest, START } from './testing/with-shell.ts';

describe('ways out of the running shell', () => {
  it.each(ESCAPE_TRIES)('$k $name: refused and told', async ({ comesThrough, told }) => {
    const shell = await new ShellUnderTest().shown();
    const { windows } = shell.world;
    expect(comesThrough(shell.world.latest, shell.world)).toBe(false);
    await shell.settle();
    const denied = shell.reports.filter((report) => report.said === 'denied');
    expect(denied).toEqual(told === null ? [] : [{ said: 'denied', ...told, times: 1 }]);
    expect(windows).toHaveLength(1);
    expect(shell.world.openWindows[0]?.address).toBe(PAGE);
    expect(shell.world.app.exitStatus).toBeNull();
  });

  // The control: without the shell's guards the same world lets each of them through, so each row above fails when the
  // guard that it rests on is taken away.
  it.each(ESCAPE_TRIES)('$k $name: comes through where nobody guards', ({ comesThrough }) => {
    const world = new FakeElectron();
    world.app.becomeReady();
    const options = { ...WINDOW_OPTIONS, show: true };
    const window = new FakeWindow(world, {
      ...options,
      webPreferences: { ...WINDOW_OPTIONS.webPreferences, partition: 'unguarded' },
    });
    expect(comesThrough(window, world)).toBe(true);
  });
});

describe('what a citizen may do', () => {
  it.each(['Tab', 'Enter', ' ', 'ArrowUp', 'Backspace', '0', '9'])('press %j', async (key) => {
    const shell = await new ShellUnderTest().shown();
    expect(shell.world.latest.webContents.press(key)).toBe(true);
  });

  it('walk backwards with Shift+Tab, touch, be seen by the camera', async () => {
    const { world, reports } = await new ShellUnderTest().shown();
    const { webContents, session } = world.latest;
    expect(webContents.press('Tab', { shift: true })).toBe(true);
    expect(webContents.mouse({ type: 'mouseDown', button: 'left' })).toBe(true);
    const wish = { isMainFrame: true, requestingUrl: PAGE, mediaTypes: ['video'] };
    expect(session.askPermission('media', wish)).toBe(true);
    expect(session.checkPermission('media', PAGE, { isMainFrame: true, mediaType: 'video' })).toBe(true);
    expect(reports.some((report) => report.said === 'denied')).toBe(false);
  });

  it('not hold Enter down to press it many times', async () => {
    const shell = await new ShellUnderTest().shown();
    expect(shell.world.latest.webContents.press('Enter', { isAutoRepeat: true })).toBe(false);
    expect(shell.world.latest.webContents.press('ArrowDown', { isAutoRepeat: true })).toBe(true);
  });

  it.each([
    [PAGE, 'mainFrame'],
    [`${PAGE}assets/index-a1.js`, 'script'],
    [`${PAGE}bridge-token`, 'xhr'],
    ['ws://127.0.0.1:41234/bridge', 'webSocket'],
    ['blob:http://127.0.0.1:7001/x', 'image'],
    ['data:image/png;base64,AAAA', 'image'],
  ])('load %s as %s', async (url, resourceType) => {
    const shell = await new ShellUnderTest().shown();
    expect(shell.world.latest.session.request({ url, resourceType })).toBe(true);
  });
});

describe('before Electron is ready', () => {
  it('the sandbox is on, the menu gone, the profile in the launcher’s folder', async () => {
    const { world } = new ShellUnderTest().begin();
    expect(world.app.isSandboxEnabled).toBe(true);
    expect(world.menu).toBeNull();
    expect(new Set(world.app.paths.values())).toEqual(new Set([START.profileDir]));
    expect(world.windows).toEqual([]);
  });

  it('swipes, pinches, media keys and the keyring are switched off (K10, K27, K35)', () => {
    const { switches } = new ShellUnderTest().begin().world.app;
    expect(switches.get('overscroll-history-navigation')).toBe('0');
    expect(switches.has('disable-pinch')).toBe(true);
    expect(switches.get('disable-features')).toContain('HardwareMediaKeyHandling');
    expect(switches.get('password-store')).toBe('basic');
  });

  it.each(REFUSED_SWITCHES)('it does not start with --%s', async (name) => {
    const shell = new ShellUnderTest();
    shell.world.app.switches.set(name, '');
    await shell.begin().done;
    expect(shell.world.app.exitStatus).toBe(1);
    expect(shell.complaints).toEqual([`the shell does not start with --${name}`]);
  });

  it.each(['--inspect=127.0.0.1:9229', '--inspect-brk', '--remote-debugging-port=9222'])(
    'it does not start with %s given to Node',
    async (arg) => {
      const shell = new ShellUnderTest().begin({ args: [arg] });
      await shell.done;
      expect(shell.world.app.exitStatus).toBe(1);
    },
  );

  it.each(REFUSED_ENVIRONMENT)('it does not start with %s', async (name) => {
    const shell = new ShellUnderTest();
    await shell.begin({ env: { [SHELL_VARIABLE]: JSON.stringify(START), [name]: '1' } }).done;
    expect(shell.world.app.exitStatus).toBe(1);
    expect(shell.complaints[0]).toContain(name);
  });

  it('it does not start as root, nor without its launcher, nor on another address', async () => {
    const starts = [
      { uid: 0 },
      { env: {} },
      { env: { [SHELL_VARIABLE]: JSON.stringify({ ...START, url: 'http://example.org/' }) } },
      { env: { [SHELL_VARIABLE]: JSON.stringify({ ...START, url: 'https://127.0.0.1:7001/' }) } },
      { env: { [SHELL_VARIABLE]: JSON.stringify({ ...START, url: 'http://127.0.0.1:7001/other' }) } },
    ];
    for (const start of starts) {
      const shell = new ShellUnderTest().begin(start);
      await shell.done;
      expect(shell.world.app.exitStatus).toBe(1);
      expect(shell.world.menu).toBe('default');
    }
  });
});

describe('each window', () => {
  it('is a kiosk without Node, preload, developer tools, dialogs, plug-ins', async () => {
    const { options } = (await new ShellUnderTest().shown()).world.latest;
    expect(options).toMatchObject({
      kiosk: true,
      frame: false,
      alwaysOnTop: true,
      minimizable: false,
      closable: false,
    });
    expect(options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      devTools: false,
      plugins: false,
      disableDialogs: true,
      navigateOnDragDrop: false,
      spellcheck: false,
    });
    const named = Object.keys(options.webPreferences);
    for (const never of ['preload', 'enableBlinkFeatures', 'additionalArguments', 'session'])
      expect(named).not.toContain(never);
  });

  it('locks printing and file choosers, and zoom, in each page (K06, K07, K10)', async () => {
    const { webContents } = (await new ShellUnderTest().shown()).world.latest;
    expect(webContents.scripts).toEqual([PAGE_LOCKS]);
    expect(webContents.zoom).toEqual([1, 1]);
  });

  it('goes past every proxy (K24)', async () => {
    expect((await new ShellUnderTest().shown()).world.latest.session.proxy).toBe('direct');
  });
});

describe('the launcher', () => {
  it('orders a replacement and hears when the last citizen is gone', async () => {
    const shell = await new ShellUnderTest().shown();
    const [first] = shell.world.windows;
    await shell.order(JSON.stringify({ do: 'replace', n: 7 }));
    expect(first?.isDestroyed()).toBe(true);
    expect(first?.session.wiped.toSorted()).toEqual(['connections', 'data', 'sign-ins']);
    expect(shell.world.openWindows).toEqual([shell.world.latest]);
    expect(shell.world.latest.options.webPreferences.partition).not.toBe(first?.options.webPreferences.partition);
    expect(shell.reports.at(-1)).toEqual({ said: 'replaced', n: 7 });
  });

  it('does not hear so before everything is wiped', async () => {
    const shell = await new ShellUnderTest().shown();
    const { promise, resolve } = Promise.withResolvers<void>();
    shell.world.latest.session.isWiping = promise;
    await shell.order('{"do":"replace","n":1}');
    expect(shell.reports.some(({ said }) => said === 'replaced')).toBe(false);
    resolve();
    await shell.settle();
    expect(shell.reports.at(-1)).toEqual({ said: 'replaced', n: 1 });
  });

  it.each(['', 'nonsense', '{"do":"eval","code":"1"}', '{"do":"replace"}', '{"do":"close","now":true}'])(
    'is not obeyed in %j',
    async (line) => {
      const shell = await new ShellUnderTest().shown();
      await shell.order(line);
      expect(shell.world.windows).toHaveLength(1);
      expect(shell.world.app.exitStatus).toBeNull();
    },
  );

  it('closes it', async () => {
    const shell = await new ShellUnderTest().shown();
    await shell.order('{"do":"close"}');
    await shell.done;
    expect(shell.world.openWindows).toEqual([]);
    expect(shell.world.app.exitStatus).toBe(0);
    expect(shell.clock.waiting).toBe(0);
  });

  it('takes it along when it is gone itself', async () => {
    const shell = await new ShellUnderTest().shown();
    await shell.endOrders();
    expect(shell.world.app.exitStatus).toBe(0);
  });

  it('hears of other processes that fell (K19)', async () => {
    const shell = await new ShellUnderTest().shown();
    shell.world.app.emit('child-process-gone', {}, { type: 'GPU' });
    expect(shell.reports.at(-1)).toEqual({ said: 'fell', why: 'gpu' });
  });

  it('may ask for the shell’s own page alone (K20)', async () => {
    const env = { [SHELL_VARIABLE]: JSON.stringify({ ...START, shows: 'outOfService' }) };
    const shell = await new ShellUnderTest().shown({ env });
    expect(shell.world.latest.address).toMatch(/^data:text\/html/u);
    await shell.order('{"do":"replace","n":1}');
    expect(shell.world.windows).toHaveLength(1);
    expect(shell.reports.at(-1)).toEqual({ said: 'replaced', n: 1 });
  });
});
