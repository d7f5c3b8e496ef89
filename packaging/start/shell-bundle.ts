import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Bundles the shell into one CommonJS file: Electron strips no types, and a CommonJS entry is loaded whole before Electron
 *  is ready. Beside it stands nothing; what it asks for is Electron and Node's own modules.
 *  @returns the file
 *  @throws Error with Vite's own words when the sources do not bundle */
export async function bundleShell(outDir: string): Promise<string> {
  const { build } = await import('vite');
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true, external: ['electron'] },
    build: {
      ssr: join(ROOT, 'terminal/shell/main.ts'),
      outDir,
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      rolldownOptions: { external: ['electron'], output: { format: 'cjs', entryFileNames: 'main.cjs' } },
    },
  });
  return join(outDir, 'main.cjs');
}
