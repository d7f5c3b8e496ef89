import { z } from 'zod';
import { JOB, type JobStateCode } from './simulator-codes.table.ts';

const jobSchema = z.strictObject({
  id: z.int().min(1),
  name: z.string().max(255),
  user: z.string().max(255),
  /** Of one copy; 0 is a document that is no PDF. */
  pages: z.int().min(0),
  copies: z.int().min(1),
  isTwoSided: z.boolean(),
  isColour: z.boolean(),
  state: z.int().min(JOB.pending).max(JOB.completed),
  reason: z.string().max(80),
  sheetsDone: z.int().min(0),
  /** It has stood still for want of something. */
  hasWaited: z.boolean(),
  isCancelling: z.boolean(),
  /** Seconds of the server's own clock; null is not yet. */
  createdAt: z.int(),
  processingAt: z.int().nullable(),
  endedAt: z.int().nullable(),
});
type Saved = z.infer<typeof jobSchema>;
/** A job of the queue. Its document is counted when it comes, and not kept. */
export interface Job extends Saved {
  state: JobStateCode;
}

/** What a Print-Job asks for. */
export type JobTicket = Pick<Job, 'name' | 'user' | 'pages' | 'copies' | 'isTwoSided' | 'isColour'>;

const REMEMBERED = 100;

export const queueSchema = z.strictObject({ nextId: z.int().min(1), jobs: z.array(jobSchema).max(1_000) });

/** The queue and its history, oldest first. */
export class JobQueue {
  #jobs: Job[] = [];
  #nextId = 1;

  get all(): readonly Job[] {
    return this.#jobs;
  }

  /** Jobs that wait or run. */
  get waiting(): readonly Job[] {
    return this.#jobs.filter((job) => !hasEnded(job));
  }

  /** The one at the printer. */
  get current(): Job | undefined {
    return this.#jobs.find(({ state }) => state === JOB.processing || state === JOB.stopped);
  }

  get next(): Job | undefined {
    return this.#jobs.find(({ state }) => state === JOB.pending);
  }

  get(id: number): Job | undefined {
    return this.#jobs.find((job) => job.id === id);
  }

  add(ticket: JobTicket, nowS: number, isHeld = false): Job {
    const job: Job = {
      ...ticket,
      id: this.#nextId,
      state: isHeld ? JOB.held : JOB.pending,
      reason: isHeld ? 'resources-are-not-ready' : 'none',
      sheetsDone: 0,
      hasWaited: false,
      isCancelling: false,
      createdAt: nowS,
      processingAt: null,
      endedAt: null,
    };
    this.#nextId += 1;
    this.#jobs.push(job);
    return job;
  }

  /** What was found at the start is printed with whatever comes next. */
  wake(): void {
    for (const job of this.#jobs) {
      if (job.state !== JOB.held) continue;
      job.state = JOB.pending;
      job.reason = 'none';
    }
  }

  end(job: Job, state: JobStateCode, reason: string, nowS: number): void {
    job.state = state;
    job.reason = reason;
    job.endedAt = nowS;
    const ended = this.#jobs.filter(hasEnded);
    const tooOld = new Set(ended.slice(0, Math.max(0, ended.length - REMEMBERED)));
    this.#jobs = this.#jobs.filter((other) => !tooOld.has(other));
  }

  forgetEnded(): void {
    this.#jobs = this.#jobs.filter((job) => !hasEnded(job));
  }

  forgetAll(): void {
    this.#jobs = [];
  }

  save(): z.infer<typeof queueSchema> {
    return { nextId: this.#nextId, jobs: this.#jobs.map((job) => ({ ...job })) };
  }

  /** After a power cut what ran or waited lies in the queue again. */
  restore({ nextId, jobs }: z.infer<typeof queueSchema>): void {
    this.#nextId = nextId;
    this.#jobs = jobs.map((job): Job => {
      const kept = { ...job, state: job.state as JobStateCode };
      if (hasEnded(kept)) return kept;
      return { ...kept, state: JOB.held, reason: 'resources-are-not-ready', isCancelling: false };
    });
  }
}

export function hasEnded({ state }: Job): boolean {
  return state >= JOB.canceled;
}

/** Sheets of all copies. */
export function sheetsOf({ pages, copies, isTwoSided }: Pick<Job, 'pages' | 'copies' | 'isTwoSided'>): number {
  return copies * sheetsOfCopy({ pages, isTwoSided });
}

export function sheetsOfCopy({ pages, isTwoSided }: Pick<Job, 'pages' | 'isTwoSided'>): number {
  return isTwoSided ? Math.ceil(pages / 2) : pages;
}

/** A job's state in RFC 8011's word. */
export function jobWord({ state }: Job): string {
  const words = ['pending', 'pending-held', 'processing', 'processing-stopped', 'canceled', 'aborted', 'completed'];
  return words[state - JOB.pending] ?? '';
}
