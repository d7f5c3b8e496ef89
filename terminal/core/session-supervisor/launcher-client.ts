import { z } from 'zod';
import type { CancelTimer, Clock, Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import {
  launcherEventSchema,
  type LauncherEvent,
  type LauncherRequest,
  type SessionLauncher,
} from '@yimen/contracts/terminal';
import { connectRpc, rpcAnswerSchema, type RpcClient } from '../../ipc/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { backOff } from '../platform/back-off.ts';
import { listeners } from '../platform/listeners.ts';
import type { Log } from '../platform/logger.ts';

type Call = LauncherRequest['request'];
type Exit = Extract<LauncherEvent, { event: 'sessionExited' }>;
/** One of the terminal's processes hung and was killed, or holds too much memory. */
export type ProcessTrouble = Exclude<LauncherEvent, Exit>;
type Client = RpcClient<Call, LauncherEvent>;

/** The launcher over its socket, for as long as core lives; a lost connection is made again. */
export interface LauncherClient extends SessionLauncher {
  open(): void;
  /** Each time a connection stands, with the session processes that are alive: none of them belongs to this core yet
   *  when it is the first. */
  onConnected(fn: (alive: readonly string[]) => void): () => void;
  isConnected(): boolean;
  onTrouble(fn: (trouble: ProcessTrouble) => void): () => void;
  close(): void;
}

const aliveSchema = z.object({ processIds: z.array(z.string().max(40)).max(64) });

export function launcherClient(options: { socketPath: string; key: string; clock: Clock; log: Log }): LauncherClient {
  return new SocketLauncher(options);
}

class SocketLauncher implements LauncherClient {
  readonly #options: { socketPath: string; key: string; clock: Clock; log: Log };
  readonly #pause = backOff(CORE_LIMITS.launcherFirstMs, CORE_LIMITS.launcherLongestMs);
  readonly #exits = listeners<Exit>();
  readonly #troubles = listeners<ProcessTrouble>();
  readonly #connects = listeners<readonly string[]>();
  #client: Client | undefined;
  #closed = false;
  #again: CancelTimer | undefined;

  constructor(options: { socketPath: string; key: string; clock: Clock; log: Log }) {
    this.#options = options;
  }

  open(): void {
    void this.#connect();
  }

  async start(process: { processId: string; key: string }): Promise<void> {
    const started = await this.#ask({ call: 'startSession', processId: process.processId, key: process.key });
    // A process that was not started never says hello; whoever waits for that tries again.
    if (started?.ok !== true)
      this.#options.log.warn(
        { processId: process.processId, fault: started?.error },
        'the launcher did not start a session process',
      );
  }

  async kill(processId: string): Promise<void> {
    for (;;) {
      const killed = await this.#ask({ call: 'killSession', processId });
      if (killed?.ok === true || this.#closed) return;
      // Only killing wipes: it is asked for until it is done.
      this.#options.log.warn({ processId, fault: killed?.error }, 'a session process could not be killed yet');
      await new Promise<void>((resolve) => {
        this.#options.clock.after(CORE_LIMITS.launcherFirstMs, resolve);
      });
    }
  }

  async replacePage(): Promise<void> {
    await this.#ask({ call: 'replacePage' });
  }

  async restartDeviceHost(): Promise<boolean> {
    return (await this.#ask({ call: 'restartDeviceHost' }))?.ok === true;
  }

  onExit(fn: (exit: Exit) => void): () => void {
    return this.#exits.add(fn);
  }

  onConnected(fn: (alive: readonly string[]) => void): () => void {
    return this.#connects.add(fn);
  }

  isConnected(): boolean {
    return this.#client !== undefined;
  }

  onTrouble(fn: (trouble: ProcessTrouble) => void): () => void {
    return this.#troubles.add(fn);
  }

  close(): void {
    this.#closed = true;
    this.#again?.();
    this.#client?.close();
  }

  async #ask(call: Call): Promise<Result<unknown, Fault> | undefined> {
    return this.#client?.request(call);
  }

  async #connect(): Promise<void> {
    if (this.#closed) return;
    const { socketPath, key, clock, log } = this.#options;
    const opened = await connectRpc<Call, LauncherEvent>({
      socketPath,
      requestTimeoutMs: CORE_LIMITS.launcherMs,
      answerSchema: rpcAnswerSchema,
      eventSchema: launcherEventSchema,
      clock,
    });
    const greeted = opened.ok ? await opened.value.request({ call: 'hello', key }) : opened;
    const listed = opened.ok && greeted.ok ? await opened.value.request({ call: 'listSessions' }) : greeted;
    const alive = listed.ok ? aliveSchema.safeParse(listed.value) : undefined;
    if (!opened.ok || alive?.success !== true || this.#closed) {
      log.warn({ fault: listed.ok ? undefined : listed.error }, 'the launcher cannot be reached');
      if (opened.ok) opened.value.close();
      this.#later();
      return;
    }
    const client = opened.value;
    this.#client = client;
    this.#pause.reset();
    client.onEvent((event) => {
      if (event.event === 'sessionExited') this.#exits.tell(event);
      else this.#troubles.tell(event);
    });
    void client.closed.then(() => {
      if (this.#client === client) this.#client = undefined;
      this.#later();
    });
    this.#connects.tell(alive.data.processIds);
  }

  #later(): void {
    if (this.#closed) return;
    this.#again = this.#options.clock.after(this.#pause.next(), () => {
      void this.#connect();
    });
  }
}
