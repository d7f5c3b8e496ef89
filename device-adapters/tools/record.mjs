import '../../packaging/guard/node-guard.mjs';

void import('./record.ts');
