import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { offlineFault } from '../../driver-kit/device-faults.ts';
import type { DriverContext } from '../../driver-kit/driver.ts';
import { CABINET_LIMITS } from './limits.table.ts';
import { ModbusLink, type Exchange, type Until } from './link.ts';
import { EXCEPTIONS, readRequest, type RawAnswer, type RawRequest } from './protocol.ts';
import type { Block, Image } from './read-plan.ts';
import { exceptionFault } from './status.ts';

export interface BusOptions {
  readonly baud?: number | undefined;
  /** The board cannot be reached, or does not answer. */
  readonly onLost: (fault: Fault) => void;
}

/** How a write went. Only what is read back afterwards tells what it did, unless it was refused. */
export type Written =
  | { readonly seen: 'answered' }
  | { readonly seen: 'refused'; readonly fault: Fault }
  /** Not sent: nothing can have come of it. */
  | { readonly seen: 'unsent'; readonly fault: Fault }
  /** Sent, and no word of it. */
  | { readonly seen: 'unanswered'; readonly fault: Fault };

/** Reads, which may be asked again, and writes, which are sent once. */
export class CabinetBus {
  readonly #context: DriverContext;
  readonly #options: BusOptions;
  readonly #link: ModbusLink;
  #isUp = false;

  constructor(context: DriverContext, options: BusOptions) {
    this.#context = context;
    this.#options = options;
    this.#link = new ModbusLink({
      ...context,
      baud: options.baud,
      onLost: (detail) => this.#lost(offlineFault(detail)),
    });
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get counters(): ModbusLink['counters'] {
    return this.#link.counters;
  }

  /** Opens the line when there is none.
   *  @fault offline, deviceBusy, configuration: what the transport says. */
  async up(until: Until): Promise<Result<'fresh' | 'same', Fault>> {
    const leftMs = until.endMs - this.#context.clock.monoMs();
    const up = await this.#link.up(Math.max(1, Math.min(CABINET_LIMITS.openMs, leftMs)));
    this.#isUp = up.ok;
    if (!up.ok) this.#options.onLost(up.error);
    return up;
  }

  async drop(): Promise<void> {
    this.#isUp = false;
    await this.#link.drop();
  }

  async close(): Promise<void> {
    this.#isUp = false;
    await this.#link.close();
  }

  /** Reads blocks into the image; what a unit refuses is taken out of it.
   *  @returns the first refusal, if there was one.
   *  @fault timeOut, offline: the line is given up and the loss told. timeOut with action `suspend`: the caller's time is
   *  over, which says nothing of the board. */
  async read(blocks: readonly Block[], image: Image, until: Until): Promise<Result<Fault | undefined, Fault>> {
    let refusal: Fault | undefined;
    for (const block of blocks) {
      const request = readRequest(block.function, block.address, block.count);
      const answer = await this.#ask(block.unit, request, until);
      if (!answer.ok) return answer;
      image.put(block, answer.value.is === 'value' ? answer.value.value : undefined);
      if (answer.value.is === 'exception') refusal ??= exceptionFault(request.name, answer.value.code);
    }
    return ok(refusal);
  }

  /** Sends a write once, whatever comes of it. */
  async write(unit: number, request: RawRequest<void>, until: Until): Promise<Written> {
    const exchange = await this.#link.exchange(unit, request, until);
    if (exchange.seen === 'unsent') return exchange;
    if (exchange.seen !== 'answer') return { seen: 'unanswered', fault: exchange.fault };
    const { answer } = exchange;
    if (answer.is === 'value' || answer.code === EXCEPTIONS.acknowledge) return { seen: 'answered' };
    const fault = exceptionFault(request.name, answer.code);
    return { seen: answer.code === EXCEPTIONS.busy ? 'unanswered' : 'refused', fault };
  }

  /** A read is asked twice at most; then the line is given up. */
  async #ask<T>(unit: number, request: RawRequest<T>, until: Until): Promise<Result<RawAnswer<T>, Fault>> {
    let exchange = await this.#link.exchange(unit, request, until);
    if (isWorthAgain(exchange)) exchange = await this.#link.exchange(unit, request, until);
    if (exchange.seen === 'answer') return ok(exchange.answer);
    if (exchange.seen === 'silence' && exchange.isWhole && this.#isUp) {
      await this.drop();
      this.#lost(exchange.fault);
    }
    return err(exchange.fault);
  }

  #lost(fault: Fault): void {
    this.#isUp = false;
    this.#options.onLost(fault);
  }
}

function isWorthAgain(exchange: Exchange<unknown>): boolean {
  if (exchange.seen === 'silence') return exchange.isWhole;
  if (exchange.seen !== 'answer' || exchange.answer.is !== 'exception') return false;
  const { code } = exchange.answer;
  return code === EXCEPTIONS.acknowledge || code === EXCEPTIONS.busy;
}
