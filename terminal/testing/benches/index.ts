export * from './session-bench.ts';
