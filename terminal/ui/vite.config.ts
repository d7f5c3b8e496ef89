import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** One page, everything from its own origin, nothing inlined: the CSP of core's ui-gateway allows no inline code. */
export default defineConfig({
  base: '/',
  plugins: [react()],
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: 'chrome140', sourcemap: false },
});
