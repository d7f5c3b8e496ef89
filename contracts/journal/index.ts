export * from './event-ids.table.ts';
export * from './row.ts';
