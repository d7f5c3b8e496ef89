import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { pcscFault } from './pcsc-faults.ts';

/** Which of the daemon's readers is meant: the one of exactly this name, or the only one whose name begins so. The
 *  numbers at the end of a name are given out in order of plugging in: a name without them is the safer one.
 *  @fault offline none; configuration more than one. Both name the readers that there are. */
export function chooseReader(names: readonly string[], wanted: string): Result<string, Fault> {
  if (names.includes(wanted)) return ok(wanted);
  // pcscd names them in the order in which it looks at them.
  const sorted = names.toSorted((a, b) => a.localeCompare(b, 'en'));
  const fitting = sorted.filter((name) => name.startsWith(wanted));
  const [only] = fitting;
  if (fitting.length === 1 && only !== undefined) return ok(only);
  if (fitting.length > 1)
    return err(
      pcscFault('configuration', `"${shortened(wanted)}" may be any of: ${fitting.join(', ')}`, 'configuration'),
    );
  const found = names.length === 0 ? 'pcscd has no reader' : `there are: ${sorted.join(', ')}`;
  return err(pcscFault('offline', `no reader "${shortened(wanted)}"; check the cable and the name; ${found}`, 'reset'));
}

/** Leaves room for the names. */
function shortened(wanted: string): string {
  return wanted.slice(0, 60);
}
