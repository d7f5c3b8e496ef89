export * from './manual-clock.ts';
export * from './synthetic-people.ts';
