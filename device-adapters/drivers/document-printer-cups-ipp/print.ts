import { ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { canceledFault, deviceFault } from '../../driver-kit/device-faults.ts';
import type { EffectResult } from '../../driver-kit/driver.ts';
import { pause } from '../../driver-kit/pause.ts';
import { isSuccess, isUnsent } from './link.ts';
import { IPP_LIMITS } from './limits.table.ts';
import { encodeCancelJob, encodeJob, jobsOf, unsupportedOf, type RawJob, type Ticket } from './protocol.ts';
import type { PrintServer } from './server.ts';
import { deadBackend, faultOf, refusal, refusalOf } from './status.ts';
import { hasEnded, isAtPrinter, verdictOf } from './verdict.ts';

/** A verb's time and its end: monotonic moment, and the signal that its caller is gone. */
export interface Until {
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
}

export interface Order extends Ticket {
  readonly pages: number;
  readonly document: Uint8Array;
  readonly hasExitSensor: boolean;
}

/** Job attributes of ours that a server must not pass over. */
const ORDERED: ReadonlySet<string> = new Set(['copies', 'sides', 'print-color-mode']);

/** Prints one document: README.md, "In which order".
 *  @param onSent the document leaves: from here on it is used. */
export async function printDocument(
  server: PrintServer,
  until: Until,
  order: Order,
  onSent: () => void,
): Promise<EffectResult> {
  const refused = (await beforeJob(server, order)) ?? overFault(server, until);
  if (refused !== undefined) return notDone(refused);
  onSent();
  server.jobGoesOut();
  const sent = await sendJob(server, until, order);
  if (sent.came === 'refused') {
    server.jobIsOver();
    return notDone(sent.fault);
  }
  return new Watch(server, until, order).end(sent);
}

/** Sheets of paper of a document. */
function sheetsOf({ pages, sides }: Order): number {
  return sides === 'two' ? Math.ceil(pages / 2) : pages;
}

/** Everything that can be known before a job is made. */
async function beforeJob(server: PrintServer, order: Order): Promise<Fault | undefined> {
  const raw = await server.ready();
  if (!raw.ok) return raw.error;
  return refusal(raw.value) ?? (await validate(server, order));
}

/** Validate-Job: would the queue take it as it is ordered? */
export async function validate(server: PrintServer, ticket: Ticket): Promise<Fault | undefined> {
  const valid = await server.told({
    operation: 'validateJob',
    encode: (head) => encodeJob('validateJob', head, ticket),
  });
  if (!valid.ok) return valid.error;
  const passedOver = unsupportedOf(valid.value).some((name) => ORDERED.has(name));
  return passedOver ? refusalOf('validateJob', { ...valid.value, status: 0x040b }) : undefined;
}

type Sent =
  | { readonly came: 'refused'; readonly fault: Fault }
  | { readonly came: 'accepted'; readonly jobId: number; readonly acceptedAt: number }
  | { readonly came: 'lost'; readonly fault: Fault };

async function sendJob(server: PrintServer, until: Until, order: Order): Promise<Sent> {
  const usualMs = IPP_LIMITS.printMs + (order.document.length * IPP_LIMITS.printMsPerMiB) / 2 ** 20;
  const leftMs = Math.max(IPP_LIMITS.answerMs, until.deadlineAt - server.clock.monoMs());
  const answer = await server.link.ask({
    operation: 'printJob',
    encode: (head) => encodeJob('printJob', head, order),
    document: order.document,
    answerMs: Math.min(usualMs, leftMs),
    isBound: true,
  });
  if (!answer.ok) {
    const { error: fault } = answer;
    // HTTP's own refusals and what never left are certain; everything else may have become a job.
    const isCertain = isUnsent(fault) || ['configuration', 'softwareError'].includes(fault.code);
    return { came: isCertain ? 'refused' : 'lost', fault };
  }
  if (!isSuccess(answer.value)) return { came: 'refused', fault: refusalOf('printJob', answer.value) };
  const job = jobsOf(answer.value)[0];
  if (job === undefined)
    return { came: 'lost', fault: deviceFault('hardwareError', 'no job id in the answer', 'reset') };
  server.remember(order.operationId, job.id);
  return { came: 'accepted', jobId: job.id, acceptedAt: server.clock.wallMs() };
}

/** Follows one job to its end, or to the end of its time. */
class Watch {
  readonly #server: PrintServer;
  readonly #until: Until;
  readonly #order: Order;
  #wasAtPrinter = false;
  /** What the printer said last. */
  #printer: Fault | undefined;
  /** Why it is not followed any longer. */
  #why: Fault | undefined;
  #acceptedAt: number | undefined;

  constructor(server: PrintServer, until: Until, order: Order) {
    this.#server = server;
    this.#until = until;
    this.#order = order;
  }

  async end(sent: Exclude<Sent, { came: 'refused' }>): Promise<EffectResult> {
    if (sent.came === 'lost') {
      // Whoever waits for it must not get it later from somebody else's session.
      this.#why = sent.fault;
      return this.#cancel();
    }
    this.#acceptedAt = sent.acceptedAt;
    for (;;) {
      const seen = await this.#see();
      if (seen.ok && seen.value === undefined) return this.#unknown(forgottenFault());
      if (seen.ok && seen.value !== undefined && hasEnded(seen.value)) return this.#judged(seen.value);
      const over = overFault(this.#server, this.#until);
      // The printer's own trouble says more than that the time is over.
      this.#why = over?.code === 'timeOut' ? (this.#printer ?? over) : over;
      if (this.#why !== undefined) return this.#cancel();
      await pause(this.#server.clock, IPP_LIMITS.pollMs, this.#until.signal);
    }
  }

  /** The job, and what the printer says meanwhile. */
  async #see(): Promise<Result<RawJob | undefined, Fault>> {
    const raw = await this.#server.look();
    this.#printer = raw.ok ? (deadBackend(raw.value) ?? faultOf(raw.value)) : raw.error;
    if (!raw.ok) return raw;
    const job = await this.#server.jobOf(this.#order.operationId);
    if (job.ok && job.value !== undefined && isAtPrinter(job.value)) this.#wasAtPrinter = true;
    return job;
  }

  /** Cancel-Job, then what the job says of itself. */
  async #cancel(): Promise<EffectResult> {
    const { clock, link } = this.#server;
    const giveUpAt = clock.monoMs() + IPP_LIMITS.cancelMs;
    // A server that is away may be back within the time; a job that goes on must be found then.
    const isOver = (isHeard: boolean): boolean =>
      clock.monoMs() >= giveUpAt && (isHeard || overFault(this.#server, this.#until) !== undefined);
    let seen: Result<RawJob | undefined, Fault> = ok(undefined);
    for (let isAsked = false; ;) {
      seen = await this.#see();
      if (seen.ok && seen.value !== undefined && hasEnded(seen.value)) return this.#judged(seen.value);
      if (isOver(seen.ok)) return this.#unknown(this.#why);
      const jobId = seen.ok ? seen.value?.id : undefined;
      if (jobId !== undefined && !isAsked) {
        const asked = await link.ask({ operation: 'cancelJob', encode: (head) => encodeCancelJob(head, jobId) });
        isAsked = asked.ok;
      }
      await pause(clock, IPP_LIMITS.pollMs, NEVER);
    }
  }

  #judged(job: RawJob): EffectResult {
    this.#server.jobIsOver();
    this.#server.remember(this.#order.operationId, job.id);
    const acceptedAt = this.#acceptedAt ?? this.#server.clock.wallMs();
    const verdict = verdictOf(job, {
      hasExitSensor: this.#order.hasExitSensor,
      sheets: sheetsOf(this.#order),
      wasAtPrinter: this.#wasAtPrinter,
      fault: this.#why ?? this.#printer,
      nowMs: this.#server.clock.wallMs(),
    });
    return { ...verdict, acceptedAt };
  }

  #unknown(fault: Fault | undefined): EffectResult {
    // Its end was not seen: the next contact empties the queue first.
    this.#server.doubt();
    return { outcome: 'unknown', evidence: [], fault, acceptedAt: this.#acceptedAt };
  }
}

const NEVER = new AbortController().signal;

function forgottenFault(): Fault {
  return deviceFault('hardwareError', 'the server has forgotten the job; see PreserveJobHistory', 'maintenance');
}

/** Why the verb may not go on: its caller is gone, or its time is over. */
function overFault(server: PrintServer, until: Until): Fault | undefined {
  if (until.signal.aborted) return canceledFault();
  if (server.clock.monoMs() < until.deadlineAt) return undefined;
  return deviceFault('timeOut', 'not printed in time', 'reset');
}

function notDone(fault: Fault): EffectResult {
  return { outcome: 'notDone', evidence: [], fault };
}
