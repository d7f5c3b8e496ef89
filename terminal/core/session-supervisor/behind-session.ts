import { err, sessionIdSchema, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { Assignment } from '@yimen/contracts/terminal';
import { STANDARD_MODE } from '@yimen/contracts/ui';
import type { DeviceManager } from '../device-manager/index.ts';
import type { Journal } from '../journal/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { faultOf } from '../platform/fault.ts';
import type { Log } from '../platform/logger.ts';
import type { AssignmentGround } from './assignment-ground.ts';
import type { LastOperationStore } from './last-operation.ts';
import type { SessionCall, SessionProcess } from './session-processes.ts';
import { sessionRequests } from './session-requests.ts';

export interface BehindSessionOptions {
  readonly journal: Journal;
  readonly devices: DeviceManager;
  readonly lastOperation: LastOperationStore;
  readonly ground: () => AssignmentGround;
  readonly clock: Clock;
  readonly log: Log;
}

/** One process tells offices, and asks them, what a session that is over still owes; then it is killed. It has no page
 *  and no device. Ends by itself or after `settlingMs`; what came of it stands in the journal. */
export async function runBehind(
  options: BehindSessionOptions,
  process: SessionProcess,
  sessionId: string,
): Promise<void> {
  const { clock, log } = options;
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const answer = sessionRequests({
    ...options,
    sessionId,
    onListening: () => undefined,
    // Its answer goes out first; then the process is killed.
    onEnded: () => setImmediate(resolve),
  });
  process.serve((request: SessionCall): Promise<Result<unknown, Fault>> => {
    if (request.call === 'claim') return Promise.resolve(err(faultOf('deviceNotReady', 'no device is leased behind')));
    return answer(request);
  });
  void process.gone.then(() => {
    resolve();
  });
  const deadline = clock.after(CORE_LIMITS.settlingMs, resolve);
  log.info({ sessionId, processId: process.processId }, 'an office is told behind');
  if (process.send({ event: 'assign', assignment: assignmentOf(options, sessionId) })) await over;
  deadline();
  await process.kill();
}

function assignmentOf({ journal, lastOperation, ground }: BehindSessionOptions, sessionId: string): Assignment {
  const session = sessionIdSchema.parse(sessionId);
  return {
    ...ground(),
    sessionId: session,
    purpose: 'settling',
    lang: 'zh-CN',
    mode: STANDARD_MODE,
    deviceHost: { socketPath: '', key: '' },
    lastOperation: lastOperation.read(),
    newestOperationId: journal.newestOperationId(),
    past: journal.reader.sessionPast(sessionId),
    recovers: session,
  };
}
