import { err, ok, sleep, type Clock, type Result } from '@yimen/contracts/base';
import type { CardPosition, Fault } from '@yimen/contracts/device';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import { identityFault } from '../../driver-kit/identity.ts';
import { StatusWatcher } from '../../driver-kit/status-watcher.ts';
import { Crt591Link, type Exchange, type LinkOptions } from './link.ts';
import { CRT591_LIMITS } from './limits.table.ts';
import {
  COMMANDS,
  decodeBinCounter,
  decodeShutter,
  decodeVersion,
  type RawCommand,
  type RawReply,
} from './protocol.ts';
import { faultOfError } from './errors.table.ts';
import { GateWatch, trapped } from './gate-watch.ts';
import { Initialiser, serialOf } from './initialiser.ts';
import { isSilence, motionOf, type Motion, type Seen } from './motion.ts';
import type { Crt591Options } from './options.ts';
import { positionOf, statusOf } from './status.ts';
import { Crt591Units } from './units.ts';

export interface UnitOptions extends Omit<LinkOptions, 'onLost'> {
  readonly driver: string;
  readonly expectSerial?: string | undefined;
  readonly settings: Result<Crt591Options, Fault>;
}

/** Of a set-up that is refused nothing is counted. */
const NO_UNITS = { binCapacity: 0, binThreshold: 0, stack: false, stackCapacity: 0 } as const;

/** The unit as this driver knows it: identified, initialised, looked at; its card, its bin, its status. */
export class Crt591Unit {
  readonly watcher: StatusWatcher;
  readonly clock: Clock;
  readonly units: Crt591Units;
  readonly #options: UnitOptions;
  readonly #link: Crt591Link;
  #isInspected = false;
  #isSick = false;
  /** Found by a verb, not shown by the sensors at rest: stays until a self-test has proved otherwise. */
  #latched: Fault | undefined;
  #serial: string | undefined;
  #version = '';
  #position: CardPosition = 'unknown';
  readonly #init: Initialiser;
  readonly #gate = new GateWatch();

  constructor(options: UnitOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.units = new Crt591Units(options.settings.ok ? options.settings.value : NO_UNITS);
    this.watcher = new StatusWatcher(options.clock);
    this.#link = new Crt591Link({
      ...options,
      onLost: (detail) => this.#lost(deviceFault('offline', detail, 'reset')),
    });
    this.#init = new Initialiser(this.#link);
  }

  get serial(): string {
    return this.#serial ?? '';
  }

  get version(): string {
    return this.#version;
  }

  get position(): CardPosition {
    return this.#position;
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  /** Opens, identifies, initialises and looks, when that is needed. Nothing moves.
   *  @param force initialise also a unit that was found sick: somebody decided so.
   *  During an exchange a hand may be inside: the line is opened, and nothing else.
   *  @fault offline, timeOut, configuration, or the fault that initialising told. */
  async ready(force = false): Promise<Result<void, Fault>> {
    const { settings } = this.#options;
    if (!settings.ok) {
      this.watcher.report(statusOf({ position: 'unknown', units: {}, fault: settings.error }));
      return settings;
    }
    const up = await this.#link.up();
    if (!up.ok) {
      this.#lost(up.error);
      return up;
    }
    if (up.value === 'same' && (this.#isInspected || this.units.isExchange)) return ok(undefined);
    if (this.units.isExchange) return this.#identify();
    return this.#inspect(force);
  }

  /** Asks the sensors and tells the watcher. A unit that says "not initialised" had its power cut: inspected again. */
  async look(): Promise<Seen> {
    const exchange = await this.ask(COMMANDS.status);
    if (exchange.seen !== 'reply') return { seen: 'silent', fault: this.#silent(exchange.fault) };
    const seen = this.#read(exchange.reply);
    const isWellAgain = this.#tell(seen) === 'inspect';
    const isUninitialised = seen.seen === 'fault' && seen.fault.vendorCode === 'B0';
    if (this.units.isExchange || (!isWellAgain && !isUninitialised)) return seen;
    const inspected = await this.#inspect(false);
    if (inspected.ok) return { seen: 'card', position: this.#position };
    const fault = inspected.error;
    return isSilence(fault) ? { seen: 'silent', fault } : { seen: 'fault', position: this.#position, fault };
  }

  /** Initialises and looks anew, whatever was before: hands were at the unit. */
  inspectAnew(): Promise<Result<void, Fault>> {
    return this.#inspect(true);
  }

  /** Asks something that moves nothing and may be asked twice. */
  ask(command: RawCommand): Promise<Exchange> {
    return this.#link.exchange(command, CRT591_LIMITS.replyMs, 'onSilence');
  }

  /** Sends one motion. It is sent again only after a NAK, or after silence when the sensors show that nothing moved.
   *  (The transcription would have the host repeat after 300 ms; a motion that began unheard would then be made twice.) */
  async motion(command: RawCommand): Promise<Motion> {
    const before = this.#position;
    let last: Exchange = { seen: 'unsent', fault: deviceFault('offline', 'not sent', 'reset') };
    for (let sent = 0; sent < CRT591_LIMITS.sends; sent += 1) {
      last = await this.#link.exchange(command, CRT591_LIMITS.motionMs, 'onNak');
      if (last.seen !== 'silent') break;
      await sleep(this.clock, CRT591_LIMITS.settleMs);
      const now = await this.look();
      if (now.seen !== 'card' || now.position !== before) return { went: 'unheard', fault: last.fault };
    }
    return motionOf(last);
  }

  /** Feeds a card from the stack. Sent again only after a NAK: with nothing inside before and after, the sensors cannot
   *  tell that it did not begin. */
  async feed(): Promise<Motion> {
    this.#gate.presents();
    const exchange = await this.#link.exchange(COMMANDS.fromStack, CRT591_LIMITS.motionMs, 'onNak');
    if (exchange.seen !== 'silent') return motionOf(exchange);
    await sleep(this.clock, CRT591_LIMITS.settleMs);
    return { went: 'unheard', fault: exchange.fault };
  }

  /** Reads the bin counter; `undefined` when it cannot be read. */
  async countBin(): Promise<number | undefined> {
    const exchange = await this.ask(COMMANDS.binCounter);
    if (exchange.seen !== 'reply' || exchange.reply.kind !== 'positive') return undefined;
    const count = decodeBinCounter(exchange.reply.data);
    if (count !== undefined) this.units.counted(count);
    return count;
  }

  /** The shutter's own sensor. */
  async shutter(): Promise<'open' | 'closed' | 'unknown'> {
    const exchange = await this.ask(COMMANDS.sensors);
    const isTold = exchange.seen === 'reply' && exchange.reply.kind === 'positive';
    return isTold ? decodeShutter(exchange.reply.data) : 'unknown';
  }

  /** Initialises, keeping the card: clears errors, disables entry, lets the bin be counted. */
  async initialise(): Promise<Result<void, Fault>> {
    const exchange = await this.#init.run();
    if (exchange.seen !== 'reply') return err(this.#silent(exchange.fault));
    const seen = this.#read(exchange.reply);
    return seen.seen === 'fault' ? err(seen.fault) : ok(undefined);
  }

  /** What a self-test has to disprove before a card is taken in again. */
  get latched(): Fault | undefined {
    return this.#latched;
  }

  /** A self-test passed. */
  unlatch(): void {
    this.#latched = undefined;
    this.units.mayFeedAgain();
  }

  /** Tells the watcher of a fault that a verb found (a stuck shutter, a reversed card). What needs a technician
   *  stays: at rest a stuck shutter looks well. */
  found(fault: Fault): void {
    if (fault.action === 'maintenance') this.#latched = fault;
    this.watcher.report(statusOf(this.#facts(fault)));
  }

  /** Identify, initialise, look. A unit that was found sick is not initialised again at every poll (a motor that is
   *  driven against a jam wears out): only when its sensors are clean, or when somebody asks for a reset. */
  async #inspect(force: boolean): Promise<Result<void, Fault>> {
    this.#isInspected = false;
    const identified = await this.#identify();
    if (!identified.ok) return this.#refuse(identified.error);
    if (this.#isSick && !force) {
      const still = await this.#sickness();
      if (still !== undefined) return this.#refuse(still);
    }
    this.watcher.starting();
    const initialised = await this.initialise();
    if (!initialised.ok) return this.#refuse(initialised.error);
    if (this.#serial === undefined) {
      const again = await this.#identify();
      if (!again.ok) return this.#refuse(again.error);
    }
    const version = await this.ask(COMMANDS.version);
    if (version.seen === 'reply' && version.reply.kind === 'positive')
      this.#version = decodeVersion(version.reply.data);
    await this.countBin();
    const sick = await this.#sickness();
    if (sick !== undefined) return this.#refuse(sick);
    this.#isInspected = true;
    this.#isSick = false;
    this.watcher.inspected(statusOf(this.#facts()));
    return ok(undefined);
  }

  /** What the sensors hold against using the unit. */
  async #sickness(): Promise<Fault | undefined> {
    const status = await this.ask(COMMANDS.status);
    if (status.seen !== 'reply') return status.fault;
    const seen = this.#read(status.reply);
    if (seen.seen === 'fault') return seen.fault.vendorCode === 'B0' ? undefined : seen.fault;
    // Nobody asked for the entry: something may be in the throat that should not be (fault F06).
    const isWide = seen.seen === 'card' && seen.position === 'none' && (await this.shutter()) === 'open';
    return isWide ? deviceFault('shutterFail', 'shutter open while idle', 'maintenance') : undefined;
  }

  /** Who answers? Asked before anything that could move a motor of some other device. A unit that wants to be
   *  initialised first is asked again afterwards. */
  async #identify(): Promise<Result<void, Fault>> {
    const exchange = await this.ask(COMMANDS.serial);
    if (exchange.seen !== 'reply') return err(this.#silent(exchange.fault));
    const told = serialOf(exchange.reply);
    if (!told.ok || told.value === undefined) return told.ok ? ok(undefined) : told;
    const serial = told.value;
    this.units.areOf(serial);
    this.#serial = serial;
    const pinned = { driver: this.#options.driver, serial: this.#options.expectSerial };
    const wrong = identityFault({ driver: this.#options.driver, serial, model: 'CRT-591' }, pinned);
    return wrong === undefined ? ok(undefined) : err(wrong);
  }

  /** The unit may not be used; the next call looks again. After a wrong identity it begins from the cable. */
  async #refuse(fault: Fault): Promise<Result<never, Fault>> {
    this.#serial = undefined;
    if (isSilence(fault)) {
      this.#lost(fault);
      return err(fault);
    }
    this.#isInspected = false;
    this.#isSick = true;
    const device = fault.code === 'shutterFail' ? 'potentialFraud' : 'hardwareError';
    this.watcher.report({ ...statusOf(this.#facts(fault)), device });
    if (fault.code === 'configuration') await this.#link.drop();
    return err(fault);
  }

  #read(reply: RawReply): Seen {
    if (reply.kind === 'positive') {
      this.#position = positionOf(reply.st0);
      this.units.seen(reply.st1, reply.st2);
      const nowMs = this.clock.monoMs();
      this.#gate.see(this.#position, nowMs);
      if (this.#gate.foreignMs(nowMs) >= CRT591_LIMITS.foreignAtGateMs) this.#latched ??= trapped();
      return { seen: 'card', position: this.#position };
    }
    // What lies at the gate after a fault may come from inside.
    this.#gate.presents();
    const fault = faultOfError(reply.errorCode);
    if (fault.code === 'mediaJam') this.#position = 'jammed';
    return { seen: 'fault', position: this.#position, fault };
  }

  #tell(seen: Seen): 'taken' | 'inspect' {
    if (seen.seen === 'silent') return 'taken';
    return this.watcher.report(statusOf(this.#facts(seen.seen === 'fault' ? seen.fault : undefined)));
  }

  /** The port is alive and the unit is not: stale, and it is looked at anew when it speaks again (fault F12). */
  #silent(fault: Fault): Fault {
    this.#lost(fault);
    return fault;
  }

  #lost(fault: Fault): void {
    this.#isInspected = false;
    this.#isSick = false;
    this.watcher.lost('offline', fault);
  }

  #facts(fault?: Fault): Parameters<typeof statusOf>[0] {
    return {
      position: this.#position,
      units: this.units.told(),
      fault: fault ?? this.#latched,
    };
  }
}
