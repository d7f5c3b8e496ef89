import { err, ok, randomId, type CancelTimer, type Clock, type RandomBytes, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { sessionRequestSchema, type CoreEvent, type SessionRequest } from '@yimen/contracts/terminal';
import { serveRpc, type RpcHandler, type RpcPeer, type RpcServer } from '../../ipc/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { backOff } from '../platform/back-off.ts';
import { sameKey } from '../platform/digest.ts';
import { faultOf } from '../platform/fault.ts';
import { listeners } from '../platform/listeners.ts';
import type { Log } from '../platform/logger.ts';
import type { LauncherClient } from './launcher-client.ts';

type Call = SessionRequest['request'];
export type SessionCall = Exclude<Call, { call: 'hello' }>;

/** One session process that has proved itself. */
export interface SessionProcess {
  readonly processId: string;
  /** False: it is gone, or does not read. */
  send(event: CoreEvent): boolean;
  /** Who answers its requests from now on; before, all are refused. */
  serve(handler: (request: SessionCall) => Promise<Result<unknown, Fault>>): void;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves with how it ended, when its connection or its process is gone. */
  readonly gone: Promise<string>;
}

/** Keeps one warm session process waiting, and hands it out. */
export interface SessionProcesses {
  /** Listens for session processes, then asks the launcher. @fault DATA_IN_USE, configuration as `serveRpc` */
  start(): Promise<Result<void, Fault>>;
  stop(): Promise<void>;
  /** The warm process, waiting for it up to `waitMs`; the next one is started at once. */
  take(waitMs: number): Promise<SessionProcess | undefined>;
  /** The warm process, only when one waits and no citizen waits for it; the next one is started at once. */
  takeSpare(): SessionProcess | undefined;
  /** False when nobody could be served for longer than a restart takes. */
  isReady(): boolean;
  onChange(fn: () => void): () => void;
}

export interface SessionProcessesOptions {
  readonly socketPath: string;
  readonly launcher: LauncherClient;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
}

interface Starting {
  readonly processId: string;
  readonly key: string;
  readonly cancel: CancelTimer;
  process: LiveProcess | undefined;
}

export function sessionProcesses(options: SessionProcessesOptions): SessionProcesses {
  return new WarmProcesses(options);
}

class LiveProcess implements SessionProcess {
  readonly processId: string;
  readonly gone: Promise<string>;
  readonly #peer: RpcPeer<CoreEvent>;
  readonly #launcher: LauncherClient;
  #end: (how: string) => void = () => undefined;
  #handler: ((request: SessionCall) => Promise<Result<unknown, Fault>>) | undefined;

  constructor(processId: string, peer: RpcPeer<CoreEvent>, launcher: LauncherClient) {
    this.processId = processId;
    this.#peer = peer;
    this.#launcher = launcher;
    this.gone = new Promise((resolve) => {
      this.#end = resolve;
    });
    void peer.closed.then((why) => {
      this.end(why);
    });
  }

  end(how: string): void {
    this.#end(how);
  }

  send(event: CoreEvent): boolean {
    return this.#peer.sendEvent(event).ok;
  }

  serve(handler: (request: SessionCall) => Promise<Result<unknown, Fault>>): void {
    this.#handler = handler;
  }

  answer(request: SessionCall): Promise<Result<unknown, Fault>> {
    const refuse = err(faultOf('deviceNotReady', 'no session was assigned to this process'));
    return this.#handler?.(request) ?? Promise.resolve(refuse);
  }

  async kill(): Promise<void> {
    await this.#launcher.kill(this.processId);
    this.#peer.close('killed');
  }
}

class WarmProcesses implements SessionProcesses {
  readonly #options: SessionProcessesOptions;
  readonly #pause = backOff(CORE_LIMITS.warmFirstMs, CORE_LIMITS.warmLongestMs);
  readonly #changes = listeners<void>();
  readonly #live = new Map<string, LiveProcess>();
  #server: RpcServer | undefined;
  #starting: Starting | undefined;
  #wanted: ((process: LiveProcess) => void) | undefined;
  #missing: CancelTimer | undefined;
  #isMissing = false;
  #isFirst = true;
  #again: CancelTimer | undefined;
  #stopped = false;

  constructor(options: SessionProcessesOptions) {
    this.#options = options;
    options.launcher.onExit(({ processId, how }) => {
      this.#live.get(processId)?.end(how);
      if (this.#starting?.processId === processId && this.#starting.process === undefined)
        this.#failed('it ended before it said hello');
    });
    options.launcher.onConnected((alive) => {
      void this.#connected(alive);
    });
  }

  async start(): Promise<Result<void, Fault>> {
    const server = await serveRpc<Call, CoreEvent>({
      socketPath: this.#options.socketPath,
      requestSchema: sessionRequestSchema,
      clock: this.#options.clock,
      onConnection: (peer) => this.#greet(peer),
    });
    if (!server.ok) return server;
    this.#server = server.value;
    this.#watchMissing();
    this.#options.launcher.open();
    return ok(undefined);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#again?.();
    this.#missing?.();
    this.#starting?.cancel();
    // A session process ends by itself when its connection to core is gone.
    await this.#server?.close();
    this.#options.launcher.close();
  }

  take(waitMs: number): Promise<SessionProcess | undefined> {
    const warm = this.#starting?.process;
    if (warm !== undefined) return Promise.resolve(this.#handOut(warm));
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(waitMs, () => {
        this.#wanted = undefined;
        resolve(undefined);
      });
      this.#wanted = (process) => {
        cancel();
        resolve(this.#handOut(process));
      };
    });
  }

  takeSpare(): SessionProcess | undefined {
    const warm = this.#starting?.process;
    return warm === undefined || this.#wanted !== undefined ? undefined : this.#handOut(warm);
  }

  isReady(): boolean {
    return !this.#isMissing;
  }

  onChange(fn: () => void): () => void {
    return this.#changes.add(fn);
  }

  /** Session processes of a core that died hold a citizen's data and serve nobody: they go first of all. */
  async #connected(alive: readonly string[]): Promise<void> {
    const strangers = alive.filter(
      (processId) => this.#isFirst || (!this.#live.has(processId) && this.#starting?.processId !== processId),
    );
    this.#isFirst = false;
    for (const processId of strangers) {
      this.#options.log.warn({ processId }, 'a session process without a core is killed');
      await this.#options.launcher.kill(processId);
    }
    this.#warm();
  }

  #warm(): void {
    if (this.#stopped || this.#starting !== undefined || !this.#options.launcher.isConnected()) return;
    const { random, clock, launcher } = this.#options;
    const cancel = clock.after(CORE_LIMITS.warmHelloMs, () => {
      this.#failed('it did not say hello in time');
    });
    this.#starting = {
      processId: `session-${randomId(random, 10)}`,
      key: randomId(random, 32),
      cancel,
      process: undefined,
    };
    void launcher.start({ processId: this.#starting.processId, key: this.#starting.key });
  }

  #failed(why: string): void {
    const failed = this.#starting;
    if (failed === undefined) return;
    failed.cancel();
    this.#starting = undefined;
    this.#options.log.warn({ processId: failed.processId, why }, 'a session process failed while it was warm');
    void this.#options.launcher.kill(failed.processId);
    this.#watchMissing();
    this.#again?.();
    this.#again = this.#options.clock.after(this.#pause.next(), () => {
      this.#warm();
    });
  }

  #greet(peer: RpcPeer<CoreEvent>): RpcHandler<Call> {
    let process: LiveProcess | undefined;
    return (request) => {
      if (request.call !== 'hello')
        return process?.answer(request) ?? Promise.resolve(err(faultOf('deviceNotReady', 'say hello first')));
      const expected = this.#starting;
      if (
        process !== undefined ||
        expected === undefined ||
        expected.process !== undefined ||
        expected.processId !== request.processId ||
        !sameKey(expected.key, request.key)
      ) {
        peer.close('a process that was not started for this');
        return Promise.resolve(err(faultOf('securityFail', 'this process is not expected')));
      }
      peer.admit();
      process = this.#admit(expected, peer);
      return Promise.resolve(ok(null));
    };
  }

  #admit(expected: Starting, peer: RpcPeer<CoreEvent>): LiveProcess {
    const process = new LiveProcess(expected.processId, peer, this.#options.launcher);
    expected.cancel();
    expected.process = process;
    this.#live.set(process.processId, process);
    this.#pause.reset();
    this.#setMissing(false);
    void process.gone.then((how) => {
      this.#live.delete(process.processId);
      if (this.#starting?.process === process) this.#failed(`it ended: ${how}`);
    });
    this.#wanted?.(process);
    return process;
  }

  #handOut(process: LiveProcess): LiveProcess {
    this.#wanted = undefined;
    this.#starting = undefined;
    this.#watchMissing();
    this.#warm();
    return process;
  }

  /** A restart between two citizens is no reason to close the hall; a longer lack is. */
  #watchMissing(): void {
    this.#missing?.();
    this.#missing = this.#options.clock.after(CORE_LIMITS.warmMissingMs, () => {
      this.#setMissing(true);
    });
  }

  #setMissing(isMissing: boolean): void {
    if (!isMissing) this.#missing?.();
    if (this.#isMissing === isMissing) return;
    this.#isMissing = isMissing;
    this.#changes.tell();
  }
}
