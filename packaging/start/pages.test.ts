import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildPage, PAGE_ROOMS, pageDir } from './pages.ts';

describe('a page that is bundled by a process of the test runner', () => {
  it('is the production build all the same, and the variable is left as it was', async () => {
    expect(process.env['NODE_ENV']).toBe('test');
    const outDir = `${await pageDir(PAGE_ROOMS.ui)}-of-a-test`;
    try {
      expect(await buildPage(PAGE_ROOMS.ui, outDir)).toBe('built');
      expect(await buildPage(PAGE_ROOMS.ui, outDir)).toBe('kept');
      const scripts = readdirSync(join(outDir, 'assets')).filter((name) => name.endsWith('.js'));
      expect(scripts.length).toBeGreaterThan(0);
      // What React's development build alone says.
      for (const name of scripts)
        expect(readFileSync(join(outDir, 'assets', name), 'utf8')).not.toContain('React DevTools');
    } finally {
      rmSync(outDir, { recursive: true, force: true });
    }
    expect(process.env['NODE_ENV']).toBe('test');
  }, 60_000);
});
