import { dayOf, type Books, type JournalBook, type ServiceEnd } from './books.ts';

/** What a terminal's journal says of one session. */
export interface TerminalSession {
  readonly tid: string;
  readonly sessionId: string;
  /** When it ended; while it has no result, when it began. */
  readonly day: string;
  readonly wall: number;
  readonly isOver: boolean;
  /** Corrections included; null when no service ended in it. */
  readonly end: ServiceEnd | null;
  readonly hasOpenIncident: boolean;
  /** When staff gave its goods to their holder and its office was not told yet; null: nothing is on its way. */
  readonly handingOutSince: number | null;
}

/** What the terminals say of one bill. Several sessions may have had it: a case that stopped after it was paid is gone on
 *  with later, and the money is there once. */
export interface TerminalBill {
  readonly billRef: string;
  readonly tid: string;
  /** Of the first session that was charged, so that a closed day does not change any more. */
  readonly day: string;
  readonly amountFen: number;
  readonly chargedFen: number;
  readonly refundedFen: number;
  readonly isOver: boolean;
  readonly hasOpenIncident: boolean;
}

export interface TerminalSide {
  readonly tids: ReadonlySet<string>;
  readonly sessions: readonly TerminalSession[];
  readonly bills: ReadonlyMap<string, TerminalBill>;
  readonly sessionOfCase: ReadonlyMap<string, TerminalSession>;
  /** Before this moment the terminal's journal is complete: a session that still runs may not have written all yet. */
  readonly completeUntil: (tid: string) => number;
}

/** Everything about bills and cases that the journals say. Pure. */
export function terminalSide({ journals, readAt }: Pick<Books, 'journals' | 'readAt'>): TerminalSide {
  const sessions = journals.flatMap(sessionsOf);
  const byId = new Map(sessions.map((one) => [key(one.tid, one.sessionId), one]));
  const sessionOfCase = new Map<string, TerminalSession>();
  for (const { tid, cases } of journals) {
    for (const { caseRef, sessionId } of cases) {
      const session = byId.get(key(tid, sessionId));
      if (session !== undefined) sessionOfCase.set(caseRef, session);
    }
  }
  return {
    tids: new Set(journals.map(({ tid }) => tid)),
    sessions,
    bills: billsOf(journals, byId),
    sessionOfCase,
    completeUntil: (tid) =>
      Math.min(readAt, ...sessions.filter((one) => one.tid === tid && !one.isOver).map(({ wall }) => wall)),
  };
}

/** A terminal's results with the corrections up to `untilSeq`. Pure. */
export function correctedEnds(journal: JournalBook, untilSeq: number): ServiceEnd[] {
  const known = journal.corrections.filter(({ seq }) => seq <= untilSeq);
  return journal.ends.map((end) =>
    known
      .filter(({ of }) => of === end.seq)
      .reduce<ServiceEnd>(
        (now, { outcome, stop, chargedFen, refundedFen, produced, handedOver }) => ({
          ...now,
          outcome: outcome ?? now.outcome,
          stop: stop === undefined ? now.stop : stop,
          chargedFen: chargedFen ?? now.chargedFen,
          refundedFen: refundedFen ?? now.refundedFen,
          produced: produced ?? now.produced,
          handedOver: handedOver ?? now.handedOver,
        }),
        end,
      ),
  );
}

function sessionsOf(journal: JournalBook): TerminalSession[] {
  const ends = new Map(correctedEnds(journal, Number.MAX_SAFE_INTEGER).map((end) => [end.sessionId, end]));
  const open = new Set(journal.openIncidents.map(({ number }) => number));
  const handOuts = new Map(journal.handOuts.map((one) => [one.sessionId, one.wall]));
  return journal.sessions.map(({ sessionId, wall, isOver }) => {
    const end = ends.get(sessionId) ?? null;
    const hasOpenIncident = end !== null && end.incident !== null && open.has(end.incident);
    const at = end?.wall ?? wall;
    // Told to the office and written into the result in one breath.
    const isUntold = end?.produced === 1 && end.handedOver === 0;
    const handingOutSince = isUntold ? (handOuts.get(sessionId) ?? null) : null;
    return { tid: journal.tid, sessionId, day: dayOf(at), wall, isOver, end, hasOpenIncident, handingOutSince };
  });
}

function billsOf(
  journals: readonly JournalBook[],
  sessions: ReadonlyMap<string, TerminalSession>,
): Map<string, TerminalBill> {
  const bills = new Map<string, TerminalBill>();
  for (const journal of journals) {
    // A session that got another bill after its first one failed was charged on the last.
    const last = new Map(journal.bills.map(({ sessionId, billRef }) => [sessionId, billRef]));
    for (const { billRef, sessionId, amountFen } of journal.bills) {
      const session = sessions.get(key(journal.tid, sessionId));
      if (session === undefined) continue;
      const end = last.get(sessionId) === billRef ? session.end : null;
      bills.set(billRef, withSession(bills.get(billRef), session, { billRef, amountFen, end }));
    }
  }
  return bills;
}

function withSession(
  before: TerminalBill | undefined,
  session: TerminalSession,
  { billRef, amountFen, end }: { billRef: string; amountFen: number; end: ServiceEnd | null },
): TerminalBill {
  const wasCharged = before !== undefined && before.chargedFen > 0;
  const { tid, isOver, hasOpenIncident } = session;
  return {
    billRef,
    tid: wasCharged ? before.tid : tid,
    day: wasCharged ? before.day : session.day,
    amountFen,
    chargedFen: end?.chargedFen ?? before?.chargedFen ?? 0,
    refundedFen: end?.refundedFen ?? before?.refundedFen ?? 0,
    isOver: isOver && (before?.isOver ?? true),
    hasOpenIncident: hasOpenIncident || (before?.hasOpenIncident ?? false),
  };
}

function key(tid: string, sessionId: string): string {
  return `${tid} ${sessionId}`;
}
