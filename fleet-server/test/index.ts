export * from './fake-fleet-reads.ts';
export * from './fake-staff-records.ts';
export * from './with-api.ts';
