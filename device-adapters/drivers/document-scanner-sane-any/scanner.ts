import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { offlineFault, silentFault } from '../../driver-kit/device-faults.ts';
import { identityFault } from '../../driver-kit/identity.ts';
import { StatusWatcher } from '../../driver-kit/status-watcher.ts';
import type { SaneEnd } from '../../framing/sane-run.ts';
import { SaneLink, type LinkOptions } from './link.ts';
import { SANE_LIMITS } from './limits.table.ts';
import { devicesOf, listArgs, lookArgs, lookOf, type RawDevice, type RawLook } from './protocol.ts';
import {
  absentTrouble,
  ambiguousTrouble,
  identityOf,
  isOver,
  malformedTrouble,
  statusOf,
  statusOfTrouble,
  troubleOf,
  type Trouble,
} from './status.ts';

export interface ScannerOptions extends Omit<LinkOptions, 'onLost' | 'onFresh'> {
  readonly driver: string;
  /** SANE's name; a `*` at its end stands for the rest. */
  readonly device: string;
  readonly expectSerial?: string | undefined;
}

/** A scanner that was found and looked at. */
export interface FoundScanner {
  readonly name: string;
  readonly look: RawLook;
}

/** The scanner as this driver knows it: found, identified, looked at; its status. */
export class Scanner {
  readonly watcher: StatusWatcher;
  readonly clock: Clock;
  readonly link: SaneLink;
  readonly #options: ScannerOptions;
  #isInspected = false;
  #found: RawDevice | undefined;
  #lasting: Trouble | undefined;
  #identity: ReturnType<typeof identityOf> = { model: '', serial: '', firmware: null };

  constructor(options: ScannerOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.watcher = new StatusWatcher(options.clock);
    this.link = new SaneLink({
      ...options,
      onFresh: () => {
        this.#isInspected = false;
      },
      onLost: (detail) => this.#lost({ code: 'offline', message: detail.slice(0, 200), action: 'reset' }),
    });
  }

  /** Who it was at the last inspection; empty before the first. */
  get identity(): ReturnType<typeof identityOf> {
    return this.#identity;
  }

  /** Looks; on a new channel, and after every trouble, finds and identifies it first.
   *  @param deadlineAt no question takes longer
   *  @fault offline, timeOut, configuration, deviceBusy, hardwareError: nothing may be scanned. */
  async ready(deadlineAt: number): Promise<Result<FoundScanner, Fault>> {
    const before = this.#found;
    if (this.#isInspected && before !== undefined) {
      const looked = await this.#look(before, deadlineAt);
      // The channel was another one: who is there must be asked first.
      if (!looked.ok || this.#isInspected) return looked;
    }
    return this.#inspect(deadlineAt);
  }

  /** Somebody says that it is mended, or wants it seen anew: not `online` before the next `ready`. */
  doubt(): void {
    this.#isInspected = false;
    this.#lasting = undefined;
    this.watcher.starting();
  }

  /** A scan went well: what an earlier one met is over. */
  scanned(look: RawLook): void {
    if (this.#lasting === undefined) return;
    this.#lasting = undefined;
    this.#take(look);
  }

  /** A scan met this. What no look shows stands from now on.
   *  @param look what was seen after it; absent: the scanner could not be asked, and its status says so already */
  met(trouble: Trouble, look: RawLook | undefined): void {
    if (trouble.isLasting === true) this.#lasting = trouble;
    if (look === undefined) return;
    if (trouble.device === 'online' || trouble.isLasting === true) this.#take(look);
    else void this.#sick(trouble);
  }

  async #inspect(deadlineAt: number): Promise<Result<FoundScanner, Fault>> {
    const listed = await this.#ask('list', listArgs(), SANE_LIMITS.listMs, deadlineAt);
    if (!listed.ok) return listed;
    const found = this.#choose(devicesOf(listed.value.stdout));
    if ('fault' in found) return this.#sick(found);
    this.#found = found;
    this.#identity = identityOf(found);
    const { driver, expectSerial } = this.#options;
    const wrong = identityFault({ driver, ...this.#identity }, { driver, serial: expectSerial });
    if (wrong !== undefined) return this.#sick({ fault: wrong, device: 'hardwareError' });
    // From here on a new channel undoes it.
    this.#isInspected = true;
    const looked = await this.#look(found, deadlineAt);
    if (looked.ok && !this.#isInspected)
      return this.#lost(offlineFault('the line was lost while the scanner was looked at'));
    return looked;
  }

  #choose(listed: readonly RawDevice[]): RawDevice | Trouble {
    const { device } = this.#options;
    if (!device.endsWith('*'))
      // One of the network can be there and not in the list: then only the look tells.
      return listed.find(({ name }) => name === device) ?? { name: device, vendor: '', model: '' };
    const fitting = listed.filter(({ name }) => name.startsWith(device.slice(0, -1)));
    const [first] = fitting;
    if (first === undefined) return absentTrouble(device);
    return fitting.length === 1 ? first : ambiguousTrouble(fitting);
  }

  /** What it means, the watcher is told. */
  async #look(device: RawDevice, deadlineAt: number): Promise<Result<FoundScanner, Fault>> {
    const looked = await this.#ask('look', lookArgs(device.name), SANE_LIMITS.lookMs, deadlineAt);
    if (!looked.ok) return looked;
    const look = lookOf(looked.value.stdout);
    if (look === undefined) return this.#sick(malformedTrouble());
    if (this.#isInspected) this.#take(look);
    return ok({ name: device.name, look });
  }

  /** One harmless question. */
  async #ask(
    what: string,
    args: readonly string[],
    mostMs: number,
    deadlineAt: number,
  ): Promise<Result<SaneEnd, Fault>> {
    const leftMs = Math.floor(Math.min(mostMs, deadlineAt - this.clock.monoMs()));
    if (leftMs <= 0) return this.#lost(silentFault(what));
    const ended = await this.link.run({
      what,
      args,
      deadlineMs: leftMs,
      graceMs: SANE_LIMITS.runGraceMs,
      outputBytes: 0,
    });
    if (!ended.ok) return this.#lost(ended.error);
    const trouble = troubleOf(ended.value);
    if (trouble === undefined) return ended;
    return trouble.fault.code === 'timeOut' ? this.#lost(silentFault(what)) : this.#sick(trouble);
  }

  #take(look: RawLook): void {
    if (this.#lasting !== undefined && isOver(this.#lasting, look)) this.#lasting = undefined;
    const status = statusOf(look, this.#lasting);
    const isRemembered = status.fault !== undefined && status.fault === this.#lasting?.fault;
    if (status.device === 'online') this.watcher.inspected(status);
    else this.watcher.report(status, isRemembered ? 'inferred' : 'reported');
  }

  #sick(trouble: Trouble): Result<never, Fault> {
    this.#isInspected = false;
    if (trouble.device === 'noDevice' || trouble.device === 'offline') this.watcher.lost(trouble.device, trouble.fault);
    else if (trouble.device === 'online')
      this.watcher.report({
        ...statusOfTrouble(trouble),
        device: 'hardwareError',
        fault: trouble.fault,
        action: trouble.fault.action,
      });
    else this.watcher.report(statusOfTrouble(trouble));
    return err(trouble.fault);
  }

  #lost(fault: Fault): Result<never, Fault> {
    this.#isInspected = false;
    this.watcher.lost('offline', fault);
    return err(fault);
  }
}
