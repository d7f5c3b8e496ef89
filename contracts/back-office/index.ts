import { EXIT_ENTRY_REQUESTS } from './exit-entry.ts';
import { PAYMENT_REQUESTS } from './payment.ts';

/** Every request kind a terminal can send today. */
export const BACK_OFFICE_REQUESTS = { ...EXIT_ENTRY_REQUESTS, ...PAYMENT_REQUESTS } as const;
export type BackOfficeKind = keyof typeof BACK_OFFICE_REQUESTS;

export * from './envelope.ts';
export * from './exit-entry.ts';
export * from './payment.ts';
