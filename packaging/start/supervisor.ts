import type { Clock } from '@yimen/contracts/base';
import { Child, type ChildSpec, type ReadyLine } from './child.ts';
import { ProcessWatch } from './process-watch.ts';
import { WATCH_TIMES, type WatchTimes } from './watch.table.ts';

/** A process that comes back is given less time each time it falls, so that a broken one does not spin. */
const BACK_OFF_MS = [50, 200, 500, 1_000, 2_000] as const;
/** A process that stood this long has proved itself: its next fall is the first again. */
const STEADY_MS = 20_000;
const TERM_MS = 2_000;
/** A device host ends by itself within 2.5 s of the signal, whatever its devices do; core waits 5 s for the answer. */
const RESTART_TERM_MS = 3_500;

/** A process to be started. `isWatched`: it is killed when it hangs, and its memory is looked at. */
export type KeptSpec = Omit<ChildSpec, 'pulseMs'> & { readonly isWatched?: boolean };

export interface SupervisorOptions {
  readonly restartTermMs?: number;
  readonly watch?: WatchTimes;
}

/** Keeps the siblings of the demonstration running: each is started again when it falls, whatever felled it. */
export class Supervisor {
  readonly #clock: Clock;
  readonly #running = new Map<string, Child>();
  readonly #say: (line: string) => void;
  /** Those that were told to end here: they did not fall. */
  readonly #ordered = new Set<Child>();
  /** Called whenever a process has started or ended. */
  onChange: () => void = () => undefined;
  /** Asked before a process that ended is started again: a rig that cut the power says when there is power again. */
  beforeAgain: (name: string) => Promise<void> = () => Promise.resolve();
  /** Called with what a process that fell is made to wait, in milliseconds. */
  onPause: (ms: number) => void = () => undefined;
  /** Called with the name of a process that gave no sign of life and was killed. */
  onHung: (name: string) => void = () => undefined;
  /** Called when a process is first seen above the bound of its memory. */
  onGrown: (name: string, rssMb: number) => void = () => undefined;
  readonly #restartTermMs: number;
  readonly #watchTimes: WatchTimes;
  readonly #watches = new Map<Child, ProcessWatch>();
  readonly #grown = new Set<Child>();
  #looks: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(clock: Clock, say: (line: string) => void, options: SupervisorOptions = {}) {
    this.#clock = clock;
    this.#say = say;
    this.#restartTermMs = options.restartTermMs ?? RESTART_TERM_MS;
    this.#watchTimes = options.watch ?? WATCH_TIMES;
  }

  /** Starts a process and waits for its ready line. `null`: it ended before it was ready. */
  async keep(spec: KeptSpec): Promise<ReadyLine | null> {
    const child = this.#spawn(spec);
    const said = await child.ready;
    void this.#watch(child, spec, 0);
    return said;
  }

  /** A process that is started once and never again (a session): its owner learns of the end. */
  once(spec: KeptSpec, onExit: (how: string) => void): Child {
    const child = this.#spawn(spec);
    void child.exited.then((how) => {
      if (this.#running.get(spec.name) === child) this.#running.delete(spec.name);
      this.onChange();
      onExit(how);
    });
    return child;
  }

  child(name: string): Child | undefined {
    return this.#running.get(name);
  }

  /** Ends a process that is kept, asked first and killed by its id at a deadline, and resolves when it is gone; it is
   *  started again as after a fall, which it is not counted as.
   *  @returns false: nothing of that name is kept here */
  async restart(name: string): Promise<boolean> {
    const child = this.#running.get(name);
    if (child === undefined || this.#stopping) return false;
    this.#ordered.add(child);
    child.signal('SIGTERM');
    const timer = setTimeout(() => {
      child.signal('SIGKILL');
    }, this.#restartTermMs);
    await child.exited;
    clearTimeout(timer);
    return true;
  }

  /** Pids by name, for those who want to kill one and see it come back. */
  pids(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#running].map(([name, child]) => [name, child.pid]));
  }

  /** Ends everything within 3 s: asked first, killed after 2 s. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#looks);
    const children = [...this.#running.values()];
    for (const child of children) child.signal('SIGTERM');
    const all = Promise.all(children.map((child) => child.exited));
    const late = new Promise<'late'>((resolve) => {
      const timer = setTimeout(() => {
        resolve('late');
      }, TERM_MS);
      timer.unref();
    });
    if ((await Promise.race([all, late])) === 'late') {
      for (const child of children) child.signal('SIGKILL');
      await all;
    }
  }

  #spawn({ isWatched, ...spec }: KeptSpec): Child {
    const { pulseMs, lookMs } = this.#watchTimes;
    const child = new Child(isWatched === true ? { ...spec, pulseMs } : spec);
    if (isWatched === true) {
      const watch = new ProcessWatch(this.#watchTimes);
      this.#watches.set(child, watch);
      child.onPulse = (rssBytes) => {
        watch.pulse(rssBytes);
        this.#heedMemory(child, watch);
      };
      void child.ready.then((said) => {
        if (said !== null) watch.ready();
      });
      void child.exited.then(() => {
        this.#watches.delete(child);
        this.#grown.delete(child);
      });
      this.#looks ??= setInterval(() => {
        this.#look();
      }, lookMs).unref();
    }
    this.#running.set(spec.name, child);
    this.onChange();
    return child;
  }

  /** A process that hangs heeds no signal but the one that needs nothing of it. */
  #look(): void {
    for (const [child, watch] of this.#watches) {
      if (!watch.look()) continue;
      this.#watches.delete(child);
      this.#say(`${child.spec.name} gives no sign of life and is killed`);
      child.signal('SIGKILL');
      this.onHung(child.spec.name);
    }
  }

  #heedMemory(child: Child, watch: ProcessWatch): void {
    const rssMb = watch.grownToMb();
    if (rssMb === undefined || this.#grown.has(child)) return;
    this.#grown.add(child);
    this.onGrown(child.spec.name, rssMb);
  }

  async #watch(child: Child, spec: KeptSpec, falls: number): Promise<void> {
    const startedMono = this.#clock.monoMs();
    const how = await child.exited;
    if (this.#stopping) return;
    const isOrdered = this.#ordered.delete(child);
    const steady = this.#clock.monoMs() - startedMono > STEADY_MS;
    const fall = steady ? 0 : falls;
    this.#say(`${spec.name} ended (${isOrdered ? 'as ordered' : how}); starting it again`);
    if (!isOrdered) await this.#pause(BACK_OFF_MS[Math.min(fall, BACK_OFF_MS.length - 1)] ?? 0);
    await this.beforeAgain(spec.name);
    if (this.#stopping) return;
    await this.#watch(this.#spawn(spec), spec, isOrdered ? fall : fall + 1);
  }

  async #pause(ms: number): Promise<void> {
    this.onPause(ms);
    await new Promise<void>((resolve) => {
      setTimeout(resolve, ms);
    });
  }
}
