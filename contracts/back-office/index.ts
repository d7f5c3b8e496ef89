import { EXIT_ENTRY_REQUESTS } from './exit-entry.ts';
import { HOUSEHOLD_REQUESTS } from './household.ts';
import { PAYMENT_REQUESTS } from './payment.ts';
import { VEHICLE_REQUESTS } from './vehicle.ts';

/** Every request kind a terminal can send today. */
export const BACK_OFFICE_REQUESTS = {
  ...EXIT_ENTRY_REQUESTS,
  ...VEHICLE_REQUESTS,
  ...HOUSEHOLD_REQUESTS,
  ...PAYMENT_REQUESTS,
} as const;
export type BackOfficeKind = keyof typeof BACK_OFFICE_REQUESTS;

/** Offices that have cases, by the prefix of their requests; payment has bills only. */
export const CASE_OFFICES = ['exitEntry', 'vehicle', 'household'] as const;
export type CaseOffice = (typeof CASE_OFFICES)[number];

export function caseOfficeOf(kind: string): CaseOffice | undefined {
  return CASE_OFFICES.find((office) => kind.startsWith(`${office}.`));
}

export * from './cases.ts';
export * from './envelope.ts';
export * from './exit-entry.ts';
export * from './household.ts';
export * from './payment.ts';
export * from './vehicle.ts';
