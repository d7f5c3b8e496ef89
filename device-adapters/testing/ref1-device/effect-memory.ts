import { fromHex, toHex } from '@yimen/contracts/base';
import { z } from 'zod';
import type { DeviceField } from './fields.ts';

/** How a command ended, as its `completed` tells it. */
export interface Completion {
  readonly result: number;
  /** 0 nothing happened, 1 something happened, 2 cannot tell. Reads have none. */
  readonly motion?: 0 | 1 | 2;
  readonly evidence?: readonly DeviceEvidence[];
  /** Fields of the kind. */
  readonly fields?: readonly DeviceField[];
}

export interface DeviceEvidence {
  /** 0 presented, 1 taken, 2 retracted, 3 position, 4 countDelta, 5 readBack */
  readonly kind: number;
  /** 0 customer, 1 none, 2 unknown */
  readonly access: number;
  readonly detail: string;
}

export interface RememberedEffect {
  /** Hex of 16 bytes. */
  readonly id: string;
  readonly command: number;
  phase: 'running' | 'ended' | 'interrupted';
  completion: Completion | undefined;
}

/** Effects that a device remembers (README.md, "Memory"). */
const CAPACITY = 64;

const byte = z.int().min(0).max(255);
const completionSchema = z.strictObject({
  result: byte,
  motion: z.union([z.literal(0), z.literal(1), z.literal(2)]).optional(),
  evidence: z.array(z.strictObject({ kind: byte, access: byte, detail: z.string().max(100) })).max(8),
  fields: z.array(z.strictObject({ tag: byte, hex: z.string().max(1_000) })).max(16),
});
/** What an `EffectMemory` looks like in the bench's file. */
export const effectMemorySchema = z.strictObject({
  effects: z
    .array(
      z.strictObject({
        id: z.string().length(32),
        command: byte,
        phase: z.enum(['running', 'ended', 'interrupted']),
        completion: completionSchema.nullable(),
      }),
    )
    .max(CAPACITY),
  highestForgotten: z.string().length(32).nullable(),
});

export type SavedEffects = z.infer<typeof effectMemorySchema>;

/** The last 64 effects by operation id: written before anything moves, kept over power-off. */
export class EffectMemory {
  #effects: RememberedEffect[] = [];
  #highestForgotten: string | undefined;

  /** Hex of the highest id that fell out. */
  get highestForgotten(): string | undefined {
    return this.#highestForgotten;
  }

  find(id: string): RememberedEffect | undefined {
    return this.#effects.find((effect) => effect.id === id);
  }

  begin(id: string, command: number): RememberedEffect {
    const effect: RememberedEffect = { id, command, phase: 'running', completion: undefined };
    this.#effects.push(effect);
    if (this.#effects.length > CAPACITY) this.#drop(this.#effects.shift());
    return effect;
  }

  end(id: string, phase: 'ended' | 'interrupted', completion: Completion): void {
    const effect = this.find(id);
    if (effect === undefined) return;
    effect.phase = phase;
    effect.completion = completion;
  }

  /** Whatever ran when the power went. */
  interruptAll(): void {
    for (const effect of this.#effects) if (effect.phase === 'running') effect.phase = 'interrupted';
  }

  /** Loses everything that no longer runs, and does not know it. */
  loseEnded(): void {
    this.#effects = this.#effects.filter((effect) => effect.phase === 'running');
    this.#highestForgotten = undefined;
  }

  save(): SavedEffects {
    return {
      effects: this.#effects.map(({ completion, ...effect }) => ({
        ...effect,
        completion: saveCompletion(completion),
      })),
      highestForgotten: this.#highestForgotten ?? null,
    };
  }

  restore(saved: SavedEffects): void {
    this.#effects = saved.effects.map(({ completion, ...effect }) => ({
      ...effect,
      completion: completion === null ? undefined : restoreCompletion(completion),
    }));
    this.#highestForgotten = saved.highestForgotten ?? undefined;
  }

  #drop(effect: RememberedEffect | undefined): void {
    if (effect !== undefined && effect.id > (this.#highestForgotten ?? '')) this.#highestForgotten = effect.id;
  }
}

function saveCompletion(completion: Completion | undefined): SavedEffects['effects'][number]['completion'] {
  if (completion === undefined) return null;
  const { result, motion, evidence = [], fields = [] } = completion;
  return {
    result,
    ...(motion === undefined ? {} : { motion }),
    evidence: [...evidence],
    fields: fields.map(({ tag, value }) => ({ tag, hex: toHex(value) })),
  };
}

function restoreCompletion({ result, motion, evidence, fields }: z.infer<typeof completionSchema>): Completion {
  return {
    result,
    ...(motion === undefined ? {} : { motion }),
    evidence,
    fields: fields.map(({ tag, hex }) => ({ tag, value: fromHex(hex) })),
  };
}
