import { spokenId } from '@yimen/contracts/base';
import { moduleOf, type Lease } from '@yimen/contracts/device';
import { CORE_LIMITS } from '../limits.table.ts';
import { coreOperation, type OperationDeps } from './core-operation.ts';
import type { DeviceHostPort } from './device-host-port.ts';
import { lastSession } from './found-documents.ts';

const STEP = 'found-media';
/** Through this device every card leaves and is kept. */
export const CARD_UNIT = 'card-unit';
const OWNER = { kind: 'core', id: 'core' } as const;

export interface FoundMedia {
  /** Devices that may hold a medium. */
  readonly holders: readonly string[];
  /** At least one of them saw it; otherwise a device only cannot say. */
  readonly seen: boolean;
}

/** Puts away a card that was found in the machine without a session that knows it (faults F70): the endorsement
 *  printer hands it back, the card unit takes it into the retain bin; a card that moved is held under an incident number.
 *  @returns whether the path was cleared, and the incident number of a card that was kept */
export async function putAwayFound(
  deps: OperationDeps,
  host: DeviceHostPort,
  found: FoundMedia,
): Promise<{ cleared: boolean; incident: string | null }> {
  const { holders } = found;
  const leases: Lease[] = [];
  try {
    for (const device of new Set([CARD_UNIT, ...holders])) {
      const lease = await host.claim(device, OWNER, CORE_LIMITS.coreClaimMs);
      if (!lease.ok) {
        deps.log.warn({ device, fault: lease.error }, 'a device with a found card cannot be claimed');
        return NOT_CLEARED;
      }
      leases.push(lease.value);
    }
    return await moveToBin(deps, host, leases, found);
  } finally {
    for (const lease of leases) void (await host.release(lease));
  }
}

const NOT_CLEARED = { cleared: false, incident: null } as const;

async function moveToBin(
  deps: OperationDeps,
  host: DeviceHostPort,
  leases: readonly Lease[],
  found: FoundMedia,
): Promise<{ cleared: boolean; incident: string | null }> {
  const { holders, seen } = found;
  const deadlineMs = CORE_LIMITS.putAwayMs;
  for (const lease of leases) {
    if (lease.device === CARD_UNIT || !holders.includes(lease.device)) continue;
    const back = await coreOperation(deps, { device: lease.device, verb: 'handBack', step: STEP }, (operationId) =>
      host.effect(lease, { operationId, deadlineMs }, 'handBack', {}),
    );
    if (back?.outcome !== 'done') return NOT_CLEARED;
  }
  const unit = leases.find((lease) => lease.device === CARD_UNIT);
  if (unit === undefined) return NOT_CLEARED;
  const kept = await coreOperation(deps, { device: CARD_UNIT, verb: 'reset', step: STEP }, (operationId) =>
    host.reset(unit, { operationId, deadlineMs }, 'retain'),
  );
  if (kept?.outcome !== 'done') return NOT_CLEARED;
  // A path that was empty after all gives nobody's card an incident number.
  if (!seen && !kept.evidence.includes('countDelta')) return { cleared: true, incident: null };
  const number = spokenId(deps.random, 3);
  deps.journal.note([
    {
      kind: 'goods-moved',
      fields: {
        operationId: kept.operationId,
        ...lastSession(deps, [CARD_UNIT, ...holders]),
        item: 'card',
        from: moduleOf(holders[0] ?? CARD_UNIT),
        to: 'retainBin',
        outcome: 'done',
      },
    },
    { kind: 'incident', fields: { number, state: 'opened', stop: 'card-held' } },
  ]);
  return { cleared: true, incident: number };
}
