import type { Fault } from '@yimen/contracts/device';
import { sleep, type Clock, type Result } from '@yimen/contracts/base';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import { isSuccess, type Ask, type IppLink } from './link.ts';
import { IPP_LIMITS } from './limits.table.ts';
import { encodeCancelJob, encodePlain, STATUS, type RawAnswer, type RawJob } from './protocol.ts';
import { refusalOf } from './status.ts';

/** What of a print server emptying its queue needs. */
interface PrintQueue {
  readonly clock: Clock;
  readonly link: Pick<IppLink, 'ask'>;
  jobs(which: 'not-completed'): Promise<Result<RawJob[], Fault>>;
  told(ask: Ask): Promise<Result<RawAnswer, Fault>>;
}

interface Purged {
  /** Jobs that were cancelled, by anybody's name. */
  readonly jobs: number;
  /** Why the queue may still hold some. */
  readonly fault?: Fault;
}

/** Empties the queue: an empty list is the only proof. One by one first, which keeps what the server remembers of the
 *  jobs; what resists goes with Purge-Jobs. */
export async function purgeQueue(server: PrintQueue): Promise<Purged> {
  const cancelled = new Set<number>();
  for (let round = 0; round < IPP_LIMITS.purgeRounds; round += 1) {
    const waiting = await server.jobs('not-completed');
    if (!waiting.ok) return { jobs: cancelled.size, fault: waiting.error };
    if (waiting.value.length === 0) return { jobs: cancelled.size };
    const refused = await cancelAll(server, waiting.value, cancelled);
    if (refused !== undefined && isGone(refused)) return { jobs: cancelled.size, fault: refused };
    // A right that is missing does not come by waiting; a job that is being printed takes some time to stop.
    if (refused?.code === 'configuration') break;
    await sleep(server.clock, IPP_LIMITS.pollMs);
  }
  return purgeRest(server, cancelled);
}

async function purgeRest(server: PrintQueue, cancelled: Set<number>): Promise<Purged> {
  const told = await server.told({ operation: 'purgeJobs', encode: (head) => encodePlain('purgeJobs', head) });
  const left = await server.jobs('not-completed');
  if (!left.ok) return { jobs: cancelled.size, fault: left.error };
  if (left.value.length === 0) return { jobs: cancelled.size };
  return { jobs: cancelled.size, fault: told.ok ? leftFault(left.value.length) : told.error };
}

/** @returns the last refusal. */
async function cancelAll(
  server: PrintQueue,
  jobs: readonly RawJob[],
  cancelled: Set<number>,
): Promise<Fault | undefined> {
  let fault: Fault | undefined;
  for (const { id } of jobs) {
    if (cancelled.has(id)) continue;
    const answer = await server.link.ask({ operation: 'cancelJob', encode: (head) => encodeCancelJob(head, id) });
    if (!answer.ok) return answer.error;
    // It ended by itself just now, or is forgotten already.
    const isOver = answer.value.status === STATUS.notPossible || answer.value.status === STATUS.notFound;
    if (isSuccess(answer.value)) cancelled.add(id);
    else if (!isOver) fault = refusalOf('cancelJob', answer.value);
  }
  return fault;
}

function isGone(fault: Fault): boolean {
  return fault.code === 'offline' || fault.code === 'timeOut';
}

function leftFault(jobs: number): Fault {
  return deviceFault(
    'deviceNotReady',
    `${jobs} jobs of the queue cannot be cancelled; cancel -a on the server`,
    'reset',
  );
}
