import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { LIMITS } from '../../limits.table.ts';
import { READER_STATE, type PcscClient, type PcscFailure } from './pcsc-binding.ts';
import { busyFault, lossText, pcscFault } from './pcsc-faults.ts';
import { chooseReader } from './reader-choice.ts';

/** Resolves when the daemon has named its readers: it names them one by one and never says that it is through, so what
 *  has come within the time counts as all. At once when `isEnough`.
 *  @returns why the connection was lost meanwhile, if it was */
export function readersNamed(
  client: PcscClient,
  clock: Clock,
  isEnough: () => boolean,
  ms: number = LIMITS.pcscNamedMs,
): Promise<PcscFailure | undefined> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve(undefined));
    const look = (): void => {
      if (!isEnough()) return;
      cancel();
      resolve(undefined);
    };
    client.onChange(look);
    void client.gone.then((failure) => {
      cancel();
      resolve(failure);
    });
    look();
  });
}

/** Finds the reader that is meant, and sees that nobody else has it.
 *  @fault as `chooseReader`; deviceBusy another program keeps it; offline the daemon died. */
export async function findReader(client: PcscClient, clock: Clock, wanted: string): Promise<Result<string, Fault>> {
  const failure = await readersNamed(client, clock, () => client.readers.has(wanted));
  if (failure !== undefined) return lost(wanted, failure);
  const chosen = chooseReader([...client.readers.keys()], wanted);
  if (!chosen.ok) return chosen;
  const reader = chosen.value;
  const isFree = (): boolean => ((client.readers.get(reader) ?? 0) & READER_STATE.exclusive) === 0;
  // An owner that has just ended is still being cleared away.
  const later = await readersNamed(client, clock, isFree, LIMITS.pcscBusyMs);
  if (later !== undefined) return lost(reader, later);
  return isFree() ? ok(reader) : err(busyFault(reader));
}

function lost(reader: string, failure: PcscFailure): Result<never, Fault> {
  return err(pcscFault('offline', lossText(reader, failure), 'reset'));
}
