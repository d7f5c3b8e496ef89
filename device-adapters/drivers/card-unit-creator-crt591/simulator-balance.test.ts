import fc from 'fast-check';
import { expect, it } from 'vitest';
import { frameOf, SimulatorWorld } from './testing/simulator-world.ts';

const FAULTS = [
  'F01',
  'F04',
  'F05',
  'F06',
  'F15',
  'F16',
  'F21',
  'jam-on-eject',
  'jam-on-capture',
  'jam-on-feed',
  'pulled-on-capture',
  'no-reply',
  'no-reply-no-move',
  'wordless',
  'ack-lost',
  'miss-once',
  'false-ok',
  'stuck-busy',
  'power-dip',
  'error-10',
  'error-45',
  'error-50',
  'error-51',
  'error-B0',
];
const COMMANDS = ['3037', '3033', '3035', '3130', '3230', '3231', '3232', '3233', '3330', '3331', 'a531303030'];

type Step =
  | { readonly do: 'say'; readonly command: string }
  | { readonly do: 'fault'; readonly name: string }
  | { readonly do: 'take' | 'put' | 'fill' | 'clear' | 'dip' | 'eot' | 'restart' };

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('say' as const), command: fc.constantFrom(...COMMANDS) }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      { do: 'say', command: '3037' },
      { do: 'say', command: '3231' },
      { do: 'say', command: '3230' },
      { do: 'take' },
    ),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('take', 'put', 'fill', 'clear', 'dip', 'eot', 'restart') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fault' as const), name: fc.constantFrom(...FAULTS) }) },
) as fc.Arbitrary<Step>;

interface Cards {
  readonly initial: number;
  readonly count: number;
  readonly inside: number;
  readonly taken: number;
  readonly retained: number;
  readonly rejected: number;
}

/** A unit driven by hand and by host, and looked at after each step. */
class Rig {
  #world = new SimulatorWorld({ stack: 6, stackCapacity: 30, binCapacity: 12 });

  get cards(): Cards {
    return this.#world.unitState('cards') as unknown as Cards;
  }

  /** What the audit must not contradict, seen apart from the stack's own books. */
  get seen(): { readonly serials: readonly string[]; readonly isInside: boolean } {
    const saved = this.#world.unit.save() as { stack: { cards: string[]; carried: string[] } };
    const inside = this.#world.path.card?.thing;
    return {
      serials: [...saved.stack.cards, ...saved.stack.carried],
      isInside: inside?.startsWith('C2026') === true,
    };
  }

  async run(what: Step, ms: number): Promise<void> {
    const { unit } = this.#world;
    if (what.do === 'say') await this.#world.say(frameOf(what.command), 0);
    if (what.do === 'eot') await this.#world.say('04', 0);
    if (what.do === 'fault') unit.fault(what.name);
    if (what.do === 'take') unit.take();
    if (what.do === 'put') unit.put('permit-li-na');
    if (what.do === 'fill') unit.put('card-pack');
    if (what.do === 'clear') unit.clear();
    if (what.do === 'dip') unit.powerDip();
    if (what.do === 'restart') this.#restart();
    await this.#world.say('', ms);
  }

  #restart(): void {
    const kept: unknown = JSON.parse(JSON.stringify(this.#world.unit.save()));
    this.#world = new SimulatorWorld({ stack: 0, stackCapacity: 30, binCapacity: 12 });
    this.#world.unit.restore(kept);
  }
}

it('whatever host, hands, faults and power cuts do: every card of the stack is counted in exactly one place', async () => {
  const pauses = fc.constantFrom(0, 500, 1_300, 1_300);
  const reached = { taken: 0, retained: 0, rejected: 0, inside: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(step, pauses), { minLength: 15, maxLength: 50 }), async (steps) => {
      const rig = new Rig();
      await rig.run({ do: 'say', command: '3037' }, 1_300);
      for (const [what, ms] of steps) {
        await rig.run(what, ms);
        const { cards, seen } = rig;
        const { initial, count, inside, taken, retained, rejected } = cards;
        expect(count + inside + taken + retained + rejected, JSON.stringify(what)).toBe(initial);
        expect(inside > 0, JSON.stringify(what)).toBe(seen.isInside);
        expect(new Set(seen.serials).size).toBe(count + inside);
        reached.inside += inside;
      }
      for (const name of ['taken', 'retained', 'rejected'] as const) reached[name] += rig.cards[name];
    }),
    { numRuns: 150 },
  );
  // A property that never saw a card leave would prove nothing.
  expect(Math.min(...Object.values(reached))).toBeGreaterThan(0);
});
