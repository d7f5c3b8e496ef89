export { createOutbox, type Outbox, type OutboxLink, type OutboxOptions } from './outbox.ts';
export { openOutboxStore, type OutboxStore } from './outbox-store.ts';
