// @vitest-environment happy-dom
import { beforeAll, describe, expect, it, vi } from 'vitest';

beforeAll(async () => {
  // The page brings its own font, which this stand-in of a browser has no place for.
  Object.assign(document, { fonts: new Set() });
  vi.stubGlobal('FontFace', class {});
  document.body.innerHTML = '<div id="page"></div>';
  location.hash = '#fixture=guide/straight&lang=en';
  await import('./gallery.tsx');
  await vi.waitFor(() => heading());
});

function heading(): string {
  const found = document.querySelector('h1');
  if (found === null) throw new Error('no screen is drawn');
  return found.textContent;
}

async function go(hash: string): Promise<void> {
  location.hash = hash;
  await vi.waitFor(() => expect(window.gallery.drawn).toBe(hash));
}

describe('the gallery', () => {
  it('draws what its address names, in its language and mode', async () => {
    expect(heading()).toBe('Before you begin');
    await go('#fixture=guide/straight&elder=yes&contrast=night');
    await vi.waitFor(() => expect(heading()).toBe('办理之前，请看一看'));
    expect(document.documentElement.dataset).toMatchObject({ elder: 'yes', colours: 'night', lowReach: 'no' });
    expect(document.documentElement.lang).toBe('zh-CN');
  });

  it('writes down what the page asks for', async () => {
    await go('#fixture=consent/face&lang=en');
    await vi.waitFor(() => expect(heading()).toBe('Checking your face'));
    for (const word of ['Without my face', 'I agree']) {
      const button = [...document.querySelectorAll('button')].find((each) => each.textContent === word);
      // The guard is deaf to a view that is younger than this.
      await vi.waitFor(
        () => {
          button?.click();
          expect(window.gallery.bridge.sent.at(-1)).toMatchObject({ consent: 'face' });
        },
        { timeout: 2_000, interval: 200 },
      );
    }
    expect(window.gallery.bridge.sent.at(-1)).toEqual({ kind: 'agree', consent: 'face' });
    expect(window.gallery.bridge.sent[0]).toEqual({ kind: 'decline', consent: 'face' });
  });

  it('knows every fixture, and says that nothing has come for one that it does not know', async () => {
    expect(window.gallery.names).toContain('stopped/unknown');
    await go('#fixture=menu/none');
    await vi.waitFor(() => expect(heading()).toBe('正在启动'));
  });
});
