import { registerHooks } from 'node:module';

// The shell refuses root, and tests may run as root.
process.getuid = () => 1000;

// Loaded before the shell, as a module or bundled: there `electron` is the stand-in beside this file.
const standIn = new URL('./stand-in-electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});
