import {
  coreAnswerSchema,
  coreEventSchema,
  type Assignment,
  type CoreEvent,
  type SessionRequest,
} from '@yimen/contracts/terminal';
import type { Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { connectRpc, type RpcClient } from '../../../ipc/index.ts';

type Call = SessionRequest['request'];

/** A session process without a process: connects to core's real socket, says hello and waits for its assignment. What it
 *  then does is the test's. */
export class FakeSession {
  readonly processId: string;
  readonly events: CoreEvent[] = [];
  readonly assigned: Promise<Assignment>;
  client: RpcClient<Call, CoreEvent> | undefined;
  #ended = false;
  #assign: (assignment: Assignment) => void = () => undefined;

  constructor(process: { processId: string; key: string }, coreSocket: string) {
    this.processId = process.processId;
    this.assigned = new Promise((resolve) => {
      this.#assign = resolve;
    });
    void this.#connect(process, coreSocket);
  }

  ask(call: Call): Promise<Result<unknown, Fault>> {
    if (this.client === undefined) throw new Error('not connected');
    return this.client.request(call);
  }

  async journal(...events: { kind: string; fields: Record<string, unknown> }[]): Promise<void> {
    const written = await this.ask({ call: 'journal', events });
    if (!written.ok) throw new Error(written.error.message);
  }

  /** SIGKILL. */
  end(): void {
    this.#ended = true;
    this.client?.close();
  }

  async #connect(process: { processId: string; key: string }, coreSocket: string): Promise<void> {
    const connected = await connectRpc<Call, CoreEvent>({
      socketPath: coreSocket,
      requestTimeoutMs: 10_000,
      answerSchema: coreAnswerSchema,
      eventSchema: coreEventSchema,
    });
    // A core that is gone before: the process would end.
    if (!connected.ok) return;
    this.client = connected.value;
    if (this.#ended) this.client.close();
    this.client.onEvent((event) => {
      this.events.push(event);
      if (event.event === 'assign') this.#assign(event.assignment);
    });
    await this.client.request({ call: 'hello', processId: process.processId, key: process.key });
  }
}
