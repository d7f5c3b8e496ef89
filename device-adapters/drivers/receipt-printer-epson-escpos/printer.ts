import { err, ok, sleep, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import { identityFault } from '../../driver-kit/identity.ts';
import { StatusWatcher } from '../../driver-kit/status-watcher.ts';
import { EscposLink, type LinkOptions } from './link.ts';
import { ESCPOS_LIMITS } from './limits.table.ts';
import { COMMANDS, decodeRealtime, INFORMATION, STATUS_QUESTIONS, type RawStatus } from './protocol.ts';
import { faultOf, isSick, jamFault, statusOf } from './status.ts';

/** What a look at the printer showed. `silent`: nothing at all. */
export type Seen =
  | { readonly seen: 'clean' }
  | { readonly seen: 'fault'; readonly fault: Fault }
  | { readonly seen: 'silent'; readonly fault: Fault };

/** What hangs from the head: `clean` nothing, the last thing was a cut; `dirty` perhaps a part of a slip that this
 *  driver sent; `unknown` nobody knows, the driver has just started. */
export type Paper = 'clean' | 'dirty' | 'unknown';

export interface PrinterOptions extends Omit<LinkOptions, 'onLost' | 'onAutomatic'> {
  readonly driver: string;
  readonly expectSerial?: string | undefined;
}

interface Identity {
  readonly model: string;
  readonly serial: string;
  readonly firmware: string;
}

/** The printer as this driver knows it: looked at, identified, inspected; its paper, its status. */
export class EscposPrinter {
  readonly watcher: StatusWatcher;
  readonly clock: Clock;
  readonly link: EscposLink;
  paper: Paper = 'unknown';
  readonly #options: PrinterOptions;
  #isInspected = false;
  /** The buffers may hold what nobody may print: the channel is new, or the printer was sick. */
  #mayHoldOldData = true;
  /** An automatic status came from a printer that waits to be inspected. */
  #hasNews = false;
  #identity: Identity = { model: '', serial: '', firmware: '' };
  #jam: Fault | undefined;
  #trouble: Fault | undefined;
  /** Bytes of questions that an off-line printer keeps in its buffer, although it has answered them. */
  #keptBytes = 0;

  constructor(options: PrinterOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.watcher = new StatusWatcher(options.clock);
    this.link = new EscposLink({
      ...options,
      onLost: (detail) => this.#lost(deviceFault('offline', detail, 'reset')),
      onAutomatic: (raw) => this.#automatic(raw),
    });
  }

  /** Who answered at the last inspection; empty before the first. */
  get identity(): Identity {
    return this.#identity;
  }

  /** Is a look due, whatever the age of the last one? */
  get hasNews(): boolean {
    return this.#hasNews;
  }

  /** The first fault that needs a hand since `forgetTrouble`, also one that is over: a cover that was open for a moment
   *  while a line was printed. */
  get trouble(): Fault | undefined {
    return this.#trouble;
  }

  forgetTrouble(): void {
    this.#trouble = undefined;
  }

  /** Opens, looks, clears, identifies and inspects, as far as needed. Nothing is printed and no paper moves.
   *  @param again inspect also what was inspected.
   *  @fault offline, timeOut, configuration, or what keeps the printer from working. */
  async ready(again = false): Promise<Result<void, Fault>> {
    const up = await this.link.up();
    if (!up.ok) {
      this.#lost(up.error);
      return up;
    }
    if (up.value === 'fresh') {
      this.#isInspected = false;
      this.#mayHoldOldData = true;
      // Before anything else, also off-line: paper put in now would let a former host's slip go on.
      const cleared = await this.link.clearBuffers();
      if (!cleared.ok) return this.#silent(cleared.error);
      this.#mayHoldOldData = false;
    }
    return this.#isInspected && !again ? ok(undefined) : this.#inspect();
  }

  /** DLE EOT 1…4. What it means, the watcher is told. */
  async look(): Promise<Seen> {
    this.#hasNews = false;
    let raw: RawStatus | undefined;
    let silences = 0;
    for (let looks = 0; looks < ESCPOS_LIMITS.looks && raw?.isConsistent !== true; looks += 1) {
      // A byte that came late would answer the next question, and each answer from then on the one after it.
      if (looks > 0) await sleep(this.clock, ESCPOS_LIMITS.drainMs);
      const answers = await this.#askAll();
      if (answers.ok) raw = decodeRealtime(answers.value);
      else if ((silences += 1) > 1 || answers.error.code === 'offline')
        return { seen: 'silent', fault: this.#gone(answers.error) };
    }
    return raw === undefined ? { seen: 'silent', fault: this.#gone(noAnswer()) } : this.#take(raw);
  }

  /** Nothing that was sent is printed any more. A printer that does not answer even that is as good as silent; the
   *  next channel begins with it again. */
  async clearBuffers(): Promise<void> {
    const cleared = await this.link.clearBuffers();
    this.#mayHoldOldData = !cleared.ok;
    this.#keptBytes = 0;
  }

  /** Between two effects: a printer that is off-line for a night must not be asked until its buffer is full, for then a
   *  network printer takes no more bytes, and is silent. */
  async tidy(): Promise<void> {
    if (this.#keptBytes >= ESCPOS_LIMITS.keptBytes) await this.clearBuffers();
  }

  /** DLE ENQ 2: a printer whose error can be ended by it ends it. */
  async recover(): Promise<void> {
    void (await this.link.write(COMMANDS.recover));
    await sleep(this.clock, ESCPOS_LIMITS.recoverMs);
    await this.clearBuffers();
  }

  /** A verb found that nothing moves. Stays until a process id comes back again: at rest such a printer looks well. */
  jammed(): Fault {
    const jam = jamFault();
    this.#jam = jam;
    this.#isInspected = false;
    this.#mayHoldOldData = true;
    this.watcher.report(statusOf(CLEAN, jam), 'inferred');
    return jam;
  }

  async #inspect(): Promise<Result<void, Fault>> {
    const before = await this.look();
    if (before.seen !== 'clean') return err(before.fault);
    if (this.#mayHoldOldData) {
      await this.clearBuffers();
      if (this.#mayHoldOldData) return this.#deaf();
    }
    const identified = await this.#identify();
    if (!identified.ok) return identified;
    const echoed = await this.link.print(new Uint8Array(0));
    const answer = echoed.ok ? await echoed.value.within(ESCPOS_LIMITS.replyMs) : echoed;
    if (!answer.ok) return this.#deaf();
    this.#jam = undefined;
    this.#isInspected = true;
    const after = await this.look();
    if (after.seen !== 'clean') return err(after.fault);
    return ok(undefined);
  }

  /** Who answers? Asked before anything is printed. */
  async #identify(): Promise<Result<void, Fault>> {
    void (await this.link.write(COMMANDS.initialise));
    const model = await this.link.askInformation(INFORMATION.model);
    if (!model.ok) return this.#deaf();
    const serial = await this.link.askInformation(INFORMATION.serial);
    const firmware = serial.ok ? await this.link.askInformation(INFORMATION.firmware) : serial;
    if (!serial.ok || !firmware.ok) return this.#deaf();
    this.#identity = {
      model: model.value.slice(0, 60),
      serial: serial.value.slice(0, 60),
      firmware: firmware.value.slice(0, 60),
    };
    const { driver, expectSerial } = this.#options;
    const wrong = identityFault({ driver, ...this.#identity }, { driver, serial: expectSerial });
    if (wrong === undefined) return ok(undefined);
    this.watcher.report({ ...statusOf(CLEAN), device: 'hardwareError', fault: wrong, action: wrong.action });
    await this.link.drop();
    return err(wrong);
  }

  async #askAll(): Promise<Result<number[], Fault>> {
    const answers: number[] = [];
    for (const n of STATUS_QUESTIONS) {
      const answer = await this.link.askStatus(n);
      if (!answer.ok) return answer;
      answers.push(answer.value);
    }
    return ok(answers);
  }

  #take(raw: RawStatus): Seen {
    const fault = faultOf(raw);
    this.#keptBytes = raw.isOffline ? this.#keptBytes + QUESTION_BYTES : 0;
    if (isSick(raw)) {
      this.#isInspected = false;
      this.#mayHoldOldData = true;
    }
    if (fault !== undefined && fault.action !== 'suspend') this.#trouble ??= fault;
    const status = statusOf(raw, this.#jam);
    if (this.#isInspected && fault === undefined) this.watcher.inspected(status);
    else this.watcher.report(status, this.#jam ? 'inferred' : 'reported');
    return fault === undefined ? { seen: 'clean' } : { seen: 'fault', fault };
  }

  #automatic(raw: RawStatus): void {
    // Nobody knows yet who says so: the inspection will look for itself.
    if (this.#isInspected) this.#take(raw);
    else this.#hasNews = true;
  }

  /** Its status is clean, and it executes nothing. */
  #deaf(): Result<never, Fault> {
    const fault = this.#jam ?? deviceFault('hardwareError', 'answers for its status and executes nothing', 'reset');
    this.#isInspected = false;
    this.#mayHoldOldData = true;
    const seen = this.#jam ? statusOf(CLEAN, this.#jam) : { ...statusOf(CLEAN), device: 'hardwareError' as const };
    this.watcher.report({ ...seen, fault, action: fault.action }, 'inferred');
    return err(fault);
  }

  #silent(fault: Fault): Result<never, Fault> {
    return err(this.#gone(fault));
  }

  /** The port is alive and the printer is not: stale, and it is looked at anew when it speaks again (fault F12). */
  #gone(fault: Fault): Fault {
    this.#lost(fault);
    return fault;
  }

  #lost(fault: Fault): void {
    this.#isInspected = false;
    this.#mayHoldOldData = true;
    this.#hasNews = false;
    this.watcher.lost('offline', fault);
  }
}

const CLEAN: RawStatus = decodeRealtime([0, 0, 0, 0]);

/** DLE EOT 1…4. */
const QUESTION_BYTES = 12;

function noAnswer(): Fault {
  return deviceFault('timeOut', 'no answer: status', 'reset');
}
