import type { CancelTimer, Clock } from '@yimen/contracts/base';
import type { DeniedTry } from '../shell-lines.ts';

/** Called for every try that was refused. */
export type Deny = (what: DeniedTry, detail?: string) => void;

interface Counted {
  readonly what: DeniedTry;
  readonly detail: string;
  times: number;
}

const TOGETHER_MS = 10_000;
/** Different tries kept apart at a time: above it they are still refused and counted, under one line each kind. */
const KINDS = 50;

/** Tells refused tries: the first of a kind at once, the same ones within ten seconds as one line with their number, so
 *  that whoever leans on a key fills no journal. */
export class DeniedTries {
  readonly #clock: Clock;
  readonly #tell: (what: DeniedTry, detail: string, times: number) => void;
  readonly #counted = new Map<string, Counted>();
  #cancel: CancelTimer | null = null;

  constructor(clock: Clock, tell: (what: DeniedTry, detail: string, times: number) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  deny: Deny = (what, detail = '') => {
    const told = this.#counted.size < KINDS ? detail : '';
    const name = `${what} ${told}`;
    const known = this.#counted.get(name);
    if (known !== undefined) {
      known.times += 1;
      return;
    }
    this.#counted.set(name, { what, detail: told, times: 0 });
    this.#tell(what, told, 1);
    this.#cancel ??= this.#clock.after(TOGETHER_MS, () => {
      this.flush();
    });
  };

  /** Tells what was counted since. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    for (const { what, detail, times } of this.#counted.values()) if (times > 0) this.#tell(what, detail, times);
    this.#counted.clear();
  }
}
