import { ok, type Result } from '@yimen/contracts/base';
import type { Reconciliation } from './compare.ts';
import type { Difference } from './difference.table.ts';

/** Reads twice when something differs: the books are read one after another while everything runs, and what is different
 *  at one reading and not at the next was on its way. Keeps what stands at both; the rest is the second reading's.
 *  @fault what `read` answers */
export async function settled<F>(
  read: () => Promise<Result<Reconciliation, F>>,
  pause: () => Promise<unknown>,
): Promise<Result<Reconciliation, F>> {
  const first = await read();
  if (!first.ok || first.value.differences.length === 0) return first;
  await pause();
  const second = await read();
  if (!second.ok) return second;
  const before = new Set(first.value.differences.map(nameOf));
  const differences = second.value.differences.filter((one) => before.has(nameOf(one)));
  return ok({ ...second.value, differences });
}

function nameOf({ kind, day, tid, ref }: Difference): string {
  return JSON.stringify([kind, day, tid, ref]);
}
