import '../guard/node-guard.mjs';

void import('./answer-challenge.ts');
