import '../guard/node-guard.mjs';

void import('./test.ts');
