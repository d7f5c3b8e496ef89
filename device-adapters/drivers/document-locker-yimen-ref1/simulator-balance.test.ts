import { ManualClock } from '@yimen/contracts/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seededRandom } from '../../testing/contract-bench.ts';
import { BareHost, idField } from '../../testing/ref1-device/bare-host.ts';
import { text, u16, u8, type DeviceField } from '../../testing/ref1-device/fields.ts';
import { serialsOf, unbalanced } from '../../testing/ref1-device/units-audit.ts';
import type { Units } from '../../testing/ref1-device/units.ts';
import { runFor } from '../../testing/run-until.ts';
import { createSimulatedDocumentLocker } from './simulator.ts';
import { DOCUMENTS } from './simulator-stock.table.ts';

const BINS = [2, 3];
const FAULTS = ['F05', 'F11', 'F15', 'F18', 'F27', 'F28', 'F31', 'F32', 'F34', 'F35', 'label-unreadable'].concat([
  'twin-serial',
  'takes-at-once',
  'power-dip',
  'hardware-broken',
  'forgets',
  'answer-lost',
  'stuck-busy',
]);

type Saved = { units: ReturnType<Units['save']>; places: readonly { place: number; serial: string }[] };
type Step =
  | { readonly do: 'present' | 'put'; readonly which: number }
  | { readonly do: 'look' | 'retract' | 'stop' | 'open' | 'close' | 'take' | 'clear' | 'restart' | 'recount' }
  | { readonly do: 'reset'; readonly to: number }
  | { readonly do: 'fault'; readonly name: string };

const which = fc.integer({ min: 0, max: DOCUMENTS.length - 1 });
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('present' as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('put' as const), which }) },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constantFrom('look', 'retract', 'stop', 'open', 'close', 'take', 'clear', 'restart', 'recount'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reset' as const), to: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fault' as const), name: fc.constantFrom(...FAULTS) }) },
) as fc.Arbitrary<Step>;

/** A locker that is driven by hand and by host, and looked at after each step. */
class Rig {
  readonly #clock = new ManualClock();
  readonly #context = { clock: this.#clock, random: seededRandom(1), speed: 'real' as const };
  #locker = createSimulatedDocumentLocker(this.#context);
  #host = new BareHost(this.#clock, this.#locker);
  #effects = 0;

  get saved(): Saved {
    return this.#locker.save() as Saved;
  }

  async run(what: Step, ms: number): Promise<void> {
    await this.#act(what);
    await runFor(this.#clock, ms, 500);
  }

  async #act(what: Step): Promise<void> {
    switch (what.do) {
      case 'present':
        return this.#say(0x12, [text(0x44, DOCUMENTS[what.which]?.serial ?? ''), u16(0x45, 10)]);
      case 'put':
        return void this.#locker.put(DOCUMENTS[what.which]?.thing ?? '');
      case 'look':
        return this.#say(0x11, []);
      case 'retract':
        return this.#say(0x13, []);
      case 'stop':
        return void (await this.#host.say(0x06, [idField(this.#effects)], 20));
      case 'open':
        return this.#say(0x16, []);
      case 'recount':
        return this.#say(
          0x17,
          [1, 2, 3].map((id) => this.#counted(id)),
        );
      case 'close':
        return this.#say(0x18, []);
      case 'reset':
        return this.#say(0x05, [u8(0x07, what.to)]);
      case 'take':
        return void this.#locker.take();
      case 'fault':
        return void this.#locker.fault(what.name);
      case 'clear':
        return this.#locker.clear();
      case 'restart':
        return this.#restart();
    }
  }

  async #say(command: number, fields: readonly DeviceField[]): Promise<void> {
    this.#effects += 1;
    await this.#host.say(command, [idField(this.#effects), ...fields], 20);
  }

  #restart(): void {
    const kept: unknown = JSON.parse(JSON.stringify(this.#locker.save()));
    this.#locker = createSimulatedDocumentLocker(this.#context);
    this.#locker.restore(kept);
    this.#host = new BareHost(this.#clock, this.#locker);
  }

  /** The stack as it is; the bins are emptied. */
  #counted(id: number): DeviceField {
    const count = id === 1 ? this.saved.places.length : 0;
    return { tag: 0x49, value: Uint8Array.of(id, count >> 8, count & 0xff) };
  }
}

/** The three ways of a document, so that every run has seen each: by chance alone some would not. */
const WAYS: readonly (readonly [Step, number])[] = [
  [{ do: 'present', which: 0 }, 8_000],
  [{ do: 'take' }, 1_000],
  [{ do: 'present', which: 1 }, 20_000],
  [{ do: 'retract' }, 4_000],
  [{ do: 'fault', name: 'F18' }, 0],
  [{ do: 'present', which: 2 }, 8_000],
];

it('whatever host, hands, faults and power cuts do: every count balances, every serial is in exactly one place', async () => {
  const pauses = fc.constantFrom(0, 1_000, 4_000, 12_000);
  const seen = { taken: 0, retained: 0, rejected: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(step, pauses), { minLength: 15, maxLength: 45 }), async (steps) => {
      const rig = new Rig();
      let known = serialsOf(rig.saved.units);
      for (const [what, ms] of steps) {
        await rig.run(what, ms);
        const { units, places } = rig.saved;
        expect(unbalanced(units, BINS), JSON.stringify(what)).toEqual([]);
        const now = serialsOf(units);
        expect([...known].filter((serial) => !now.has(serial))).toEqual([]);
        known = now;
        const stack = units.units.find(({ id }) => id === 1)?.pieces.map(({ serial }) => serial) ?? [];
        expect(places.map(({ serial }) => serial).toSorted()).toEqual(stack.toSorted());
        expect(new Set(places.map(({ place }) => place)).size).toBe(places.length);
      }
      const stack = rig.saved.units.units.find(({ id }) => id === 1);
      seen.taken += stack?.taken ?? 0;
      seen.retained += stack?.retainCount ?? 0;
      seen.rejected += stack?.rejected ?? 0;
    }),
    { numRuns: 60, examples: [[WAYS.map(([what, ms]) => [what, ms])]] },
  );
  // A property that never saw a document leave would prove nothing.
  expect(Math.min(seen.taken, seen.retained, seen.rejected)).toBeGreaterThan(0);
});
