import type { CardPosition, Evidence, Fault } from '@yimen/contracts/device';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import type { EffectResult } from '../../driver-kit/driver.ts';
import { HAND_CODES } from './errors.table.ts';
import type { Motion, Seen } from './motion.ts';
import type { RawCommand } from './protocol.ts';
import type { Crt591Unit } from './unit.ts';

type Moments = Pick<EffectResult, 'acceptedAt' | 'completedAt'>;

export function done(evidence: readonly Evidence[], moments: Moments): EffectResult {
  return { outcome: 'done', evidence, ...moments };
}

export function notDone(fault: Fault, evidence: readonly Evidence[] = [], moments: Moments = {}): EffectResult {
  return { outcome: 'notDone', evidence, fault, ...moments };
}

export function unknown(fault: Fault, evidence: readonly Evidence[] = [], moments: Moments = {}): EffectResult {
  return { outcome: 'unknown', evidence, fault, ...moments };
}

/** Evidence of this moment. */
export function fact(
  unit: Crt591Unit,
  kind: Evidence['kind'],
  customerAccess: Evidence['customerAccess'],
  detail: string,
): Evidence {
  return { kind, customerAccess, detail, at: unit.clock.wallMs() };
}

export function presented(unit: Crt591Unit): Evidence {
  return fact(unit, 'presented', 'customer', 'gate');
}

export function taken(unit: Crt591Unit, customerAccess: 'customer' | 'unknown'): Evidence {
  return fact(unit, 'taken', customerAccess, 'gate');
}

export function at(unit: Crt591Unit, position: CardPosition): Evidence {
  return fact(
    unit,
    'position',
    position === 'gate' ? 'customer' : position === 'readPosition' ? 'none' : 'unknown',
    position,
  );
}

export function positionEvidence(unit: Crt591Unit, seen: Seen): readonly Evidence[] {
  return seen.seen === 'silent' ? [] : [at(unit, seen.position)];
}

export function momentsOf(motion: Motion): Moments {
  if (motion.went === 'completed' || motion.went === 'failed') {
    return { acceptedAt: motion.acceptedAt, completedAt: motion.completedAt };
  }
  return motion.went === 'unheard' && motion.acceptedAt !== undefined ? { acceptedAt: motion.acceptedAt } : {};
}

export function noMedia(): Fault {
  return deviceFault('noMedia', 'no card in the unit', 'suspend');
}

/** Why a motion cannot be called done: nobody said so, nobody answers, or the sensors contradict the unit. */
export function unproved(motion: Motion, seen: Seen, command: RawCommand): Fault {
  if (motion.went === 'unheard') return motion.fault;
  if (seen.seen !== 'card') return seen.fault;
  return deviceFault('hardwareError', `${command.name}: the unit says done, its sensors do not`, 'maintenance');
}

/** The unit said that the motion failed. Only the sensors tell whether something moved all the same. */
export async function afterFault(
  unit: Crt591Unit,
  motion: Motion & { went: 'failed' },
  before: CardPosition,
): Promise<EffectResult> {
  const seen = await unit.look();
  const moments = momentsOf(motion);
  const code = motion.fault.vendorCode ?? '';
  const position = positionEvidence(unit, seen);
  const isInUnit = seen.seen === 'card' && (seen.position === 'gate' || seen.position === 'readPosition');
  if (code === '40' && isInUnit) return notDone(motion.fault, position, moments);
  if (HAND_CODES.has(code)) {
    const evidence = [taken(unit, 'unknown'), ...position];
    // 40: pulled out of the unit's rollers, so it is surely not in the bin. Moved by hand, it may be anywhere.
    return code === '40' ? notDone(motion.fault, evidence, moments) : unknown(motion.fault, evidence, moments);
  }
  if (motion.fault.code === 'mediaJam') {
    return notDone(motion.fault, [fact(unit, 'position', 'unknown', 'jammed')], moments);
  }
  const stayed = seen.seen === 'card' && seen.position === before;
  return stayed ? notDone(motion.fault, position, moments) : unknown(motion.fault, position, moments);
}
