export type { Outbox, OutboxLink } from './cursor-outbox.ts';
export { createOutbox, type OutboxOptions } from './outbox.ts';
export { openOutboxStore, type OutboxStore } from './outbox-store.ts';
