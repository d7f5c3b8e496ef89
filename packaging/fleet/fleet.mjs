import '../guard/node-guard.mjs';

void import('./fleet.ts');
