import type { ConsoleState } from '@yimen/contracts/terminal';
import { CORE_LIMITS } from '../limits.table.ts';
import type { StaffDeps } from './staff-deps.ts';

/** What staff are told of a journal that was found damaged: for as long as somebody may not know of it yet. */
export function journalDamage({ journal, clock }: Pick<StaffDeps, 'journal' | 'clock'>): ConsoleState['damage'] {
  const last = journal.reader.lastDamage();
  if (last === undefined || clock.wallMs() - last.wall >= CORE_LIMITS.damageShownMs) return null;
  const { row, lost, since, file } = last.fields;
  return { wall: last.wall, since, row, lost, file };
}
