import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isStackCard, stackCardOf } from '../drivers/card-unit-creator-crt591/simulator-stack.ts';
import { BENCH_LIMITS } from './bench-limits.table.ts';
import type { CardPath, SimulatedPermit } from './card-path.ts';

const thing = z.string().max(60);
const places = z.enum(['outside', 'gate', 'readPosition', 'printer', 'bin', 'jammed']);

const stateSchema = z.strictObject({
  version: z.literal(1),
  /** Ports of the last start, so that a bench that was killed comes back where the terminal looks for it. */
  ports: z.record(z.string(), z.int().min(1).max(65_535)),
  permits: z.array(
    z.strictObject({
      thing,
      endorsementCounter: z.int().min(0).max(255),
      panel: z.array(z.string()).max(BENCH_LIMITS.panelLines),
    }),
  ),
  card: z.strictObject({ thing, place: places }).nullable(),
  bin: z.array(thing).max(1_000),
  isTurned: z.boolean(),
  /** What simulators remember themselves, by kind. */
  devices: z.record(z.string(), z.unknown()),
});
export type BenchState = z.infer<typeof stateSchema>;

/** Reads the world of an earlier start; `undefined` when there was none or the file is not one of ours (it is then
 *  set aside under another name, so that nobody loses it). */
export function readBenchState(dataDir: string): BenchState | undefined {
  const file = fileIn(dataDir);
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length > BENCH_LIMITS.stateBytes) throw new RangeError('too large');
    return stateSchema.parse(JSON.parse(text));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    renameSync(file, `${file}.unreadable`);
    return undefined;
  }
}

/** Writes the world whole: a bench that is killed while writing leaves the old file. */
export function writeBenchState(dataDir: string, state: BenchState): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = fileIn(dataDir);
  writeFileSync(`${file}.new`, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Puts cards back where they were. */
export function restoreCards(state: BenchState, path: CardPath, permits: ReadonlyMap<string, SimulatedPermit>): void {
  for (const { thing: name, endorsementCounter, panel } of state.permits) {
    const permit = permits.get(name);
    if (permit === undefined) continue;
    permit.endorsementCounter = endorsementCounter;
    permit.panel = [...panel];
  }
  for (const name of state.bin) {
    const card = cardNamed(name, permits);
    if (card !== undefined && path.put(card).ok) path.move('bin');
  }
  const card = cardNamed(state.card?.thing ?? '', permits);
  if (state.card === null || card === undefined || !path.put(card).ok) return;
  const { place } = state.card;
  if (place === 'readPosition' || place === 'printer') path.move(place);
  if (place === 'jammed') path.jam();
}

/** A holder's permit, or a new card that came out of the stack. */
function cardNamed(name: string, permits: ReadonlyMap<string, SimulatedPermit>): SimulatedPermit | undefined {
  return permits.get(name) ?? (isStackCard(name) ? stackCardOf(name) : undefined);
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'bench-state.json');
}
