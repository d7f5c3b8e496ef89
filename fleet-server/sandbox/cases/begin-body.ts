import { z } from 'zod';
import { BACK_OFFICE_REQUESTS, type CaseOffice, caseRefSchema } from '@yimen/contracts/back-office';

type AnyBegin<O extends CaseOffice> = z.infer<(typeof BACK_OFFICE_REQUESTS)[`${O}.case.begin`]['body']>;
/** What a case of one item is begun with. */
export type BackOfficeBegin<O extends CaseOffice, I extends AnyBegin<O>['item']> = Extract<AnyBegin<O>, { item: I }>;

/** The contract's begin of an office, with the asker's own reference beside it. */
export function beginBodyOf(office: CaseOffice): z.ZodType<{ item: string; foreignRef: string }> {
  const kinds = BACK_OFFICE_REQUESTS[`${office}.case.begin`].body.options;
  const [first, ...rest] = kinds.map((option) => (option as z.ZodObject).extend({ foreignRef: caseRefSchema }));
  if (first === undefined) throw new Error(`the contract has no begin for ${office}`);
  return z.discriminatedUnion('item', [first, ...rest] as never) as unknown as z.ZodType<{
    item: string;
    foreignRef: string;
  }>;
}
