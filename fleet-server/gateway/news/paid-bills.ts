import type { Clock } from '@yimen/contracts/base';
import { billSchema } from '@yimen/contracts/back-office';
import { foldCase } from '../case-machine.ts';
import type { GatewayLog } from '../gateway-log.ts';
import { GATEWAY_LIMITS } from '../limits.table.ts';
import { createNoticeLoop, type NoticeLoop } from './notice-loop.ts';
import type { Offices } from '../office-adapter.ts';
import type { OperationBook } from '../operation-book.ts';
import { type OperationRecord, stepOf } from '../operation-record.ts';

/** Learns which bills were paid and tells the office that holds the case, so that the hold is extended. A notice is
 *  acknowledged only when that office knows: a crash in between lets it come again, and coming again changes nothing. */
export interface PaidBills extends NoticeLoop {
  /** Before a case is confirmed: has its bill been paid without a notice having come yet? */
  makeSureTold(caseRef: string): Promise<void>;
}

interface Parts {
  readonly book: OperationBook;
  readonly offices: Offices;
  readonly clock: Clock;
  readonly log: GatewayLog;
}

export function createPaidBills(parts: Parts): PaidBills {
  const { clock, log } = parts;
  const { noticesMs: everyMs, noticesAwayMs: awayMs } = GATEWAY_LIMITS;
  const loop = createNoticeLoop({ what: 'paid notices', everyMs, awayMs, clock, log, look: () => fetchNotices(parts) });
  return { ...loop, makeSureTold: (caseRef) => makeSureTold(parts, caseRef) };
}

/** @returns true when the provider does not answer. */
async function fetchNotices(parts: Parts): Promise<boolean> {
  const notices = await parts.offices.payment.notices();
  if (notices === undefined) return true;
  const known: string[] = [];
  for (const notice of notices) if (await notePaid(parts, notice.billRef)) known.push(notice.id);
  if (known.length > 0) await parts.offices.payment.acknowledge(known);
  return false;
}

/** @returns true when nothing is left to do for this bill. A bill that nobody created here yet is one whose create is
 *  not settled: its notice came first, and waits. */
async function notePaid(parts: Parts, billRef: string): Promise<boolean> {
  const found = await parts.book.ofBill(billRef);
  const created = found.ok ? found.value.find((record) => record.kept.kind === 'payment.bill.create') : undefined;
  if (created === undefined) return false;
  return created.facts.paidTold === true || tell(parts, created);
}

async function tell(parts: Parts, created: OperationRecord): Promise<boolean> {
  const { operationId, caseRef, tid } = created.kept;
  if (created.facts.paid !== true) {
    const noted = await parts.book.amend(operationId, { paid: true });
    if (!noted.ok) return false;
  }
  const steps = await parts.book.ofCase(caseRef ?? '');
  if (!steps.ok) return false;
  const { office } = foldCase(steps.value.map(stepOf));
  // A bill is made for a begun case only, so somebody holds it.
  if (office === null) return false;
  const input = { operationId: `${operationId}.paid`, caseRef: caseRef ?? '', terminalId: tid };
  const end = await parts.offices[office].tellPaid(input);
  if (end.outcome === 'unknown') return false;
  // A case that is already ended refuses the word: then there is no hold to extend and nothing left to tell.
  if (end.outcome === 'notDone' && end.fault.code === 'office-away') return false;
  const heldUntil = end.outcome === 'done' && end.heldUntil !== undefined ? { heldUntil: end.heldUntil } : {};
  return (await parts.book.amend(operationId, { paidTold: true, ...heldUntil })).ok;
}

async function makeSureTold(parts: Parts, caseRef: string): Promise<void> {
  const found = await parts.book.ofCase(caseRef);
  if (!found.ok) return;
  const { bill } = foldCase(found.value.map(stepOf));
  const created = found.value.find((record) => record.kept.operationId === bill?.operationId);
  if (bill === null || created === undefined || bill.paidTold) return;
  const end = await parts.offices.payment.ask({
    operationId: `${created.kept.operationId}.query`,
    kind: 'payment.bill.query',
    terminalId: created.kept.tid,
    caseRef,
    billRef: bill.billRef,
    body: { billRef: bill.billRef },
    maxLifeMs: 0,
  });
  const seen = end.outcome === 'done' ? billSchema.safeParse(end.answer) : undefined;
  if (seen?.success === true && seen.data.state === 'held') await tell(parts, created);
}
