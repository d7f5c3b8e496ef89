import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Writes a .gz beside each text file, so that the server sends it without work at run time. */
function gzipBeside(): Plugin {
  return {
    name: 'gzip-beside',
    async generateBundle(_options, bundle) {
      for (const [fileName, part] of Object.entries(bundle)) {
        if (!/\.(?:js|css|svg)$/.test(fileName)) continue;
        const source = part.type === 'chunk' ? part.code : part.source;
        const stream = new Blob([typeof source === 'string' ? source : new Uint8Array(source)]).stream();
        const gzip = await new Response(stream.pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
        this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source: new Uint8Array(gzip) });
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), gzipBeside()],
  // The server puts a fresh nonce here in each answer (fleet-server/api/page.ts).
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2023',
    emptyOutDir: true,
    // The polyfill would fetch by itself; every browser we serve knows modulepreload.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
  },
});
