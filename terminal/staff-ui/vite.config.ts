import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** A page of its own, never part of the citizen's: everything from its own origin, nothing inlined (the console's policy
 *  allows no inline code). */
export default defineConfig({
  base: '/',
  plugins: [react()],
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: 'chrome140', sourcemap: false },
});
