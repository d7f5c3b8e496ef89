export * from './camera-figures.table.ts';
export * from './id-number.ts';
export * from './manual-clock.ts';
export type { SyntheticIdCard } from './synthetic-id-card.ts';
export * from './synthetic-id-cards.table.ts';
export * from './synthetic-people.ts';
export * from './synthetic-records.table.ts';
