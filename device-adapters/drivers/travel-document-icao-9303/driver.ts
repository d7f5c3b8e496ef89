import { err, ok, type Result } from '@yimen/contracts/base';
import {
  travelDocumentPort,
  type ChipAccess,
  type Description,
  type DeviceStatus,
  type Fault,
  type Op,
  type TravelDocument,
} from '@yimen/contracts/device';
import { CommandQueue } from '../../driver-kit/command-queue.ts';
import { canceledFault, unsupportedFault } from '../../driver-kit/device-faults.ts';
import type { CreateDriver, Driver, DriverContext, EffectResult } from '../../driver-kit/driver.ts';
import { pause } from '../../driver-kit/pause.ts';
import { ChipReader, type Until } from './chip-reader.ts';
import { readTrustAnchors, type TrustAnchors } from './authenticity/trust-anchors.ts';
import { openChip } from './chip-access.ts';
import { ChipLink } from './chip-link.ts';
import { readDocumentFiles } from './document.ts';
import { chipLimits } from './limits.table.ts';
import { CHIP_AUTHENTICATION_BROKE, readerAnswerFault } from './status.ts';

const ID = 'travel-document-icao-9303';
const NEVER = new AbortController().signal;

class Icao9303Driver implements Driver {
  readonly id = ID;
  readonly kind = 'travel-document';
  readonly #context: DriverContext;
  readonly #reader: ChipReader;
  readonly #calls = new CommandQueue();
  #access: 'none' | TravelDocument['access'] = 'none';
  #isReading = false;

  constructor(context: DriverContext) {
    this.#context = context;
    this.#reader = new ChipReader(ID, context);
  }

  describe(): Promise<Result<Description, Fault>> {
    return this.#calls.run(async () => {
      const ready = await this.#reader.ready(this.#until(chipLimits.openMs + chipLimits.readerMs));
      if (!ready.ok) return ready;
      const { model, serial, firmware } = ready.value.identity;
      const { at } = this.#context;
      return ok({ driver: ID, kind: this.kind, model, serial, firmware, at, mediaAtPowerOff: 'none', evidence: [] });
    });
  }

  async status(maxAgeMs: number): Promise<DeviceStatus> {
    const { watcher } = this.#reader;
    // A question between the commands of a read would break the chip's secure messaging.
    if (!this.#isReading && watcher.ageMs() >= maxAgeMs) {
      const looking = this.#calls.run<unknown>(async () => {
        // Another call may have looked while this one waited its turn.
        if (watcher.ageMs() < maxAgeMs) return ok(undefined);
        return this.#reader.look(this.#until(chipLimits.openMs + chipLimits.readerMs));
      });
      // What came of it, the watcher knows.
      void (await looking);
    }
    return watcher.current;
  }

  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void {
    return this.#reader.watcher.onStatus(fn);
  }

  /** The reader holds no medium, so every destination is the same: the field goes off and on again. */
  reset(op: Op): Promise<EffectResult> {
    return this.#checked(op, async (until) => {
      const cold = await this.#reader.coldReset(until);
      return cold.ok ? this.#reader.look(until) : cold;
    });
  }

  selfTest(op: Op): Promise<EffectResult> {
    return this.#checked(op, async (until) => {
      const anchors = readTrustAnchors(this.#context.options['trustAnchorsFile']);
      return anchors.ok ? this.#reader.look(until) : anchors;
    });
  }

  async perform(verb: string): Promise<EffectResult> {
    return { outcome: 'notDone', evidence: [], fault: unsupportedFault(verb) };
  }

  async read(verb: string, deadlineMs: number, args: unknown, signal: AbortSignal): Promise<Result<unknown, Fault>> {
    const until = this.#until(deadlineMs, signal);
    switch (verb) {
      case 'waitForChip':
        return this.#exclusive(() => this.#waitForChip(until));
      case 'readDocument':
        return this.#exclusive(() =>
          this.#readDocument(until, travelDocumentPort.verbs.readDocument.args.parse(args).access),
        );
      case 'accessUsed':
        return ok({ access: this.#access });
      case 'release':
        return this.#exclusive(() => this.#release());
      default:
        return err(unsupportedFault(verb));
    }
  }

  async close(): Promise<void> {
    this.#access = 'none';
    await this.#reader.close();
  }

  #until(deadlineMs: number, signal: AbortSignal = NEVER): Until {
    return { endMs: this.#context.clock.monoMs() + deadlineMs, signal };
  }

  #exclusive<T>(act: () => Promise<Result<T, Fault>>): Promise<Result<T, Fault>> {
    return this.#calls.run(async () => {
      this.#isReading = true;
      try {
        return await act();
      } finally {
        this.#isReading = false;
      }
    });
  }

  /** Nothing here moves a medium: without an answer the reader simply did not do it. */
  async #checked(op: Op, look: (until: Until) => Promise<Result<unknown, Fault>>): Promise<EffectResult> {
    const until = this.#until(op.deadlineMs);
    this.#access = 'none';
    const looked = await this.#exclusive(() => look(until));
    const completedAt = this.#context.clock.wallMs();
    if (looked.ok) return { outcome: 'done', completedAt, evidence: [] };
    return { outcome: 'notDone', completedAt, evidence: [], fault: looked.error };
  }

  async #waitForChip(until: Until): Promise<Result<{ present: boolean }, Fault>> {
    while (!until.signal.aborted) {
      const answer = await this.#reader.lookUntilHeard(until);
      if (!answer.ok) return answer;
      if (answer.value.kind === 'bytes') return ok({ present: true });
      if (answer.value.kind !== 'noChip') return err(readerAnswerFault(answer.value));
      const leftMs = until.endMs - this.#context.clock.monoMs();
      if (leftMs <= 0) return ok({ present: false });
      await pause(this.#context.clock, Math.min(chipLimits.pollMs, leftMs), until.signal);
    }
    return err(canceledFault());
  }

  async #readDocument(until: Until, access: ChipAccess): Promise<Result<TravelDocument, Fault>> {
    this.#access = 'none';
    const anchors = readTrustAnchors(this.#context.options['trustAnchorsFile']);
    if (!anchors.ok) return anchors;
    const answer = await this.#reader.lookUntilHeard(until);
    if (!answer.ok) return answer;
    if (answer.value.kind !== 'bytes') return err(readerAnswerFault(answer.value));
    // A lease that ends in the middle leaves an answer under way; only a new line is clean again.
    const onAbort = (): void => void this.#reader.drop();
    until.signal.addEventListener('abort', onAbort, { once: true });
    const read = until.signal.aborted ? err(canceledFault()) : await this.#readTwice(until, access, anchors.value);
    until.signal.removeEventListener('abort', onAbort);
    if (until.signal.aborted) return err(canceledFault());
    if (!read.ok) await this.#reader.met(read.error);
    return read;
  }

  /** A chip that cannot go on after chip authentication has ended the conversation. It is read in another one without
   *  it, and says `failed`: the caller learns whose files were copied. */
  async #readTwice(until: Until, access: ChipAccess, anchors: TrustAnchors): Promise<Result<TravelDocument, Fault>> {
    const read = await this.#converse(until, access, anchors, 'untried');
    const isBroken = !read.ok && read.error.vendorCode === CHIP_AUTHENTICATION_BROKE;
    return isBroken ? this.#converse(until, access, anchors, 'failed') : read;
  }

  async #converse(
    until: Until,
    access: ChipAccess,
    anchors: TrustAnchors,
    chipAuthentication: 'untried' | 'failed',
  ): Promise<Result<TravelDocument, Fault>> {
    this.#access = 'none';
    const ready = await this.#reader.ready(until);
    if (!ready.ok) return ready;
    const { carrier } = ready.value;
    // An earlier conversation may have left the chip inside secure messaging.
    const reset = await carrier.order('reset');
    if (!reset.ok) return reset;
    const { clock, random } = this.#context;
    const link = new ChipLink({ carrier, clock, random, endMs: until.endMs });
    const opened = await openChip(link, access);
    if (opened.ok) this.#access = opened.value;
    const read = opened.ok
      ? await readDocumentFiles(link, { access: opened.value, anchors, nowMs: clock.wallMs(), chipAuthentication })
      : opened;
    link.forget();
    return read;
  }

  async #release(): Promise<Result<Record<string, never>, Fault>> {
    this.#access = 'none';
    const off = await this.#reader.powerOff();
    return off.ok ? ok({}) : off;
  }
}

/** Driver of a travel-document chip behind a reader that carries APDUs (README.md has its wire). Every verb is a
 *  read; a read is whole or nothing. Access is by PACE where the chip offers it, else by Basic Access Control.
 *  Option `trustAnchorsFile`: PEM certificates of the country signing authorities. `name` is given as in the machine-readable zone (`LI<<NA`).
 *  Faults of `readDocument`: noMedia, atrNotObtained, cardCollision, securityFail (access refused, secure messaging
 *  broken), invalidMedia, protocolNotSupported, timeOut, canceled, offline, configuration (also a trust anchors' file
 *  that cannot be used). */
export const createIcao9303: CreateDriver = (context) => new Icao9303Driver(context);
