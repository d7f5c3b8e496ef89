import type { FleetFact, FleetLedger, FleetVolume } from '@yimen/fleet-server/fleet-books';
import { dayOf, type Books, type JournalBook, type ServiceEnd } from './books.ts';
import { said, type Difference, type DifferenceName, type Said } from './difference.table.ts';
import { correctedEnds } from './terminal-side.ts';

/** The fleet's ledger against the journals, as far as the fleet has confirmed, and its volumes against its ledger. Pure. */
export function compareFleet(books: Books): Difference[] {
  return [...books.journals.flatMap((journal) => withLedger(books, journal)), ...volumes(books)];
}

/** Ends that the fleet has not confirmed yet: told, and no difference. Pure. */
export function notYetAtFleet(books: Books, journal: JournalBook): ServiceEnd[] {
  const ledger = ledgerOf(books, journal);
  return journal.ends.filter(({ seq }) => seq > 0 && !isConfirmed(ledger, seq));
}

function ledgerOf({ fleet }: Books, { tid, epoch }: JournalBook): FleetLedger | undefined {
  return fleet.ledgers.find((one) => one.tid === tid && one.epoch === epoch);
}

function isConfirmed(ledger: FleetLedger | undefined, seq: number): boolean {
  if (ledger === undefined || seq < 1 || seq > ledger.upTo) return false;
  return !ledger.missing.some(([from, to]) => seq >= from && seq <= to);
}

function withLedger(books: Books, journal: JournalBook): Difference[] {
  const { tid, epoch, lastSeq, acknowledgedSeq } = journal;
  const ledger = ledgerOf(books, journal);
  const upTo = ledger?.upTo ?? 0;
  const facts = new Map(
    books.fleet.facts.filter((fact) => fact.tid === tid && fact.epoch === epoch).map((fact) => [fact.seq, fact]),
  );
  const ends = correctedEnds(journal, upTo);
  const known = new Set(ends.map(({ seq }) => seq));
  const extra = [...facts.values()].filter(({ seq }) => seq <= lastSeq && !known.has(seq));
  return [
    ...(acknowledgedSeq !== null && acknowledgedSeq > upTo ? [lost(tid, acknowledgedSeq, upTo)] : []),
    ...ends
      .filter(({ seq }) => isConfirmed(ledger, seq))
      .flatMap((end) => oneEnd(tid, end, facts.get(end.seq), ledger)),
    ...extra.map((fact) => ({
      ...at(tid, fact.day, fact.seq, 'fleet-extra'),
      left: said('fleet', { standing: 'present', fen: fact.chargedFen }),
      right: said('terminal', { standing: 'absent' }),
    })),
  ];
}

function oneEnd(
  tid: string,
  end: ServiceEnd,
  fact: FleetFact | undefined,
  ledger: FleetLedger | undefined,
): Difference[] {
  const day = dayOf(end.wall);
  const left = said('terminal', { fen: end.chargedFen });
  const differs = (kind: DifferenceName, right: Said): Difference[] => [
    { ...at(tid, day, end.seq, kind), left, right },
  ];
  if (ledger?.quarantined.includes(end.seq) === true)
    return differs('fleet-quarantined', said('fleet', { standing: 'absent' }));
  if (fact === undefined) return differs('fleet-missing', said('fleet', { standing: 'absent' }));
  const isSame = SHARED.every((name) => fact[name] === end[name]);
  return isSame ? [] : differs('fleet-differs', said('fleet', { standing: 'other', fen: fact.chargedFen }));
}

/** What both say of a service. */
const SHARED = ['service', 'outcome', 'stop', 'chargedFen', 'refundedFen', 'produced', 'handedOver'] as const;

function at(
  tid: string,
  day: string | null,
  seq: number,
  kind: DifferenceName,
): Pick<Difference, 'kind' | 'day' | 'tid' | 'ref'> {
  return { kind, day, tid, ref: `seq ${seq}` };
}

function lost(tid: string, confirmed: number, upTo: number): Difference {
  const left = said('terminal', { count: confirmed });
  return { ...at(tid, null, upTo + 1, 'fleet-lost'), left, right: said('fleet', { count: upTo }) };
}

type Cell = Pick<FleetVolume, 'tid' | 'day' | 'service' | 'outcome'>;
const cellOf = ({ tid, day, service, outcome }: Cell): string => [tid, day, service, outcome].join(' ');

/** Each cell of the dashboard's table is the sum of the services behind it. */
function volumes({ fleet }: Books): Difference[] {
  const shown = new Map(fleet.volumes.map((cell) => [cellOf(cell), cell]));
  const counted = Map.groupBy(fleet.facts, cellOf);
  return [...new Set([...shown.keys(), ...counted.keys()])].flatMap((cell): Difference[] => {
    const facts = counted.get(cell) ?? [];
    const sum = shown.get(cell);
    const total = (pick: (fact: FleetFact) => number): number => facts.reduce((now, fact) => now + pick(fact), 0);
    const isSame =
      (sum?.n ?? 0) === facts.length &&
      (sum?.chargedFen ?? 0) === total((fact) => fact.chargedFen) &&
      (sum?.refundedFen ?? 0) === total((fact) => fact.refundedFen) &&
      (sum?.produced ?? 0) === total((fact) => fact.produced) &&
      (sum?.handedOver ?? 0) === total((fact) => fact.handedOver);
    if (isSame) return [];
    const [tid = '', day = '', service = '', outcome = ''] = cell.split(' ');
    const left = said('fleet', { count: sum?.n ?? 0, fen: sum?.chargedFen ?? 0 });
    const right = said('fleet', { count: facts.length, fen: total((fact) => fact.chargedFen) });
    return [{ kind: 'volumes-differ', day, tid, ref: `${service} ${outcome}`, left, right }];
  });
}
