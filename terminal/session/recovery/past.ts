import { caseOfficeOf } from '@yimen/contracts/back-office';
import type { PastEvent } from '@yimen/contracts/terminal';
import type { StopState } from '@yimen/contracts/journal';
import type { Facts, Production } from '../machine/facts.ts';

/** An effect whose end the journal does not know. */
export interface OpenOperation {
  readonly operationId: string;
  readonly target: string;
  readonly verb: string;
  /** Asked for before staff handed out what was made: its end is not how the case ended. */
  readonly isOutdated?: boolean;
}

/** What the journal proves of a session that died. Nothing personal is in it: the citizen identifies again to see the
 *  case, the machine only brings it to a named state. */
export interface Past {
  readonly service: string | null;
  readonly release: number;
  readonly facts: Partial<Facts>;
  readonly open: readonly OpenOperation[];
  /** The result that already stands. */
  readonly told: PastEvent | null;
}

const text = (event: PastEvent, field: string): string => {
  const value = event[field];
  return typeof value === 'string' ? value : '';
};
const number = (event: PastEvent, field: string): number => {
  const value = event[field];
  return typeof value === 'number' ? value : 0;
};

/** Reads the rows of one session, oldest first. */
export function readPast(rows: readonly PastEvent[]): Past {
  let past: Past = { service: null, release: 0, facts: {}, open: [], told: null };
  for (const row of rows) past = withRow(past, row);
  return { ...past, open: [...past.open, ...reserveOf(rows)], facts: { ...past.facts, ...cardOf(rows) } };
}

function withRow(past: Past, row: PastEvent): Past {
  const facts = (more: Partial<Facts>): Past => ({ ...past, facts: { ...past.facts, ...more } });
  switch (row.kind) {
    case 'service-started':
      return { ...past, service: text(row, 'service'), release: number(row, 'release') };
    case 'case-opened':
      return withoutBegin(past, {
        receiptId: text(row, 'receiptId'),
        case: { caseRef: text(row, 'caseRef'), receiptNo: '', decision: 'approved', refusal: null },
        fee: { amountFen: number(row, 'amountFen'), items: [], rows: [] },
      });
    case 'bill-opened':
      return facts({
        money: 'unknown',
        bill: {
          caseRef: text(row, 'caseRef'),
          billRef: text(row, 'billRef'),
          billNo: '',
          payee: '',
          amountFen: number(row, 'amountFen'),
          items: [],
          state: 'open',
          qrText: '',
          expiresAt: 0,
          channel: 'none',
        },
      });
    case 'step-ended':
      return stepEnded(past, text(row, 'step'), text(row, 'outcome'));
    case 'case-closed':
      return facts({ caseClosed: true });
    case 'incident':
      return facts({ incident: text(row, 'number') });
    case 'compensation':
      return facts({ compensationFen: text(row, 'state') === 'opened' ? number(row, 'amountFen') : 0 });
    case 'service-result':
      return { ...facts({ stop: stopOf(row), refundedFen: number(row, 'refundedFen') }), told: row };
    case 'service-corrected':
      return past.told === null ? past : withCorrection(past, corrected(past.told, row));
    case 'goods-moved':
      return isHandOut(row) ? handedOut(past) : past;
    case 'operation-intended':
      return {
        ...past,
        facts: { ...past.facts, ...intendedFacts(text(row, 'target'), text(row, 'verb')) },
        open: [
          ...past.open,
          { operationId: text(row, 'operationId'), target: text(row, 'target'), verb: text(row, 'verb') },
        ],
      };
    case 'operation-ended':
      return ended(past, row, text(row, 'outcome'));
    case 'operation-resolved':
      return ended(past, { ...row, ...verbOf(past, text(row, 'operationId')) }, text(row, 'outcome'));
    default:
      return past;
  }
}

/** Two steps prove something although no device moved: the provider's word on the bill, and the office's own act. */
function stepEnded(past: Past, step: string, outcome: string): Past {
  if (outcome !== 'done') return past;
  if (step === 'pay') return { ...past, facts: { ...past.facts, money: 'taken' } };
  if (step === 'issue')
    return { ...past, facts: { ...past.facts, production: 'done', handedOver: true, evidence: 'goods:issued' } };
  return past;
}

/** Members of a result that a correction may name. */
const CORRECTED = ['outcome', 'stop', 'chargedFen', 'refundedFen', 'produced', 'handedOver'] as const;

function corrected(told: PastEvent, row: PastEvent): PastEvent {
  const named = CORRECTED.filter((name) => row[name] !== undefined);
  return { ...told, ...Object.fromEntries(named.map((name) => [name, row[name]])) };
}

function withCorrection(past: Past, told: PastEvent): Past {
  return { ...past, told, facts: { ...past.facts, refundedFen: number(told, 'refundedFen') } };
}

/** Staff gave a thing of this session to whoever it belongs to. */
function isHandOut(row: PastEvent): boolean {
  return text(row, 'to') === 'holder' && text(row, 'outcome') === 'done';
}

/** What was made and kept is with its holder now: whatever the office was told before, the case ends with that. */
function handedOut(past: Past): Past {
  const { facts } = past;
  const card = facts.card === undefined || facts.card === 'none' ? {} : ({ card: 'returned' } as const);
  if (facts.production !== 'done' && past.told?.['produced'] !== 1) return { ...past, facts: { ...facts, ...card } };
  const goods = facts.goodsDevice == null ? {} : ({ goods: 'taken' } as const);
  return {
    ...past,
    open: past.open.map((operation) => ({ ...operation, isOutdated: true })),
    facts: {
      ...facts,
      ...card,
      ...goods,
      production: 'done',
      handedOver: true,
      handedOut: true,
      caseTold: false,
      caseClosed: false,
    },
  };
}

function withoutBegin(past: Past, more: Partial<Facts>): Past {
  const open = past.open.filter((operation) => !isBegin(operation.verb));
  return { ...past, open, facts: { ...past.facts, ...more } };
}

function verbOf(past: Past, operationId: string): { verb: string; target: string } {
  const open = past.open.find((operation) => operation.operationId === operationId);
  return { verb: open?.verb ?? '', target: open?.target ?? '' };
}

function stopOf(row: PastEvent): StopState | null {
  const stop = row['stop'];
  return typeof stop === 'string' ? (stop as StopState) : null;
}

/** `unknown` stays open: it is exactly what a recovery has to settle. */
function ended(past: Past, row: PastEvent, outcome: string): Past {
  // A case that was opened but not yet journaled is known only to the gateway: its opening is asked for again.
  const namesNoCase = isBegin(text(row, 'verb')) && outcome === 'done';
  const open =
    outcome === 'unknown' || namesNoCase
      ? past.open
      : past.open.filter((operation) => operation.operationId !== text(row, 'operationId'));
  return {
    ...past,
    open,
    facts: {
      ...past.facts,
      ...factsOf({
        target: text(row, 'target'),
        verb: text(row, 'verb'),
        outcome,
        evidence: text(row, 'evidence'),
        fault: text(row, 'fault'),
      }),
    },
  };
}

/** An end, as the journal or whoever carried the effect out tells it. */
export interface ToldEnd {
  readonly target: string;
  readonly verb: string;
  readonly outcome: string;
  readonly evidence: string;
  readonly fault: string;
}

/** Whether a request opens a case, at whichever office. */
export function isBegin(verb: string): boolean {
  return verb.endsWith('.case.begin');
}

/** What the mere asking for an effect means: from then on goods may be anywhere, and the case has its office. */
function intendedFacts(target: string, verb: string): Partial<Facts> {
  const office = isBegin(verb) ? caseOfficeOf(verb) : undefined;
  if (office !== undefined) return { office };
  if (target === 'licence-printer' && (verb === 'make' || verb === 'present'))
    return { goods: 'unknown', goodsDevice: 'licence-printer' };
  if (target === 'document-locker' && verb === 'present') return { goods: 'unknown', goodsDevice: 'document-locker' };
  return {};
}

/** What the end of one effect proves. */
export function factsOf({ target, verb, outcome, evidence, fault }: ToldEnd): Partial<Facts> {
  if (verb === 'printEndorsement')
    return { production: productionOf(outcome, fault), ...(outcome === 'done' ? { evidence } : {}) };
  if (verb === 'ejectCard' && outcome === 'done') return { card: 'returned', handedOver: true };
  if (verb === 'captureCard' && outcome === 'done') return { card: 'held' };
  if (target === 'licence-printer') return makerFacts(verb, outcome, evidence, fault);
  if (target === 'document-locker') return lockerFacts(verb, outcome, evidence, fault);
  if ((verb.endsWith('.case.confirm') || verb.endsWith('.case.cancel')) && outcome === 'done')
    return { caseTold: true };
  return {};
}

function makerFacts(verb: string, outcome: string, evidence: string, fault: string): Partial<Facts> {
  switch (verb) {
    case 'make':
      return {
        production: productionOf(outcome, fault),
        goods: outcome === 'done' ? 'inside' : outcome === 'notDone' ? 'none' : 'unknown',
        ...(outcome === 'unknown' ? {} : { evidence }),
      };
    case 'present':
      if (outcome === 'done') return { goods: 'taken', handedOver: true };
      return { goods: outcome === 'notDone' ? 'presented' : 'unknown' };
    case 'acceptOld':
      return outcome === 'unknown' ? {} : { oldRecovered: outcome === 'done' };
    case 'retract':
      return outcome === 'done' ? { goods: 'retracted' } : {};
    default:
      return {};
  }
}

/** The locker fetches, reads back and shows in one motion. */
function lockerFacts(verb: string, outcome: string, evidence: string, fault: string): Partial<Facts> {
  if (verb === 'retract') return outcome === 'done' ? { goods: 'retracted' } : {};
  if (verb !== 'present') return {};
  if (outcome === 'done') return { production: 'done', goods: 'taken', handedOver: true, evidence };
  if (outcome === 'unknown') return { production: 'unknown', goods: 'unknown' };
  if (fault === 'notTaken') return { production: 'done', goods: 'presented' };
  return { production: productionOf(outcome, fault), goods: 'none' };
}

/** A panel that was read back as something else than asked (F18) is known to be wrong, whatever the outcome is called. */
function productionOf(outcome: string, fault: string): Production {
  if (outcome === 'done') return 'done';
  if (fault === 'verifyMismatch') return 'mismatch';
  return outcome === 'notDone' ? 'notDone' : 'unknown';
}

/** A blank that may have been used has a number, which is in the office's answer alone: without it the office would take
 *  the blank for one that still lies in the stack. So that answer is asked for again. */
function reserveOf(rows: readonly PastEvent[]): OpenOperation[] {
  const isMade = rows.some((row) => row.kind === 'operation-intended' && text(row, 'verb') === 'make');
  if (!isMade || rows.some((row) => row.kind === 'case-closed')) return [];
  const reserve = rows.findLast(
    (row) => row.kind === 'operation-ended' && isReserve(text(row, 'verb')) && text(row, 'outcome') === 'done',
  );
  if (reserve === undefined) return [];
  return [{ operationId: text(reserve, 'operationId'), target: 'gateway', verb: text(reserve, 'verb') }];
}

/** Whether a request asks for the right to make something. */
export function isReserve(verb: string): boolean {
  return verb.endsWith('.case.reserve');
}

/** Whether a card was drawn in and not proved to be out again; where it is, only the sensors know. */
function cardOf(rows: readonly PastEvent[]): Partial<Facts> {
  let inside = false;
  for (const row of rows) {
    const verb = text(row, 'verb');
    if (row.kind === 'operation-intended' && verb === 'acceptCard') inside = true;
    if (row.kind === 'goods-moved' && isHandOut(row)) inside = false;
    if (row.kind !== 'operation-ended') continue;
    if (verb === 'acceptCard' && text(row, 'outcome') === 'notDone' && text(row, 'fault') === 'noMedia') inside = false;
    if ((verb === 'ejectCard' || verb === 'captureCard') && text(row, 'outcome') === 'done') inside = false;
  }
  return inside ? { card: 'unknown' } : {};
}
