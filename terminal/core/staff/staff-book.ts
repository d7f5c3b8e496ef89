import { moduleOf } from '@yimen/contracts/device';
import type { EventFields, EventKind } from '@yimen/contracts/journal';
import type { PastEvent } from '@yimen/contracts/terminal';
import { binOf, BINS, CUSTODY, HOLDER, type BinRow } from './bins.table.ts';
import { NO_ERRORS, type SignInLock } from './sign-in-lock.ts';

/** Something that was kept, under its incident number. */
export interface HeldEntry {
  readonly incident: string;
  readonly stop: string;
  readonly wall: number;
  readonly sessionId: string | null;
  readonly item: string;
  readonly module: string;
  /** A unit, `custody`, or `inside` when it lies in the works of the module. */
  readonly place: string;
}

export interface ExchangeEntry {
  readonly device: string;
  readonly j: number;
  readonly wall: number;
  readonly who: string;
  /** What was counted last in it, by unit: that is what the unit was set to. */
  readonly counts: ReadonlyMap<string, CountRow>;
}

export type CountRow = EventFields<'exchange-counted'> & { readonly j: number; readonly wall: number };

/** What the journal says is open in the staff's affairs. */
export interface StaffBook {
  /** Supervisor mode as it was left by whoever wrote last. */
  readonly mode: EventFields<'supervisor-mode'>['state'];
  readonly lock: SignInLock;
  /** By device. */
  readonly exchanges: ReadonlyMap<string, ExchangeEntry>;
  /** By unit (`cardUnit.bin`): what lay there after the last exchange, and what was moved there since. */
  readonly sums: ReadonlyMap<string, { readonly after: number; readonly since: number }>;
  /** Differences that nobody has accepted, by row. */
  readonly variances: ReadonlyMap<number, CountRow>;
  readonly held: ReadonlyMap<string, HeldEntry>;
  /** The newest thing that was moved, which an incident right after it is about. */
  readonly moved: Moved | undefined;
  /** The session whose result gave this incident number. */
  readonly resultOf: ReadonlyMap<string, string>;
  /** Where the newest thing of each session lies, while it lies in the machine. */
  readonly ofSession: ReadonlyMap<string, Moved>;
}

interface Moved {
  readonly j: number;
  readonly sessionId: string | null;
  readonly item: string;
  readonly module: string;
  readonly place: string;
}

export const EMPTY_BOOK: StaffBook = {
  mode: 'inactive',
  lock: NO_ERRORS,
  exchanges: new Map(),
  sums: new Map(),
  variances: new Map(),
  held: new Map(),
  moved: undefined,
  resultOf: new Map(),
  ofSession: new Map(),
};

/** Kinds that are folded. */
export const BOOK_KINDS = [
  'supervisor-mode',
  'staff-sign-in',
  'exchange-started',
  'exchange-counted',
  'exchange-ended',
  'variance-accepted',
  'incident',
  'goods-moved',
  'service-result',
] as const;

/** One more row. Rows of other kinds change nothing. */
export function foldRow(book: StaffBook, row: PastEvent): StaffBook {
  switch (row.kind) {
    case 'supervisor-mode':
      return { ...book, mode: fieldsOf<'supervisor-mode'>(row).state };
    case 'staff-sign-in': {
      const isGood = fieldsOf<'staff-sign-in'>(row).outcome === 'accepted';
      return { ...book, lock: isGood ? NO_ERRORS : { errors: book.lock.errors + 1, lastWall: row.wall } };
    }
    case 'exchange-started':
      return started(book, row);
    case 'exchange-counted':
      return counted(book, row);
    case 'exchange-ended':
      return ended(book, row);
    case 'variance-accepted':
      return { ...book, variances: without(book.variances, fieldsOf<'variance-accepted'>(row).of) };
    case 'service-result':
      return resulted(book, row);
    case 'goods-moved':
      return moved(book, row);
    case 'incident':
      return incident(book, row);
    default:
      return book;
  }
}

function started(book: StaffBook, row: PastEvent): StaffBook {
  const { device, who } = fieldsOf<'exchange-started'>(row);
  const entry: ExchangeEntry = { device, j: row.j, wall: row.wall, who, counts: new Map() };
  return { ...book, exchanges: withEntry(book.exchanges, device, entry) };
}

function counted(book: StaffBook, row: PastEvent): StaffBook {
  const fields = fieldsOf<'exchange-counted'>(row);
  const exchange = [...book.exchanges.values()].find(({ device }) => moduleOf(device) === fields.module);
  if (exchange === undefined) return book;
  const count: CountRow = { ...fields, j: row.j, wall: row.wall };
  const counts = withEntry(exchange.counts, fields.unit, count);
  const isOpen = fields.variance !== 0 && fields.acceptedBy === null;
  return {
    ...book,
    exchanges: withEntry(book.exchanges, exchange.device, { ...exchange, counts }),
    // A corrected count is a second record: the difference of the first one stays until somebody accepts it.
    variances: isOpen ? withEntry(book.variances, row.j, count) : book.variances,
  };
}

/** New counts hold from here; without them every sum goes on as it was. */
function ended(book: StaffBook, row: PastEvent): StaffBook {
  const { device, outcome, module } = fieldsOf<'exchange-ended'>(row);
  const exchange = book.exchanges.get(device);
  const sums = new Map(book.sums);
  if (outcome === 'counted')
    for (const [unit, { after }] of exchange?.counts ?? []) sums.set(`${module}.${unit}`, { after, since: 0 });
  return { ...book, sums, exchanges: without(book.exchanges, device) };
}

function resulted(book: StaffBook, row: PastEvent): StaffBook {
  const { incident: number, sessionId } = fieldsOf<'service-result'>(row);
  return number === null ? book : { ...book, resultOf: withEntry(book.resultOf, number, sessionId) };
}

function moved(book: StaffBook, row: PastEvent): StaffBook {
  const { from, to, item, outcome, sessionId = null } = fieldsOf<'goods-moved'>(row);
  if (outcome !== 'done') return book;
  const bin = binOf(from, to);
  const left = BINS.find(({ device, unit }) => unitCodeOf(device, unit) === from);
  const sums = added(added(book.sums, bin, 1), left, -1);
  const place = bin?.unit ?? (to === CUSTODY ? CUSTODY : 'inside');
  // Into no part of the machine that has a name: it is told by where it came from.
  const part = to === CUSTODY || to === 'bin' ? from : to;
  const device = bin?.device ?? left?.device;
  const now: Moved = { j: row.j, sessionId, item, module: device === undefined ? part : moduleOf(device), place };
  const isGone = to === 'citizen' || to === HOLDER;
  const ofSession = placed(book.ofSession, sessionId, isGone ? undefined : now);
  const held = isGone ? book.held : heldAfter(book.held, now, from);
  return { ...book, sums, moved: isGone ? undefined : now, ofSession, held };
}

function placed(all: StaffBook['ofSession'], sessionId: string | null, now: Moved | undefined): StaffBook['ofSession'] {
  if (sessionId === null) return all;
  const rest = new Map(all);
  rest.delete(sessionId);
  if (now !== undefined) rest.set(sessionId, now);
  const [oldest] = rest.keys();
  if (oldest !== undefined && rest.size > SESSIONS) rest.delete(oldest);
  return rest;
}

/** An incident comes with its session, or soon after it: nobody asks for older ones. */
const SESSIONS = 64;

/** What is held moves with its session's rows. */
function heldAfter(
  held: StaffBook['held'],
  { sessionId, item, module, place }: Moved,
  from: string,
): StaffBook['held'] {
  if (sessionId === null || from === 'citizen') return held;
  const changed = [...held].map(([number, entry]) => {
    const isSame = entry.sessionId === sessionId && entry.item === item;
    return [number, isSame ? { ...entry, module, place } : entry] as const;
  });
  return new Map(changed);
}

/** Nothing is proved to have moved: what is held lies where it was last seen, and only people know where. */
export const UNKNOWN_MODULE = 'unknown';

/** Stops under which something of somebody's stays behind. */
const KEEPS: ReadonlySet<string> = new Set(['card-held', 'produced-not-taken']);

function incident(book: StaffBook, row: PastEvent): StaffBook {
  const { number, state, stop } = fieldsOf<'incident'>(row);
  if (state === 'closed') return { ...book, held: without(book.held, number) };
  const sessionId = book.resultOf.get(number) ?? null;
  const found = sessionId === null ? justMoved(book, row.j) : book.ofSession.get(sessionId);
  const isInBin = found !== undefined && found.place !== 'inside';
  if (!isInBin && !KEEPS.has(stop)) return book;
  const entry: HeldEntry = {
    incident: number,
    stop,
    wall: row.wall,
    sessionId: sessionId ?? found?.sessionId ?? null,
    // Nothing is proved to have moved: the stop itself says what it is about.
    item: found?.item ?? (stop === 'card-held' ? 'card' : 'document'),
    module: found?.module ?? UNKNOWN_MODULE,
    place: found?.place ?? 'inside',
  };
  return { ...book, held: withEntry(book.held, number, entry) };
}

/** Core writes what it put away and its number at once. */
function justMoved(book: StaffBook, j: number): Moved | undefined {
  return book.moved?.j === j - 1 ? book.moved : undefined;
}

function added(sums: StaffBook['sums'], bin: BinRow | undefined, by: number): StaffBook['sums'] {
  if (bin === undefined) return sums;
  const unit = unitCodeOf(bin.device, bin.unit);
  const sum = sums.get(unit);
  return sum === undefined ? sums : withEntry(sums, unit, { ...sum, since: sum.since + by });
}

/** A unit as journal rows name it. */
export function unitCodeOf(device: string, unit: string): string {
  return `${moduleOf(device)}.${unit}`;
}

/** What should lie in a unit by the journal alone; null where nothing is known, or not everything has a row. */
export function journaledCount(book: StaffBook, device: string, unit: string): number | null {
  const bin = BINS.find((row) => row.device === device && row.unit === unit);
  const sum = book.sums.get(unitCodeOf(device, unit));
  return bin?.isWhole === true && sum !== undefined ? sum.after + sum.since : null;
}

/** The journal wrote it by the table of its kind. */
function fieldsOf<K extends EventKind>(row: PastEvent): EventFields<K> {
  return row as unknown as EventFields<K>;
}

function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}

function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
