import { err, ok, type OperationId, type Result } from '@yimen/contracts/base';
import {
  cardUnitPort,
  moduleOf,
  PORTS,
  type Fault,
  type Lease,
  type OperationRecord,
  type Unit,
} from '@yimen/contracts/device';
import type { EventFields, JournalEvent } from '@yimen/contracts/journal';
import { rangesOf, serialsOf, type CountedByHand, type OpenExchange } from '@yimen/contracts/terminal';
import { coreOperation, type DeviceHostPort } from '../device-manager/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { goodsMoved } from './hand-out.ts';
import { CUSTODY } from './bins.table.ts';
import { journaledCount, unitCodeOf, type CountRow, type StaffBook } from './staff-book.ts';
import { withLease, type Actor, type StaffDeps } from './staff-deps.ts';

type Units = Readonly<Record<string, Unit>>;
interface Opened {
  /** What lay in each unit by the device's own count, when it was unlocked or first looked at in this life of core. */
  readonly units: Units;
}

/** Why an exchange cannot go on, as a code for the console: a fault's own word, or one of ours. */
type Refusal = string;

const STEP = 'staff-exchange';
const NOTHING_COUNTED: ReadonlyMap<string, CountRow> = new Map();

/** Exchanges of units (faults §4.6): what was there, what was counted, what is there now. The journal says which are open,
 *  so that an exchange that lost its power is neither forgotten nor ended in silence. */
export class Exchanges {
  readonly #deps: StaffDeps;
  readonly #opened = new Map<string, Opened>();

  constructor(deps: StaffDeps) {
    this.#deps = deps;
  }

  /** Every exchange that is open, with what should be found in it. */
  open(): OpenExchange[] {
    const book = this.#deps.book();
    return [...book.exchanges.values()].map(({ device, wall }) => ({
      device,
      sinceWallMs: wall,
      units: Object.entries(this.#opened.get(device)?.units ?? {}).map(([name, unit]) => ({
        name,
        type: unit.type,
        capacity: unit.capacity,
        expected: expectedOf(book, device, name, unit),
        journaled: journaledCount(book, device, name),
        serials: unit.serialised === undefined ? null : rangesOf(unit.serialised),
      })),
    }));
  }

  isOpen(device: string): boolean {
    return this.#deps.book().exchanges.has(device);
  }

  /** Unlocks the units of a device. The journal knows before the device does: what is open is never unknown.
   *  @returns why not; undefined: it is open */
  async begin(device: string, by: Actor): Promise<Refusal | undefined> {
    const { journal, devices } = this.#deps;
    if (!canExchange(devices.kindOf(device))) return 'unsupportedCommand';
    if (this.isOpen(device)) return 'exchangeActive';
    return this.#with(device, by.who, async (host, lease) => {
      const units = await this.#read(host, lease);
      if (!units.ok) return units.error.code;
      const named = { module: moduleOf(device), device, who: by.who, workOrder: by.workOrder };
      if (!journal.append([{ kind: 'exchange-started', fields: named }]).ok) return 'journal';
      this.#opened.set(device, { units: units.value.units });
      const started = await this.#order(host, lease, 'startExchange', {});
      if (started === undefined) return undefined;
      // Nothing was unlocked, or nobody knows: only what is proved to be shut is ended.
      const now = await this.#read(host, lease);
      if (now.ok && now.value.exchange === 'inactive')
        journal.note([{ kind: 'exchange-ended', fields: { ...named, outcome: 'uncounted' } }]);
      return started;
    });
  }

  /** Takes what staff counted, and locks again. Counts go to the journal before they go to the device; without any, only
   *  the lock is closed.
   *  @param acceptedBy a second person who has seen the counts
   *  @returns why not; undefined: it is over */
  async end(
    device: string,
    counted: Readonly<Record<string, CountedByHand>>,
    by: Actor & { readonly acceptedBy: string | null },
  ): Promise<Refusal | undefined> {
    const { journal } = this.#deps;
    if (!this.isOpen(device)) return 'noExchangeActive';
    return this.#with(device, by.who, async (host, lease) => {
      const seen = await this.#read(host, lease);
      if (!seen.ok) return seen.error.code;
      const before = this.#opened.get(device)?.units ?? seen.value.units;
      const set = setOf(counted, seen.value.units);
      if (!set.ok) return set.error;
      const rows = Object.entries(counted).flatMap(([name, told]) => this.#rows(device, name, before[name], told, by));
      if (rows.length > 0 && !journal.append(rows).ok) return 'journal';
      if (Object.keys(counted).length > 0) {
        const refused = await this.#order(host, lease, 'setUnits', { units: set.value });
        if (refused !== undefined) return refused;
      }
      const kept = await this.#order(host, lease, 'endExchange', {});
      if (kept !== undefined) return kept;
      return this.#over(device, by);
    });
  }

  /** After a start of core, or of the device host: an exchange that the device itself does not know any more is over. */
  async reconcile(): Promise<void> {
    const { book, journal } = this.#deps;
    for (const { device, who, counts } of book().exchanges.values()) {
      await this.#with(device, 'core', async (host, lease) => {
        const now = await this.#read(host, lease);
        if (!now.ok) return now.error.code;
        if (!this.#opened.has(device)) this.#opened.set(device, { units: now.value.units });
        if (now.value.exchange !== 'inactive') return undefined;
        const isSet = [...counts].every(([name, { after }]) => now.value.units[name]?.count === after);
        const outcome = counts.size > 0 && isSet ? 'counted' : 'uncounted';
        const fields = { module: moduleOf(device), device, who, workOrder: null, outcome } as const;
        journal.note([{ kind: 'exchange-ended', fields }]);
        return undefined;
      });
    }
  }

  /** The record of one count. The same count told again by the same person (the device would not lock) is the same
   *  record; anything else is another one beside it, and overwrites nothing. */
  #rows(
    device: string,
    name: string,
    unit: Unit | undefined,
    told: CountedByHand,
    by: Actor & { readonly acceptedBy: string | null },
  ): JournalEvent[] {
    const row = this.#row(device, name, unit, told, by);
    const { exchanges, variances } = this.#deps.book();
    const before = exchanges.get(device)?.counts.get(name);
    if (before === undefined || !isSameCount(before, row.fields)) return [row];
    const { module, unit: code, variance, j } = before;
    if (by.acceptedBy === null || !variances.has(j)) return [];
    const fields = { of: j, module, unit: code, variance, who: by.acceptedBy, workOrder: by.workOrder };
    return [{ kind: 'variance-accepted', fields }];
  }

  #row(
    device: string,
    name: string,
    unit: Unit | undefined,
    told: CountedByHand,
    by: Actor & { readonly acceptedBy: string | null },
  ): Extract<JournalEvent, { kind: 'exchange-counted' }> {
    const book = this.#deps.book();
    const expected = unit === undefined ? 0 : expectedOf(book, device, name, unit);
    const variance = told.counted - expected;
    return {
      kind: 'exchange-counted',
      fields: {
        module: moduleOf(device),
        unit: name,
        expected,
        journaled: journaledCount(book, device, name),
        counted: told.counted,
        variance,
        after: told.after,
        missing: missingOf(unit, told, variance),
        who: by.who,
        acceptedBy: variance === 0 ? null : by.acceptedBy,
        workOrder: by.workOrder,
      },
    };
  }

  /** Locked, with new counts: what lay in a bin that is empty now is with the staff. */
  #over(device: string, by: Actor): Refusal | undefined {
    const { journal, book } = this.#deps;
    const counts = book().exchanges.get(device)?.counts ?? NOTHING_COUNTED;
    const emptied = new Set([...counts].flatMap(([name, { after }]) => (after === 0 ? [name] : [])));
    const taken = [...book().held.values()].filter(
      ({ module, place }) => module === moduleOf(device) && emptied.has(place),
    );
    const outcome = counts.size > 0 ? 'counted' : 'uncounted';
    const moves = taken.map((thing) =>
      goodsMoved(this.#deps, thing, { from: unitCodeOf(device, thing.place), to: CUSTODY }),
    );
    const named = { module: moduleOf(device), device, who: by.who, workOrder: by.workOrder };
    const written = journal.append([...moves, { kind: 'exchange-ended', fields: { ...named, outcome } }]);
    this.#opened.delete(device);
    return written.ok ? undefined : 'journal';
  }

  async #read(
    host: DeviceHostPort,
    lease: Lease,
  ): Promise<Result<{ units: Units; exchange: 'active' | 'inactive' | 'unknown' }, Fault>> {
    const got = await host.read(lease, CORE_LIMITS.staffReadMs, 'units', {});
    if (!got.ok) return got;
    const told = cardUnitPort.verbs.units.result.safeParse(got.value);
    if (told.success) return ok(told.data);
    return err({ code: 'softwareError', message: 'the units do not fit the contract', action: 'softwareError' });
  }

  /** @returns why it is not proved to be done */
  async #order(host: DeviceHostPort, lease: Lease, verb: string, args: unknown): Promise<Refusal | undefined> {
    const act = (operationId: OperationId): Promise<Result<OperationRecord, Fault>> =>
      host.effect(lease, { operationId, deadlineMs: CORE_LIMITS.staffActMs }, verb, args);
    const done = await coreOperation(this.#deps, { device: lease.device, verb, step: STEP }, act);
    if (done === undefined) return 'journal';
    return done.outcome === 'done' ? undefined : (done.fault ?? done.outcome);
  }

  #with(
    device: string,
    who: string,
    act: (host: DeviceHostPort, lease: Lease) => Promise<Refusal | undefined>,
  ): Promise<Refusal | undefined> {
    return withLease(this.#deps.devices, device, who, act);
  }
}

/** Whether a kind has units that staff exchange. */
export function canExchange(kind: string | undefined): boolean {
  const port = kind !== undefined && Object.hasOwn(PORTS, kind) ? PORTS[kind as keyof typeof PORTS] : undefined;
  return port !== undefined && 'startExchange' in port.verbs;
}

function isSameCount(before: CountRow, now: EventFields<'exchange-counted'>): boolean {
  const keys = ['expected', 'journaled', 'counted', 'after', 'missing', 'who'] as const;
  return keys.every((key) => before[key] === now[key]);
}

/** What should be found: by the journal where it knows everything, else by the device's own count. */
function expectedOf(book: StaffBook, device: string, name: string, unit: Unit): number {
  return Math.max(0, journaledCount(book, device, name) ?? unit.count);
}

/** Which pieces are missing: those that were known and are not told any more, when they are as many as were not found. More
 *  than those were taken out on purpose, and nobody knows which are which. */
function missingOf(unit: Unit | undefined, { serials: ranges = [] }: CountedByHand, variance: number): string | null {
  const now = new Set(serialsOf(ranges));
  const gone = (unit?.serialised ?? []).filter((serial) => !now.has(serial));
  const isKnown = variance < 0 && gone.length === -variance;
  return isKnown ? gone.join(' ').slice(0, MISSING_TEXT) : null;
}

/** What a journal field takes. */
const MISSING_TEXT = 200;

type ToSet = Record<string, { count: number; serialised?: string[] }>;

/** What the device is told; refused before anything is recorded when it cannot be so. */
function setOf(counted: Readonly<Record<string, CountedByHand>>, there: Units): Result<ToSet, Refusal> {
  const set: ToSet = {};
  for (const [name, { after, serials: ranges }] of Object.entries(counted)) {
    const unit = there[name];
    if (unit === undefined || (unit.capacity > 0 && after > unit.capacity)) return err('invalidUnit');
    if (unit.serialised === undefined) {
      set[name] = { count: after };
      continue;
    }
    const serials = serialsOf(ranges ?? []);
    if (serials === undefined || serials.length !== after || new Set(serials).size !== after) return err('invalidUnit');
    set[name] = { count: after, serialised: serials };
  }
  return ok(set);
}
