export * from './base-port.ts';
export * from './host-rpc.ts';
export * from './lease.ts';
export * from './operation.ts';
export * from './port.ts';
export * from './ports/index.ts';
export * from './status.ts';
export * from './xfs4iot.table.ts';
