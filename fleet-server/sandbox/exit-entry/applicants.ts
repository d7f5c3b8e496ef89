import type { BACK_OFFICE_REQUESTS, OfficeRefusal } from '@yimen/contracts/back-office';
import type { z } from 'zod';
import type { Dossiers } from '../cases/dossiers.ts';
import { ageOf, cardByNumber, maskedName, nameOf } from '../people.ts';
import { findPhoto } from '../photo-receipts.ts';
import { refusal } from '../refusals.ts';

const ALONE_FROM = 16;
type CheckBody = z.infer<(typeof BACK_OFFICE_REQUESTS)['exitEntry.person.check']['body']>;
type CheckAnswer = z.infer<(typeof BACK_OFFICE_REQUESTS)['exitEntry.person.check']['answer']>;
interface Application {
  readonly idNo: string;
  readonly docKind: string;
}

/** Who may apply for a document, and what is known of him already (services §2.2). */
export function checkApplicant(body: CheckBody, dossiers: Dossiers, today: string): CheckAnswer {
  const card = cardByNumber(body.idNo);
  const refused = applicantRefusal(body, dossiers, today);
  return {
    holderMasked: maskedName(card === undefined ? undefined : nameOf(card)),
    // Prints are taken with the first document of a kind, and of those whose card bears none.
    fingersNeeded: body.reason === 'new' || card?.hasFingerprint === false,
    photoOnFile: card !== undefined && findPhoto(card.thing, today) !== undefined,
    refusals: refused === null ? [] : [refused],
  };
}

export function applicantRefusal(body: Application, dossiers: Dossiers, today: string): OfficeRefusal | null {
  const card = cardByNumber(body.idNo);
  if (card === undefined) return refusal('record-check');
  if (ageOf(card, today) < ALONE_FROM) return refusal('age');
  const open = dossiers
    .ofHolder('exit-entry', card.thing)
    .find((one) => one.docKind === body.docKind && !ENDED.includes(one.state));
  if (open === undefined) return null;
  const what = open.state === 'reviewed' ? '已审核，请缴费' : open.state === 'ready' ? '已制好，请取证' : '正在办理';
  return refusal('already-open', open.since, `受理号 ${open.receiptNo}，${what}`, `${open.receiptNo}: ${open.state}`);
}

const ENDED: readonly string[] = ['delivered', 'refused', 'cancelled'];
