import { errorRow, ERROR_CODES } from '@yimen/contracts/base';
import type { PastEvent } from '@yimen/contracts/terminal';
import type { View } from '@yimen/contracts/ui';
import type { FakeHall } from './fake-hall.ts';
import type { FakeMakers } from './fake-makers.ts';
import type { FakeOffice } from './fake-office.ts';
import { FAKE_PERSON } from './fake-person.ts';
import type { SessionHarness } from './harness.ts';

/** What a session left behind, with the recovery that took over when it died. */
export interface Left {
  readonly rows: readonly PastEvent[];
  /** Of each process, in order. */
  readonly views: readonly (readonly View[])[];
  readonly places: ReadonlyMap<string, string>;
  readonly card: FakeHall['place'];
  readonly asked: FakeHall['asked'];
  readonly happened: FakeHall['happened'];
  readonly reads: FakeHall['reads'];
  readonly makers: Pick<FakeMakers, 'blanks' | 'documents' | 'counts' | 'recovered'>;
  readonly office: Pick<FakeOffice, 'bill' | 'confirms' | 'cancels' | 'reserves' | 'effects' | 'decision'>;
  readonly leases: number;
  readonly isOver: boolean;
  readonly ended: { readonly how: string; readonly propertyOut: boolean } | null;
  /** The journal could not be written at some moment. */
  readonly isJournalGone: boolean;
  /** A process of the session was killed on the way. */
  readonly wasKilled: boolean;
}

type Rule = (left: Left) => readonly string[];

/** The standing invariants of faults.md §1 over what one session left: a line a violation, with its number. Whatever
 *  happened in the world is held against what was journaled, told to the office and shown. */
export function checkInvariants(...sessions: readonly SessionHarness[]): string[] {
  return violationsOf(leftBy(...sessions));
}

export function violationsOf(left: Left): string[] {
  return Object.entries(RULES).flatMap(([id, rule]) => rule(left).map((what) => `${id} ${what}`));
}

export function leftBy(...sessions: readonly SessionHarness[]): Left {
  const last = sessions.at(-1);
  if (last === undefined) throw new Error('no session');
  const { hall, office } = last;
  return {
    rows: sessions.flatMap(({ core }) => core.rows),
    views: sessions.map(({ views }) => views),
    places: hall.places(),
    card: hall.place,
    asked: hall.asked,
    happened: hall.happened,
    reads: hall.reads,
    makers: hall.makers,
    office,
    leases: last.core.leases.size,
    isOver: last.isOver,
    ended: last.core.ended_,
    isJournalGone: sessions.some(({ core }) => core.hasRefused),
    wasKilled: sessions.length > 1,
  };
}

const RULES: Readonly<Record<'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8', Rule>> = {
  I1: movementsExplained,
  I2: neverIssuedAndKept,
  I3: noFeeWithoutGoods,
  I4: nothingForTheNext,
  I5: namedEnd,
  I6: countsBalance,
  I7: nothingTwice,
  I8: nextStepTold,
};

const of = (rows: readonly PastEvent[], kind: string): PastEvent[] => rows.filter((row) => row.kind === kind);
const BINS: ReadonlySet<string> = new Set(['retainBin', 'retractBin', 'rejectBin', 'recoveryBin']);
/** Giving property back goes on when nothing can be written any more. */
const RETURNS: ReadonlySet<string> = new Set(['ejectCard', 'captureCard', 'handBack', 'retract']);

/** I1: each movement has its intent, and a row that tells where the thing went. Rows tell of nothing that was not. */
function movementsExplained({ rows, happened, isJournalGone }: Left): string[] {
  const idsOf = (kind: string): Set<unknown> => new Set(of(rows, kind).map((row) => row['operationId']));
  const [intended, ended, resolved] = [
    idsOf('operation-intended'),
    idsOf('operation-ended'),
    idsOf('operation-resolved'),
  ];
  const moved = of(rows, 'goods-moved').filter((row) => row['outcome'] === 'done');
  const unexplained = happened.flatMap(({ operationId, verb, moves }) => {
    if (moves.length === 0 || (isJournalGone && RETURNS.has(verb))) return [];
    if (!intended.has(operationId)) return [`${verb} moved something without an intent`];
    // Its end could not be written; the device host keeps it, and core asks for what has only an intent.
    if (isJournalGone && !ended.has(operationId)) return [];
    // A spoiled blank has no row of its own (staff hold the reject bin against the device's count), only its end.
    const isTold = moves.every(({ to }) => {
      if (to === 'rejectBin') return ended.has(operationId);
      if (moved.some((row) => row['operationId'] === operationId && row['to'] === to)) return true;
      return to !== 'citizen' && !BINS.has(to) && (resolved.has(operationId) || ended.has(operationId));
    });
    return isTold ? [] : [`${verb} moved ${moves.map(({ thing, to }) => `${thing} to ${to}`).join(', ')}, untold`];
  });
  const real = new Set(happened.map(({ operationId }) => operationId));
  const invented = moved.filter((row) => !real.has(String(row['operationId'])));
  return [...unexplained, ...invented.map((row) => `a row tells of a ${String(row['item'])} that did not move`)];
}

/** I2: nothing is told as handed over while it lies in a bin, and what left through the exit is in none. */
function neverIssuedAndKept({ rows, places, office }: Left): string[] {
  const handed = of(rows, 'service-result').some((row) => row['handedOver'] === 1);
  const told = office.confirms.some((body) => body['handedOver'] === true);
  const kept = [...places].filter(([, place]) => place === 'retainBin' || place === 'retractBin');
  const issued = new Map<string, string>();
  for (const row of of(rows, 'goods-moved').filter((one) => one['outcome'] === 'done'))
    issued.set(String(row['item']), `${String(row['from'])}→${String(row['to'])}`);
  return [
    ...(handed && kept.length > 0 ? [`told as handed over, and kept: ${kept.map(([thing]) => thing).join(', ')}`] : []),
    ...(told && kept.length > 0 ? ['the office was told of a hand-over of what is kept'] : []),
    ...kept
      .map(([thing]) => thing.split(' ')[0] ?? '')
      .filter((item) => issued.get(item)?.endsWith('→citizen') === true)
      .map((item) => `the journal’s last word: ${item} given out, but it is kept`),
  ];
}

function isCaseClosed(rows: readonly PastEvent[]): boolean {
  return of(rows, 'case-closed').length > 0;
}

/** I3: money that was taken has goods for it, or something open that says what is owed. */
function noFeeWithoutGoods({ rows, office, isJournalGone, views }: Left): string[] {
  const { bill } = office;
  const isPaid = bill?.state === 'held' || bill?.state === 'captured';
  const result = of(rows, 'service-result').at(-1);
  const corrected = of(rows, 'service-corrected').findLast((row) => typeof row['chargedFen'] === 'number');
  const charged = Number(corrected?.['chargedFen'] ?? result?.['chargedFen'] ?? 0);
  const opened = of(rows, 'compensation').filter((row) => row['state'] === 'opened');
  if (!isPaid) {
    return [
      ...(charged > 0 ? [`told ${charged} fen as charged, nothing was taken`] : []),
      ...(opened.length > 0 ? ['a compensation is open for money that nobody has'] : []),
    ];
  }
  if (isJournalGone && result === undefined)
    return views.flat().some((view) => view.kind === 'stopped') ? [] : ['money taken, no record, and nobody was told'];
  // Nobody could tell yet whether it was paid: the case stays open, its number is out, and core asks on.
  const isAsked = charged === 0 && result?.['stop'] === 'unknown' && !isCaseClosed(rows);
  if (isAsked && of(rows, 'incident').length > 0) return [];
  if (charged !== bill.amountFen) return [`${bill.amountFen} fen were taken, ${charged} told`];
  const isClosed = isCaseClosed(rows);
  if (result?.['outcome'] === 'done' && result['handedOver'] === 1) {
    const isReviewed = office.decision === 'accepted' && isClosed;
    return [
      ...(isClosed && bill.state !== 'captured' ? ['goods given and case closed, but the money only held'] : []),
      ...(opened.length === (isReviewed ? 1 : 0) ? [] : [`${opened.length} compensations for money that was earned`]),
    ];
  }
  const incident = of(rows, 'incident').some((row) => row['state'] === 'opened');
  return [
    ...(incident ? [] : ['money taken without goods and without an incident']),
    ...(isClosed && opened.length !== 1 ? ['money taken without goods and without a compensation'] : []),
  ];
}

/** I4: the next citizen finds nothing, reaches nothing and sees nothing of this one. */
function nothingForTheNext({ rows, card, makers, views, reads, leases, wasKilled }: Left): string[] {
  const last = views.at(-1)?.at(-1);
  const lying = [...makers.blanks, ...makers.documents].filter(([, place]) => place === 'exit' || place === 'verify');
  const stop = of(rows, 'service-result').at(-1)?.['stop'] ?? null;
  const traces = [JSON.stringify(rows), JSON.stringify(last ?? null)].map((text) =>
    FAKE_PERSON.filter((secret) => text.includes(secret)),
  );
  // A killed process empties nothing; core inspects and clears the devices before the next one.
  const lastOf = (verb: string): number =>
    reads.findLastIndex((one) => one.device === 'fingerprint' && one.verb === verb);
  const isFull = !wasKilled && lastOf('capture') > lastOf('clear');
  return [
    ...(card === 'outside' || card === 'bin' || card === 'jammed' ? [] : [`the card is left at ${card}`]),
    ...(card === 'jammed' && stop === null ? ['a card is stuck and nobody was told'] : []),
    ...lying.map(([serial, place]) => `${serial} is left at ${place}`),
    ...(last !== undefined && last.kind !== 'end' ? [`the last screen is ${last.kind}`] : []),
    ...(traces[0] ?? []).map((secret) => `the journal holds ${secret}`),
    ...(traces[1] ?? []).map((secret) => `the last screen shows ${secret}`),
    ...(isFull ? ['the fingerprint collector was not emptied'] : []),
    ...(leases > 0 ? [`${leases} leases are left`] : []),
  ];
}

const OUTCOMES: readonly unknown[] = ['done', 'refused', 'stopped', 'abandoned'];

/** I5: over, with one named result for a service that was begun. An end is written once, when nothing is owed. */
function namedEnd({ rows, isOver, ended, isJournalGone }: Left): string[] {
  const results = of(rows, 'service-result');
  const ends = of(rows, 'session-ended').length;
  const hasCase = of(rows, 'case-opened').length > 0;
  const isSettled = !hasCase || isCaseClosed(rows);
  const result = results.at(-1);
  const isNamed = result === undefined || OUTCOMES.includes(result['outcome']);
  const hasStop = result === undefined || (result['outcome'] === 'stopped') === (result['stop'] !== null);
  return [
    ...(isOver && ended !== null ? [] : ['the session is not over']),
    ...(isNamed && hasStop ? [] : ['the result has no name']),
    ...(isJournalGone || results.length === of(rows, 'service-started').length
      ? []
      : [`${results.length} results for ${of(rows, 'service-started').length} begun services`]),
    ...(ends > 1 || (!isJournalGone && isSettled && ends !== 1) ? [`the session ended ${ends} times`] : []),
    ...(ends > 0 && hasCase && !isSettled
      ? ['the session was ended with a case that nobody has told the office of']
      : []),
  ];
}

/** I6: each unit's count is the sum of what was journaled into it, and a stack is the sum of what became of its blanks. */
function countsBalance({ rows, places, makers, office, isJournalGone }: Left): string[] {
  const moved = of(rows, 'goods-moved').filter((row) => row['outcome'] === 'done');
  const inBin = (bin: string): number => [...places.values()].filter((place) => place === bin).length;
  const told = (bin: string): number => moved.filter((row) => row['to'] === bin).length;
  const { counts, blanks } = makers;
  const at = (...wanted: string[]): number => [...blanks.values()].filter((place) => wanted.includes(place)).length;
  const used = at('verify', 'exit', 'taken', 'retract', 'reject');
  const spoiled = [...blanks].filter(([, place]) => place === 'reject').map(([serial]) => serial);
  const named = [
    ...office.reserves.map((body) => body['spoiledSerial']),
    ...office.confirms.map((body) => body['serial']),
  ];
  const isTold = office.confirms.length > 0 || spoiled.length === 0;
  return [
    ...['retainBin', 'retractBin', 'recoveryBin']
      .filter((bin) => !isJournalGone && inBin(bin) !== told(bin))
      .map((bin) => `${inBin(bin)} in the ${bin}, ${told(bin)} journaled`),
    ...(counts.initialBlanks === counts.blanks + used
      ? []
      : ['blanks: initial is not stock and what became of the rest']),
    ...(counts.taken === at('taken') && counts.retracted === at('retract') && counts.rejected === at('reject')
      ? []
      : ['blanks: a counter is not what lies there']),
    ...(isTold ? [] : ['a spoiled blank and no word to the office']),
    ...spoiled.filter((serial) => isTold && !named.includes(serial)).map((serial) => `${serial} is spoiled, untold`),
  ];
}

const ONCE: readonly string[] = ['charge', 'printEndorsement', 'acceptOld'];
const ONCE_AT_OFFICE = ['.case.begin', '.case.confirm', '.case.cancel'] as const;

/** I7: no operation was sent twice, and nothing that cannot be taken back happened twice. */
function nothingTwice({ asked, happened, office }: Left): string[] {
  const twice = (ids: readonly string[]): string[] => ids.filter((id, at) => ids.indexOf(id) !== at);
  const made = happened.flatMap(({ verb, moves }) => (verb === 'make' ? moves.map(({ thing }) => thing) : []));
  const given = happened.flatMap(({ verb, moves }) =>
    verb === 'present' ? moves.filter(({ to }) => to === 'citizen').map(({ thing }) => thing) : [],
  );
  const carriedOut = office.effects.filter(({ isDone }) => isDone);
  return [
    ...twice(asked.map(({ operationId }) => operationId)).map((id) => `${id} was sent to a device twice`),
    ...twice(office.effects.map(({ operationId }) => operationId)).map((id) => `${id} was sent to the office twice`),
    ...ONCE.filter((verb) => happened.filter((one) => one.verb === verb).length > 1).map(
      (verb) => `${verb} happened twice`,
    ),
    ...twice(made).map((thing) => `${thing} was made twice`),
    ...twice(given).map((thing) => `${thing} was given twice`),
    ...ONCE_AT_OFFICE.filter((end) => carriedOut.filter(({ kind }) => kind.endsWith(end)).length > 1).map(
      (end) => `${end} was carried out twice`,
    ),
  ];
}

/** I8: who is refused or stopped reads what happened in words and where to go; who is stopped has a number. */
function nextStepTold({ rows, views }: Left): string[] {
  const all = views.flat();
  const result = of(rows, 'service-result').at(-1);
  const shown = (kind: View['kind']): boolean => all.some((view) => view.kind === kind);
  const missing =
    result?.['outcome'] === 'refused' && !shown('refused')
      ? ['refused, and never told so']
      : result?.['outcome'] === 'stopped' && !shown('stopped')
        ? ['stopped, and never told so']
        : [];
  const isUnnumbered =
    result?.['outcome'] === 'stopped' &&
    (result['incident'] === null || of(rows, 'incident').every((row) => row['number'] !== result['incident']));
  return [
    ...missing,
    ...(isUnnumbered ? ['stopped without an incident'] : []),
    ...new Set(all.flatMap((view) => untold(view).map((what) => `${view.kind}: ${what}`))),
  ];
}

function untold(view: View): string[] {
  switch (view.kind) {
    case 'stopped': {
      const { happened, property, money, incident, next } = view.body;
      return [
        ...(incident === '' ? ['no incident number'] : []),
        ...wordless([happened, property, money]),
        ...nowhere(next),
      ];
    }
    case 'refused':
      return [...wordless([view.body.told]), ...nowhere(view.body.next)];
    case 'read-card':
    case 'scan-code':
    case 'document-scan':
    case 'signature':
      return codeless(view.body.problem);
    default:
      return [];
  }
}

function nowhere(next: readonly { readonly text: string }[]): string[] {
  return next.length === 0 ? ['no next step'] : wordless(next.map(({ text }) => text));
}

const CODES: ReadonlySet<string> = new Set(ERROR_CODES.map(({ code }) => code));

/** A sentence for people: not empty, no code of ours in it, no place left unfilled. */
function wordless(texts: readonly string[]): string[] {
  return texts
    .filter(
      (text) =>
        text.trim() === '' || /[{}]/u.test(text) || /\b[a-z]+[A-Z]\w+|\b[A-Z]+_[A-Z_]+/u.test(text) || CODES.has(text),
    )
    .map((text) => `“${text}” tells nothing`);
}

/** The page looks a code up: there must be words for it. */
function codeless(code: string | null): string[] {
  return code === null || errorRow(code)?.citizen != null ? [] : [`no words for ${code}`];
}
