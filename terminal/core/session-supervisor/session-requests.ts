import { err, ok, type Result } from '@yimen/contracts/base';
import { moduleOf, type Fault } from '@yimen/contracts/device';
import type { DeviceManager } from '../device-manager/index.ts';
import type { Journal } from '../journal/index.ts';
import { faultOf } from '../platform/fault.ts';
import type { Log } from '../platform/logger.ts';
import type { LastOperationStore } from './last-operation.ts';
import type { SessionCall } from './session-processes.ts';

export interface SessionPage {
  readonly url: string;
  readonly token: string;
}

export interface SessionRequestsOptions {
  readonly sessionId: string;
  readonly journal: Journal;
  readonly devices: DeviceManager;
  readonly lastOperation: LastOperationStore;
  readonly log: Log;
  readonly onListening: (page: SessionPage) => void;
  readonly onEnded: (ended: Extract<SessionCall, { call: 'ended' }>) => void;
}

/** Answers the requests of one assigned session. What it may do is this list; devices' bytes and citizens' data never
 *  pass here. */
export function sessionRequests(
  options: SessionRequestsOptions,
): (request: SessionCall) => Promise<Result<unknown, Fault>> {
  return async (request) => {
    switch (request.call) {
      case 'listening':
        options.onListening({ url: request.url, token: request.token });
        return ok(null);
      case 'journal':
        return journalFor(options, request.events);
      case 'claim':
        return claimFor(options, request.device, request.timeoutMs);
      case 'release': {
        const host = options.devices.host();
        return host === undefined ? err(hostAway()) : host.release(request.lease);
      }
      case 'lastOperation':
        return options.lastOperation.keep(request.last);
      case 'ended':
        options.onEnded(request);
        return ok(null);
    }
  };
}

/** @fault JOURNAL_FIELD an event is not on the allow-list or speaks of another session; JOURNAL_FULL, JOURNAL_IO */
function journalFor(
  options: SessionRequestsOptions,
  events: Extract<SessionCall, { call: 'journal' }>['events'],
): Result<unknown, Fault> {
  const foreign = events.find(
    (event) =>
      event.fields['sessionId'] !== undefined &&
      event.fields['sessionId'] !== null &&
      event.fields['sessionId'] !== options.sessionId,
  );
  if (foreign !== undefined) return err(faultOf('JOURNAL_FIELD', `${foreign.kind}: it names another session`));
  const rows = options.journal.appendUnchecked(events);
  if (!rows.ok) {
    options.log.warn({ sessionId: options.sessionId, fault: rows.error }, 'a session’s events were not journaled');
    return rows;
  }
  // One operation can be followed through the logs of every process that it passes.
  for (const { kind, fields } of events) {
    if (fields['operationId'] !== undefined)
      options.log.info({ operationId: fields['operationId'], sessionId: options.sessionId, kind }, 'journaled');
  }
  return ok({ rows: rows.value.map(({ j, seq }) => ({ j, seq })), head: rows.value.at(-1)?.hash ?? '' });
}

async function claimFor(
  options: SessionRequestsOptions,
  device: string,
  timeoutMs: number,
): Promise<Result<unknown, Fault>> {
  const host = options.devices.host();
  // A host that came back is looked at before a session goes on with it.
  if (host === undefined || !options.devices.isInspected()) return err(hostAway());
  // While nothing can be recorded nothing may move.
  const trouble = options.journal.trouble();
  if (trouble !== undefined) return err(trouble);
  // Not the device that is pinned there, or one that is wrongly set up: no citizen's card goes near it.
  const refused = options.devices.refusalOf(device);
  if (refused !== undefined) return err(refused);
  const lease = await host.claim(device, { kind: 'session', id: options.sessionId }, timeoutMs);
  if (!lease.ok) return lease;
  options.journal.note([
    { kind: 'lease-granted', fields: { module: moduleOf(device), owner: 'session', ownerId: options.sessionId } },
  ]);
  return lease;
}

function hostAway(): Fault {
  return faultOf('offline', 'the device host is away', 'suspend');
}
