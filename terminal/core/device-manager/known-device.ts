import type { Description, DeviceStatus, Fault } from '@yimen/contracts/device';
import { faultOf } from '../platform/fault.ts';
import { unitMisconfigured } from './unit-check.ts';

/** Everything known of one device. */
export interface Known {
  readonly kind: string;
  readonly description: Description | null;
  /** As its host tells it. */
  readonly raw: DeviceStatus;
  /** As core sees it: `raw`, unless the device is another, wrongly set up, not identified yet, or kept out of use. */
  readonly status: DeviceStatus;
  /** `unchecked`: since it was away last, nobody asked who it is. */
  readonly identity: Identity;
}

export type Identity = 'unchecked' | 'right' | Fault;

/** What core makes of a device's own status. */
export function judgedStatus(
  known: Pick<Known, 'kind' | 'raw' | 'identity'>,
  held: { readonly isFlapping: boolean; readonly isFraud: boolean },
): DeviceStatus {
  const { raw, identity } = known;
  const refused = refusalOf(known);
  if (refused !== undefined) return unfit(raw, refused);
  if (held.isFraud) return afterFraud(raw);
  if (held.isFlapping) return { ...unfit(raw, FLAPS), source: 'inferred' };
  // No motion goes to a plug of which nobody knows what is behind it.
  if (identity === 'unchecked' && raw.device === 'online') return { ...raw, device: 'starting', source: 'stale' };
  return raw;
}

/** Why this device is not used at all, whatever it says of itself: it is another one, or it is wrongly set up. Nothing
 *  but questions goes to it. */
export function refusalOf({ kind, raw, identity }: Pick<Known, 'kind' | 'raw' | 'identity'>): Fault | undefined {
  if (typeof identity === 'object') return identity;
  const wrong = unitMisconfigured(kind, raw);
  return wrong === undefined ? undefined : faultOf('configuration', wrong, 'configuration');
}

/** Another device may answer after this one was away. */
export function mayHaveChanged({ device, source }: DeviceStatus): boolean {
  return source === 'stale' || device === 'offline' || device === 'starting' || device === 'noDevice';
}

const FLAPS: Fault = faultOf(
  'hardwareError',
  'it came and went too often; it is let back when it has been quiet for a while',
  'maintenance',
);

const FRAUD: Fault = faultOf(
  'fraudAttempt',
  'it was manipulated, or may have been; only a technician lets it back',
  'maintenance',
);

/** Whatever it says of itself by now. */
function afterFraud(raw: DeviceStatus): DeviceStatus {
  if (raw.source === 'stale') return raw;
  const isStillSo = raw.device === 'fraudAttempt' || raw.device === 'potentialFraud';
  const device = isStillSo ? raw.device : 'fraudAttempt';
  return {
    ...raw,
    device,
    fault: isStillSo ? (raw.fault ?? FRAUD) : FRAUD,
    action: 'maintenance',
    source: isStillSo ? raw.source : 'inferred',
  };
}

function unfit(raw: DeviceStatus, fault: Fault): DeviceStatus {
  return { ...raw, device: 'hardwareError', fault, action: fault.action };
}
