import '../guard/node-guard.mjs';

void import('./soak.ts');
