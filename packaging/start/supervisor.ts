import type { Clock } from '@yimen/contracts/base';
import { Child, type ChildSpec, type ReadyLine } from './child.ts';

/** A process that comes back is given less time each time it falls, so that a broken one does not spin. */
const BACK_OFF_MS = [50, 200, 500, 1_000, 2_000] as const;
/** A process that stood this long has proved itself: its next fall is the first again. */
const STEADY_MS = 20_000;
const TERM_MS = 2_000;
/** A device host ends by itself within 2.5 s of the signal, whatever its devices do; core waits 5 s for the answer. */
const RESTART_TERM_MS = 3_500;

/** Keeps the siblings of the demonstration running: each is started again when it falls, whatever felled it. */
export class Supervisor {
  readonly #clock: Clock;
  readonly #running = new Map<string, Child>();
  readonly #say: (line: string) => void;
  /** Those that were told to end here: they did not fall. */
  readonly #ordered = new Set<Child>();
  /** Called whenever a process has started or ended. */
  onChange: () => void = () => undefined;
  /** Called with what a process that fell is made to wait, in milliseconds. */
  onPause: (ms: number) => void = () => undefined;
  readonly #restartTermMs: number;
  #stopping = false;

  constructor(clock: Clock, say: (line: string) => void, options: { readonly restartTermMs?: number } = {}) {
    this.#clock = clock;
    this.#say = say;
    this.#restartTermMs = options.restartTermMs ?? RESTART_TERM_MS;
  }

  /** Starts a process and waits for its ready line. `null`: it ended before it was ready. */
  async keep(spec: ChildSpec): Promise<ReadyLine | null> {
    const child = this.#spawn(spec);
    const said = await child.ready;
    void this.#watch(child, 0);
    return said;
  }

  /** A process that is started once and never again (a session): its owner learns of the end. */
  once(spec: ChildSpec, onExit: (how: string) => void): Child {
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

  #spawn(spec: ChildSpec): Child {
    const child = new Child(spec);
    this.#running.set(spec.name, child);
    this.onChange();
    return child;
  }

  async #watch(child: Child, falls: number): Promise<void> {
    const startedMono = this.#clock.monoMs();
    const how = await child.exited;
    if (this.#stopping) return;
    const isOrdered = this.#ordered.delete(child);
    const steady = this.#clock.monoMs() - startedMono > STEADY_MS;
    const fall = steady ? 0 : falls;
    this.#say(`${child.spec.name} ended (${isOrdered ? 'as ordered' : how}); starting it again`);
    if (!isOrdered) await this.#pause(BACK_OFF_MS[Math.min(fall, BACK_OFF_MS.length - 1)] ?? 0);
    if (this.#stopping) return;
    await this.#watch(this.#spawn(child.spec), isOrdered ? fall : fall + 1);
  }

  async #pause(ms: number): Promise<void> {
    this.onPause(ms);
    await new Promise<void>((resolve) => {
      setTimeout(resolve, ms);
    });
  }
}
