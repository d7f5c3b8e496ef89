import { beginEvents, clearedEvents, endEvents, type EventFields } from './citizen-events.ts';
import { dayStart, planCitizen, planCitizens, planFaults, type PlannedCitizen, type PlannedFault } from './day-plan.ts';
import { LIGHT_FAULTS, LIGHT_SUPPLIES, type LightFault } from './devices.table.ts';
import type { LightEvent, LightLedger, LightMemory } from './light-ledger.ts';
import { SeededRandom } from './seeded-random.ts';

const MINUTE_MS = 60_000;
/** A new software starts a little after its machine. */
const BOOT_MS = 30_000;

/** From–to, milliseconds. */
type Span = readonly [number, number];

interface Pace {
  /** Between two citizens, and one citizen; null = as the day's plan says. */
  readonly gapMs: Span | null;
  readonly citizenMs: Span | null;
  /** Between two faults by chance, and one of them; null = half an hour to two, some minutes. */
  readonly faultGapMs: Span | null;
  readonly faultMs: Span | null;
  /** Until a stopped service is cleared up, until an empty unit is refilled. */
  readonly clearMs: Span;
  readonly refillMs: number;
}

/** How time runs: `demo` as in a hall, `fast` for tests and soak. */
const PACES: Readonly<Record<'demo' | 'fast', Pace>> = {
  demo: {
    gapMs: null,
    citizenMs: null,
    faultGapMs: null,
    faultMs: null,
    clearMs: [5 * MINUTE_MS, 25 * MINUTE_MS],
    refillMs: 15 * MINUTE_MS,
  },
  fast: {
    gapMs: [1_000, 4_000],
    citizenMs: [200, 800],
    faultGapMs: [10_000, 40_000],
    faultMs: [4_000, 8_000],
    clearMs: [5_000, 10_000],
    refillMs: 5_000,
  },
};

/** What has happened when memory is empty: nothing, and supplies as somebody left them (one in eight nearly used up). */
export function freshMemory(seed: number, tid: string): LightMemory {
  const random = new SeededRandom('supplies', seed, tid);
  const supplies = LIGHT_SUPPLIES.map(({ unit, capacity }) => [
    unit,
    random.next() < 0.125 ? random.between(2, 10) : random.between(Math.floor(capacity / 5), capacity),
  ]);
  return {
    plannedUntil: 0,
    supplies: Object.fromEntries(supplies) as Record<string, number>,
    refills: {},
    openStops: [],
    faulty: [],
    session: null,
  };
}

/** The life of one light terminal: writes its ledger as time goes on, and first what it missed of today. */
export class LightStory {
  readonly boot: string;
  readonly #bootWall: number;
  readonly #seed: number;
  readonly #tid: string;
  readonly #pace: 'demo' | 'fast';
  readonly #ledger: LightLedger;
  readonly #random: SeededRandom;
  #citizen: { plan: PlannedCitizen; sessionId: string; fromRow: number } | undefined;
  #faults: PlannedFault[] = [];
  #nextCitizenAt = 0;
  #nextFaultAt = 0;

  constructor(options: { seed: number; tid: string; pace: 'demo' | 'fast'; ledger: LightLedger; now: number }) {
    this.#seed = options.seed;
    this.#tid = options.tid;
    this.#pace = options.pace;
    this.#ledger = options.ledger;
    this.#bootWall = options.now - BOOT_MS;
    this.#random = new SeededRandom('story', options.seed, options.tid, options.now);
    this.boot = this.#random.id(12);
  }

  /** Milliseconds since this terminal's boot. */
  mono(now: number): number {
    return Math.max(0, now - this.#bootWall);
  }

  get busy(): boolean {
    return this.#citizen !== undefined;
  }

  /** Faults that stand now. */
  get faults(): readonly LightFault[] {
    return this.#faults.map((one) => one.fault);
  }

  get supplies(): Readonly<Record<string, number>> {
    return this.#ledger.memory.supplies;
  }

  /** Writes what should have happened since the last run (at the first: since midnight), then that it started. */
  catchUp(now: number): void {
    const { memory } = this.#ledger;
    const first = memory.plannedUntil === 0;
    const from = Math.max(memory.plannedUntil, dayStart(now));
    const earlier = new Earlier(from, `${this.#random.id(8)}-past`);
    if (first)
      this.#write(
        [
          {
            kind: 'epoch-opened',
            fields: { epoch: this.#ledger.epoch, prevEpoch: null, prevHead: null, reason: 'enrolled' },
          },
          { kind: 'booted', fields: { reason: 'power-on' } },
        ],
        (at) => earlier.stamp(at),
        from,
      );
    this.#endKilledSession((at) => earlier.stamp(at), from);
    const faults = planFaults(this.#seed, this.#tid, dayStart(now)).filter(
      (one) => one.startsAt >= from && one.endsAt <= now,
    );
    for (const plan of planCitizens(this.#seed, this.#tid, dayStart(now)).filter(
      (one) => one.startsAt >= from && one.endsAt <= now,
    )) {
      while ((faults[0]?.startsAt ?? Infinity) <= plan.startsAt) this.#wholeFault(faults.shift(), earlier);
      this.#wholeCitizen(plan, earlier);
    }
    for (const fault of faults) this.#wholeFault(fault, earlier);
    const served = planCitizens(this.#seed, this.#tid, dayStart(now)).find(
      (one) => one.startsAt <= now && one.endsAt > now,
    );
    // Whoever is at the machine now is met by the first tick.
    memory.plannedUntil = Math.min(now, (served?.startsAt ?? Infinity) - 1);
    const well = memory.faulty.splice(0).map(wellAgain);
    this.#write(
      [{ kind: 'booted', fields: { reason: first ? 'software-start' : 'restart' } }, ...well],
      (at) => this.#stamp(at),
      now,
    );
    this.#nextCitizenAt = now + 500;
    this.#nextFaultAt = now + this.#random.between(5_000, 60_000);
  }

  /** Writes what is due. @returns whether anything was written */
  tick(now: number): boolean {
    const before = this.#ledger.last;
    this.#tickFaults(now);
    this.#tickCitizen(now);
    this.#clearStops(now, (at) => this.#stamp(at));
    this.#refill(now);
    this.#ledger.memory.plannedUntil = now;
    return this.#ledger.last > before;
  }

  #tickCitizen(now: number): void {
    const open = this.#citizen;
    if (open !== undefined) {
      if (open.plan.endsAt > now) return;
      this.#citizen = undefined;
      this.#finish(open.plan, open.sessionId, open.fromRow, (at) => this.#stamp(at));
      const { gapMs } = PACES[this.#pace];
      if (gapMs !== null) this.#nextCitizenAt = now + this.#random.between(...gapMs);
      return;
    }
    const plan = this.#dueCitizen(now);
    if (plan === undefined || this.#faults.some((one) => one.fault.lost.includes(plan.service.id))) return;
    const sessionId = this.#random.id(12);
    const fromRow = this.#ledger.lastJournalRow;
    this.#ledger.memory.session = { sessionId, startedAt: now };
    this.#write(
      beginEvents(plan, sessionId, this.#random.pick(['zh-CN', 'zh-CN', 'zh-CN', 'en'])),
      (at) => this.#stamp(at),
      now,
    );
    this.#citizen = { plan, sessionId, fromRow };
  }

  #dueCitizen(now: number): PlannedCitizen | undefined {
    const { citizenMs } = PACES[this.#pace];
    if (citizenMs !== null) {
      if (now < this.#nextCitizenAt) return undefined;
      this.#nextCitizenAt = now + 1_000;
      return { ...planCitizen(this.#random, now), endsAt: now + this.#random.between(...citizenMs) };
    }
    const since = this.#ledger.memory.plannedUntil;
    return planCitizens(this.#seed, this.#tid, dayStart(now)).find(
      (one) => one.startsAt > since && one.startsAt <= now && one.endsAt > now,
    );
  }

  #tickFaults(now: number): void {
    for (const ended of this.#faults.filter((one) => one.endsAt <= now)) {
      this.#faults = this.#faults.filter((one) => one !== ended);
      this.#ledger.memory.faulty = this.#ledger.memory.faulty.filter((module) => module !== ended.fault.module);
      this.#write([wellAgain(ended.fault.module)], (at) => this.#stamp(at), now);
    }
    const began = this.#dueFault(now);
    if (began === undefined || this.#faults.some((one) => one.fault.module === began.fault.module)) return;
    this.#faults.push(began);
    this.#ledger.memory.faulty.push(began.fault.module);
    this.#write([faultBegan(began.fault)], (at) => this.#stamp(at), now);
  }

  /** A fault of today's plan that stands now; beside it, now and then one by chance, so that a demonstration of ten
   *  minutes shows some. */
  #dueFault(now: number): PlannedFault | undefined {
    const planned =
      this.#pace === 'demo'
        ? planFaults(this.#seed, this.#tid, dayStart(now)).find((one) => one.startsAt <= now && one.endsAt > now)
        : undefined;
    if (planned !== undefined && !this.#faults.some((one) => one.startsAt === planned.startsAt)) return planned;
    if (now < this.#nextFaultAt) return undefined;
    const { faultGapMs, faultMs } = PACES[this.#pace];
    this.#nextFaultAt =
      now +
      (faultGapMs === null
        ? this.#random.between(20 * MINUTE_MS, 120 * MINUTE_MS)
        : this.#random.between(...faultGapMs));
    if (this.#random.next() > 0.25) return undefined;
    const endsAt =
      now + (faultMs === null ? this.#random.between(3 * MINUTE_MS, 8 * MINUTE_MS) : this.#random.between(...faultMs));
    return { startsAt: now, endsAt, fault: this.#random.pick(LIGHT_FAULTS, (one) => one.weight) };
  }

  #wholeCitizen(plan: PlannedCitizen, earlier: Earlier): void {
    this.#clearStops(plan.startsAt, (at) => earlier.stamp(at));
    const sessionId = this.#random.id(12);
    const fromRow = this.#ledger.lastJournalRow;
    this.#write(beginEvents(plan, sessionId, 'zh-CN'), (at) => earlier.stamp(at), plan.startsAt);
    this.#finish(plan, sessionId, fromRow, (at) => earlier.stamp(at));
  }

  #wholeFault(fault: PlannedFault | undefined, earlier: Earlier): void {
    if (fault === undefined) return;
    this.#write([faultBegan(fault.fault)], (at) => earlier.stamp(at), fault.startsAt);
    this.#write([wellAgain(fault.fault.module)], (at) => earlier.stamp(at), fault.endsAt);
  }

  #finish(plan: PlannedCitizen, sessionId: string, fromRow: number, stamp: Stamp): void {
    const events = endEvents(plan, sessionId, fromRow, this.#random);
    const used = plan.outcome === 'done' ? this.#use(plan) : [];
    const { memory } = this.#ledger;
    memory.session = null;
    const first = this.#ledger.last + 1;
    const result = events.findIndex((event) => event.kind === 'service-result');
    const incident = events.find((event) => event.kind === 'incident')?.fields['number'];
    if (typeof incident === 'string' && plan.stop !== null) {
      const clearsAt = plan.endsAt + this.#random.between(...PACES[this.#pace].clearMs);
      memory.openStops.push({
        seq: first + result,
        clearsAt,
        incident,
        stop: plan.stop,
        feeFen: plan.feeFen,
        produces: plan.service.produces,
      });
    }
    this.#write([...events, ...used], stamp, plan.endsAt);
  }

  /** Takes what a service uses out of the supplies; every 25th and each of the last ones is reported. */
  #use(plan: PlannedCitizen): EventFields[] {
    const { supplies, refills } = this.#ledger.memory;
    const events: EventFields[] = [];
    for (const unit of ['receiptPaper', plan.service.uses]) {
      if (unit === null || (supplies[unit] ?? 0) === 0) continue;
      const count = (supplies[unit] ?? 0) - 1;
      supplies[unit] = count;
      if (count === 0) refills[unit] = plan.endsAt + PACES[this.#pace].refillMs;
      if (count % 25 === 0 || count <= 5) events.push(supplyLevel(unit, count, 'used'));
    }
    return events;
  }

  #refill(now: number): void {
    const { supplies, refills } = this.#ledger.memory;
    for (const [unit, at] of Object.entries(refills)) {
      if (at > now) continue;
      const capacity = capacityOf(unit);
      supplies[unit] = capacity;
      delete refills[unit];
      this.#write([supplyLevel(unit, capacity, 'refilled')], (when) => this.#stamp(when), now);
    }
  }

  #clearStops(now: number, stamp: Stamp): void {
    const { memory } = this.#ledger;
    const due = memory.openStops.filter((one) => one.clearsAt <= now);
    if (due.length === 0) return;
    memory.openStops = memory.openStops.filter((one) => one.clearsAt > now);
    for (const stop of due) this.#write(clearedEvents(stop), stamp, Math.min(now, stop.clearsAt));
  }

  #endKilledSession(stamp: Stamp, now: number): void {
    const { memory } = this.#ledger;
    if (memory.session === null) return;
    const { sessionId, startedAt } = memory.session;
    memory.session = null;
    const row = this.#ledger.lastJournalRow;
    const journal = { from: row, to: row + 2, head: 'A'.repeat(43) };
    this.#write(
      [{ kind: 'session-ended', fields: { sessionId, how: 'killed', ms: Math.max(0, now - startedAt), journal } }],
      stamp,
      now,
    );
  }

  #write(events: readonly EventFields[], stamp: Stamp, at: number): void {
    this.#ledger.append(events.map((event): LightEvent => ({ ...event, ...stamp(at) })));
  }

  #stamp(at: number): ReturnType<Stamp> {
    return { boot: this.boot, mono: this.mono(at), wall: at };
  }
}

type Stamp = (at: number) => { boot: string; mono: number; wall: number };

/** The boot before this one, in which today's past happened. */
class Earlier {
  readonly #from: number;
  readonly #boot: string;

  constructor(from: number, boot: string) {
    this.#from = from;
    this.#boot = boot;
  }

  stamp(at: number): ReturnType<Stamp> {
    return { boot: this.#boot, mono: Math.max(0, at - this.#from) + BOOT_MS, wall: at };
  }
}

function faultBegan(fault: LightFault): EventFields {
  return {
    kind: 'device-status',
    fields: { module: fault.module, state: fault.state, fault: fault.fault, media: fault.media, lost: [...fault.lost] },
  };
}

function wellAgain(module: string): EventFields {
  return { kind: 'device-status', fields: { module, state: 'online', fault: null, media: null, lost: [] } };
}

function supplyLevel(unit: string, count: number, cause: 'used' | 'refilled'): EventFields {
  return {
    kind: 'supply-level',
    fields: { unit, count, capacity: capacityOf(unit), source: cause === 'refilled' ? 'staff' : 'counted', cause },
  };
}

function capacityOf(unit: string): number {
  return LIGHT_SUPPLIES.find((one) => one.unit === unit)?.capacity ?? 0;
}
