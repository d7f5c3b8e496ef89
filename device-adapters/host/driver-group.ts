import type { Clock } from '@yimen/contracts/base';
import type { DeviceStatus } from '@yimen/contracts/device';
import { within } from '../driver-kit/within.ts';
import { LIMITS } from '../limits.table.ts';
import { startDriverProcess, type ChildEvents, type DriverProcess } from './child-process.ts';
import type { HostDevice } from './host-config.ts';

export interface DriverGroupOptions {
  readonly clock: Clock;
  readonly log: (line: string, fields: Readonly<Record<string, string | number>>) => void;
  /** What is a citizen's goes through these drivers: their process is replaced when `wipe` asks for it. */
  readonly seesCitizens: boolean;
  /** How long its first process may take to load. */
  readonly readyMs: number;
  /** What starts a process; tests have one of their own. */
  readonly startProcess?: (clock: Clock, events: ChildEvents, readyMs: number) => DriverProcess;
}

/** One device of the group, as its seat in the host sees it. */
export interface GroupMember {
  readonly config: HostDevice;
  readonly onStatus: (status: DeviceStatus) => void;
  readonly onAnswer: (n: number, value: unknown) => void;
  /** The process has ended, by itself or because `stop` asked for it. */
  readonly onEnded: (why: string) => void;
  /** Another process runs the drivers now; nothing was under way, and nothing was lost. */
  readonly onReplaced: () => void;
}

/** A call that may move something, or that brings what is a citizen's. */
export interface Work {
  /** @param effect one whose end is not known, so that its driver still knows what it was to do; or is known now */
  end(effect?: { readonly operationId: string; readonly isSettled: boolean }): void;
}

/** Drivers that share one process. One that sees citizens is replaced after a session that used it: only what is killed is
 *  wiped (faults.md §7). Its successor has loaded its programs before it takes the devices over, nothing may be under way
 *  meanwhile, and calls that come wait for it; so a replacement is no death, and nobody sees the devices leave. A process that
 *  does not end keeps its devices: they are offline until it has. */
export class DriverGroup {
  readonly #options: DriverGroupOptions;
  readonly #members = new Map<string, GroupMember>();
  readonly #unsettled = new Set<string>();
  #process: DriverProcess | undefined;
  #isRunning: Promise<boolean> = Promise.resolve(false);
  #spare: DriverProcess | undefined;
  #works = 0;
  /** This process serves a session, or did and has not gone yet. */
  #isWorked = false;
  /** It knows, or may know, what is a citizen's. */
  #isUsed = false;
  /** Devices with a medium in or on them. */
  readonly #held = new Set<string>();
  #wishedAt: number | undefined;
  #sparePatienceMs: number = LIMITS.spareWaitMs;
  #expectedUntil = 0;
  #cancelLook: () => void = () => undefined;
  #cancelAgain: () => void = () => undefined;
  #isClosed = false;

  constructor(options: DriverGroupOptions) {
    this.#options = options;
  }

  get isShared(): boolean {
    return this.#members.size > 1;
  }

  get seesCitizens(): boolean {
    return this.#options.seesCitizens;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  join(member: GroupMember): void {
    this.#members.set(member.config.device, member);
  }

  /** Starts the process, unless it runs: whoever comes first starts it for all. */
  start(): void {
    if (this.#process !== undefined || this.#isClosed) return;
    const started = this.#spawn(this.#options.readyMs);
    this.#process = started;
    this.#isRunning = started.ready.then((isReady) => isReady && this.#take(started));
  }

  /** Whether there is a process that can be asked; while it is replaced, its successor. */
  running(): Promise<boolean> {
    return this.#isRunning;
  }

  /** For which key the next arguments are to be sealed. It stays for as long as a caller needs to use it. */
  async sealingKey(): Promise<string | undefined> {
    if (!(await this.#isRunning)) return undefined;
    this.#expectedUntil = this.#options.clock.monoMs() + LIMITS.sealedWithinMs;
    return this.#process?.sealingKey;
  }

  send(device: string, body: object): boolean {
    return this.#process?.send({ ...body, device }) ?? false;
  }

  /** @param isOfSession its end will be told by `wipe` */
  begin(isOfSession = false): Work {
    this.#works += 1;
    this.#isWorked ||= isOfSession;
    this.#expectedUntil = 0;
    this.#used();
    return {
      end: (effect) => {
        this.#works -= 1;
        if (effect?.isSettled === true) this.#unsettled.delete(effect.operationId);
        else if (effect !== undefined) this.#unsettled.add(effect.operationId);
        this.#look();
      },
    };
  }

  /** A card may lie on a reader when no session runs: asked how it is, the reader tells the card's own number. */
  holds(device: string, isHeld: boolean): void {
    if (isHeld) {
      this.#held.add(device);
      this.#used();
    } else if (this.#held.delete(device) && !this.#isWorked) {
      // Nobody is there who would have to wait for a successor.
      this.#sparePatienceMs = 0;
      this.wipe();
    }
  }

  /** A citizen has gone: what the process knows of him goes as soon as nothing is under way. An effect whose end is unknown
   *  is given a little time: whoever asks for it now is answered by the driver that knows what was asked of the device;
   *  afterwards the device alone can tell. */
  wipe(): void {
    if (!this.#options.seesCitizens || !this.#isUsed || this.#process === undefined) return;
    this.#wishedAt ??= this.#options.clock.monoMs();
    this.#look();
  }

  /** Ends the process; each member learns of it. Resolves when it has gone, with whether it has. */
  async stop(): Promise<boolean> {
    const current = this.#process;
    if (current === undefined) return true;
    await current.stop();
    const gone = current.ended.then(() => true);
    return within(this.#options.clock, gone, LIMITS.childStopMs, false);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelLook();
    this.#cancelAgain();
    await Promise.all([this.#spare?.stop(), this.#process?.stop()]);
  }

  #spawn(readyMs: number): DriverProcess {
    const events = {
      onStatus: (device: string, status: DeviceStatus) => this.#members.get(device)?.onStatus(status),
      onAnswer: (device: string, n: number, value: unknown) => this.#members.get(device)?.onAnswer(n, value),
    };
    const spawned = (this.#options.startProcess ?? startDriverProcess)(this.#options.clock, events, readyMs);
    void spawned.ended.then((why) => this.#ended(spawned, why));
    return spawned;
  }

  /** From its first use on a successor is held ready: when the citizen goes, nobody waits for it. */
  #used(): void {
    if (!this.#options.seesCitizens || this.#isClosed) return;
    this.#isUsed = true;
    if (this.#spare !== undefined) return;
    const spare = this.#spawn(LIMITS.sharedReadyMs);
    this.#spare = spare;
    void spare.ready.then(() => this.#look());
  }

  #take(taken: DriverProcess): boolean {
    taken.run([...this.#members.values()].map(({ config }) => config));
    return true;
  }

  #ended(ended: DriverProcess, why: string): void {
    if (ended === this.#spare) {
      this.#spare = undefined;
      this.#options.log('successor ended', { why });
      this.#cancelAgain();
      this.#cancelAgain = this.#options.clock.after(LIMITS.spareAgainMs, () => {
        if (this.#isUsed) this.#used();
      });
    }
    if (ended !== this.#process) return;
    this.#process = undefined;
    this.#isRunning = Promise.resolve(false);
    // What it knew has gone with it.
    this.#forgotten();
    for (const { onEnded } of this.#members.values()) onEnded(why);
  }

  #forgotten(): void {
    this.#isUsed = false;
    this.#isWorked = false;
    this.#unsettled.clear();
    this.#wishedAt = undefined;
    this.#sparePatienceMs = LIMITS.spareWaitMs;
    void this.#spare?.stop();
    this.#spare = undefined;
  }

  /** Replaces the process if that is wished and may be now. */
  #look(): void {
    const { clock } = this.#options;
    if (this.#isClosed || this.#wishedAt === undefined || this.#works > 0) return;
    const isSpareReady = this.#spare?.sealingKey !== undefined;
    const waitsUntil = Math.max(
      this.#expectedUntil,
      this.#unsettled.size > 0 ? this.#wishedAt + LIMITS.unsettledMs : 0,
      // One that does not come must not keep the old one, with all that it knows.
      isSpareReady ? 0 : this.#wishedAt + this.#sparePatienceMs,
    );
    this.#cancelLook();
    const leftMs = waitsUntil - clock.monoMs();
    if (leftMs > 0) this.#cancelLook = clock.after(leftMs, () => this.#look());
    else this.#replace();
  }

  #replace(): void {
    const old = this.#process;
    if (old === undefined) return;
    const successor = this.#spare ?? this.#spawn(LIMITS.sharedReadyMs);
    this.#process = successor;
    this.#spare = undefined;
    this.#forgotten();
    this.#isRunning = this.#handOver(old, successor);
  }

  /** @returns whether the successor has the devices */
  async #handOver(old: DriverProcess, successor: DriverProcess): Promise<boolean> {
    await old.stop();
    const gone = old.ended.then(() => true);
    if (await within(this.#options.clock, gone, LIMITS.childStopMs, false)) return this.#takeOver(successor);
    this.#options.log('driver process does not end', { child: old.pid ?? 0 });
    void gone.then(() => {
      if (this.#process === successor) this.#isRunning = this.#takeOver(successor);
    });
    return false;
  }

  async #takeOver(successor: DriverProcess): Promise<boolean> {
    // It may have died while it waited for the devices; then its members know already.
    if (!(await successor.ready) || this.#process !== successor) return false;
    this.#take(successor);
    this.#options.log('driver process replaced', { child: successor.pid ?? 0 });
    for (const { onReplaced } of this.#members.values()) onReplaced();
    return true;
  }
}
