import { spokenId, type CancelTimer, type RandomBytes } from '@yimen/contracts/base';
import type { JournalRow } from '@yimen/contracts/journal';
import { CORE_LIMITS } from '../limits.table.ts';
import { backOff, type BackOff } from '../platform/back-off.ts';
import { runBehind, type BehindSessionOptions } from './behind-session.ts';
import { hasObligations, isForOfficesOnly, openObligations, type Obligations } from './obligations.ts';
import type { SessionProcesses } from './session-processes.ts';

export interface SettlingBehindOptions extends BehindSessionOptions {
  readonly processes: SessionProcesses;
  /** No citizen is there: an incident that is written now belongs to nobody else's session. */
  readonly isQuiet: () => boolean;
  /** Writes the end of a session with which nothing is open any more. */
  readonly writeEnd: (sessionId: string) => boolean;
  readonly random: RandomBytes;
}

/** Does, behind whatever else goes on, what needs offices alone. What they still have to hear is told: the end of a case
 *  that could not be told, the answer to an effect nobody answered, goods that staff gave out. And where money waits for
 *  its purpose, it is asked now and then whether it went back. One session at a time, without a page and without a
 *  device; the journal alone says what is left, so that it goes on after a restart. */
export interface SettlingBehind {
  start(): void;
  add(sessionId: string): void;
  /** An office still has to hear something of this session. */
  has(sessionId: string): boolean;
  stop(): void;
}

/** `office`: it has to hear something, soon, and hall staff are called when it takes long. `money`: it waits for an
 *  officer, a window or another machine, for days, and nobody has to do anything. */
interface Owed {
  readonly whom: 'office' | 'money';
  readonly sinceMono: number;
  readonly pause: BackOff;
  dueMono: number;
  /** Under which hall staff know of it, when it takes too long. */
  incident: string | null;
}

export function settlingBehind(options: SettlingBehindOptions): SettlingBehind {
  return new Settling(options);
}

class Settling implements SettlingBehind {
  readonly #options: SettlingBehindOptions;
  readonly #owed = new Map<string, Owed>();
  #timer: CancelTimer = () => undefined;
  #stopListening = (): void => undefined;
  #isTrying = false;
  #stopped = false;
  /** Sessions whose money waits may be many at a start; each look costs a process. */
  #moneyFromMono = 0;

  constructor(options: SettlingBehindOptions) {
    this.#options = options;
  }

  start(): void {
    const { journal, clock } = this.#options;
    for (const sessionId of journal.reader.handedOutSessions()) this.#tellHandOut(sessionId);
    for (const sessionId of journal.reader.moneyOpenSessions(clock.wallMs() - CORE_LIMITS.moneyWatchMs))
      this.#watchMoney(sessionId);
    this.#stopListening = journal.onAppended((rows) => {
      for (const row of rows) this.#heed(row);
    });
  }

  add(sessionId: string): void {
    const now = this.#options.clock.monoMs();
    const known = this.#owed.get(sessionId);
    if (known?.whom === 'office') known.dueMono = now;
    else
      this.#owed.set(sessionId, {
        whom: 'office',
        sinceMono: now,
        pause: backOff(CORE_LIMITS.settlingFirstMs, CORE_LIMITS.settlingLongestMs),
        dueMono: now,
        incident: null,
      });
    this.#plan();
  }

  has(sessionId: string): boolean {
    return this.#owed.get(sessionId)?.whom === 'office';
  }

  stop(): void {
    this.#stopped = true;
    this.#stopListening();
    this.#timer();
  }

  #heed({ kind, body }: JournalRow): void {
    if (kind !== 'goods-moved' && kind !== 'session-ended') return;
    const { sessionId, to } = JSON.parse(body) as { sessionId?: string; to?: string };
    if (sessionId === undefined) return;
    if (kind === 'goods-moved' && to === 'holder') this.#tellHandOut(sessionId);
    // Not while the session runs: it is the only one that works on its case.
    if (kind === 'session-ended') this.#watchMoney(sessionId);
  }

  /** Staff gave out what was made and kept: its office hears of it, whenever it can be reached. */
  #tellHandOut(sessionId: string): void {
    const left = this.#left(sessionId);
    if (left.handOutUntold && isForOfficesOnly(left)) this.add(sessionId);
  }

  /** Whether there is any is seen when its time has come. */
  #watchMoney(sessionId: string): void {
    if (this.has(sessionId)) return;
    const now = this.#options.clock.monoMs();
    const pause = backOff(CORE_LIMITS.moneyFirstMs, CORE_LIMITS.moneyLongestMs);
    this.#owed.set(sessionId, { whom: 'money', sinceMono: now, pause, dueMono: now + pause.next(), incident: null });
    this.#plan();
  }

  #plan(): void {
    this.#timer();
    if (this.#stopped || this.#isTrying || this.#owed.size === 0) return;
    const dueMono = Math.min(...[...this.#owed.values()].map((owed) => this.#dueMono(owed)));
    this.#timer = this.#options.clock.after(Math.max(0, dueMono - this.#options.clock.monoMs()), () => {
      void this.#tryNext();
    });
  }

  #dueMono({ whom, dueMono }: Owed): number {
    return whom === 'office' ? dueMono : Math.max(dueMono, this.#moneyFromMono);
  }

  async #tryNext(): Promise<void> {
    const now = this.#options.clock.monoMs();
    const due = [...this.#owed].filter(([, owed]) => this.#dueMono(owed) <= now);
    const next = due.find(([, { whom }]) => whom === 'office') ?? due[0];
    if (next === undefined || this.#isTrying || this.#stopped) {
      this.#plan();
      return;
    }
    const [sessionId, owed] = next;
    this.#isTrying = true;
    try {
      await this.#tryOne(sessionId, owed);
    } catch (error) {
      // A journal that cannot be read now: nothing is lost, it is tried again.
      this.#options.log.error({ err: error, sessionId }, 'settling behind failed');
      owed.dueMono = this.#options.clock.monoMs() + owed.pause.next();
    } finally {
      this.#isTrying = false;
      this.#plan();
    }
  }

  async #tryOne(sessionId: string, owed: Owed): Promise<void> {
    const { clock } = this.#options;
    if (this.#isOver(sessionId, owed)) return;
    const process = this.#spareFor(owed);
    if (process === undefined) {
      owed.dueMono = clock.monoMs() + CORE_LIMITS.settlingSpareMs;
      return;
    }
    await runBehind(this.#options, process, sessionId);
    if (owed.whom === 'money') this.#moneyFromMono = clock.monoMs() + CORE_LIMITS.moneyApartMs;
    // Meanwhile an office may have to hear something new of it: that goes on by its own times.
    if (this.#stopped || this.#owed.get(sessionId) !== owed || this.#isOver(sessionId, owed)) return;
    owed.dueMono = clock.monoMs() + owed.pause.next();
    if (owed.whom === 'office') this.#callStaff(sessionId, owed);
  }

  /** Money can wait until nobody is served; what an office has to hear only until a process is to spare. */
  #spareFor({ whom }: Owed): ReturnType<SessionProcesses['takeSpare']> {
    const { journal, processes, isQuiet } = this.#options;
    if (journal.trouble() !== undefined || (whom === 'money' && !isQuiet())) return undefined;
    return processes.takeSpare();
  }

  #left(sessionId: string): Obligations {
    return openObligations(this.#options.journal.reader.sessionPast(sessionId));
  }

  /** @returns true when nothing of this kind is left for this session */
  #isOver(sessionId: string, owed: Owed): boolean {
    const { clock } = this.#options;
    const left = this.#left(sessionId);
    if (owed.whom === 'office') {
      if (hasObligations(left)) return false;
      this.#officeHeard(sessionId, owed);
      return true;
    }
    const isWaiting = left.moneySince !== null && clock.wallMs() - left.moneySince <= CORE_LIMITS.moneyWatchMs;
    if (!isWaiting) this.#owed.delete(sessionId);
    return !isWaiting;
  }

  #officeHeard(sessionId: string, owed: Owed): void {
    const { journal, writeEnd, log } = this.#options;
    const isOpen = journal.reader.unfinishedSessions().some((session) => session.sessionId === sessionId);
    if (isOpen && !writeEnd(sessionId)) {
      owed.dueMono = this.#options.clock.monoMs() + owed.pause.next();
      return;
    }
    if (owed.incident !== null)
      journal.note([{ kind: 'incident', fields: { number: owed.incident, state: 'closed', stop: 'unknown' } }]);
    this.#owed.delete(sessionId);
    this.#watchMoney(sessionId);
    log.info({ sessionId }, 'settled behind');
  }

  #callStaff(sessionId: string, owed: Owed): void {
    const { journal, clock, random, log, isQuiet } = this.#options;
    if (owed.incident !== null || !isQuiet() || clock.monoMs() - owed.sinceMono < CORE_LIMITS.settlingAlarmMs) return;
    owed.incident = spokenId(random, 3);
    journal.note([{ kind: 'incident', fields: { number: owed.incident, state: 'opened', stop: 'unknown' } }]);
    log.error({ sessionId, incident: owed.incident }, 'an office could not be told for long');
  }
}
