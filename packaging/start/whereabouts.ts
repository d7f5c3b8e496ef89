import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** Where a running demonstration keeps its things, for the commands that meet it by its port base. Readable by this
 *  user alone; gone when the demonstration ends. */
const whereaboutsSchema = z.object({
  pid: z.int(),
  dataDir: z.string(),
  apiToken: z.string(),
  pids: z.record(z.string(), z.int()),
});
export type Whereabouts = z.infer<typeof whereaboutsSchema>;

function fileOf(portBase: number): string {
  return join(tmpdir(), `yimen-${process.getuid?.() ?? 0}-at-${portBase}.json`);
}

export function tellWhereabouts(portBase: number, told: Whereabouts): void {
  writeFileSync(fileOf(portBase), JSON.stringify(told), { mode: 0o600 });
}

export function forgetWhereabouts(portBase: number): void {
  rmSync(fileOf(portBase), { force: true });
}

/** What the demonstration at this port base said of itself, if one runs there. */
export function readWhereabouts(portBase: number): Whereabouts | undefined {
  try {
    const parsed = whereaboutsSchema.safeParse(JSON.parse(readFileSync(fileOf(portBase), 'utf8')));
    return parsed.success && isAlive(parsed.data.pid) ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
