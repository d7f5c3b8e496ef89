import '../guard/node-guard.mjs';

void import('./campaign.ts');
