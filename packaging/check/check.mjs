import '../guard/node-guard.mjs';

void import('./check.ts');
