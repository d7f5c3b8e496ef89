import '../guard/node-guard.mjs';

void import('./kept-hall.ts');
