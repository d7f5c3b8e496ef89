import type { PastEvent } from '@yimen/contracts/terminal';
import { moneyHolds } from './money.ts';
import { seqOf, serialsIn, type Evidence } from './evidence.ts';

/** What must hold after every session, whatever broke in it (fault design §1): each looks at the stores alone and says in
 *  sentences what does not. */
const INVARIANTS: Readonly<Record<string, (evidence: Evidence) => readonly string[]>> = {
  'the journal holds': ({ journalFindings }) => journalFindings,
  'every intent has an end': everyIntentEnds,
  'a session that began has one end': sessionsEnd,
  'a service that began has one result': servicesEnd,
  'money is where the records say': moneyHolds,
  'each serial is in one place': serialsHold,
  'nothing lies in a path': pathsAreClear,
  'the fleet has everything': fleetHasAll,
};

/** Every violated invariant with what is wrong. */
export function violationsOf(evidence: Evidence): readonly string[] {
  return Object.entries(INVARIANTS).flatMap(([name, holds]) => holds(evidence).map((why) => `${name}: ${why}`));
}

/** A slip is no goods, and its code on the screen stands for it: it may stay unknown by name, without an incident. */
const SLIPS = 'receipt-printer';

function everyIntentEnds({ rows }: Evidence): readonly string[] {
  const known = new Set<unknown>();
  for (const row of rows) {
    const isEnd = row.kind === 'operation-ended' && row['outcome'] !== 'unknown';
    if (isEnd || row.kind === 'operation-resolved') known.add(row['operationId']);
  }
  const named = new Set(rows.filter(({ kind }) => kind === 'operation-unknown').map((row) => row['operationId']));
  const told = new Set(resultsOf(rows).flatMap((row) => (row['incident'] === null ? [] : [row['sessionId']])));
  return rows
    .filter((row) => row.kind === 'operation-intended' && !known.has(row['operationId']))
    .filter((row) => row['sessionId'] === null || !told.has(row['sessionId']))
    .filter((row) => row['target'] !== SLIPS || !named.has(row['operationId']))
    .map((row) => `${String(row['verb'])} at ${String(row['target'])} (row ${row.j}) has no end and no incident`);
}

function sessionsEnd({ rows }: Evidence): readonly string[] {
  const ended = Map.groupBy(
    rows.filter(({ kind }) => kind === 'session-ended'),
    (row) => row['sessionId'],
  );
  return rows
    .filter(({ kind }) => kind === 'session-started')
    .flatMap((row) => {
      const ends = ended.get(row['sessionId'])?.length ?? 0;
      return ends === 1 ? [] : [`session ${String(row['sessionId'])} (row ${row.j}) has ${ends} ends`];
    });
}

function servicesEnd({ rows }: Evidence): readonly string[] {
  const keyOf = (row: PastEvent): string => `${String(row['sessionId'])} ${String(row['service'])}`;
  const results = Map.groupBy(resultsOf(rows), keyOf);
  const starts = Map.groupBy(
    rows.filter(({ kind }) => kind === 'service-started'),
    keyOf,
  );
  return [...new Set([...starts.keys(), ...results.keys()])].flatMap((key) => {
    const [began, ended] = [starts.get(key)?.length ?? 0, results.get(key)?.length ?? 0];
    return began === ended ? [] : [`${key} began ${began} times and has ${ended} results`];
  });
}

function resultsOf(rows: readonly PastEvent[]): readonly PastEvent[] {
  return rows.filter(({ kind }) => kind === 'service-result');
}

/** Where a maker's or a locker's goods went, as the journal tells: out of the stack, and to whom. */
function serialsHold(evidence: Evidence): readonly string[] {
  return Object.keys(evidence.firstSerials).flatMap((device) => {
    const now = serialsIn(evidence.bench, device);
    const twice = now.filter(({ serial }, i) => now.findIndex((other) => other.serial === serial) !== i);
    const gone = (evidence.firstSerials[device] ?? []).filter((serial) => !now.some((one) => one.serial === serial));
    const handed = evidence.rows.filter(
      (row) => row.kind === 'goods-moved' && row['from'] === GOODS_FROM[device] && isOutside(row),
    ).length;
    const doubtful = doubtfulAt(evidence.rows, device);
    return [
      ...twice.map(({ serial, unit }) => `${serial} is in ${unit} and elsewhere`),
      ...(gone.length >= handed && gone.length <= handed + doubtful
        ? []
        : [
            `${gone.length} of ${device} are outside (${gone.join(' ')}), the journal handed ${handed} out, ${doubtful} in doubt`,
          ]),
      ...blanksDiffer(evidence, device),
    ];
  });
}

const GOODS_FROM: Readonly<Record<string, string>> = { 'licence-printer': 'licenceMaker', 'document-locker': 'locker' };

function isOutside(row: PastEvent): boolean {
  return row['to'] === 'citizen' && row['outcome'] === 'done';
}

/** Hand-overs whose end nobody knows: an incident is open for each. */
function doubtfulAt(rows: readonly PastEvent[], device: string): number {
  const settled = new Set(rows.filter(({ kind }) => kind === 'operation-resolved').map((row) => row['operationId']));
  return rows.filter(
    (row) =>
      row.kind === 'operation-ended' &&
      row['target'] === device &&
      row['outcome'] === 'unknown' &&
      !settled.has(row['operationId']),
  ).length;
}

/** The office's stock of blanks against the maker's stack. */
function blanksDiffer({ offices, bench }: Evidence, device: string): readonly string[] {
  if (device !== 'licence-printer') return [];
  return offices.blanks.flatMap(({ form, stock, next }) => {
    const here = serialsIn(bench, device).filter(({ unit }) => unit === form);
    const first = here[0]?.serial ?? null;
    return here.length === stock && first === next
      ? []
      : [
          `the office counts ${stock} blanks of ${form}, next ${next ?? 'none'}; the stack has ${here.length}, next ${first ?? 'none'}`,
        ];
  });
}

/** Where something lies while it is on its way; null, an empty list and `none` are nothing. */
const PATHS: readonly (readonly [device: string, member: string])[] = [
  ['licence-printer', 'licence'],
  ['licence-printer', 'waitsAt'],
  ['document-locker', 'atExit'],
  ['document-locker', 'waitsAt'],
  ['document-printer', 'out'],
  ['card-unit', 'card'],
  ['endorsement-printer', 'media'],
];
const NOTHING: readonly unknown[] = [null, undefined, 'none', 'notPresent'];

function pathsAreClear({ bench }: Evidence): readonly string[] {
  const lying = PATHS.flatMap(([device, member]) => {
    const found = bench.devices[device]?.state[member];
    const isNothing = Array.isArray(found) ? found.length === 0 : NOTHING.includes(found);
    return isNothing ? [] : [`${device} ${member}: ${JSON.stringify(found)}`];
  });
  return bench.card === null ? lying : [...lying, `${bench.card.thing} is at ${bench.card.place}`];
}

function fleetHasAll({ rows, acknowledgedSeq, fleet }: Evidence): readonly string[] {
  const numbered = rows.flatMap((row) => seqOf(row) ?? []);
  const last = Math.max(0, ...numbered);
  return [
    ...(acknowledgedSeq === last ? [] : [`the fleet acknowledged ${acknowledgedSeq} of ${last}`]),
    ...(fleet.rows === numbered.length && fleet.lastSeq === last
      ? []
      : [
          `the fleet holds ${fleet.rows} rows up to ${fleet.lastSeq}; the journal has ${numbered.length} up to ${last}`,
        ]),
  ];
}
