import { describe, expect, it } from 'vitest';
import { WATCH_TIMES } from '../page-watchdog.ts';
import { PAGE } from '../testing/escape-tries.table.ts';
import { ShellUnderTest } from '../testing/with-shell.ts';
import { BRAND_GROUND } from '../guards/window-options.table.ts';

/** Falls and comes back until the shell's own page is drawn. */
async function fallTooOften(shell: ShellUnderTest): Promise<void> {
  for (const ms of WATCH_TIMES.backOffMs) {
    shell.world.latest.rendererGone();
    await shell.clock.advance(ms);
  }
  shell.world.latest.rendererGone();
  await shell.settle();
}

describe('a page that falls', () => {
  it('comes back in a fresh window and a fresh partition in memory', async () => {
    const shell = await new ShellUnderTest().shown();
    const first = shell.world.latest;
    first.rendererGone('oom');
    await shell.settle();
    // Until then the fallen window stands in front of the desktop with the brand's ground.
    expect(shell.world.openWindows).toEqual([first]);
    expect(first.options.backgroundColor).toBe(BRAND_GROUND);
    await shell.clock.advance(WATCH_TIMES.backOffMs[0]);
    expect(shell.world.openWindows).toEqual([shell.world.latest]);
    expect(shell.world.latest.address).toBe(PAGE);
    const partitions = shell.world.windows.map((window) => window.options.webPreferences.partition);
    expect(new Set(partitions).size).toBe(2);
    expect(partitions.some((name) => name.startsWith('persist:'))).toBe(false);
    expect(first.session.wiped.toSorted()).toEqual(['connections', 'data', 'sign-ins']);
    expect(shell.reports).toContainEqual({ said: 'fell', why: 'renderer-oom' });
  });

  it('counts as fallen when it hangs, is not served, or does not come at all', async () => {
    const hung = await new ShellUnderTest().shown();
    hung.world.latest.emit('unresponsive');
    await hung.clock.advance(WATCH_TIMES.hungMs + WATCH_TIMES.backOffMs[0]);
    expect(hung.world.windows).toHaveLength(2);

    const unserved = new ShellUnderTest().begin();
    unserved.world.app.becomeReady();
    await unserved.settle();
    unserved.world.latest.failedToLoad();
    await unserved.clock.advance(WATCH_TIMES.backOffMs[0]);
    expect(unserved.world.windows).toHaveLength(2);

    const late = new ShellUnderTest().begin();
    late.world.app.becomeReady();
    await late.clock.advance(WATCH_TIMES.loadMs + WATCH_TIMES.backOffMs[0]);
    expect(late.world.windows).toHaveLength(2);
  });

  it('stays when it answers again, when only a frame failed, or a load was replaced by another', async () => {
    const shell = await new ShellUnderTest().shown();
    shell.world.latest.emit('unresponsive');
    await shell.clock.advance(WATCH_TIMES.hungMs - 1);
    shell.world.latest.emit('responsive');
    shell.world.latest.failedToLoad(-102, false);
    shell.world.latest.failedToLoad(-3);
    await shell.clock.advance(60_000);
    expect(shell.world.windows).toHaveLength(1);
  });

  it('comes back when its window is taken away without being asked, and the shell stays', async () => {
    const shell = await new ShellUnderTest().shown();
    shell.world.latest.destroy();
    expect(shell.world.openWindows).toEqual([]);
    await shell.clock.advance(WATCH_TIMES.backOffMs[0]);
    expect(shell.world.openWindows).toHaveLength(1);
    expect(shell.world.app.exitStatus).toBeNull();
    expect(shell.reports).toContainEqual({ said: 'fell', why: 'window-closed' });
  });

  it('is not blamed for what an older window did', async () => {
    const shell = await new ShellUnderTest().shown();
    const first = shell.world.latest;
    await shell.order('{"do":"replace","n":1}');
    shell.world.latest.loaded();
    first.rendererGone('killed');
    await shell.clock.advance(60_000);
    expect(shell.world.windows).toHaveLength(2);
  });

  it('is forgiven after it stood for a while', async () => {
    const shell = await new ShellUnderTest().shown();
    for (let fall = 0; fall < 3 * WATCH_TIMES.backOffMs.length; fall += 1) {
      shell.world.latest.rendererGone();
      await shell.clock.advance(WATCH_TIMES.backOffMs[0]);
      shell.world.latest.loaded();
      await shell.clock.advance(WATCH_TIMES.steadyMs);
    }
    expect(shell.world.latest.address).toBe(PAGE);
  });
});

describe('after too many falls', () => {
  it('the shell draws its own page, in both languages, with local data', async () => {
    const shell = await new ShellUnderTest().shown();
    await fallTooOften(shell);
    expect(shell.world.openWindows).toEqual([shell.world.latest]);
    const page = decodeURIComponent(shell.world.latest.address ?? '');
    for (const words of ['暂停服务', 'Out of service', '示例大厅', 'Example hall', '000-0000'])
      expect(page).toContain(words);
    expect(shell.reports.at(-1)).toEqual({ said: 'page', is: 'out-of-service' });
  });

  it('its own page may fetch nothing at all', async () => {
    const shell = await new ShellUnderTest().shown();
    await fallTooOften(shell);
    const { session, address } = shell.world.latest;
    expect(session.request({ url: address ?? '', resourceType: 'mainFrame' })).toBe(true);
    expect(session.request({ url: PAGE, resourceType: 'mainFrame' })).toBe(false);
    expect(session.request({ url: `${PAGE}x.js`, resourceType: 'script' })).toBe(false);
    expect(session.request({ url: 'ws://127.0.0.1:7001/bridge', resourceType: 'webSocket' })).toBe(false);
    const wish = { isMainFrame: true, requestingUrl: address ?? '', mediaTypes: ['video'] };
    expect(session.askPermission('media', wish)).toBe(false);
  });

  it('tries the page behind and changes over only when it is drawn', async () => {
    const shell = await new ShellUnderTest().shown();
    await fallTooOften(shell);
    const own = shell.world.latest;
    await shell.clock.advance(WATCH_TIMES.tryAgainMs);
    const behind = shell.world.latest;
    expect(behind.isShown).toBe(false);
    expect(own.isDestroyed()).toBe(false);
    behind.loaded();
    await shell.settle();
    expect(behind.isShown).toBe(true);
    expect(shell.world.openWindows).toEqual([behind]);
    expect(shell.reports.at(-1)).toEqual({ said: 'page', is: 'shown' });
  });

  it('keeps its own page when the page still fails', async () => {
    const shell = await new ShellUnderTest().shown();
    await fallTooOften(shell);
    for (let round = 0; round < 3; round += 1) {
      await shell.clock.advance(WATCH_TIMES.tryAgainMs);
      shell.world.latest.failedToLoad();
      await shell.settle();
      expect(shell.world.openWindows).toHaveLength(1);
      expect(shell.world.latest.address).toMatch(/^data:/u);
    }
  });
});
