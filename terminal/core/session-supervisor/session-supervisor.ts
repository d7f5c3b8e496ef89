import {
  err,
  ok,
  randomId,
  sessionIdSchema,
  spokenId,
  type CancelTimer,
  type Clock,
  type RandomBytes,
  type Result,
} from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { Assignment, CoreEvent } from '@yimen/contracts/terminal';
import { STANDARD_MODE, type Language, type Mode } from '@yimen/contracts/ui';
import type { DeviceManager, StatusChange } from '../device-manager/index.ts';
import type { Journal } from '../journal/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { faultOf } from '../platform/fault.ts';
import { listeners } from '../platform/listeners.ts';
import type { Log } from '../platform/logger.ts';
import type { AssignmentGround } from './assignment-ground.ts';
import type { LastOperationStore } from './last-operation.ts';
import type { LauncherClient } from './launcher-client.ts';
import { leftMedia, type LeftMedia } from './left-media.ts';
import { hasObligations, isForOfficesOnly, openObligations } from './obligations.ts';
import { RunningSession, type RunningSessionGiven } from './running-session.ts';
import type { SessionProcesses } from './session-processes.ts';
import { sessionRequests, type SessionPage } from './session-requests.ts';
import { langOf, lastSessionOf, sessionEndOf, type HowEnded, type LastSession } from './session-rows.ts';
import { settlingBehind, type SettlingBehind } from './settling-behind.ts';

export interface SessionSupervisorOptions {
  readonly journal: Journal;
  readonly devices: DeviceManager;
  readonly processes: SessionProcesses;
  readonly launcher: LauncherClient;
  readonly lastOperation: LastOperationStore;
  readonly deviceHostSocket: string;
  readonly ground: () => AssignmentGround;
  /** Staff at the machine: `asked` nobody new is served, `inside` nothing of a citizen's is moved either. */
  readonly staff?: () => 'none' | 'asked' | 'inside';
  /** A citizen's session is over: how, and whether anything was pressed after its beginning (undefined: not known). */
  readonly onCitizenEnded?: (end: { readonly how: HowEnded; readonly isUsed: boolean | undefined }) => void;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
}

export interface ActiveSession {
  readonly sessionId: string;
  readonly purpose: 'citizen' | 'recovery';
  /** Where its page goes, with a token that works once; undefined until it listens, and when it ends. */
  readonly page: SessionPage | undefined;
}

export interface Recovery {
  readonly state: 'none' | 'running' | 'stuck';
  /** The incident number under which hall staff find it. */
  readonly incident: string | null;
}

/** Gives each citizen a process of their own, kills it at the end, and settles what a dead one left before anybody else
 *  is served. */
export interface SessionSupervisor {
  start(): void;
  stop(): void;
  active(): ActiveSession | undefined;
  recovery(): Recovery;
  /** Nothing of a citizen's is going on: no session, none beginning, no settling that could still end by itself. */
  isCalm(): boolean;
  /** A citizen begins: the warm process gets its assignment. @fault deviceNotReady another session runs or is settled,
   *  or no process is warm; offline the device host is away; JOURNAL_FULL, JOURNAL_IO */
  beginCitizen(wish: { lang: Language; mode: Mode }): Promise<Result<string, Fault>>;
  tell(event: CoreEvent): void;
  /** Asks the running session to bring property out and end. */
  wrapUp(why: 'staff' | 'power' | 'stopping'): void;
  lastSession(): LastSession | undefined;
  /** Looks at devices and journal again: after a start, a reconnect, a journal that works again. */
  look(): void;
  onChange(fn: () => void): () => void;
  /** The running session listens (again) for its page. */
  onPage(fn: (page: SessionPage) => void): () => void;
}

const NOTHING_TO_RECOVER: Recovery = { state: 'none', incident: null };

export function sessionSupervisor(options: SessionSupervisorOptions): SessionSupervisor {
  return new Supervisor(options);
}

class Supervisor implements SessionSupervisor {
  readonly #options: SessionSupervisorOptions;
  readonly #changes = listeners<void>();
  readonly #pages = listeners<SessionPage>();
  readonly #tries = new Map<string, number>();
  readonly #left: LeftMedia;
  readonly #stopListening: (() => void)[] = [];
  #running: RunningSession | undefined;
  #recovery: Recovery = NOTHING_TO_RECOVER;
  #last: LastSession | undefined;
  #looking = false;
  #lookAgain = false;
  #beginning = false;
  #again: CancelTimer | undefined;
  #stopped = false;

  /** What offices alone still have to hear keeps nobody out. */
  readonly #behind: SettlingBehind;

  constructor(options: SessionSupervisorOptions) {
    this.#options = options;
    this.#left = leftMedia(options.devices);
    this.#behind = settlingBehind({
      ...options,
      isQuiet: () => this.#running === undefined && !this.#beginning,
      writeEnd: (sessionId) => this.#writeEnd(sessionId, 'killed'),
    });
  }

  start(): void {
    const { devices } = this.#options;
    this.#behind.start();
    this.#stopListening.push(
      devices.onInspected(() => {
        void this.#readmit();
        this.look();
      }),
      devices.onStatus((change) => {
        this.tell({ event: 'device', ...change });
        this.#heedMedia(change);
      }),
    );
    this.look();
  }

  /** A device that was stuck with a card and is well again while nobody is served: the card is put away before the next
   *  citizen can reach it, also where other services go on meanwhile (I4). */
  #heedMedia(change: StatusChange): void {
    if (this.#running === undefined && !this.#beginning && this.#left.isNews(change)) this.look();
  }

  stop(): void {
    this.#stopped = true;
    this.#again?.();
    this.#running?.noLimit();
    this.#behind.stop();
    for (const stop of this.#stopListening) stop();
  }

  active(): ActiveSession | undefined {
    if (this.#running === undefined) return undefined;
    const { sessionId, purpose, page, isEnding } = this.#running;
    return { sessionId, purpose, page: isEnding ? undefined : page };
  }

  recovery(): Recovery {
    return this.#recovery;
  }

  isCalm(): boolean {
    const isBusy = this.#running !== undefined || this.#beginning || this.#looking;
    return !isBusy && this.#recovery.state !== 'running';
  }

  async beginCitizen(wish: { lang: Language; mode: Mode }): Promise<Result<string, Fault>> {
    const refusal = this.#refusal();
    if (refusal !== undefined) return err(refusal);
    this.#beginning = true;
    try {
      const sessionId = randomId(this.#options.random, 12);
      const begun = await this.#assign({ sessionId, purpose: 'citizen', ...wish, past: [], recovers: null });
      return begun.ok ? ok(sessionId) : begun;
    } finally {
      this.#beginning = false;
      // A look that was asked for meanwhile had to wait.
      if (this.#running === undefined) this.look();
    }
  }

  tell(event: CoreEvent): void {
    if (this.#running?.isEnding === false) this.#running.process.send(event);
  }

  wrapUp(why: 'staff' | 'power' | 'stopping'): void {
    const running = this.#running;
    if (running === undefined || running.isEnding) return;
    running.process.send({ event: 'wrapUp', why });
    running.limit(CORE_LIMITS.wrapUpMs, 'it did not wrap up in time');
  }

  lastSession(): LastSession | undefined {
    return this.#last;
  }

  look(): void {
    if (this.#looking) {
      this.#lookAgain = true;
      return;
    }
    this.#looking = true;
    void this.#lookUntilCalm().catch((error: unknown) => {
      // A journal that cannot be read now is looked at again; nobody is served until then.
      this.#options.log.error({ err: error }, 'looking before offering failed');
      this.#lookLater();
    });
  }

  onChange(fn: () => void): () => void {
    return this.#changes.add(fn);
  }

  onPage(fn: (page: SessionPage) => void): () => void {
    return this.#pages.add(fn);
  }

  #refusal(): Fault | undefined {
    const { journal, devices } = this.#options;
    const busy = this.#running !== undefined || this.#beginning || this.#looking || this.#recovery.state !== 'none';
    if (busy || this.#stopped) return faultOf('deviceNotReady', 'a session runs or is being settled', 'suspend');
    if (devices.host() === undefined || !devices.isInspected())
      return faultOf('offline', 'the devices were not looked at yet', 'suspend');
    if ((this.#options.staff?.() ?? 'none') !== 'none')
      return faultOf('deviceNotReady', 'staff are at the machine', 'suspend');
    const closed = devices.closedBecause();
    if (closed !== undefined) return faultOf('deviceNotReady', `nobody new is served: ${closed}`, 'suspend');
    return journal.trouble();
  }

  async #lookUntilCalm(): Promise<void> {
    try {
      do {
        this.#lookAgain = false;
        await this.#lookOnce();
      } while (this.#lookAgain && !this.#stopped);
    } finally {
      // In the same breath as the last question whether to look again: a wish that comes later begins anew.
      this.#looking = false;
    }
  }

  /** Settles every session that has no end, then every card that has no session; only then is anybody served. */
  async #lookOnce(): Promise<void> {
    const { journal, devices } = this.#options;
    if (this.#stopped || this.#running !== undefined || this.#beginning) return;
    if (journal.trouble() !== undefined) return;
    // Hands are inside: whatever is left waits until they are out, and is looked at then.
    if (this.#options.staff?.() === 'inside') return;
    for (const { sessionId } of journal.reader.unfinishedSessions()) {
      if (this.#goesBehind(sessionId)) continue;
      this.#recovering();
      if (!(await this.#settle(sessionId))) return;
    }
    if (!devices.isInspected()) return;
    if (devices.holders().length > 0) await this.#putAwayFound();
    this.#closeIncident();
    if (this.#recovery.state !== 'none') this.#setRecovery(NOTHING_TO_RECOVER);
  }

  async #putAwayFound(): Promise<void> {
    const { devices } = this.#options;
    this.#left.remember();
    this.#recovering();
    // A status may be seconds old; before anything is moved the devices are asked again.
    if (!(await devices.inspect()) || devices.holders().length === 0) return;
    await devices.putAwayFound();
    this.#left.remember();
  }

  #recovering(): void {
    if (this.#recovery.state === 'none') this.#setRecovery({ state: 'running', incident: null });
  }

  /** What offices alone have to hear or to say keeps nobody out: it is settled behind the next citizens. */
  #goesBehind(sessionId: string): boolean {
    if (this.#behind.has(sessionId)) return true;
    if (!isForOfficesOnly(openObligations(this.#options.journal.reader.sessionPast(sessionId)))) return false;
    this.#behind.add(sessionId);
    return true;
  }

  /** @returns true when nothing of this session is left open */
  async #settle(sessionId: string): Promise<boolean> {
    const { journal, devices, log } = this.#options;
    const past = journal.reader.sessionPast(sessionId);
    if (!hasObligations(openObligations(past))) return this.#writeEnd(sessionId, 'killed');
    // A recovery asks the devices; before they were looked at there is nothing to ask.
    if (!devices.isInspected()) return false;
    const tries = (this.#tries.get(sessionId) ?? 0) + 1;
    this.#tries.set(sessionId, tries);
    log.info({ sessionId, tries }, 'a session is being recovered');
    const assigned = await this.#assign({
      sessionId,
      purpose: 'recovery',
      lang: langOf(past),
      mode: STANDARD_MODE,
      past,
      recovers: sessionIdSchema.parse(sessionId),
    });
    if (assigned.ok) await this.#running?.over;
    if (!journal.reader.unfinishedSessions().some((session) => session.sessionId === sessionId)) {
      this.#tries.delete(sessionId);
      return true;
    }
    if (this.#goesBehind(sessionId)) {
      this.#tries.delete(sessionId);
      return true;
    }
    if (tries >= CORE_LIMITS.recoveryTries) this.#giveUp(sessionId);
    else this.#lookLater();
    return false;
  }

  /** Hall staff are called; it is still tried now and then: an office that was away comes back. */
  #giveUp(sessionId: string): void {
    const { journal, random, log } = this.#options;
    this.#tries.set(sessionId, CORE_LIMITS.recoveryTries - 1);
    if (this.#recovery.state !== 'stuck') {
      const incident = spokenId(random, 3);
      journal.note([{ kind: 'incident', fields: { number: incident, state: 'opened', stop: 'unknown' } }]);
      log.error({ sessionId, incident }, 'a session could not be recovered');
      this.#setRecovery({ state: 'stuck', incident });
    }
    this.#lookLater(CORE_LIMITS.recoveryAgainMs);
  }

  #lookLater(ms: number = CORE_LIMITS.journalRetryMs): void {
    this.#again?.();
    this.#again = this.#options.clock.after(ms, () => {
      this.look();
    });
  }

  #closeIncident(): void {
    const { incident } = this.#recovery;
    if (incident !== null)
      this.#options.journal.note([
        { kind: 'incident', fields: { number: incident, state: 'closed', stop: 'unknown' } },
      ]);
  }

  #setRecovery(recovery: Recovery): void {
    this.#recovery = recovery;
    this.#changes.tell();
  }

  async #assign(
    whose: Pick<Assignment, 'lang' | 'mode' | 'past' | 'recovers'> & {
      sessionId: string;
      purpose: 'citizen' | 'recovery';
    },
  ): Promise<Result<void, Fault>> {
    const { devices, processes, random, log } = this.#options;
    const host = devices.host();
    if (host === undefined) return err(faultOf('offline', 'the device host is away', 'suspend'));
    const process = await processes.take(CORE_LIMITS.startWaitMs);
    if (process === undefined) return err(faultOf('deviceNotReady', 'no session process is ready', 'suspend'));
    const key = randomId(random, 32);
    const admitted = await host.admit(whose.sessionId, key);
    if (!admitted.ok) {
      await process.kill();
      return admitted;
    }
    const { sessionId, ...rest } = whose;
    const running = this.#run({ sessionId, purpose: whose.purpose, process, hostKey: key });
    for (const change of devices.statuses()) process.send({ event: 'device', ...change });
    const assignment: Assignment = {
      ...this.#options.ground(),
      ...rest,
      sessionId: sessionIdSchema.parse(sessionId),
      deviceHost: { socketPath: this.#options.deviceHostSocket, key },
      lastOperation: this.#options.lastOperation.read(),
      newestOperationId: this.#options.journal.newestOperationId(),
    };
    log.info({ sessionId, purpose: whose.purpose, processId: process.processId }, 'a session begins');
    if (!process.send({ event: 'assign', assignment }))
      void this.#end(running, 'killed', false, 'its assignment could not be sent');
    return ok(undefined);
  }

  /** A device host that came back knows no session: the running one may go on with it. */
  async #readmit(): Promise<void> {
    const { devices, log } = this.#options;
    const running = this.#running;
    if (running === undefined || running.isEnding) return;
    const admitted = await devices.host()?.admit(running.sessionId, running.hostKey);
    if (admitted?.ok === false)
      log.warn({ sessionId: running.sessionId, fault: admitted.error }, 'the session was not admitted again');
  }

  #run(given: RunningSessionGiven): RunningSession {
    const { clock } = this.#options;
    const running: RunningSession = new RunningSession(given, clock, (why) => {
      void this.#end(running, 'killed', false, why);
    });
    this.#running = running;
    const { process, sessionId } = given;
    process.serve(
      sessionRequests({
        ...this.#options,
        sessionId,
        onListening: (page) => {
          running.listening(page);
          this.#pages.tell(page);
        },
        onEnded: ({ how, propertyOut, isUsed }) => {
          running.isUsed = isUsed;
          // Its answer goes out first; then the process is killed.
          setImmediate(() => {
            void this.#end(running, how, propertyOut, 'it said so');
          });
        },
      }),
    );
    void process.gone.then((how) => {
      void this.#end(running, 'killed', false, how);
    });
    this.#changes.tell();
    return running;
  }

  /** Kills the process, closes its way to the devices, and settles what its rows leave open. */
  async #end(running: RunningSession, how: HowEnded, propertyOut: boolean, why: string): Promise<void> {
    if (running.isEnding || this.#stopped) return;
    running.isEnding = true;
    running.noLimit();
    const { sessionId, purpose, process } = running;
    const { devices, launcher, journal, log } = this.#options;
    log.info({ sessionId, how, propertyOut, why }, 'a session ends');
    await process.kill();
    await devices.host()?.dismiss(sessionId);
    if (purpose === 'citizen') await launcher.replacePage();
    const unfinished = journal.reader.unfinishedSessions().some((session) => session.sessionId === sessionId);
    if (unfinished && !hasObligations(openObligations(journal.reader.sessionPast(sessionId))))
      this.#writeEnd(sessionId, how);
    this.#last = lastSessionOf(sessionId, journal) ?? this.#last;
    // What a killed session or a card left inside means is looked at before the next citizen is asked in.
    if (!propertyOut) await devices.inspect();
    this.#running = undefined;
    running.setOver();
    if (purpose === 'citizen') this.#options.onCitizenEnded?.({ how, isUsed: running.isUsed });
    // Whoever waits for a recovery goes on by itself.
    if (purpose === 'citizen') this.look();
    this.#changes.tell();
  }

  #writeEnd(sessionId: string, how: HowEnded): boolean {
    const { journal, clock } = this.#options;
    const end = sessionEndOf(sessionId, how, { journal, clock });
    return end !== undefined && journal.append([end]).ok;
  }
}
