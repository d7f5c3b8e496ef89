import type { VarianceAcceptance } from '@yimen/contracts/fleet';
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

/** The fleet's acceptances, as the gateway told them under its own certificate. One that fits no open difference in every
 *  part is passed over: it is about another count, or was recorded before. */
export function acceptByFleet({ journal, book, log }: StaffDeps, acceptances: readonly VarianceAcceptance[]): void {
  for (const { j, wall, module, unit, variance, decision } of acceptances) {
    const open = book().variances.get(j);
    if (open === undefined) continue;
    if (open.wall !== wall || open.module !== module || open.unit !== unit || open.variance !== variance) {
      log.warn({ j, decision }, 'the fleet accepted a difference that is none of ours');
      continue;
    }
    const fields = { of: j, module, unit, variance, who: null, decision, workOrder: null };
    // A journal that cannot take it now is asked again with the next answer.
    if (!journal.append([{ kind: 'variance-accepted', fields }]).ok) return;
  }
}
