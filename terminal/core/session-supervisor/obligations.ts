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
  /** One of the effects without a proved end is a device's. */
  readonly atDevices: boolean;
  /** Staff gave what was made and kept to its holder, and the office was not told since. */
  readonly handOutUntold: boolean;
  /** Since when (wall) money is with us whose purpose is not met; null: none. Nothing has to be done for it here: it may
   *  go back, and the books then say so. */
  readonly moneySince: number | null;
}

/** Reads the rows of one session, oldest first. A session is unfinished when its session-started has no session-ended;
 *  what is open decides whether a recovery must settle it. */
export function openObligations(rows: readonly PastEvent[]): Obligations {
  const open = new Map<string, string>();
  const cases = new Map<string, string | null>();
  const owed = new Map<string, number>();
  let cardInside = false;
  let resultMissing = false;
  let goods = { produced: false, handedOver: false };
  let isHandedOut = false;
  for (const row of rows) {
    settleOperation(open, row);
    if (row.kind === 'case-opened') cases.set(text(row, 'caseRef'), null);
    if (row.kind === 'bill-opened') cases.set(text(row, 'caseRef'), text(row, 'billRef'));
    if (row.kind === 'case-closed') cases.delete(text(row, 'caseRef'));
    if (row.kind === 'compensation' && text(row, 'state') === 'opened') owed.set(text(row, 'caseRef'), row.wall);
    if (row.kind === 'compensation' && text(row, 'state') === 'closed') owed.delete(text(row, 'caseRef'));
    if (row.kind === 'goods-moved' && isHandOut(row)) isHandedOut = true;
    goods = goodsAfter(goods, row);
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
  return {
    unknownOps: [...open.keys()],
    caseOpen: cases.size > 0,
    bill,
    cardInside,
    resultMissing,
    atDevices: [...open.values()].some((target) => target !== 'gateway'),
    // Told when the result says so: that is written after the office has heard it.
    handOutUntold: isHandedOut && goods.produced && !goods.handedOver,
    moneySince: owed.size === 0 ? null : Math.max(...owed.values()),
  };
}

/** Whether anything is left that a recovery has to do. */
export function hasObligations(left: Obligations): boolean {
  return left.unknownOps.length > 0 || left.caseOpen || left.cardInside || left.resultMissing || left.handOutUntold;
}

/** Whether offices alone have to hear, or say, something: no medium and no device is involved, and how the session ended
 *  has been told. The next citizen need not wait for that (faults §4.3). */
export function isForOfficesOnly(left: Obligations): boolean {
  return hasObligations(left) && !left.cardInside && !left.resultMissing && !left.atDevices;
}

interface Goods {
  readonly produced: boolean;
  readonly handedOver: boolean;
}

/** What the result says of the goods, corrections included. */
function goodsAfter(goods: Goods, row: PastEvent): Goods {
  if (row.kind !== 'service-result' && row.kind !== 'service-corrected') return goods;
  const { produced = goods.produced ? 1 : 0, handedOver = goods.handedOver ? 1 : 0 } = row;
  return { produced: produced === 1, handedOver: handedOver === 1 };
}

function isHandOut(row: PastEvent): boolean {
  return text(row, 'to') === 'holder' && text(row, 'outcome') === 'done';
}

/** Paper is never owed: a slip is on the screen as a QR code, a sheet is printed again by its receipt. */
const NEVER_OWED: ReadonlySet<string> = new Set(['printReceipt', 'printDocument']);

function settleOperation(open: Map<string, string>, row: PastEvent): void {
  const id = text(row, 'operationId');
  if (row.kind === 'operation-intended' && !NEVER_OWED.has(text(row, 'verb'))) open.set(id, text(row, 'target'));
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
