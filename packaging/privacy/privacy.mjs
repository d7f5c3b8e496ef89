import '../guard/node-guard.mjs';

void import('./privacy.ts');
