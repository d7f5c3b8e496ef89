import { z } from 'zod';
import { BACK_OFFICE_REQUESTS, type CaseOffice as Prefix, type OfficeRefusal } from '@yimen/contracts/back-office';
import type { OfficeClock } from '../office-clock.ts';
import { done, type Office, type OfficeCall, type OfficeRequest, type OfficeResult } from '../office-reply.ts';
import { cardByNumber, permitByNumber } from '../people.ts';
import { switchedRefusal } from '../refusals.ts';
import { beginBodyOf } from './begin-body.ts';
import type { CaseBooks } from './case-books.ts';
import { CaseDesk, type CaseVerb, type DeskDecision } from './case-desk.ts';
import type { AtCounter, CaseFile, CaseItem, CaseOfficeName } from './case-file.ts';
import type { Dossiers } from './dossiers.ts';
import type { Billing } from './errands.ts';
import { type FindBody, findCases } from './finder.ts';

/** A question of an office without a case: what its register says of somebody or something today. */
export interface Lookup {
  /** The contract's kind. */
  readonly kind: string;
  /** The answer; `refusals` is replaced when a switch refuses. */
  answer(body: never, at: AtCounter): { readonly refusals: readonly OfficeRefusal[] };
  /** The answer's members that a refusal empties (`allowed`, `violations`, `photo`). */
  readonly emptied?: Readonly<Record<string, unknown>>;
}

export interface CaseOfficeParts {
  readonly name: CaseOfficeName;
  readonly prefix: Prefix;
  readonly items: readonly CaseItem[];
  readonly lookups: readonly Lookup[];
  readonly books: CaseBooks;
  readonly dossiers: Dossiers;
  readonly billing: Billing;
  readonly clock: OfficeClock;
}

export interface CaseOffice extends Office {
  readonly name: CaseOfficeName;
  /** @returns undefined when no such case of this office waits for a decision */
  decide(caseNo: string, decision: DeskDecision): CaseFile | undefined;
  /** Releases holds that ran out. */
  sweep(): void;
}

const receiptNo = z.string().max(40);
const ofCase = z.strictObject({ receiptNo });

/** Requests as an office takes them: the contract's kinds, but cases by their official receipt number, and `case.paid`, by
 *  which the gateway tells that the case's bill is paid (its hold is then extended). */
function requestsOf(prefix: Prefix, lookups: readonly Lookup[]): Record<string, OfficeRequest> {
  const contract = BACK_OFFICE_REQUESTS;
  const byReceipt = (body: z.ZodObject): z.ZodType => body.omit({ caseRef: true }).extend({ receiptNo });
  return {
    ...Object.fromEntries(
      lookups.map(({ kind }) => [kind, { nature: 'query', body: contract[kind as keyof typeof contract].body }]),
    ),
    [`${prefix}.case.find`]: { nature: 'query', body: contract[`${prefix}.case.find`].body },
    [`${prefix}.case.state`]: { nature: 'query', body: ofCase },
    [`${prefix}.case.begin`]: { nature: 'effect', body: beginBodyOf(prefix) },
    [`${prefix}.case.reserve`]: { nature: 'effect', body: byReceipt(contract[`${prefix}.case.reserve`].body) },
    [`${prefix}.case.paid`]: { nature: 'effect', body: ofCase },
    [`${prefix}.case.confirm`]: { nature: 'effect', body: byReceipt(contract[`${prefix}.case.confirm`].body) },
    [`${prefix}.case.cancel`]: { nature: 'effect', body: byReceipt(contract[`${prefix}.case.cancel`].body) },
  };
}

/** An office with cases: its questions, its items, and one desk for whatever is begun. */
export function createCaseOffice(parts: CaseOfficeParts): CaseOffice {
  const { name, prefix, items, lookups, books, clock } = parts;
  const desk = new CaseDesk({ office: name, items, books, clock });
  const requests = requestsOf(prefix, lookups);
  return {
    name,
    requests,
    personOf: (kind, body) => personOf(parts, kind, body),
    carryOut: (kind, body: never, call) => {
      const lookup = lookups.find((known) => known.kind === kind);
      if (lookup !== undefined) return lookedUp(lookup, body, call, clock);
      const verb = kind.slice(`${prefix}.case.`.length);
      if (verb === 'find') return found(parts, body, call);
      if (verb === 'begin') return desk.begin(body, call);
      return desk.ofCase(verb as CaseVerb, body, call);
    },
    decide: (caseNo, decision) => desk.decide(caseNo, decision),
    sweep: () => desk.releaseLapsed(),
  };
}

function lookedUp(lookup: Lookup, body: never, call: OfficeCall, clock: OfficeClock): OfficeResult {
  const at = { terminalId: call.terminalId, today: clock.today(), nowMs: clock.nowMs() };
  const answer = lookup.answer(body, at);
  if (call.refuse === null) return done(answer);
  return done({ ...answer, ...lookup.emptied, refusals: [switchedRefusal(call.refuse)] });
}

function found(parts: CaseOfficeParts, body: FindBody, call: OfficeCall): OfficeResult {
  if (call.refuse !== null) return done({ cases: [], refusals: [switchedRefusal(call.refuse)] });
  const { name: office, dossiers, books, billing } = parts;
  return done(findCases({ office, dossiers, books, billing }, body, call.terminalId));
}

interface AnyBody {
  readonly item?: string;
  readonly receiptNo?: string | null;
  readonly idNo?: string | null;
  readonly permitNo?: string | null;
}

function personOf(parts: CaseOfficeParts, kind: string, body: AnyBody): string | null {
  if (kind === `${parts.prefix}.case.begin`)
    return parts.items.find((item) => item.name === body.item)?.personOf(body) ?? null;
  const permit = permitByNumber(body.permitNo ?? null)?.thing;
  const named = permit ?? cardByNumber(body.idNo ?? null)?.thing;
  if (named !== undefined) return named;
  const no = body.receiptNo ?? '';
  return parts.books.file(no)?.person ?? parts.dossiers.get(no)?.holder ?? null;
}
