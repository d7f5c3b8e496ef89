import { Worker } from 'node:worker_threads';
import { AppError, err, ok, type Clock, type Result } from '@yimen/contracts/base';
import { STORE_LIMITS } from './limits.table.ts';
import type { StoreAddress } from './store-address.ts';
import type { StoreFault } from './store-fault.ts';

export interface WorkerSetup {
  readonly role: 'writer' | 'reader';
  readonly at: StoreAddress;
}
export interface WorkerCall {
  readonly no: number;
  readonly group: string;
  readonly name: string;
  readonly input: unknown;
}
export type WorkerAnswer =
  | { readonly no: number; readonly ok: true; readonly value: unknown }
  | { readonly no: number; readonly ok: false; readonly fault: StoreFault }
  | { readonly no: number; readonly ok: false; readonly broken: string };

interface Waiting {
  readonly resolve: (result: Result<unknown, StoreFault>) => void;
  readonly reject: (error: AppError) => void;
  readonly cancel: () => void;
}

/** One worker thread of the store and the calls that wait for it. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  #no = 0;
  #ended = false;

  private constructor(worker: Worker, clock: Clock) {
    this.#worker = worker;
    this.#clock = clock;
    worker.on('message', (answer: WorkerAnswer) => this.#settle(answer));
    worker.on('error', (error) =>
      this.#fail(`a thread of the store failed: ${error instanceof Error ? error.message : String(error)}`),
    );
    worker.on('exit', () => this.#fail('a thread of the store ended'));
  }

  /** Starts a thread; it loads its program and waits for `open`. */
  static start(setup: WorkerSetup, clock: Clock): WorkerThread {
    return new WorkerThread(new Worker(new URL('./store-worker.ts', import.meta.url), { workerData: setup }), clock);
  }

  /** Opens the data. @fault DATA_UNREADABLE, DATA_NEWER as they are; DISK_FULL; STORE_AWAY, STORE_DENIED of a server. Then
   *  the thread has ended. */
  async open(): Promise<Result<void, StoreFault>> {
    const answer = this.#wait(0, STORE_LIMITS.openMs);
    this.#worker.postMessage('open');
    const opened = await answer;
    if (opened.ok) return ok(undefined);
    await this.#worker.terminate();
    return opened;
  }

  /** Asks the thread. @fault STORE_BUSY too many calls wait, or no answer in time (then the call may still happen).
   *  @throws AppError STORE_BROKEN on a mistake of the program, or when the thread is gone. */
  call(group: string, name: string, input: unknown): Promise<Result<unknown, StoreFault>> {
    if (this.#ended) return Promise.reject(new AppError('STORE_BROKEN', 'the store is closed'));
    if (this.#waiting.size >= STORE_LIMITS.waitingCalls) {
      return Promise.resolve(err({ code: 'STORE_BUSY' as const, message: 'too many calls wait for the store' }));
    }
    this.#no += 1;
    const no = this.#no;
    const answer = this.#wait(no, STORE_LIMITS.callMs);
    this.#worker.postMessage({ no, group, name, input } satisfies WorkerCall);
    return answer;
  }

  /** Lets waiting calls finish, closes the connection and ends the thread. */
  async close(): Promise<void> {
    if (this.#ended) return;
    const ended = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
    this.#worker.postMessage('close');
    const cancel = this.#clock.after(STORE_LIMITS.callMs, () => void this.#worker.terminate());
    await ended;
    cancel();
  }

  #wait(no: number, limitMs: number): Promise<Result<unknown, StoreFault>> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(limitMs, () => {
        this.#waiting.delete(no);
        resolve(err({ code: 'STORE_BUSY', message: `the store did not answer within ${limitMs} ms` }));
      });
      this.#waiting.set(no, { resolve, reject, cancel });
    });
  }

  #settle(answer: WorkerAnswer): void {
    const waiting = this.#waiting.get(answer.no);
    if (waiting === undefined) return;
    this.#waiting.delete(answer.no);
    waiting.cancel();
    if (answer.ok) waiting.resolve(ok(answer.value));
    else if ('fault' in answer) waiting.resolve(err(answer.fault));
    else waiting.reject(new AppError('STORE_BROKEN', answer.broken));
  }

  #fail(message: string): void {
    this.#ended = true;
    for (const waiting of this.#waiting.values()) {
      waiting.cancel();
      waiting.reject(new AppError('STORE_BROKEN', message));
    }
    this.#waiting.clear();
  }
}
