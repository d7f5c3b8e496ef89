import '../guard/node-guard.mjs';

void import('./bench.ts');
