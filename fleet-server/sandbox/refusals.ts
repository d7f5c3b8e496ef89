import type { OfficeRefusal } from '@yimen/contracts/back-office';
import type { OfficeCall } from './office-reply.ts';

/** A refusal in the words of the contract; a date and a text only when the office has one. */
export function refusal(
  code: string,
  date: string | null = null,
  textZh: string | null = null,
  textEn: string | null = null,
): OfficeRefusal {
  return { code, date, textZh, textEn };
}

/** The refusal that a switch asks for. */
export function switchedRefusal(switched: NonNullable<OfficeCall['refuse']>): OfficeRefusal {
  return refusal(switched.code, null, switched.textZh, switched.textEn);
}
