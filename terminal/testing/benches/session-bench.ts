import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { err, ok, randomId } from '@yimen/contracts/base';
import { leaseSchema } from '@yimen/contracts/device';
import { journaledSchema } from '@yimen/contracts/terminal';
import type { Journal, UncheckedEvent } from '../../core/journal/index.ts';
import { systemRandom } from '../../core/platform/random.ts';
import { ipcFault } from '../../ipc/index.ts';
import type { CoreLink } from '../../session/runner/ports.ts';
import { openBenchCore, openBenchJournal, type BenchCore, type Ended } from './bench-core.ts';
import { benchAssignment, runBenchSession } from './bench-session.ts';
import { plainSyncs } from './plain-syncs.ts';
import { warmProcess } from './session-process.ts';

/** One whole session, from the assignment to `ended` as core sees it. */
export interface SessionRun {
  readonly ms: number;
  readonly rows: number;
  readonly appends: number;
}

/** The same durable writes on both sides, in turns; milliseconds of each. */
export interface AppendTimes {
  readonly appends: readonly number[];
  readonly syncs: readonly number[];
}

export interface SessionBench {
  /** Where its files lie. */
  readonly folder: string;
  /** Session and core in this process, without a socket between. @throws Error when the session did not end well */
  here(): Promise<SessionRun>;
  /** In a process of its own that has never served anybody, over core's socket. @throws as `here` */
  inItsProcess(): Promise<SessionRun>;
  /** Milliseconds of as many plain appends with fsync as the latest session had appends. */
  syncsAlone(): number;
  /** The appends of the latest session once more into another journal, each beside one plain append with fsync. */
  appendsBesideSyncs(): AppendTimes;
  close(): Promise<void>;
}

/** `exit.endorse` on core's real journal, in a folder of its own beside other temporary files.
 *  @param limitBytes bound of the journal's file; tests make it small to fill the disk */
export async function openSessionBench(limitBytes?: number): Promise<SessionBench> {
  const folder = mkdtempSync(join(tmpdir(), 'yimen-bench-'));
  const core = await openBenchCore(join(folder, 'core'), limitBytes);
  return new OpenBench(folder, core, openBenchJournal(join(folder, 'again')));
}

class OpenBench implements SessionBench {
  readonly folder: string;
  readonly #core: BenchCore;
  readonly #again: Journal;
  readonly #syncs;
  /** What each append of the latest session wrote. */
  #batches: UncheckedEvent[][] = [];
  #isAppendFirst = false;

  constructor(folder: string, core: BenchCore, again: Journal) {
    this.folder = folder;
    this.#core = core;
    this.#again = again;
    this.#syncs = plainSyncs(join(folder, 'plain'));
    core.journal.onAppended((rows) => {
      this.#batches.push(rows.map(({ kind, body }) => ({ kind, fields: fieldsOf(body) })));
    });
  }

  here(): Promise<SessionRun> {
    return this.#measure((sessionId, answers) => runBenchSession(benchAssignment(sessionId), directLink(answers)));
  }

  async inItsProcess(): Promise<SessionRun> {
    const warm = await warmProcess(this.#core);
    try {
      return await this.#measure(async (sessionId, answers) => {
        warm.peer.serve(answers);
        const sent = warm.peer.send({ event: 'assign', assignment: benchAssignment(sessionId) });
        if (!sent.ok) throw new Error(sent.error.message);
        // The process goes only when it is killed after its end, or when it fails.
        throw new Error(`the session process ended: ${await warm.gone}`);
      });
    } finally {
      await warm.kill();
    }
  }

  syncsAlone(): number {
    return timed(() => {
      this.#syncs.sync(this.#batches.length);
    });
  }

  appendsBesideSyncs(): AppendTimes {
    const times = { appends: new Array<number>(), syncs: new Array<number>() };
    for (const batch of this.#batches) {
      this.#isAppendFirst = !this.#isAppendFirst;
      const append = (): void => void times.appends.push(timed(() => this.#append(batch)));
      if (this.#isAppendFirst) append();
      times.syncs.push(timed(() => this.#syncs.sync(1)));
      if (!this.#isAppendFirst) append();
    }
    return times;
  }

  async close(): Promise<void> {
    await this.#core.close();
    this.#again.close();
    this.#syncs.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #measure(
    session: (sessionId: string, answers: ReturnType<BenchCore['answersFor']>) => Promise<void>,
  ): Promise<SessionRun> {
    const sessionId = randomId(systemRandom, 12);
    this.#batches = [];
    const over = Promise.withResolvers<{ ended: Ended; at: number }>();
    const answers = this.#core.answersFor(sessionId, (ended) => {
      over.resolve({ ended, at: performance.now() });
    });
    const began = performance.now();
    session(sessionId, answers).catch(over.reject);
    const { ended, at } = await over.promise;
    this.#checkEnd(sessionId, ended);
    const rows = this.#batches.reduce((sum, batch) => sum + batch.length, 0);
    return { ms: at - began, rows, appends: this.#batches.length };
  }

  /** A fast session that served nobody is none. */
  #checkEnd(sessionId: string, ended: Ended): void {
    const past = this.#core.journal.reader.sessionPast(sessionId);
    const result = past.find((row) => row.kind === 'service-result');
    if (ended.how !== 'finished' || !ended.propertyOut || result?.['outcome'] !== 'done')
      throw new Error(`the session did not end well: ${JSON.stringify(ended)} ${JSON.stringify(result)}`);
  }

  #append(batch: readonly UncheckedEvent[]): void {
    const written = this.#again.appendUnchecked(batch);
    if (!written.ok) throw new Error(written.error.message);
  }
}

/** A row's event: what stands in its body beside what the journal itself put there. */
function fieldsOf(body: string): Record<string, unknown> {
  const own = ['kind', 'j', 'seq', 'boot', 'mono', 'wall'];
  const told = JSON.parse(body) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(told).filter(([name]) => !own.includes(name)));
}

function timed(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

/** Core's answers without a socket. */
function directLink(answer: ReturnType<BenchCore['answersFor']>): CoreLink {
  const malformed = (): ReturnType<typeof ipcFault> => ipcFault('IPC_MALFORMED', 'core answered something else');
  return {
    async append(events) {
      const answered = await answer({
        call: 'journal',
        events: events.map(({ kind, fields }) => ({ kind, fields: { ...fields } })),
      });
      if (!answered.ok) return answered;
      const { rows, head } = journaledSchema.parse(answered.value);
      const [first, last] = [rows[0], rows.at(-1)];
      return first === undefined || last === undefined ? err(malformed()) : ok({ first: first.j, last: last.j, head });
    },
    async claim(device, timeoutMs) {
      const answered = await answer({ call: 'claim', device, timeoutMs });
      return answered.ok ? ok(leaseSchema.parse(answered.value)) : answered;
    },
    release: async (lease) => void (await answer({ call: 'release', lease })),
    remember: async (last) => void (await answer({ call: 'lastOperation', last })),
    listening: async (url, token) => void (await answer({ call: 'listening', url, token })),
    ended: async (how, propertyOut, isUsed) => void (await answer({ call: 'ended', how, propertyOut, isUsed })),
  };
}
