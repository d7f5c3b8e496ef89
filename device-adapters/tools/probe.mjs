import '../../packaging/guard/node-guard.mjs';

void import('./probe.ts');
