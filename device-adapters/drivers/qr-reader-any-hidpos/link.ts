import { concatBytes, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { DeviceLine } from '../../driver-kit/device-line.ts';
import type { DriverLog } from '../../driver-kit/driver.ts';
import type { Cut, Cutter } from '../../framing/cutter.ts';
import { createHidposCutter, type HidposPiece, type HidposScan } from '../../framing/hidpos-report.ts';
import type { OpenChannel } from '../../transport/byte-channel.ts';
import { HIDPOS_LIMITS } from './limits.table.ts';
import { ASK_IDENTITY } from './protocol.ts';

export interface LinkOptions {
  readonly open: OpenChannel;
  readonly clock: Clock;
  readonly log: DriverLog;
  readonly onLost: (detail: string) => void;
  readonly onScan: (scan: HidposScan) => void;
}

/** A report of scanned data, or the whole text of an identity. */
type Heard = HidposScan | { readonly kind: 'identity'; readonly text: Uint8Array };

/** The line to the reader: reports at any time, one question. Questions in turns. */
export class HidposLink {
  readonly #line: DeviceLine<Heard>;

  constructor(options: LinkOptions) {
    this.#line = new DeviceLine({
      ...options,
      gapMs: HIDPOS_LIMITS.gapMs,
      createCutter: () => hearing(createHidposCutter()),
      onUnasked: (heard) => {
        if (heard.kind !== 'scan') return false;
        options.onScan(heard);
        return true;
      },
    });
  }

  /** Bytes that were in no report of ours. */
  get discardedBytes(): number {
    return this.#line.discardedBytes;
  }

  /** Opens when there is no line; `fresh`: the reader may be another. */
  up(openMs: number): Promise<Result<'fresh' | 'same', Fault>> {
    return this.#line.up(openMs);
  }

  drop(): Promise<void> {
    return this.#line.drop();
  }

  close(): Promise<void> {
    return this.#line.close();
  }

  /** An order that has no answer.
   *  @fault configuration the device refuses this report; offline. */
  send(order: Uint8Array): Promise<Result<void, Fault>> {
    return this.#line.write(order);
  }

  /** @returns the identity's text.
   *  @fault timeOut no answer; offline. */
  async askIdentity(timeoutMs: number): Promise<Result<Uint8Array, Fault>> {
    const ticket = this.#line.matcher.register('identity', (heard) =>
      heard.kind === 'identity' ? heard.text : undefined,
    );
    const written = await this.#line.write(ASK_IDENTITY);
    if (!written.ok) ticket.drop();
    const answer = await ticket.within(timeoutMs);
    return written.ok ? answer : written;
  }
}

/** Joins the parts of an identity. A part that comes twice counts once; one that is missing spoils the answer. */
class IdentityParts {
  #texts: Uint8Array[] = [];

  take({ part, parts, text }: Extract<HidposPiece, { kind: 'identity' }>): Uint8Array | undefined {
    if (part === 0) this.#texts = [];
    if (part !== this.#texts.length) return undefined;
    this.#texts.push(text);
    return this.#texts.length === parts ? concatBytes(...this.#texts.splice(0)) : undefined;
  }
}

function hearing(cutter: Cutter<HidposPiece>): Cutter<Heard> {
  const identity = new IdentityParts();
  const heard = (cuts: readonly Cut<HidposPiece>[]): Cut<Heard>[] =>
    cuts.flatMap((cut): Cut<Heard>[] => {
      if (cut.kind === 'discarded') {
        // Only counted from here on; it may be a person's.
        cut.bytes.fill(0);
        return [cut];
      }
      if (cut.frame.kind === 'scan') return [{ kind: 'frame', frame: cut.frame }];
      const text = identity.take(cut.frame);
      return text === undefined ? [] : [{ kind: 'frame', frame: { kind: 'identity', text } }];
    });
  return {
    push: (chunk) => heard(cutter.push(chunk)),
    flush: () => heard(cutter.flush()),
    get heldBytes() {
      return cutter.heldBytes;
    },
    get discardedBytes() {
      return cutter.discardedBytes;
    },
  };
}
