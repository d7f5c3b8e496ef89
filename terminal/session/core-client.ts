import { err, ok, type Result } from '@yimen/contracts/base';
import { leaseSchema, type Fault } from '@yimen/contracts/device';
import {
  coreAnswerSchema,
  coreEventSchema,
  journaledSchema,
  type CoreEvent,
  type SessionRequest,
} from '@yimen/contracts/terminal';
import { connectRpc, type RpcClient } from '../ipc/index.ts';
import { SESSION_LIMITS } from './limits.table.ts';
import type { CoreLink } from './runner/ports.ts';

type Call = SessionRequest['request'];
export interface CoreClient {
  readonly link: CoreLink;
  onEvent(fn: (event: CoreEvent) => void): () => void;
  readonly closed: Promise<string>;
  close(): void;
}

/** Connects to core and proves that the launcher started this process. */
export async function connectCore(options: {
  socketPath: string;
  processId: string;
  key: string;
}): Promise<Result<CoreClient, Fault>> {
  const connected = await connectRpc<Call, CoreEvent>({
    socketPath: options.socketPath,
    requestTimeoutMs: SESSION_LIMITS.coreAnswerMs,
    answerSchema: coreAnswerSchema,
    eventSchema: coreEventSchema,
  });
  if (!connected.ok) return connected;
  const rpc = connected.value;
  const greeted = await rpc.request({ call: 'hello', processId: options.processId, key: options.key });
  if (!greeted.ok) return greeted;
  return ok({ link: linkOver(rpc), onEvent: (fn) => rpc.onEvent(fn), closed: rpc.closed, close: () => rpc.close() });
}

function linkOver(rpc: RpcClient<Call, CoreEvent>): CoreLink {
  const say = async (call: Call): Promise<void> => {
    // These only inform: core that is gone learns it from the journal after its restart.
    void (await rpc.request(call));
  };
  return {
    async append(events) {
      const answer = await rpc.request({
        call: 'journal',
        events: events.map((event) => ({ kind: event.kind, fields: { ...event.fields } })),
      });
      if (!answer.ok) return answer;
      const parsed = journaledSchema.safeParse(answer.value);
      const first = parsed.success ? parsed.data.rows[0] : undefined;
      const last = parsed.success ? parsed.data.rows.at(-1) : undefined;
      if (!parsed.success || first === undefined || last === undefined) return err(malformed());
      return ok({ first: first.j, last: last.j, head: parsed.data.head });
    },
    async claim(device, timeoutMs) {
      const answer = await rpc.request({ call: 'claim', device, timeoutMs }, timeoutMs + SESSION_LIMITS.coreAnswerMs);
      if (!answer.ok) return answer;
      const parsed = leaseSchema.safeParse(answer.value);
      return parsed.success ? ok(parsed.data) : err(malformed());
    },
    release: (lease) => say({ call: 'release', lease }),
    remember: (last) => say({ call: 'lastOperation', last }),
    listening: (url, token) => say({ call: 'listening', url, token }),
    ended: (how, propertyOut, isUsed) => say({ call: 'ended', how, propertyOut, isUsed }),
  };
}

function malformed(): Fault {
  return { code: 'IPC_MALFORMED', message: 'core answered something else', action: 'softwareError' };
}
