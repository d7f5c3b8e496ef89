import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** When which processes of a demonstration die. The programs that die on order read it at each boundary. */
const deathSchema = z.strictObject({
  /** Where the processes are found by name. */
  portBase: z.int(),
  /** Names among the demonstration's processes; `session` is every session process, the warm one too. */
  victims: z.array(z.string()).min(1),
  /** The process that holds the cache of their disk, where one is cut from its power with them: it dies first. */
  disk: z.int().min(1).optional(),
  at: z.discriminatedUnion('by', [
    /** Core's commit that brings the n-th row of a session after row `fromJ`: its transaction is lost (`before`) or kept. */
    z.strictObject({
      by: z.literal('row'),
      fromJ: z.int().min(0),
      nth: z.int().min(1),
      when: z.enum(['before', 'after']),
    }),
    /** The session's n-th request to journal something, which is never sent. */
    z.strictObject({ by: z.literal('request'), n: z.int().min(1) }),
  ]),
});
export type Death = z.infer<typeof deathSchema>;

/** The newest row that was committed when core died on order: all up to it must be found again. */
const deathbedSchema = z.strictObject({ j: z.int(), hash: z.string() });
export type Deathbed = z.infer<typeof deathbedSchema>;

const fileIn = (runDir: string): string => join(runDir, 'dies.json');
const deathbedIn = (runDir: string): string => join(runDir, 'died.json');

/** Orders a death. Written beside and renamed: who reads it meanwhile finds a whole one. */
export function orderDeath(runDir: string, death: Death): void {
  writeFileSync(`${fileIn(runDir)}.new`, JSON.stringify(death), { mode: 0o600 });
  renameSync(`${fileIn(runDir)}.new`, fileIn(runDir));
}

/** What core says last, beside the disk that goes with it. */
export function tellDeathbed(runDir: string, newest: Deathbed): void {
  writeFileSync(deathbedIn(runDir), JSON.stringify(newest), { mode: 0o600 });
}

/** Told once. */
export function takeDeathbed(runDir: string): Deathbed | undefined {
  try {
    return deathbedSchema.parse(JSON.parse(readFileSync(deathbedIn(runDir), 'utf8')));
  } catch {
    return undefined;
  } finally {
    rmSync(deathbedIn(runDir), { force: true });
  }
}

/** The death that is ordered now, if any. */
export function readDeath(runDir: string): Death | undefined {
  try {
    return deathSchema.parse(JSON.parse(readFileSync(fileIn(runDir), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Takes the order back: it was carried out (who comes back must not die again), or its session is over.
 *  @returns whether it still stood */
export function forgetDeath(runDir: string): boolean {
  if (!existsSync(fileIn(runDir))) return false;
  rmSync(fileIn(runDir), { force: true });
  return true;
}
