import { err, ok, type Result } from '@yimen/contracts/base';
import {
  idCardReaderPort,
  type Description,
  type DeviceStatus,
  type Fault,
  type Identity,
  type Op,
} from '@yimen/contracts/device';
import { CommandQueue } from '../../driver-kit/command-queue.ts';
import { canceledFault, deviceFault, unsupportedFault } from '../../driver-kit/device-faults.ts';
import type { CreateDriver, Driver, DriverContext, EffectResult } from '../../driver-kit/driver.ts';
import { pause } from '../../driver-kit/pause.ts';
import type { Until } from './dialogue.ts';
import { identityOf } from './identity.ts';
import { SDT_LIMITS } from './limits.table.ts';
import { NO_PHOTO_DECODER, type PhotoDecoder } from './photo-decoder.ts';
import { COMMANDS } from './protocol.ts';
import { SDT_MODEL, SdtReader } from './reader.ts';
import { faultOfFailure, NO_CONTENT, noCardFault, textFault } from './status.ts';
import { decodeCardText } from './text-fields.ts';

const ID = 'id-card-reader-gb-sdt';
const NEVER = new AbortController().signal;

class SdtDriver implements Driver {
  readonly id = ID;
  readonly kind = 'id-card-reader';
  readonly #context: DriverContext;
  readonly #decoder: PhotoDecoder;
  readonly #reader: SdtReader;
  readonly #calls = new CommandQueue();
  #isBusy = false;

  constructor(context: DriverContext, decoder: PhotoDecoder) {
    this.#context = context;
    this.#decoder = decoder;
    this.#reader = new SdtReader(ID, context);
  }

  describe(): Promise<Result<Description, Fault>> {
    return this.#calls.run(async () => {
      const ready = await this.#reader.ready(this.#until(SDT_LIMITS.lookMs));
      if (!ready.ok) return ready;
      const { at } = this.#context;
      const { samId: serial } = this.#reader;
      const model = SDT_MODEL;
      return ok({
        driver: ID,
        kind: this.kind,
        model,
        serial,
        firmware: null,
        at,
        mediaAtPowerOff: 'none',
        evidence: [],
      });
    });
  }

  async status(maxAgeMs: number): Promise<DeviceStatus> {
    const { watcher } = this.#reader;
    // A wait looks by itself, more often than anyone may ask; a read is not to be disturbed.
    if (!this.#isBusy && watcher.ageMs() >= maxAgeMs) {
      const looking = this.#calls.run<unknown>(async () => {
        // Another call may have looked while this one waited its turn.
        if (watcher.ageMs() < maxAgeMs) return ok(undefined);
        return this.#reader.look(this.#until(SDT_LIMITS.lookMs));
      });
      // What came of it, the watcher knows.
      void (await looking);
    }
    return watcher.current;
  }

  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void {
    return this.#reader.watcher.onStatus(fn);
  }

  /** The reader holds no medium, so every destination is the same. */
  reset(op: Op): Promise<EffectResult> {
    return this.#checked(op, (until) => this.#reader.reset(until));
  }

  selfTest(op: Op): Promise<EffectResult> {
    return this.#checked(op, (until) => this.#reader.look(until));
  }

  async perform(verb: string): Promise<EffectResult> {
    return { outcome: 'notDone', evidence: [], fault: unsupportedFault(verb) };
  }

  async read(verb: string, deadlineMs: number, args: unknown, signal: AbortSignal): Promise<Result<unknown, Fault>> {
    const until = this.#until(deadlineMs, signal);
    switch (verb) {
      case 'waitForCard':
        return this.#exclusive(() => this.#waitFor(true, until, noCardFault()));
      case 'readIdentity':
        return this.#exclusive(() =>
          this.#readIdentity(until, idCardReaderPort.verbs.readIdentity.args.parse(args).fingerprint),
        );
      case 'readExtraAddress':
        return this.#exclusive(() => this.#readExtraAddress(until));
      case 'samIdentity':
        return this.#exclusive(() => this.#samIdentity(until));
      case 'waitForRemoval':
        return this.#exclusive(() =>
          this.#waitFor(false, until, deviceFault('notTaken', 'the card lies on the reader', 'clear')),
        );
      default:
        return err(unsupportedFault(verb));
    }
  }

  close(): Promise<void> {
    return this.#reader.close();
  }

  #until(deadlineMs: number, signal: AbortSignal = NEVER): Until {
    return { endMs: this.#context.clock.monoMs() + deadlineMs, signal };
  }

  #exclusive<T>(act: () => Promise<Result<T, Fault>>): Promise<Result<T, Fault>> {
    return this.#calls.run(async () => {
      this.#isBusy = true;
      try {
        return await act();
      } finally {
        this.#isBusy = false;
      }
    });
  }

  /** Nothing here moves a medium: without an answer the reader simply did not do it. */
  async #checked(op: Op, look: (until: Until) => Promise<Result<unknown, Fault>>): Promise<EffectResult> {
    const looked = await this.#exclusive(() => look(this.#until(op.deadlineMs)));
    const completedAt = this.#context.clock.wallMs();
    if (!looked.ok) return { outcome: 'notDone', completedAt, evidence: [], fault: looked.error };
    const value = { samId: this.#reader.samId, photoDecoder: this.#decoder.state };
    return { outcome: 'done', completedAt, evidence: [], value };
  }

  async #waitFor<P extends boolean>(present: P, until: Until, tooLate: Fault): Promise<Result<{ present: P }, Fault>> {
    // The last look begins at the deadline; it must not lose its line for lack of time.
    const look = { endMs: until.endMs + SDT_LIMITS.lastLookMs, signal: until.signal };
    while (!until.signal.aborted) {
      const there = await this.#reader.isCardThere(look);
      if (!there.ok) return there;
      if (there.value === present) return ok({ present });
      const leftMs = until.endMs - this.#context.clock.monoMs();
      if (leftMs <= 0) return err(tooLate);
      await pause(this.#context.clock, Math.min(SDT_LIMITS.pollMs, leftMs), until.signal);
    }
    return err(canceledFault());
  }

  async #readIdentity(until: Until, isWithPrints: boolean): Promise<Result<Identity, Fault>> {
    const command = isWithPrints ? COMMANDS.readPrints : COMMANDS.readText;
    const reply = await this.#reader.ofCard(command, until);
    if (!reply.ok) return reply;
    if (reply.value.kind === 'failed') return err(faultOfFailure(reply.value.code));
    const { data } = reply.value;
    try {
      const identity = await identityOf(data, command, this.#decoder, this.#context.clock);
      if (until.signal.aborted) return err(canceledFault());
      return identity.ok ? identity : err(this.#reader.met(identity.error));
    } finally {
      data.fill(0);
    }
  }

  async #readExtraAddress(until: Until): Promise<Result<{ address: string | null }, Fault>> {
    const reply = await this.#reader.ofCard(COMMANDS.readAddress, until, NO_CONTENT);
    if (!reply.ok) return reply;
    if (reply.value.kind === 'failed') return ok({ address: null });
    const { data } = reply.value;
    const address = decodeCardText(data);
    data.fill(0);
    if (address === undefined)
      return err(this.#reader.met(textFault({ code: 'TEXT_NOT_UTF16', field: 'newest address' })));
    return ok({ address: address === '' ? null : address });
  }

  async #samIdentity(until: Until): Promise<Result<{ samId: string }, Fault>> {
    const samId = await this.#reader.askSamId(until);
    return samId.ok ? ok({ samId: samId.value }) : samId;
  }
}

/** As `createSdtReader`, with the decoder that a deployment has a licence for. */
export function createSdtReaderWith(decoder: PhotoDecoder): CreateDriver {
  return (context) => new SdtDriver(context, decoder);
}

/** Driver of a resident ID card reader with SAM (README.md). Every verb is a read; a read is whole or nothing.
 *  Faults: noMedia, notTaken, cardCollision, invalidMedia, securityFail (what lies there); hardwareError (SAM);
 *  timeOut, offline, canceled, configuration. Option `baud`: README.md. */
export const createSdtReader: CreateDriver = createSdtReaderWith(NO_PHOTO_DECODER);
