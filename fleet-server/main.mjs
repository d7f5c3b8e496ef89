import '../packaging/guard/node-guard.mjs';

void import('./main.ts');
