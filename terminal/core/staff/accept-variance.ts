import type { OpenVariance } from '@yimen/contracts/terminal';
import type { StaffBook } from './staff-book.ts';
import type { Actor, StaffDeps } from './staff-deps.ts';

/** Differences that nobody has accepted, oldest first. */
export function openVariances(book: StaffBook): OpenVariance[] {
  return [...book.variances.values()]
    .slice(0, 200)
    .map(({ j, module, unit, expected, counted, variance, who, wall }) => ({
      j,
      module,
      unit,
      expected,
      counted,
      variance,
      who,
      sinceWallMs: wall,
    }));
}

/** Four eyes: whoever counted does not accept. Nothing is adjusted by it; it says who has seen it.
 *  @returns why not; undefined: it is recorded */
export function acceptVariance({ journal, book }: StaffDeps, j: number, by: Actor): string | undefined {
  const open = book().variances.get(j);
  if (open === undefined) return 'noSuchVariance';
  if (open.who === by.who) return 'samePerson';
  const { module, unit, variance } = open;
  const fields = { of: j, module, unit, variance, who: by.who, workOrder: by.workOrder };
  return journal.append([{ kind: 'variance-accepted', fields }]).ok ? undefined : 'journal';
}
