import type { CancelTimer } from '@yimen/contracts/base';
import type { SimulatorContext } from '../../testing/simulated-device.ts';
import { JOB, PRINTER } from './simulator-codes.table.ts';
import type { OwnFault } from './simulator-faults.table.ts';
import { sheetsOf, sheetsOfCopy, type Job, type JobQueue } from './simulator-jobs.ts';
import type { PaperWorks, PrintedSheet } from './simulator-paper.ts';

/** A small office machine: paper moves after a moment, then a sheet every two seconds. */
const TIMES = { warmUpMs: 1_200, sheetMs: 1_900, stopMs: 700 } as const;
/** CUPS' own sentence. */
const DEAD = 'The printer may not exist or is unavailable at this time.';

export interface EngineParts {
  readonly context: SimulatorContext;
  readonly works: PaperWorks;
  readonly queue: JobQueue;
  readonly faults: Set<OwnFault>;
  /** A queue of CUPS, which remembers reasons and tells them its own way. */
  readonly isCups: boolean;
  readonly onChange: () => void;
}

/** Takes jobs through the machine, one sheet after the other. */
export class PrintEngine {
  readonly #parts: EngineParts;
  /** Something moves. */
  #moving: CancelTimer | undefined;
  #earlierS = 0;
  /** What CUPS said last, or what was said when the printer died. */
  #said: readonly string[] = [];

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /** `printer-up-time`: seconds since the first start, from 1 on. It goes on over a restart (RFC 8011 §5.4.29). */
  get upS(): number {
    return this.#earlierS + 1 + Math.floor(this.#parts.context.clock.monoMs() / 1_000);
  }

  comeBack(upS: number): void {
    this.#earlierS += Math.max(0, upS - this.upS);
  }

  get state(): (typeof PRINTER)[keyof typeof PRINTER] {
    const { queue, faults } = this.#parts;
    if (faults.has('paused') || queue.current?.state === JOB.stopped) return PRINTER.stopped;
    return queue.current === undefined ? PRINTER.idle : PRINTER.processing;
  }

  get message(): string {
    const { queue, faults } = this.#parts;
    if (faults.has('dead-backend') && queue.current !== undefined) return DEAD;
    return faults.has('paused') ? 'Paused' : '';
  }

  /** `printer-state-reasons`, with suffixes; `none` when there are none. */
  get reasons(): readonly string[] {
    const { faults, isCups, queue } = this.#parts;
    const isOld = faults.has('dead-backend') || (isCups && queue.current === undefined);
    const reasons = isOld ? [...this.#said] : this.#reasonsNow();
    if (faults.has('paused')) reasons.push('paused');
    if (isCups && queue.current !== undefined) reasons.push('cups-waiting-for-job-completed');
    return reasons.length === 0 ? ['none'] : reasons;
  }

  /** The printer dies: what it said last is said for ever. */
  freeze(): void {
    if (!this.#parts.isCups || this.#parts.queue.current !== undefined) this.#said = this.#reasonsNow();
  }

  /** Sheets of a job as the server tells them. CUPS does not count before the end, and counts one of a job that waited. */
  told(job: Job): number {
    if (!this.#parts.isCups) return job.sheetsDone;
    if (job.state < JOB.canceled) return 0;
    return job.sheetsDone === 0 && job.hasWaited && job.state === JOB.canceled ? 1 : job.sheetsDone;
  }

  /** Cancels a job that has not ended: at once while it waits, else after the sheet that is under way. */
  cancel(job: Job): void {
    if (job.state === JOB.pending || job.state === JOB.held) {
      this.#end(job, JOB.canceled, 'job-canceled-by-user');
    } else {
      job.isCancelling = true;
      job.reason = 'processing-to-stop-point';
    }
    this.run();
  }

  /** Every job at once, and what is remembered of them. */
  purge(): void {
    this.#moving?.();
    this.#moving = undefined;
    this.#parts.queue.forgetAll();
    this.#parts.onChange();
  }

  /** Goes on, as far as the machine lets it. Call after whatever may have changed that. */
  run(): void {
    if (this.#moving === undefined) this.#step();
    const { queue, faults } = this.#parts;
    if (queue.current !== undefined && !faults.has('dead-backend')) this.#said = this.#reasonsNow();
    this.#parts.onChange();
  }

  #step(): void {
    const { queue, faults } = this.#parts;
    const job = queue.current ?? (faults.has('paused') ? undefined : queue.next);
    if (job === undefined) return;
    if (job.isCancelling) return this.#move(TIMES.stopMs, () => this.#end(job, JOB.canceled, 'job-canceled-by-user'));
    if (job.state === JOB.pending) return this.#begin(job);
    if (faults.has('paused')) return this.#stand(job);
    // Both hang without a reason that would say why.
    if (faults.has('dead-backend') || faults.has('wrong-media')) return this.#goOn(job);
    if (job.pages === 0) return this.#endAndGoOn(job, JOB.aborted, 'document-format-error');
    if (job.sheetsDone >= sheetsOf(job)) return this.#complete(job);
    if (faults.has('aborts') && (job.sheetsDone > 0 || sheetsOf(job) === 1))
      return this.#endAndGoOn(job, JOB.aborted, 'aborted-by-system');
    if (this.#hindrances(job).length > 0) return this.#stand(job);
    this.#goOn(job);
    this.#move(TIMES.sheetMs, () => this.#sheetIsDue(job));
  }

  #begin(job: Job): void {
    job.state = JOB.processing;
    job.reason = 'job-printing';
    job.processingAt = this.upS;
    if (!this.#parts.faults.has('dead-backend')) this.#said = [];
    this.#move(TIMES.warmUpMs, () => undefined);
  }

  #stand(job: Job): void {
    job.hasWaited = true;
    if (this.#parts.isCups) return;
    job.state = JOB.stopped;
    job.reason = 'printer-stopped';
  }

  #goOn(job: Job): void {
    job.state = JOB.processing;
    job.reason = 'job-printing';
  }

  #sheetIsDue(job: Job): void {
    const { works, faults } = this.#parts;
    if (faults.has('false-ok')) {
      job.sheetsDone += 1;
      return;
    }
    works.feed();
    // A cover that is opened meanwhile leaves the sheet where it is.
    if (faults.has('F27') || works.now.isCoverOpen) {
      works.change({ isJammed: true });
      return;
    }
    job.sheetsDone += 1;
    works.print(sheetOf(job));
  }

  #complete(job: Job): void {
    const stopped = this.#parts.faults.has('stopped-reason');
    this.#endAndGoOn(job, JOB.completed, stopped ? 'processing-to-stop-point' : 'job-completed-successfully');
  }

  #endAndGoOn(job: Job, state: typeof JOB.aborted | typeof JOB.completed, reason: string): void {
    this.#end(job, state, reason);
    this.#step();
  }

  #end(job: Job, state: typeof JOB.canceled | typeof JOB.aborted | typeof JOB.completed, reason: string): void {
    const { queue, faults } = this.#parts;
    queue.end(job, state, reason, this.upS);
    if (faults.has('forgets')) queue.forgetEnded();
  }

  #move(ms: number, then: () => void): void {
    const { clock, speed } = this.#parts.context;
    this.#moving = clock.after(speed === 'fast' ? 0 : ms, () => {
      this.#moving = undefined;
      then();
      this.run();
    });
  }

  #hindrances(job: Job | undefined): string[] {
    const { works, faults } = this.#parts;
    const broken = faults.has('hardware-broken') ? ['fuser-over-temp'] : [];
    return [...broken, ...works.hindrances(job?.isColour ?? true)];
  }

  /** What keeps a job is an error, what will keep the next one a warning, what is only low a report. */
  #reasonsNow(): string[] {
    const { queue, works } = this.#parts;
    const { current } = queue;
    const hindrances = this.#hindrances(current);
    const isStopping = this.#moving === undefined || current?.isCancelling === true;
    const isWaiting = current !== undefined && current.processingAt !== null && isStopping;
    const suffix = isWaiting || hindrances.includes('fuser-over-temp') ? 'error' : 'warning';
    return [
      ...hindrances.map((reason) => `${reason}-${suffix}`),
      ...(isWaiting && hindrances.includes('media-empty') ? ['media-needed-report'] : []),
      ...works.warnings().map((reason) => `${reason}-report`),
    ];
  }
}

/** The sheet that comes out now. */
function sheetOf(job: Job): PrintedSheet {
  const inCopy = (job.sheetsDone - 1) % sheetsOfCopy(job);
  const first = job.isTwoSided ? inCopy * 2 + 1 : inCopy + 1;
  const last = job.isTwoSided ? Math.min(first + 1, job.pages) : first;
  return { jobId: job.id, sheet: job.sheetsDone, sheets: sheetsOf(job), pages: [first, last], isColour: job.isColour };
}
