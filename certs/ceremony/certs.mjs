import '../../packaging/guard/node-guard.mjs';

void import('./certs.ts');
