import '../guard/node-guard.mjs';

void import('./journal.ts');
