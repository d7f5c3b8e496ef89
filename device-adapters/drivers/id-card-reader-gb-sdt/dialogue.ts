import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { canceledFault, offlineFault } from '../../driver-kit/device-faults.ts';
import type { DriverContext } from '../../driver-kit/driver.ts';
import { replyMs, SDT_BAUDS, SDT_LIMITS } from './limits.table.ts';
import { SdtLink } from './link.ts';
import { longestReplyBytes, type RawCommand, type RawReply } from './protocol.ts';
import { faultOfFailure, lateFault, SAM_UNFIT } from './status.ts';

/** When a call must have ended, and the lease behind it. */
export interface Until {
  /** Monotonic milliseconds. */
  readonly endMs: number;
  readonly signal: AbortSignal;
}

/** `good`: the reader did it; else the SW3 of its refusal. */
export type Said = 'good' | { readonly code: string };

export interface DialogueEnds {
  /** The reader cannot be reached, or does not answer. */
  readonly onLost: (fault: Fault) => void;
  /** The line was given up because a caller had no more time: it says nothing of the reader. */
  readonly onGivenUp: () => void;
}

const DEFAULT_BAUD = 115_200;

/** Requests and replies within somebody's time. A request without a reply costs the line, whoever was too slow: the
 *  reply may still come, and it names no request. */
export class SdtDialogue {
  /** The line's speed: the option `baud`, else the usual one. */
  readonly baud: number;
  readonly #context: DriverContext;
  readonly #ends: DialogueEnds;
  readonly #link: SdtLink;

  constructor(context: DriverContext, ends: DialogueEnds) {
    this.#context = context;
    this.#ends = ends;
    this.baud = SDT_BAUDS.find((baud) => baud === context.options['baud']) ?? DEFAULT_BAUD;
    this.#link = new SdtLink({ ...context, onLost: (detail) => ends.onLost(offlineFault(detail)) });
  }

  /** Opens the line when there is none; whoever lost the last one has been told.
   *  @fault offline, deviceBusy, configuration: what the transport says. */
  async up(until: Until): Promise<Result<unknown, Fault>> {
    const leftMs = until.endMs - this.#context.clock.monoMs();
    const up = await this.#link.up(Math.max(1, Math.min(SDT_LIMITS.openMs, leftMs)));
    if (!up.ok) this.#ends.onLost(up.error);
    return up;
  }

  drop(): Promise<void> {
    return this.#link.drop();
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  /** @returns the reply; its data are the caller's to overwrite.
   *  @fault timeOut, offline, canceled; hardwareError from a SAM that is fit for no command. */
  async ask(command: RawCommand, until: Until): Promise<Result<RawReply, Fault>> {
    if (until.signal.aborted) return err(canceledFault());
    const leftMs = until.endMs - this.#context.clock.monoMs();
    if (leftMs <= 0) return err(lateFault());
    const fullMs = replyMs(command.waitMs, longestReplyBytes(command), this.baud);
    // A lease that ends in the middle leaves a reply under way; only a new line is clean again.
    const onAbort = (): void => void this.#link.drop();
    until.signal.addEventListener('abort', onAbort, { once: true });
    const reply = await this.#link.exchange(command, Math.min(fullMs, leftMs));
    until.signal.removeEventListener('abort', onAbort);
    if (!reply.ok) return err(await this.#unanswered(reply.error, until, leftMs < fullMs));
    const { value } = reply;
    return value.kind === 'failed' && SAM_UNFIT.has(value.code) ? err(faultOfFailure(value.code)) : reply;
  }

  /** A command whose data nobody needs. */
  async say(command: RawCommand, until: Until): Promise<Result<Said, Fault>> {
    const reply = await this.ask(command, until);
    if (!reply.ok) return reply;
    if (reply.value.kind === 'failed') return ok({ code: reply.value.code });
    reply.value.data.fill(0);
    return ok('good');
  }

  /** A command that must go well.
   *  @fault what the reader refused it with; and as `ask`. */
  async expect(command: RawCommand, until: Until): Promise<Result<void, Fault>> {
    const said = await this.say(command, until);
    if (!said.ok) return said;
    return said.value === 'good' ? ok(undefined) : err(faultOfFailure(said.value.code));
  }

  async #unanswered(fault: Fault, until: Until, isCallersTime: boolean): Promise<Fault> {
    await this.#link.drop();
    const isCallers = until.signal.aborted || (fault.code === 'timeOut' && isCallersTime);
    if (!isCallers) {
      this.#ends.onLost(fault);
      return fault;
    }
    this.#ends.onGivenUp();
    return until.signal.aborted ? canceledFault() : lateFault();
  }
}
