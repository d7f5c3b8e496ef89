import { sessionIdSchema, spokenId } from '@yimen/contracts/base';
import { moduleOf } from '@yimen/contracts/device';
import type { StopState } from '@yimen/contracts/journal';
import { CORE_LIMITS } from '../limits.table.ts';
import { coreOperation, type OperationDeps } from './core-operation.ts';
import type { DeviceHostPort } from './device-host-port.ts';

const OWNER = { kind: 'core', id: 'core' } as const;

/** Puts away what a device of documents holds and no session knows (faults F70): its own reset draws a finished one into
 *  the retract bin and a spoiled one into the reject bin. A thing that moved has an incident number, and the session that
 *  was there last.
 *  @returns whether the device is clear, and the incident number of a thing that was kept */
export async function putAwayDocument(
  deps: OperationDeps,
  host: DeviceHostPort,
  found: { readonly device: string; readonly seen: boolean },
): Promise<{ cleared: boolean; incident: string | null }> {
  const { device, seen } = found;
  const lease = await host.claim(device, OWNER, CORE_LIMITS.coreClaimMs);
  if (!lease.ok) {
    deps.log.warn({ device, fault: lease.error }, 'a device with a found document cannot be claimed');
    return { cleared: false, incident: null };
  }
  try {
    const kept = await coreOperation(deps, { device, verb: 'reset', step: 'found-media' }, (operationId) =>
      host.reset(lease.value, { operationId, deadlineMs: CORE_LIMITS.putAwayMs }, 'retain'),
    );
    if (kept?.outcome !== 'done') return { cleared: false, incident: null };
    const place = placeOf(kept.evidence);
    // Nothing was there after all: nobody's document gets an incident number.
    if (place === undefined && !seen) return { cleared: true, incident: null };
    const { to, stop } = place ?? SOMEWHERE;
    const number = spokenId(deps.random, 3);
    deps.journal.note([
      {
        kind: 'goods-moved',
        fields: {
          operationId: kept.operationId,
          ...lastSession(deps, [device]),
          item: 'document',
          from: moduleOf(device),
          to,
          outcome: 'done',
        },
      },
      { kind: 'incident', fields: { number, state: 'opened', stop } },
    ]);
    return { cleared: true, incident: number };
  } finally {
    // A lease that cannot be given back ends with the host's own idle time.
    void (await host.release(lease.value));
  }
}

/** Whose thing it most likely is: the session that last asked for something there. */
export function lastSession(
  { journal }: Pick<OperationDeps, 'journal'>,
  devices: readonly string[],
): { sessionId?: ReturnType<typeof sessionIdSchema.parse> } {
  const sessionId = sessionIdSchema.safeParse(journal.reader.lastSessionAt(devices));
  return sessionId.success ? { sessionId: sessionId.data } : {};
}

interface Place {
  readonly to: string;
  readonly stop: StopState;
}

/** A finished document that nobody took; a blank that became none. */
const PLACES: readonly (readonly [string, Place])[] = [
  ['countDelta:retract', { to: 'retractBin', stop: 'produced-not-taken' }],
  ['countDelta:reject', { to: 'rejectBin', stop: 'unknown' }],
  ['retracted:', { to: 'retractBin', stop: 'produced-not-taken' }],
];
/** The device says that it is clear and not where the thing went. */
const SOMEWHERE: Place = { to: 'bin', stop: 'unknown' };

/** What the bins' own counts prove. @param evidence as in `CoreOperation` */
function placeOf(evidence: string): Place | undefined {
  return PLACES.find(([word]) => evidence.includes(word))?.[1];
}
