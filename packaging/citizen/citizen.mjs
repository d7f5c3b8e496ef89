import '../guard/node-guard.mjs';

void import('./citizen.ts');
