export * from './fake-fleet-reads.ts';
export * from './fake-staff-records.ts';
export * from './ledger-maker.ts';
export * from './wire-terminal.ts';
export * from './with-api.ts';
