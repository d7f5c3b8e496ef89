import type { ServerResponse } from 'node:http';
import type { CancelTimer, Clock } from '@yimen/contracts/base';
import { BENCH_LIMITS } from './bench-limits.table.ts';

/** Pages that follow the bench by server-sent events (HTML Standard §9.2): the whole state at first, then at each
 *  change, many changes gathered into one. */
export class BenchFollowers {
  readonly #clock: Clock;
  readonly #state: () => string;
  readonly #open = new Set<ServerResponse>();
  #gathering: CancelTimer | undefined;
  #beating: CancelTimer | undefined;

  constructor(clock: Clock, state: () => string) {
    this.#clock = clock;
    this.#state = state;
  }

  /** Takes a response over; it stays open. The longest follower makes room when there are too many. */
  add(response: ServerResponse): void {
    const [first] = this.#open;
    if (this.#open.size >= BENCH_LIMITS.followers && first !== undefined) this.#drop(first);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    this.#open.add(response);
    response.on('close', () => this.#drop(response));
    response.write(`data: ${this.#state()}\n\n`);
    this.#beating ??= this.#clock.after(BENCH_LIMITS.heartbeatMs, () => this.#beat());
  }

  /** Something changed; told after a short while, with everything else that changed until then. */
  changed(): void {
    if (this.#open.size === 0) return;
    this.#gathering ??= this.#clock.after(BENCH_LIMITS.gatherMs, () => {
      this.#gathering = undefined;
      this.#tell(`data: ${this.#state()}\n\n`);
    });
  }

  close(): void {
    this.#gathering?.();
    this.#beating?.();
    for (const response of this.#open) response.destroy();
    this.#open.clear();
  }

  #beat(): void {
    this.#beating = undefined;
    if (this.#open.size === 0) return;
    this.#tell(': still here\n\n');
    this.#beating = this.#clock.after(BENCH_LIMITS.heartbeatMs, () => this.#beat());
  }

  #tell(text: string): void {
    for (const response of this.#open) {
      if (response.writableLength > BENCH_LIMITS.backlogBytes) this.#drop(response);
      else response.write(text);
    }
  }

  #drop(response: ServerResponse): void {
    this.#open.delete(response);
    response.destroy();
  }
}
