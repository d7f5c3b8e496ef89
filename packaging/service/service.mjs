import '../guard/node-guard.mjs';

void import('./service.ts');
