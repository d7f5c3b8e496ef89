import '../../packaging/guard/node-guard.mjs';

void import('./replay.ts');
