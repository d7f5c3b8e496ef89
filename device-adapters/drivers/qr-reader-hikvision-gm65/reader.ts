import { err, ok, type CancelTimer, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { CommandQueue } from '../../driver-kit/command-queue.ts';
import { canceledFault } from '../../driver-kit/device-faults.ts';
import type { DriverContext } from '../../driver-kit/driver.ts';
import { identityFault } from '../../driver-kit/identity.ts';
import type { ScanReader } from '../../driver-kit/scan-driver.ts';
import { StatusWatcher } from '../../driver-kit/status-watcher.ts';
import { GM65_LIMITS } from './limits.table.ts';
import { Gm65Dialogue, type Until } from './dialogue.ts';
import {
  COMMANDS,
  decodeIdentity,
  decodeOutput,
  decodeSettings,
  isReading,
  type RawCommand,
  type RawIdentity,
} from './protocol.ts';
import { Gm65Registers } from './registers.ts';
import { ScanDesk } from './scan-desk.ts';
import { firmwareOf, lateFault, modelFault, outputFault, statusOf, stillLitFault, triggerFault } from './status.ts';

/** What the terminal's configuration may say of the reader. */
export interface Gm65Settings {
  /** What register E0 must say. */
  readonly modelCode: number;
  readonly isAim: boolean;
}

const MODEL = 'GM65';

/** Between `start` and `stop`. */
interface Lit {
  readonly signal: AbortSignal;
  readonly onLeaseEnded: () => void;
}

/** The reader behind the driver: identified, set, lit and dark; its status. Whoever calls takes a turn first. */
export class Gm65Reader implements ScanReader {
  readonly watcher: StatusWatcher;
  readonly turns = new CommandQueue();
  readonly desk: ScanDesk;
  readonly #driver: string;
  readonly #context: DriverContext;
  readonly #settings: Gm65Settings;
  readonly #dialogue: Gm65Dialogue;
  readonly #registers: Gm65Registers;
  #identity: RawIdentity | undefined;
  #isInspected = false;
  #lit: Lit | undefined;
  /** Until then a code that was read while it was lit may still be on its way. */
  #afterglowEndsMs = Number.NEGATIVE_INFINITY;
  #cancelRelight: CancelTimer = () => undefined;

  constructor(driver: string, context: DriverContext, settings: Gm65Settings) {
    this.#driver = driver;
    this.#context = context;
    this.#settings = settings;
    this.watcher = new StatusWatcher(context.clock);
    this.desk = new ScanDesk({ ...context, isAim: settings.isAim, onRead: () => this.#relight('nextReadingMs') });
    this.#dialogue = new Gm65Dialogue(context, {
      isLit: () => this.#lit !== undefined || context.clock.monoMs() < this.#afterglowEndsMs,
      onCodeBytes: (bytes) => this.desk.push(bytes),
      onLost: (fault) => {
        this.#forget(fault);
        this.watcher.lost('offline', fault);
      },
      onGivenUp: () => {
        this.#forget(lateFault());
        this.watcher.starting();
      },
    });
    this.#registers = new Gm65Registers(this.#dialogue, settings.isAim);
  }

  get who(): ScanReader['who'] {
    return this.#identity && { model: MODEL, serial: '', firmware: firmwareOf(this.#identity) };
  }

  /** A line to the right reader that is set as we want it: opened, inspected when that is needed.
   *  @returns whether it has been inspected just now.
   *  @fault offline, timeOut; configuration; hardwareError. */
  async ready(until: Until): Promise<Result<'inspected' | 'same', Fault>> {
    const up = await this.#dialogue.up(until);
    if (!up.ok) return up;
    if (up.value === 'fresh') this.#isInspected = false;
    return this.#isInspected ? ok('same') : this.inspect(until);
  }

  /** Asks who it is, sets its registers, makes it dark. The only way to `online`. */
  async inspect(until: Until): Promise<Result<'inspected', Fault>> {
    this.#forget(canceledFault());
    const up = await this.#dialogue.up(until);
    if (!up.ok) return up;
    const steps = [
      () => this.#identify(until),
      () => this.#checkOutput(until),
      () => this.#registers.set(until),
      () => this.#sayTrigger(COMMANDS.dark, until),
    ];
    for (const step of steps) {
      const went = await step();
      if (!went.ok) return this.#met(went.error);
    }
    this.#isInspected = true;
    this.watcher.inspected(statusOf());
    return ok('inspected');
  }

  /** Asks how it is and tells the watcher. A reader that is dark must also take an order to be dark. */
  async look(until: Until): Promise<Result<void, Fault>> {
    const set = await this.#readySet(until);
    if (!set.ok || set.value === 'inspected') return set.ok ? ok(undefined) : set;
    if (this.#lit === undefined) {
      const dark = await this.#sayTrigger(COMMANDS.dark, until);
      if (!dark.ok) return this.#met(dark.error);
    }
    if (this.watcher.report(statusOf()) === 'inspect') this.watcher.inspected(statusOf());
    return ok(undefined);
  }

  /** Lit until `dark`, or until `signal`, the lease's, aborts. Codes are someone's from here on.
   *  @param windowMs equal codes within it are one */
  async light(windowMs: number, until: Until, signal: AbortSignal): Promise<Result<void, Fault>> {
    this.#putOut(canceledFault());
    const set = await this.#readySet(until);
    if (!set.ok) return set;
    if (signal.aborted) return err(canceledFault());
    const onLeaseEnded = (): void => this.#leaseEnded();
    signal.addEventListener('abort', onLeaseEnded, { once: true });
    this.#lit = { signal, onLeaseEnded };
    this.desk.open(windowMs);
    const lit = await this.#trigger(until);
    if (!lit.ok) return this.#met(lit.error);
    // Its end in between is told to nobody else.
    return signal.aborted ? err(canceledFault()) : ok(undefined);
  }

  /** Dark, and looked at whether it is. What was scanned and not asked for is gone. */
  async dark(until: Until): Promise<Result<void, Fault>> {
    this.#putOut(canceledFault());
    const ready = await this.ready(until);
    if (!ready.ok) return ready;
    const dark = await this.#sayTrigger(COMMANDS.dark, until);
    if (!dark.ok) return this.#met(dark.error);
    const settings = await this.#dialogue.ask(COMMANDS.readSettings, until);
    if (!settings.ok) return settings;
    return isReading(decodeSettings(settings.value)) ? this.#met(stillLitFault()) : ok(undefined);
  }

  /** The reader's own test: inspected, one reading begun and ended. */
  async test(until: Until): Promise<Result<void, Fault>> {
    const inspected = await this.inspect(until);
    if (!inspected.ok) return inspected;
    this.#glow();
    const lit = await this.#sayTrigger(COMMANDS.trigger, until);
    return lit.ok ? this.dark(until) : this.#met(lit.error);
  }

  /** Dark if it can still be told, and the line closed. */
  async close(): Promise<void> {
    const wasLit = this.#lit !== undefined;
    this.#putOut(canceledFault());
    if (wasLit) await this.#dialogue.tell(COMMANDS.dark);
    this.#forget(canceledFault());
    await this.#dialogue.close();
  }

  /** As `ready`, and the registers are still ours: a power dip brings others back. */
  async #readySet(until: Until): Promise<Result<'inspected' | 'same', Fault>> {
    const ready = await this.ready(until);
    if (!ready.ok || ready.value === 'inspected') return ready;
    const wrong = await this.#registers.wrong(until);
    if (!wrong.ok) return wrong;
    return wrong.value.length > 0 ? this.inspect(until) : ready;
  }

  async #identify(until: Until): Promise<Result<void, Fault>> {
    const answer = await this.#dialogue.ask(COMMANDS.readIdentity, until);
    if (!answer.ok) return answer;
    const raw = decodeIdentity(answer.value);
    this.#identity = raw;
    if (raw.model !== this.#settings.modelCode) return err(modelFault(raw, this.#settings.modelCode));
    const stranger = identityFault(
      { driver: this.#driver, serial: '', model: '' },
      { driver: this.#driver, serial: this.#context.expectSerial },
    );
    return stranger === undefined ? ok(undefined) : err(stranger);
  }

  async #checkOutput(until: Until): Promise<Result<void, Fault>> {
    const answer = await this.#dialogue.ask(COMMANDS.readOutput, until);
    if (!answer.ok) return answer;
    const fault = outputFault(decodeOutput(answer.value));
    return fault === undefined ? ok(undefined) : err(fault);
  }

  /** A write to the trigger. Unanswered, a register tells whether the whole reader is silent or its scanning half.
   *  The two answers differ in length, so a late one is not taken for the other. */
  async #sayTrigger(command: RawCommand, until: Until): Promise<Result<void, Fault>> {
    const said = await this.#dialogue.try(command, until);
    if (said.ok) return ok(undefined);
    if (said.error.code !== 'timeOut' || !this.#dialogue.isUp) return said;
    const alive = await this.#dialogue.ask(COMMANDS.readSettings, until);
    return alive.ok ? err(triggerFault()) : alive;
  }

  async #trigger(until: Until): Promise<Result<void, Fault>> {
    const lit = await this.#sayTrigger(COMMANDS.trigger, until);
    if (lit.ok) this.#relight('relightMs');
    return lit;
  }

  /** The next reading, in a turn of its own. */
  #relight(when: 'relightMs' | 'nextReadingMs'): void {
    this.#cancelRelight();
    if (this.#lit === undefined) return;
    this.#cancelRelight = this.#context.clock.after(GM65_LIMITS[when], () => {
      void this.turns.run(() => this.#triggerAgain()).then((again) => !again.ok && this.#relight('relightMs'));
    });
  }

  async #triggerAgain(): Promise<Result<void, Fault>> {
    if (this.#lit === undefined) return ok(undefined);
    const lit = await this.#trigger(this.#within(GM65_LIMITS.relightTriesMs));
    return lit.ok ? lit : this.#met(lit.error);
  }

  #leaseEnded(): void {
    this.#putOut(canceledFault());
    // What came of it, the watcher knows.
    void this.turns.run(() => this.dark(this.#within(GM65_LIMITS.darkMs)));
  }

  /** Tells the watcher of a fault of the reader. What became of the line, the dialogue has told. */
  async #met(fault: Fault): Promise<Result<never, Fault>> {
    if (fault.code !== 'hardwareError' && fault.code !== 'configuration') return err(fault);
    this.#forget(fault);
    this.watcher.report(statusOf(fault));
    // Not to be used until somebody has set it right; the next call begins from the cable.
    if (fault.code === 'configuration') await this.#dialogue.drop();
    return err(fault);
  }

  /** No code is anyone's any more. The reader itself is told elsewhere. */
  #putOut(why: Fault): void {
    this.#cancelRelight();
    if (this.#lit !== undefined) this.#glow();
    this.#lit?.signal.removeEventListener('abort', this.#lit.onLeaseEnded);
    this.#lit = undefined;
    this.desk.close(why);
  }

  #forget(why: Fault): void {
    this.#isInspected = false;
    this.#putOut(why);
  }

  #glow(): void {
    this.#afterglowEndsMs = this.#context.clock.monoMs() + GM65_LIMITS.litAnswerMs;
  }

  #within(ms: number): Until {
    return { endMs: this.#context.clock.monoMs() + ms };
  }
}
