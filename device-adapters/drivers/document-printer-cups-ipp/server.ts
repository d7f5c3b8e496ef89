import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import type { DriverLog } from '../../driver-kit/driver.ts';
import { identityFault } from '../../driver-kit/identity.ts';
import { StatusWatcher } from '../../driver-kit/status-watcher.ts';
import { isSuccess, IppLink, type Ask, type LinkOptions } from './link.ts';
import { IPP_LIMITS } from './limits.table.ts';
import {
  encodeGetJob,
  encodeGetJobs,
  encodeGetPrinter,
  jobsOf,
  printerOf,
  STATUS,
  type RawAnswer,
  type RawJob,
} from './protocol.ts';
import { purgeQueue } from './purge.ts';
import {
  believed,
  deadBackend,
  identityOf,
  malformedFault,
  refusalOf,
  statusOf,
  type BelievedPrinter,
} from './status.ts';

export interface ServerOptions extends Omit<LinkOptions, 'onLost' | 'onFresh'> {
  readonly driver: string;
  readonly expectSerial?: string | undefined;
  /** Jobs found at the first contact are cancelled (F36). */
  readonly purgesAtStart: boolean;
  readonly log: DriverLog;
}

/** The print server as this driver knows it: looked at, identified, its queue emptied; its status; its jobs. */
export class PrintServer {
  readonly watcher: StatusWatcher;
  readonly clock: Clock;
  readonly link: IppLink;
  readonly #options: ServerOptions;
  readonly #jobIds = new Map<string, number>();
  #isInspected = false;
  /** The queue may hold what must not be printed for the next citizen. */
  #mustPurge: boolean;
  #purged = 0;
  #oldReasons: ReadonlySet<string> = new Set();
  #identity: ReturnType<typeof identityOf> = { model: '', serial: '', firmware: null };

  constructor(options: ServerOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.#mustPurge = options.purgesAtStart;
    this.watcher = new StatusWatcher(options.clock);
    this.link = new IppLink({
      ...options,
      onFresh: () => {
        this.#isInspected = false;
      },
      onLost: (detail) => this.#lost(deviceFault('offline', detail, 'reset')),
    });
  }

  /** Who answered at the last inspection; empty before the first. */
  get identity(): ReturnType<typeof identityOf> {
    return this.#identity;
  }

  /** Jobs cancelled since the driver started. */
  get purged(): number {
    return this.#purged;
  }

  /** A job of ours goes out: until its end was seen, the queue may hold it. */
  jobGoesOut(): void {
    this.#mustPurge = true;
  }

  /** Its end was seen, or it never was one. */
  jobIsOver(): void {
    this.#mustPurge = false;
  }

  /** Looks, and on a new channel identifies and purges. A queue that is stopped or out of paper is an answer, no fault.
   *  @fault offline, timeOut, configuration, deviceNotReady: nothing may be printed. */
  async ready(): Promise<Result<BelievedPrinter, Fault>> {
    const raw = await this.look();
    return raw.ok && !this.#isInspected ? this.#inspect(raw.value) : raw;
  }

  /** Get-Printer-Attributes. What it means, the watcher is told. */
  async look(): Promise<Result<BelievedPrinter, Fault>> {
    const answer = await this.told({ operation: 'getPrinterAttributes', encode: encodeGetPrinter });
    const raw = answer.ok ? printerOf(answer.value) : undefined;
    if (!answer.ok || raw === undefined) {
      const fault = answer.ok ? malformedFault() : answer.error;
      this.#lost(fault);
      return err(fault);
    }
    const seen = believed(raw, this.#oldReasons);
    // What is not said idle any more, and not doubted, is news again.
    this.#oldReasons = new Set(seen.doubted);
    this.#take(seen);
    return ok(seen);
  }

  /** Somebody says that it is mended: what an idle CUPS queue has said until now is not believed (README.md, Quirks). */
  async doubtReasons(): Promise<void> {
    const raw = await this.look();
    if (raw.ok) this.#oldReasons = new Set([...(raw.value.reasons ?? []), ...raw.value.doubted]);
  }

  /** Asks, and takes only success for an answer.
   *  @fault as `IppLink.ask`, and what `refusalOf` says. */
  async told(ask: Ask): Promise<Result<RawAnswer, Fault>> {
    const answer = await this.link.ask(ask);
    if (!answer.ok || isSuccess(answer.value)) return answer;
    return err(refusalOf(ask.operation, answer.value));
  }

  /** Cancels every job of the queue.
   *  @fault deviceNotReady some are still there; configuration no right to. */
  async purge(): Promise<Result<void, Fault>> {
    const purged = await purgeQueue(this);
    this.#purged += purged.jobs;
    if (purged.jobs > 0) this.#options.log.debug('jobs of the queue cancelled', { jobs: purged.jobs });
    if (purged.fault !== undefined) return err(purged.fault);
    this.#mustPurge = false;
    return ok(undefined);
  }

  /** Ends the inspection: not `online` before the next `ready` has made it anew. */
  doubt(): void {
    this.#isInspected = false;
    this.watcher.starting();
  }

  remember(operationId: string, jobId: number): void {
    this.#jobIds.set(operationId, jobId);
    const [oldest] = this.#jobIds.keys();
    if (this.#jobIds.size > IPP_LIMITS.rememberedJobs && oldest !== undefined) this.#jobIds.delete(oldest);
  }

  /** What the server says of one job; `undefined` when it does not know it any more. */
  async job(jobId: number): Promise<Result<RawJob | undefined, Fault>> {
    const ask: Ask = { operation: 'getJobAttributes', encode: (head) => encodeGetJob(head, jobId) };
    const answer = await this.link.ask(ask);
    if (!answer.ok) return answer;
    if (answer.value.status === STATUS.notFound) return ok(undefined);
    if (!isSuccess(answer.value)) return err(refusalOf(ask.operation, answer.value));
    return ok(jobsOf(answer.value).find(({ id }) => id === jobId));
  }

  async jobs(which: 'not-completed' | 'completed'): Promise<Result<RawJob[], Fault>> {
    const answer = await this.told({ operation: 'getJobs', encode: (head) => encodeGetJobs(head, which) });
    return answer.ok ? ok(jobsOf(answer.value)) : answer;
  }

  /** The job of an operation: by its id while it is remembered, else by its name. */
  async jobOf(operationId: string): Promise<Result<RawJob | undefined, Fault>> {
    const jobId = this.#jobIds.get(operationId);
    if (jobId !== undefined) {
      const known = await this.job(jobId);
      // After a restart of the server the same number may be somebody else's. No name: it is kept private.
      if (!known.ok || known.value?.name === operationId || known.value?.name === '') return known;
    }
    for (const which of ['not-completed', 'completed'] as const) {
      const jobs = await this.jobs(which);
      if (!jobs.ok) return jobs;
      const found = jobs.value.find(({ name }) => name === operationId);
      if (found !== undefined) return ok(found);
    }
    return ok(undefined);
  }

  async #inspect(seen: BelievedPrinter): Promise<Result<BelievedPrinter, Fault>> {
    this.#identity = identityOf(seen);
    const { driver, expectSerial } = this.#options;
    const wrong = identityFault({ driver, ...this.#identity }, { driver, serial: expectSerial });
    if (wrong !== undefined) return this.#unfit(seen, wrong);
    if (this.#mustPurge) {
      const purged = await this.purge();
      if (!purged.ok) return this.#unfit(seen, purged.error);
    }
    // What was printing may have stopped meanwhile.
    const raw = await this.look();
    if (raw.ok && !isSick(raw.value)) {
      this.#isInspected = true;
      this.#take(raw.value);
    }
    return raw;
  }

  #unfit(raw: BelievedPrinter, fault: Fault): Result<never, Fault> {
    if (['offline', 'timeOut'].includes(fault.code)) this.#lost(fault);
    else this.watcher.report({ ...statusOf(raw), device: 'hardwareError', fault, action: fault.action });
    return err(fault);
  }

  #take(raw: BelievedPrinter): void {
    const dead = deadBackend(raw);
    if (isSick(raw)) this.#isInspected = false;
    if (dead !== undefined) this.watcher.lost('offline', dead);
    else if (this.#isInspected) this.watcher.inspected(statusOf(raw));
    else this.watcher.report(statusOf(raw));
  }

  #lost(fault: Fault): void {
    this.#isInspected = false;
    this.watcher.lost('offline', fault);
  }
}

/** Not to be called well without another inspection. */
function isSick(raw: BelievedPrinter): boolean {
  return deadBackend(raw) !== undefined || statusOf(raw).device !== 'online';
}
