import { ManualClock } from '@yimen/contracts/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seededRandom } from '../../testing/contract-bench.ts';
import { BareHost, idField } from '../../testing/ref1-device/bare-host.ts';
import { text, u16, u8, type DeviceField } from '../../testing/ref1-device/fields.ts';
import { serialsOf, unbalanced } from '../../testing/ref1-device/units-audit.ts';
import type { Units } from '../../testing/ref1-device/units.ts';
import { runFor } from '../../testing/run-until.ts';
import { createSimulatedLicencePrinter } from './simulator.ts';

const BINS = [3, 4, 5];
const FAULTS = ['F05', 'F11', 'F15', 'F16', 'F17', 'F18', 'F19', 'F27', 'F28', 'F31', 'F32', 'F34', 'F35'].concat([
  'laminate-out',
  'takes-at-once',
  'power-dip',
  'hardware-broken',
  'forgets',
  'answer-lost',
  'stuck-busy',
]);

type Step =
  | { readonly do: 'make'; readonly form: 1 | 2; readonly isFirst: boolean }
  | {
      readonly do:
        | 'present'
        | 'retract'
        | 'acceptOld'
        | 'stop'
        | 'open'
        | 'close'
        | 'take'
        | 'give'
        | 'bring'
        | 'clear'
        | 'restart';
    }
  | { readonly do: 'reset'; readonly to: number }
  | { readonly do: 'count'; readonly left: number }
  | { readonly do: 'fault'; readonly name: string };

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('make' as const),
      form: fc.constantFrom(1 as const, 2 as const),
      isFirst: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'present',
        'retract',
        'acceptOld',
        'stop',
        'open',
        'close',
        'take',
        'give',
        'bring',
        'clear',
        'restart',
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reset' as const), to: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('count' as const), left: fc.integer({ min: 0, max: 9 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fault' as const), name: fc.constantFrom(...FAULTS) }) },
) as fc.Arbitrary<Step>;

/** A machine that is driven by hand and by host, and looked at after each step. */
class Rig {
  readonly #clock = new ManualClock();
  readonly #context = { clock: this.#clock, random: seededRandom(1), speed: 'real' as const };
  #maker = createSimulatedLicencePrinter(this.#context);
  #host = new BareHost(this.#clock, this.#maker);
  #effects = 0;

  get saved(): ReturnType<Units['save']> {
    return (this.#maker.save() as { units: ReturnType<Units['save']> }).units;
  }

  /** Whether something that is not finished lies where a citizen reaches it. */
  get showsUnfinished(): boolean {
    const licence = this.#maker.state()['licence'] as { place: string; isFinished: boolean } | null;
    return licence?.place === 'exit' && !licence.isFinished;
  }

  async run(what: Step, ms: number): Promise<void> {
    await this.#act(what);
    await runFor(this.#clock, ms, 1_000);
  }

  async #act(what: Step): Promise<void> {
    switch (what.do) {
      case 'make':
        return this.#say(0x10, this.#asked(what.form, what.isFirst));
      case 'present':
        return this.#say(0x12, [u16(0x46, 20)]);
      case 'retract':
        return this.#say(0x13, []);
      case 'acceptOld':
        return this.#say(0x14, [u16(0x46, 20)]);
      case 'stop':
        return void (await this.#host.say(0x06, [idField(this.#effects)], 20));
      case 'open':
        return this.#say(0x16, []);
      case 'close':
        return this.#say(0x18, []);
      case 'count':
        return this.#say(0x17, this.#counted(what.left));
      case 'reset':
        return this.#say(0x05, [u8(0x07, what.to)]);
      case 'take':
        return void this.#maker.take();
      case 'give':
        return void this.#maker.put('old-driving-licence');
      case 'bring':
        return void this.#maker.put('blanks-driving');
      case 'fault':
        return void this.#maker.fault(what.name);
      case 'clear':
        return this.#maker.clear();
      case 'restart':
        return this.#restart();
    }
  }

  async #say(command: number, fields: readonly DeviceField[]): Promise<void> {
    this.#effects += 1;
    await this.#host.say(command, [idField(this.#effects), ...fields], 20);
  }

  #restart(): void {
    const kept: unknown = JSON.parse(JSON.stringify(this.#maker.save()));
    this.#maker = createSimulatedLicencePrinter(this.#context);
    this.#maker.restore(kept);
    this.#host = new BareHost(this.#clock, this.#maker);
  }

  #serials(id: number): readonly string[] {
    return this.saved.units.find((unit) => unit.id === id)?.pieces.map(({ serial }) => serial) ?? [];
  }

  #asked(form: 1 | 2, isFirst: boolean): DeviceField[] {
    const serial = (isFirst ? this.#serials(form)[0] : undefined) ?? 'D2026999999';
    return [u8(0x40, form), text(0x41, serial), { tag: 0x42, value: Uint8Array.of(1, 97, 120) }];
  }

  /** Staff leave some of each stack there, and empty the bins. */
  #counted(left: number): DeviceField[] {
    const kept = [1, 2].map((id) => this.#serials(id).slice(0, left));
    const counts = [kept[0]?.length ?? 0, kept[1]?.length ?? 0, 0, 0, 0, 400];
    return [
      ...counts.map((count, i) => ({ tag: 0x49, value: Uint8Array.from([i + 1, count >> 8, count & 0xff]) })),
      ...kept.flatMap((serials, i) =>
        serials.map((serial) => ({ tag: 0x4b, value: Uint8Array.from([i + 1, ...Buffer.from(serial)]) })),
      ),
    ];
  }
}

/** The three ways of a blank, so that every run has seen each: by chance alone some would not. */
const WAYS: readonly (readonly [Step, number])[] = [
  [{ do: 'make', form: 1, isFirst: true }, 62_000],
  [{ do: 'present' }, 12_000],
  [{ do: 'take' }, 2_000],
  [{ do: 'make', form: 2, isFirst: true }, 62_000],
  [{ do: 'retract' }, 12_000],
  [{ do: 'fault', name: 'F18' }, 0],
  [{ do: 'make', form: 1, isFirst: true }, 62_000],
];

it('whatever host, hands, faults and power cuts do: every count balances, every serial is in exactly one place', async () => {
  const pauses = fc.constantFrom(0, 2_000, 12_000, 62_000);
  const seen = { taken: 0, retained: 0, rejected: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(step, pauses), { minLength: 15, maxLength: 45 }), async (steps) => {
      const rig = new Rig();
      let known = serialsOf(rig.saved);
      for (const [what, ms] of steps) {
        await rig.run(what, ms);
        const { saved } = rig;
        expect(unbalanced(saved, BINS), JSON.stringify(what)).toEqual([]);
        expect(rig.showsUnfinished).toBe(false);
        const now = serialsOf(saved);
        expect([...known].filter((serial) => !now.has(serial))).toEqual([]);
        known = now;
      }
      for (const { id, taken, retainCount, rejected } of rig.saved.units) {
        seen.taken += taken;
        seen.retained += id <= 2 ? retainCount : 0;
        seen.rejected += rejected;
      }
    }),
    { numRuns: 60, examples: [[WAYS.map(([what, ms]) => [what, ms])]] },
  );
  // A property that never saw a licence leave would prove nothing.
  expect(Math.min(seen.taken, seen.retained, seen.rejected)).toBeGreaterThan(0);
});
