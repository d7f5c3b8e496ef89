import type { PastEvent } from '@yimen/contracts/terminal';

/** What a session that died has left undone, from its journal rows alone. */
export interface Obligations {
  /** Effects that were intended and have no proved end. */
  readonly unknownOps: readonly string[];
  /** A case the office may still count on. */
  readonly caseOpen: boolean;
  /** The bill of such a case. */
  readonly bill: string | null;
  /** A card was drawn in and is not proved to be out again. */
  readonly cardInside: boolean;
  /** A service began and nobody has said how it ended. */
  readonly resultMissing: boolean;
}

/** Reads the rows of one session, oldest first. A session is unfinished when its session-started has no session-ended;
 *  what is open decides whether a recovery must settle it. */
export function openObligations(rows: readonly PastEvent[]): Obligations {
  const open = new Set<string>();
  const cases = new Map<string, string | null>();
  let cardInside = false;
  let resultMissing = false;
  for (const row of rows) {
    settleOperation(open, row);
    if (row.kind === 'case-opened') cases.set(text(row, 'caseRef'), null);
    if (row.kind === 'bill-opened') cases.set(text(row, 'caseRef'), text(row, 'billRef'));
    if (row.kind === 'case-closed') cases.delete(text(row, 'caseRef'));
    if (row.kind === 'service-started') resultMissing = true;
    cardInside = cardAfter(cardInside, row);
    if (row.kind !== 'service-result') continue;
    resultMissing = false;
    // A stop hands over to staff what could not be proved or returned: its incident is open until they have looked, and
    // settling it again and again here would only keep the next citizen out.
    if (text(row, 'stop') !== '') {
      open.clear();
      cardInside = false;
    }
  }
  const bill = [...cases.values()].findLast((of) => of !== null) ?? null;
  return { unknownOps: [...open], caseOpen: cases.size > 0, bill, cardInside, resultMissing };
}

/** Whether anything is left that a recovery has to do. */
export function hasObligations(left: Obligations): boolean {
  return left.unknownOps.length > 0 || left.caseOpen || left.cardInside || left.resultMissing;
}

/** Paper is never owed: a slip is on the screen as a QR code, a sheet is printed again by its receipt. */
const NEVER_OWED: ReadonlySet<string> = new Set(['printReceipt', 'printDocument']);

function settleOperation(open: Set<string>, row: PastEvent): void {
  const id = text(row, 'operationId');
  if (row.kind === 'operation-intended' && !NEVER_OWED.has(text(row, 'verb'))) open.add(id);
  const isEnd = row.kind === 'operation-ended' || row.kind === 'operation-resolved';
  if (isEnd && text(row, 'outcome') !== 'unknown') open.delete(id);
}

/** From the moment a card may be drawn in until it is proved out or in the bin. */
function cardAfter(inside: boolean, row: PastEvent): boolean {
  const verb = text(row, 'verb');
  if (row.kind === 'operation-intended' && verb === 'acceptCard') return true;
  if (row.kind !== 'operation-ended') return inside;
  if (verb === 'acceptCard' && text(row, 'outcome') === 'notDone' && text(row, 'fault') === 'noMedia') return false;
  if ((verb === 'ejectCard' || verb === 'captureCard') && text(row, 'outcome') === 'done') return false;
  return inside;
}

function text(row: PastEvent, field: string): string {
  const value = row[field];
  return typeof value === 'string' ? value : '';
}
