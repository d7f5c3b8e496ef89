import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decideOutbox,
  outboxStart,
  type OutboxInput,
  type OutboxState,
  type OutboxTerms,
  type SeqRange,
} from './outbox-machine.ts';

const terms: OutboxTerms = { lingerMs: 20, batchEnd: (from, to) => Math.min(to, from + 9) };

interface Row {
  readonly about: string;
  readonly cursor: number;
  readonly last: number;
  readonly inputs: readonly OutboxInput[];
  /** What each input sends, in order. */
  readonly sends: readonly (readonly SeqRange[])[];
  readonly end: Partial<OutboxState>;
  readonly wakeAt?: number | null;
}

const linked = (now: number): OutboxInput => ({ kind: 'linked', now });
const appended = (now: number, last: number): OutboxInput => ({ kind: 'appended', now, last });
const acked = (now: number, upTo: number, ...missing: SeqRange[]): OutboxInput => ({
  kind: 'acked',
  now,
  upTo,
  missing,
});
const tick = (now: number): OutboxInput => ({ kind: 'tick', now });

const table: readonly Row[] = [
  {
    about: 'sends nothing without a link',
    cursor: 0,
    last: 30,
    inputs: [appended(0, 31), tick(99)],
    sends: [[], []],
    end: { cursor: 0 },
    wakeAt: null,
  },
  {
    about: 'sends at most four batches, the last one lingering for company',
    cursor: 0,
    last: 25,
    inputs: [linked(0), tick(20)],
    sends: [
      [
        [1, 10],
        [11, 20],
      ],
      [[21, 25]],
    ],
    end: {},
  },
  {
    about: 'keeps to four in flight',
    cursor: 0,
    last: 99,
    inputs: [linked(0), tick(21)],
    sends: [
      [
        [1, 10],
        [11, 20],
        [21, 30],
        [31, 40],
      ],
      [],
    ],
    end: {},
    wakeAt: 15_000,
  },
  {
    about: 'sends the next when an ack makes room',
    cursor: 0,
    last: 99,
    inputs: [linked(0), acked(5, 10)],
    sends: [
      [
        [1, 10],
        [11, 20],
        [21, 30],
        [31, 40],
      ],
      [[41, 50]],
    ],
    end: { cursor: 10 },
  },
  {
    about: 'lets a fresh row linger 20 ms',
    cursor: 5,
    last: 5,
    inputs: [linked(0), appended(100, 6), appended(110, 7), tick(119), tick(120)],
    sends: [[], [], [], [], [[6, 7]]],
    end: {},
  },
  {
    about: 'does not let a full batch linger',
    cursor: 5,
    last: 5,
    inputs: [linked(0), appended(100, 16)],
    sends: [[], [[6, 15]]],
    end: {},
    wakeAt: 120,
  },
  {
    about:
      'repeats after 15 s, then 30, 60, 120, 120; from the third time on it looks whether the fleet answers at all',
    cursor: 5,
    last: 8,
    inputs: [
      linked(0),
      tick(20),
      tick(15_019),
      tick(15_020),
      tick(45_020),
      tick(105_020),
      tick(225_020),
      tick(345_020),
    ],
    sends: [
      [],
      [[6, 8]],
      [],
      [[6, 8]],
      [
        [6, 8],
        [5, 5],
      ],
      [
        [6, 8],
        [5, 5],
      ],
      [
        [6, 8],
        [5, 5],
      ],
      [
        [6, 8],
        [5, 5],
      ],
    ],
    end: {},
    wakeAt: 465_020,
  },
  {
    about: 'halves a batch that a fleet which answers others left three times without a word',
    cursor: 5,
    last: 8,
    inputs: [linked(0), tick(20), tick(15_020), tick(45_020), acked(45_100, 5), tick(105_020)],
    sends: [
      [],
      [[6, 8]],
      [[6, 8]],
      [
        [6, 8],
        [5, 5],
      ],
      [],
      [
        [6, 7],
        [8, 8],
        [5, 5],
      ],
    ],
    end: {},
  },
  {
    about: 'keeps a batch whole that a fleet which says nothing at all left without a word',
    cursor: 5,
    last: 8,
    inputs: [linked(0), acked(1, 5), tick(20), tick(15_020), tick(45_020), tick(105_020)],
    sends: [
      [],
      [],
      [[6, 8]],
      [[6, 8]],
      [
        [6, 8],
        [5, 5],
      ],
      [
        [6, 8],
        [5, 5],
      ],
    ],
    end: {},
  },
  {
    about: 'first ack sets the cursor forward',
    cursor: 10,
    last: 50,
    inputs: [linked(0), acked(1, 45)],
    sends: [
      [
        [11, 20],
        [21, 30],
        [31, 40],
      ],
      [],
    ],
    end: { cursor: 45 },
  },
  {
    about: 'first ack sets the cursor back: everything between goes again',
    cursor: 40,
    last: 40,
    inputs: [linked(0), acked(1, 15)],
    sends: [
      [],
      [
        [16, 25],
        [26, 35],
        [36, 40],
      ],
    ],
    end: { cursor: 15 },
  },
  {
    about: 'later acks never set it back',
    cursor: 0,
    last: 20,
    inputs: [linked(0), acked(1, 20), acked(2, 5)],
    sends: [[[1, 10]], [], []],
    end: { cursor: 20 },
  },
  {
    about: 'missing ranges go at once, lowest first, before fresh rows',
    cursor: 20,
    last: 60,
    inputs: [linked(0), acked(1, 60, [41, 43], [22, 23])],
    sends: [
      [
        [21, 30],
        [31, 40],
        [41, 50],
      ],
      [
        [22, 23],
        [41, 43],
      ],
    ],
    end: { cursor: 21 },
  },
  {
    about: 'a missing range named again at once is not sent twice',
    cursor: 20,
    last: 60,
    inputs: [linked(0), acked(1, 60, [22, 23]), acked(2, 60, [22, 23]), acked(1500, 60, [22, 23])],
    sends: [
      [
        [21, 30],
        [31, 40],
        [41, 50],
      ],
      [[22, 23]],
      [],
      [[22, 23]],
    ],
    end: { cursor: 21 },
  },
  {
    about: 'a range below the cursor is given when it is asked for',
    cursor: 50,
    last: 50,
    inputs: [linked(0), acked(1, 50), acked(2, 50, [7, 8])],
    sends: [[], [], [[7, 8]]],
    end: { cursor: 50 },
  },
  {
    about: 'an ack beyond the journal never reaches rows that are not written yet',
    cursor: 5,
    last: 5,
    inputs: [linked(0), acked(1, 900), appended(2, 6), tick(22)],
    sends: [[], [], [], [[6, 6]]],
    end: { cursor: 5 },
  },
  {
    about: 'a new link begins again at the cursor',
    cursor: 0,
    last: 15,
    inputs: [linked(0), acked(1, 10), { kind: 'unlinked', now: 2 }, linked(3)],
    sends: [[[1, 10]], [], [], []],
    end: { cursor: 10, awaitsFirstAck: true },
    wakeAt: 23,
  },
  {
    about: 'an ack that comes after the link is gone changes nothing',
    cursor: 0,
    last: 15,
    inputs: [acked(1, 10)],
    sends: [[]],
    end: { cursor: 0 },
  },
];

describe('what the outbox sends', () => {
  for (const row of table) {
    it(row.about, () => {
      let state = outboxStart(row.cursor, row.last);
      let wakeAt: number | null = null;
      const sends = row.inputs.map((input) => {
        const decision = decideOutbox(state, input, terms);
        state = decision.state;
        wakeAt = decision.wakeAt;
        return decision.send;
      });
      expect(sends).toEqual(row.sends);
      expect(state).toMatchObject(row.end);
      if (row.wakeAt !== undefined) expect(wakeAt).toBe(row.wakeAt);
    });
  }

  it('takes a kept cursor beyond the journal as its end', () => {
    expect(outboxStart(100, 40)).toMatchObject({ cursor: 40, sentTo: 40 });
  });
});

/** A fleet that loses batches and acks, answers late, and is now and then restored from a backup. */
class LossyFleet {
  committed = new Set<number>();
  #backup = new Set<number>();

  /** @returns whether it was read, and will be answered. */
  take([from, to]: SeqRange): boolean {
    for (let seq = from; seq <= to; seq += 1) this.committed.add(seq);
    return true;
  }

  backUp(): void {
    this.#backup = new Set(this.committed);
  }

  restore(): void {
    this.committed = new Set(this.#backup);
  }

  /** `upTo` with ≤4 holes: more lower it, as the contract says. */
  ack(): { upTo: number; missing: SeqRange[] } {
    const top = Math.max(0, ...this.committed);
    const missing: SeqRange[] = [];
    for (let seq = 1; seq <= top; seq += 1) {
      if (this.committed.has(seq)) continue;
      const hole = missing.at(-1);
      if (hole !== undefined && hole[1] === seq - 1) missing[missing.length - 1] = [hole[0], seq];
      else if (missing.length === 4) return { upTo: seq - 1, missing };
      else missing.push([seq, seq]);
    }
    return { upTo: top, missing };
  }

  prefix(): number {
    let seq = 0;
    while (this.committed.has(seq + 1)) seq += 1;
    return seq;
  }
}

type Move =
  | { kind: 'append'; n: number }
  | { kind: 'wait'; ms: number }
  | { kind: 'ack' | 'relink' | 'lateAck' | 'backUp' | 'restore' }
  | { kind: 'lose'; one: boolean };

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('append' as const), n: fc.integer({ min: 1, max: 30 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(5, 20, 1_100, 16_000, 130_000) }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('ack' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('lose' as const), one: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('relink' as const, 'lateAck' as const, 'backUp' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore' as const) }) },
);

describe('over a fleet that loses things', () => {
  it('everything arrives, in bounded time, and the cursor never runs ahead of the commit', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 120 }), (moves) => {
        const run = new Run();
        for (const next of moves) run.play(next);
        run.heal();
        expect(run.fleet.prefix()).toBe(run.last);
        expect(run.state.cursor).toBe(run.last);
      }),
      { numRuns: 400 },
    );
  });
});

/** One that keeps some rows from being read: a batch with such a row in it is never answered. */
class PoisonedFleet extends LossyFleet {
  readonly #bad: ReadonlySet<number>;
  readonly told = new Set<number>();

  constructor(bad: readonly number[]) {
    super();
    this.#bad = new Set(bad);
  }

  override take([from, to]: SeqRange): boolean {
    for (let seq = from; seq <= to; seq += 1) if (this.#bad.has(seq) && !this.told.has(seq)) return false;
    return super.take([from, to]);
  }
}

describe('over a fleet that cannot read some rows', () => {
  const rows = fc.integer({ min: 5, max: 60 });
  const scene = fc.record({ rows, bad: fc.uniqueArray(fc.integer({ min: 2, max: 60 }), { maxLength: 6 }) });

  it('tells exactly those as unreadable, and everything else arrives', () => {
    fc.assert(
      fc.property(scene, ({ rows, bad }) => {
        const fleet = new PoisonedFleet(bad.filter((seq) => seq <= rows));
        const run = new Run(fleet);
        run.play({ kind: 'append', n: rows });
        // Without rows after it, nothing proves that the last one cannot be read; life goes on.
        for (let i = 0; i < 40; i += 1) {
          run.live(60);
          run.play({ kind: 'append', n: 1 });
        }
        run.live(60);
        expect(fleet.prefix()).toBe(run.last);
        expect(run.state.cursor).toBe(run.last);
        expect([...fleet.told].toSorted((a, b) => a - b)).toEqual(
          bad.filter((seq) => seq <= rows).toSorted((a, b) => a - b),
        );
        expect(run.state.doubts).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('gives up no row of a fleet that stands still, or ends every link', () => {
    const run = new Run(new PoisonedFleet([2]));
    run.play({ kind: 'append', n: 2 });
    // The fleet's word at each birth is an answer, yet nothing that was sent after the row came through.
    for (let i = 0; i < 50; i += 1) {
      run.play({ kind: 'wait', ms: 130_000 });
      run.play({ kind: 'relink' });
      run.play({ kind: 'ack' });
    }
    expect(run.told).toEqual([]);
    expect(run.state.cursor).toBe(1);
  });
});

class Run {
  readonly fleet: LossyFleet;
  readonly told: number[] = [];
  state = outboxStart(0, 0);
  last = 0;
  #now = 0;
  #lossy = 0;
  #held: { upTo: number; missing: SeqRange[] } | undefined;
  /** The fleet has read something since it answered last. */
  #heard = false;

  constructor(fleet = new LossyFleet()) {
    this.fleet = fleet;
    this.#feed({ kind: 'linked', now: 0 });
  }

  /** Seconds in which the fleet answers what it could read, as it does: after each commit. */
  live(seconds: number): void {
    for (let i = 0; i < seconds; i += 1) {
      this.#now += 1_000;
      this.#feed({ kind: 'tick', now: this.#now });
      if (!this.#heard) continue;
      this.#heard = false;
      this.#feed({ kind: 'acked', now: this.#now, ...this.fleet.ack() });
      this.#check();
    }
  }

  play(next: Move): void {
    switch (next.kind) {
      case 'append':
        this.last += next.n;
        this.#feed({ kind: 'appended', now: this.#now, last: this.last });
        return;
      case 'wait':
        this.#wait(next.ms);
        return;
      case 'ack':
        this.#held = this.fleet.ack();
        this.#feed({ kind: 'acked', now: this.#now, ...this.#held });
        this.#check();
        return;
      case 'lateAck':
        // Only within one link: a new link has a new broker session, nothing old comes over it.
        if (this.#held !== undefined && !this.state.awaitsFirstAck)
          this.#feed({ kind: 'acked', now: this.#now, ...this.#held });
        this.#check();
        return;
      case 'lose':
        this.#lossy = next.one ? 1 : 3;
        return;
      case 'relink':
        this.#relink();
        return;
      case 'backUp':
        this.fleet.backUp();
        return;
      case 'restore':
        this.fleet.restore();
        this.#relink();
    }
  }

  /** From here on nothing is lost and every batch is answered. */
  heal(): void {
    this.#lossy = 0;
    this.#relink();
    for (let i = 0; i < 200 && (i === 0 || this.state.cursor < this.last); i += 1) {
      this.#feed({ kind: 'acked', now: this.#now, ...this.fleet.ack() });
      this.#wait(1_100);
    }
  }

  #relink(): void {
    this.#held = undefined;
    this.#feed({ kind: 'unlinked', now: this.#now });
    this.#feed({ kind: 'linked', now: this.#now });
  }

  #wait(ms: number): void {
    this.#now += ms;
    this.#feed({ kind: 'tick', now: this.#now });
  }

  #feed(input: OutboxInput): void {
    const decision = decideOutbox(this.state, input, terms);
    this.state = decision.state;
    const doubted = this.state.doubts.filter(({ sends }) => sends >= 3).length;
    expect(this.state.inFlight.length).toBeLessThanOrEqual(4 + doubted);
    for (const seq of decision.unreadable) {
      this.told.push(seq);
      if (this.fleet instanceof PoisonedFleet) this.fleet.told.add(seq);
    }
    for (const range of decision.send) {
      expect(range[0]).toBeGreaterThan(0);
      expect(range[1]).toBeLessThanOrEqual(this.last);
      if (this.#lossy > 0) this.#lossy -= 1;
      else this.#heard = this.fleet.take(range) || this.#heard;
    }
  }

  #check(): void {
    if (!this.state.awaitsFirstAck) expect(this.state.cursor).toBeLessThanOrEqual(this.fleet.prefix());
  }
}
