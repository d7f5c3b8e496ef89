import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import type { DriverContext } from '../../driver-kit/driver.ts';
import { identityFault } from '../../driver-kit/identity.ts';
import { StatusWatcher } from '../../driver-kit/status-watcher.ts';
import { SdtDialogue, type Until } from './dialogue.ts';
import { SdtField } from './field.ts';
import { SDT_BAUDS } from './limits.table.ts';
import { COMMANDS, decodeSamId, speedCommand, type RawCommand, type RawReply } from './protocol.ts';
import { faultOfFailure, isCardFault, statusOf } from './status.ts';

/** No command tells a model; the protocol's name stands for it. */
export const SDT_MODEL = 'SDT';

/** The reader behind the driver: identified, reset, looked at; its card, its status. Callers take turns. */
export class SdtReader {
  readonly watcher: StatusWatcher;
  readonly #driver: string;
  readonly #context: DriverContext;
  readonly #dialogue: SdtDialogue;
  readonly #field: SdtField;
  #isInspected = false;
  #samId = '';

  constructor(driver: string, context: DriverContext) {
    this.#driver = driver;
    this.#context = context;
    this.watcher = new StatusWatcher(context.clock);
    this.#dialogue = new SdtDialogue(context, {
      onLost: (fault) => {
        this.#forget();
        this.watcher.lost('offline', fault);
      },
      onGivenUp: () => {
        this.#forget();
        this.watcher.starting();
      },
    });
    this.#field = new SdtField(this.#dialogue);
  }

  get samId(): string {
    return this.#samId;
  }

  close(): Promise<void> {
    this.#forget();
    return this.#dialogue.close();
  }

  /** A line to the right reader with a SAM that is fit: opened, identified, reset and looked at when that is needed.
   *  @fault offline, timeOut, canceled; configuration: another reader than the one installed, or a false option;
   *  hardwareError: the SAM says so. */
  async ready(until: Until): Promise<Result<void, Fault>> {
    const up = await this.#dialogue.up(until);
    if (!up.ok) return up;
    return this.#isInspected ? ok(undefined) : this.#told(await this.#inspect(until));
  }

  /** Resets the SAM, also one that takes no other command, and looks at the reader anew. */
  async reset(until: Until): Promise<Result<void, Fault>> {
    const up = await this.#dialogue.up(until);
    if (!up.ok) return up;
    const who = await this.#identify(until);
    if (!who.ok && who.error.code !== 'hardwareError') return this.#told(who);
    // A SAM that tells nobody who it is may do so after a reset; whether it does, the inspection finds out.
    if (!who.ok) void (await this.#dialogue.say(COMMANDS.resetSam, until));
    return this.#told(await this.#inspect(until));
  }

  /** Asks the SAM how it is and the field what lies in it, and tells the watcher.
   *  @returns whether a card is there. */
  async look(until: Until): Promise<Result<boolean, Fault>> {
    const ready = await this.ready(until);
    if (!ready.ok) return ready;
    const fit = this.#told(await this.#dialogue.expect(COMMANDS.samStatus, until));
    return fit.ok ? this.isCardThere(until) : fit;
  }

  /** Whether a card lies on the reader, found now or remembered, and tells the watcher.
   *  @fault what `ready` says, or what *find* failed with. */
  async isCardThere(until: Until): Promise<Result<boolean, Fault>> {
    const ready = await this.ready(until);
    if (!ready.ok) return ready;
    const there = this.#told(await this.#field.isCardThere(until));
    if (there.ok) this.#tell();
    return there;
  }

  /** The reply of the card that lies there, to a command that needs it selected.
   *  @param answers an SW3 that is an answer and no fault
   *  @returns a good reply, or that failure; its data are the caller's to overwrite.
   *  @fault noMedia none lies there, or it was lifted; cardCollision, invalidMedia, securityFail; and `ready`. */
  async ofCard(command: RawCommand, until: Until, answers = ''): Promise<Result<RawReply, Fault>> {
    const ready = await this.ready(until);
    if (!ready.ok) return ready;
    const reply = this.#told(await this.#field.reply(command, until, answers));
    if (reply.ok) this.#tell();
    return reply;
  }

  /** Asks the SAM for its number.
   *  @returns as printed. */
  async askSamId(until: Until): Promise<Result<string, Fault>> {
    const ready = await this.ready(until);
    return ready.ok ? this.#told(await this.#readSamId(until)) : ready;
  }

  /** Tells the watcher of a fault that a call met: of the reader, or of what lies on it. What a caller did wrong, and
   *  what became of the line, is not told here. */
  met(fault: Fault): Fault {
    if (fault.code === 'noMedia') this.#tell();
    else if (isCardFault(fault) || fault.code === 'hardwareError') this.#tell(fault);
    return fault;
  }

  #told<T>(result: Result<T, Fault>): Result<T, Fault> {
    return result.ok ? result : err(this.met(result.error));
  }

  /** Identity, reset, speed, status, field. A card that a former host had found answers *find* again after the reset. */
  async #inspect(until: Until): Promise<Result<void, Fault>> {
    this.#forget();
    const steps = [
      () => this.#identify(until),
      () => this.#dialogue.expect(COMMANDS.resetSam, until),
      () => this.#setSpeed(until),
      () => this.#dialogue.expect(COMMANDS.samStatus, until),
      () => this.#field.find(until),
    ];
    for (const step of steps) {
      const went = await step();
      if (!went.ok) return went;
    }
    this.#isInspected = true;
    this.watcher.inspected(statusOf(this.#field.media));
    return ok(undefined);
  }

  /** Who answers? The reply is the only one of its shape: what was asked on a former line has come before it. */
  async #identify(until: Until): Promise<Result<void, Fault>> {
    const samId = await this.#readSamId(until);
    if (!samId.ok) return samId;
    this.#samId = samId.value;
    const stranger = identityFault(
      { driver: this.#driver, serial: samId.value, model: SDT_MODEL },
      { driver: this.#driver, serial: this.#context.expectSerial },
    );
    return stranger === undefined ? ok(undefined) : this.#refuse(stranger);
  }

  async #readSamId(until: Until): Promise<Result<string, Fault>> {
    const reply = await this.#dialogue.ask(COMMANDS.samId, until);
    if (!reply.ok) return reply;
    const { value } = reply;
    return value.kind === 'good' ? ok(decodeSamId(value.data)) : err(faultOfFailure(value.code));
  }

  async #setSpeed(until: Until): Promise<Result<void, Fault>> {
    const { baud } = this.#context.options;
    if (baud === undefined) return ok(undefined);
    if (baud === this.#dialogue.baud) return this.#dialogue.expect(speedCommand(SDT_BAUDS.indexOf(baud)), until);
    const message = `option baud: expected one of ${SDT_BAUDS.join(', ')}`;
    return this.#refuse(deviceFault('configuration', message, 'configuration'));
  }

  /** Not to be used until somebody has set it right; the next call begins from the cable. */
  async #refuse(fault: Fault): Promise<Result<never, Fault>> {
    this.watcher.report(statusOf('unknown', fault));
    this.#forget();
    await this.#dialogue.drop();
    return err(fault);
  }

  #tell(fault?: Fault): void {
    const seen = statusOf(this.#field.media, fault);
    // A fault of the reader itself: it is inspected before it is used again.
    if (seen.device === 'hardwareError') this.#isInspected = false;
    if (this.watcher.report(seen) === 'inspect') this.watcher.inspected(seen);
  }

  #forget(): void {
    this.#isInspected = false;
    this.#field.forget();
  }
}
