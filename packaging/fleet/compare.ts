import { billLines, type BillLine } from './bill-lines.ts';
import { dayOf, type Books, type ServiceEnd } from './books.ts';
import { compareFleet, notYetAtFleet } from './compare-fleet.ts';
import { compareGoods } from './compare-goods.ts';
import { compareMoney } from './compare-money.ts';
import { DIFFERENCES, said, type Difference } from './difference.table.ts';
import { correctedEnds, terminalSide, type TerminalSide } from './terminal-side.ts';

/** One service of one day, over all terminals whose journals were given. */
export interface ServiceRow {
  readonly service: string;
  readonly done: number;
  readonly refused: number;
  readonly stopped: number;
  readonly abandoned: number;
  readonly chargedFen: number;
  readonly refundedFen: number;
  readonly produced: number;
  readonly handedOver: number;
  /** Of these, not confirmed by the fleet yet. */
  readonly notYetAtFleet: number;
}

/** One day's money, each bill once. `terminalFen` − `returnedLaterFen` = `gatewayFen` = `heldFen` + `capturedFen`. */
export interface MoneyRow {
  readonly bills: number;
  /** Bills that somebody is still at; in none of the sums. */
  readonly moving: number;
  readonly terminalFen: number;
  readonly returnedLaterFen: number;
  readonly gatewayFen: number;
  readonly heldFen: number;
  readonly capturedFen: number;
}

export interface DayRow {
  readonly day: string;
  readonly services: readonly ServiceRow[];
  readonly money: MoneyRow;
}

/** Something that waits and is known to wait: no difference. */
export interface OpenMatter {
  readonly what: 'session' | 'incident' | 'compensation' | 'operation' | 'review';
  readonly day: string;
  readonly tid: string;
  readonly ref: string;
  readonly why: string;
  readonly fen: number | null;
}

export interface Reconciliation {
  readonly days: readonly DayRow[];
  readonly differences: readonly Difference[];
  readonly open: readonly OpenMatter[];
  /** Terminals that the fleet or the gateway knows and whose journal was not given. */
  readonly withoutJournal: readonly string[];
}

export interface CompareOptions {
  /** This day alone, `YYYY-MM-DD` in Asia/Shanghai; null: all days. What belongs to no day always counts. */
  readonly day: string | null;
  /** Money may be held, and a session may run, this long before somebody has to look. */
  readonly heldMs: number;
}

/** Holds all books against each other. Pure: the same books give the same answer. */
export function reconcile(books: Books, options: CompareOptions): Reconciliation {
  const terminals = terminalSide(books);
  const lines = billLines(books, terminals);
  const differences = [
    ...damagedJournals(books),
    ...compareMoney(books, terminals, lines, options.heldMs),
    ...compareGoods(books, terminals),
    ...compareFleet(books),
    ...stuckSessions(books, terminals, options.heldMs),
  ];
  const isMeant = (day: string | null): boolean => options.day === null || day === null || day === options.day;
  return {
    days: dayRows(books, lines).filter(({ day }) => isMeant(day)),
    differences: differences.filter(({ day }) => isMeant(day)).toSorted(byDayAndKind),
    open: openMatters(books, terminals).filter(({ day }) => isMeant(day)),
    withoutJournal: withoutJournal(books, terminals),
  };
}

const KINDS = Object.keys(DIFFERENCES);

function byDayAndKind(a: Difference, b: Difference): number {
  const [dayA, dayB] = [a.day ?? '', b.day ?? ''];
  return dayA === dayB ? KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) : dayA < dayB ? -1 : 1;
}

function damagedJournals({ journals }: Books): Difference[] {
  return journals
    .filter(({ damaged }) => damaged.total > 0)
    .map(({ tid, damaged }) => ({
      kind: 'journal-damaged',
      day: null,
      tid,
      ref: damaged.first.map((j) => `j ${j}`).join(', '),
      left: said('terminal', { count: damaged.total }),
      right: said('terminal', { count: 0 }),
    }));
}

function stuckSessions({ readAt }: Books, { sessions }: TerminalSide, heldMs: number): Difference[] {
  return sessions
    .filter(({ isOver, wall }) => !isOver && readAt - wall > heldMs)
    .map(({ tid, day, sessionId }) => ({
      kind: 'session-open',
      day,
      tid,
      ref: sessionId,
      left: said('terminal', { standing: 'open' }),
      right: said('terminal', { standing: 'none' }),
    }));
}

interface Ended {
  readonly end: ServiceEnd;
  readonly isNew: boolean;
}

function dayRows(books: Books, lines: readonly BillLine[]): DayRow[] {
  const ended = books.journals.flatMap((journal) => {
    const late = new Set(notYetAtFleet(books, journal).map(({ seq }) => seq));
    return correctedEnds(journal, Number.MAX_SAFE_INTEGER).map((end): Ended => ({ end, isNew: late.has(end.seq) }));
  });
  const byDay = Map.groupBy(ended, ({ end }) => dayOf(end.wall));
  const bills = Map.groupBy(
    lines.filter(({ hasJournal }) => hasJournal),
    ({ day }) => day,
  );
  return [...new Set([...byDay.keys(), ...bills.keys()])].toSorted().map((day) => ({
    day,
    services: [...Map.groupBy(byDay.get(day) ?? [], ({ end }) => end.service)]
      .map(([service, rows]) => serviceRow(service, rows))
      .toSorted((a, b) => (a.service < b.service ? -1 : 1)),
    money: moneyRow(bills.get(day) ?? []),
  }));
}

function serviceRow(service: string, rows: readonly Ended[]): ServiceRow {
  const n = (outcome: ServiceEnd['outcome']): number => rows.filter(({ end }) => end.outcome === outcome).length;
  const sum = (pick: (end: ServiceEnd) => number): number => rows.reduce((now, { end }) => now + pick(end), 0);
  return {
    service,
    done: n('done'),
    refused: n('refused'),
    stopped: n('stopped'),
    abandoned: n('abandoned'),
    chargedFen: sum((end) => end.chargedFen),
    refundedFen: sum((end) => end.refundedFen),
    produced: sum((end) => end.produced),
    handedOver: sum((end) => end.handedOver),
    notYetAtFleet: rows.filter(({ isNew }) => isNew).length,
  };
}

function moneyRow(lines: readonly BillLine[]): MoneyRow {
  const still = lines.filter(({ isMoving }) => !isMoving);
  const sum = (pick: (line: BillLine) => number): number => still.reduce((now, line) => now + pick(line), 0);
  const inState = (state: 'held' | 'captured') => (line: BillLine) =>
    line.provider?.state === state ? line.providerFen : 0;
  return {
    bills: still.length,
    moving: lines.length - still.length,
    terminalFen: sum((line) => line.terminalFen),
    returnedLaterFen: sum((line) => line.returnedLaterFen),
    gatewayFen: sum((line) => line.gatewayFen),
    heldFen: sum(inState('held')),
    capturedFen: sum(inState('captured')),
  };
}

function openMatters(books: Books, terminals: TerminalSide): OpenMatter[] {
  const running = terminals.sessions
    .filter(({ isOver }) => !isOver)
    .map(({ tid, day, sessionId }): OpenMatter => ({
      what: 'session',
      day,
      tid,
      ref: sessionId,
      why: 'running',
      fen: null,
    }));
  const handingOut = terminals.sessions.flatMap(({ tid, sessionId, handingOutSince }): OpenMatter[] =>
    handingOutSince === null
      ? []
      : [matter('operation', tid, { at: handingOutSince, ref: sessionId, why: 'handed-out' })],
  );
  const atTerminals = books.journals.flatMap(({ tid, openIncidents, openOperations }): OpenMatter[] => [
    ...openIncidents.map(({ number, stop, wall }) => matter('incident', tid, { at: wall, ref: number, why: stop })),
    ...openOperations
      .filter(({ sessionId }) => !terminals.sessions.some((one) => one.sessionId === sessionId && !one.isOver))
      .map(({ operationId, verb, wall }) => matter('operation', tid, { at: wall, ref: operationId, why: verb })),
  ]);
  const atGateway = books.gateway.cases.flatMap(({ caseRef, tid, compensation }): OpenMatter[] => {
    if (compensation === null) return [];
    const { since, why, amountFen } = compensation;
    const what = why === 'review-pending' ? 'review' : 'compensation';
    return [{ ...matter(what, tid, { at: since, ref: caseRef, why }), fen: amountFen }];
  });
  return [...running, ...handingOut, ...atTerminals, ...atGateway].toSorted((a, b) =>
    a.day < b.day ? -1 : a.day > b.day ? 1 : 0,
  );
}

function matter(
  what: OpenMatter['what'],
  tid: string,
  { at, ref, why }: { at: number; ref: string; why: string },
): OpenMatter {
  return { what, day: dayOf(at), tid, ref, why, fen: null };
}

function withoutJournal(books: Books, { tids }: TerminalSide): string[] {
  const known = [...books.fleet.ledgers.map(({ tid }) => tid), ...books.gateway.cases.map(({ tid }) => tid)];
  return [...new Set(known)].filter((tid) => !tids.has(tid)).toSorted();
}
