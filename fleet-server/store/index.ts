export type { AlarmChange, AlarmFacts, AlarmRow, TransitionRow } from './alarm-store.ts';
export type { AllowedKey } from './allow-list.ts';
export type {
  BatchEvent,
  BrokenPayload,
  GroupBatch,
  GroupDone,
  GroupItem,
  HeardBeat,
  LifeChange,
  PoisonEvent,
} from './group-item.ts';
export type * from './fleet-reads.ts';
export type { LedgerCount } from './ledger-reads.ts';
export type { LedgerAck } from './ledger-state.ts';
export { openStore, type Store } from './open-store.ts';
export type { NewOperation, OperationChange, StoredOperation } from './operations.ts';
export type { TerminalPlace } from './places.ts';
export { type AuditEntry, type AuditRow, type SignInCode, type StaffSession } from './staff.ts';
export { isPostgresUrl, shownAddress, storeAddressOf, type StoreAddress } from './store-address.ts';
export type { StoreFault } from './store-fault.ts';
export { systemClock } from './system-clock.ts';
