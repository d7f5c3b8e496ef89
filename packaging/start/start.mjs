import '../guard/node-guard.mjs';

void import('./start.ts');
