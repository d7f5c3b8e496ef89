import '../guard/node-guard.mjs';

void import('./fuzz.ts');
