import type { Evidence } from '@yimen/contracts/device';
import { canceledFault, deviceFault } from '../../driver-kit/device-faults.ts';
import type { EffectResult } from '../../driver-kit/driver.ts';
import { pause } from '../../driver-kit/pause.ts';
import { faultOfError } from './errors.table.ts';
import { CRT591_LIMITS } from './limits.table.ts';
import {
  afterFault,
  at,
  done,
  fact,
  momentsOf,
  noMedia,
  notDone,
  positionEvidence,
  presented,
  taken,
  unknown,
  unproved,
} from './outcome.ts';
import { COMMANDS } from './protocol.ts';
import type { Crt591Unit } from './unit.ts';

/** A verb's time and its end: monotonic moment, and the signal that its caller is gone. */
export interface Until {
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
}

/** Initialises, opens and closes the entry under the eye of its sensor, and looks. Moves no card: refused with one
 *  inside or at the gate, which an open entry would draw in. */
export async function selfTest(unit: Crt591Unit): Promise<EffectResult> {
  const start = await unit.look();
  if (start.seen !== 'card') return notDone(start.fault);
  if (start.position !== 'none')
    return notDone(deviceFault('deviceNotReady', 'a card is in the unit', 'clear'), [at(unit, start.position)]);
  const initialised = await unit.initialise();
  if (!initialised.ok) return notDone(initialised.error);
  await unit.ask(COMMANDS.enableEntry);
  const whenOn = await unit.shutter();
  await unit.ask(COMMANDS.disableEntry);
  const whenOff = await unit.shutter();
  const hasSensor = whenOn !== 'unknown' || whenOff !== 'unknown';
  if (hasSensor && (whenOn !== 'open' || whenOff !== 'closed')) {
    const fault = deviceFault('shutterFail', `shutter: on ${whenOn}, off ${whenOff}`, 'maintenance');
    unit.found(fault);
    return notDone(fault);
  }
  unit.unlatch();
  const seen = await unit.look();
  if (seen.seen !== 'card') return notDone(seen.fault);
  return {
    ...done([at(unit, seen.position)], { completedAt: unit.clock.wallMs() }),
    value: { binCount: unit.units.binCount },
  };
}

/** Brings the card to the gate and waits until it is taken. */
export async function ejectCard(unit: Crt591Unit, until: Until): Promise<EffectResult> {
  const start = await unit.look();
  if (start.seen !== 'card') return notDone(start.fault, start.seen === 'fault' ? [at(unit, start.position)] : []);
  if (start.position === 'none') return notDone(noMedia());
  if (start.position === 'gate') return waitUntilTaken(unit, until, [presented(unit)], {});
  const motion = await unit.motion(COMMANDS.toGate);
  if (motion.went === 'refused') return notDone(motion.fault, [at(unit, start.position)]);
  if (motion.went === 'failed') return afterFault(unit, motion, start.position);
  const moments = momentsOf(motion);
  const seen = await unit.look();
  if (seen.seen === 'card' && seen.position === 'gate') return waitUntilTaken(unit, until, [presented(unit)], moments);
  if (seen.seen === 'card' && seen.position === 'none') {
    // Gone before we looked. That it was at the gate we know only when the unit said that the motion ended well.
    const gone = taken(unit, motion.went === 'completed' ? 'customer' : 'unknown');
    if (motion.went === 'completed') return done([presented(unit), gone], moments);
    return unknown(motion.fault, [gone], moments);
  }
  return unknown(unproved(motion, seen, COMMANDS.toGate), positionEvidence(unit, seen), moments);
}

/** Moves the card within the machine. */
export async function moveCard(unit: Crt591Unit, to: 'readPosition' | 'gate'): Promise<EffectResult> {
  const start = await unit.look();
  if (start.seen !== 'card') return notDone(start.fault, start.seen === 'fault' ? [at(unit, start.position)] : []);
  if (start.position === 'none') return notDone(noMedia());
  if (start.position === to) return done([at(unit, to)], {});
  const command = to === 'gate' ? COMMANDS.toGate : COMMANDS.toReadPosition;
  const motion = await unit.motion(command);
  if (motion.went === 'refused') return notDone(motion.fault, [at(unit, start.position)]);
  if (motion.went === 'failed') return afterFault(unit, motion, start.position);
  const seen = await unit.look();
  if (seen.seen === 'card' && seen.position === to) return done([at(unit, to)], momentsOf(motion));
  return unknown(unproved(motion, seen, command), positionEvidence(unit, seen), momentsOf(motion));
}

/** Drops the card into the retain bin. */
export async function captureCard(unit: Crt591Unit): Promise<EffectResult> {
  const start = await unit.look();
  if (start.seen !== 'card') return notDone(start.fault, start.seen === 'fault' ? [at(unit, start.position)] : []);
  if (start.position === 'none') return notDone(noMedia());
  if (unit.units.isBinFull) return notDone(faultOfError('A1'), [at(unit, start.position)]);
  const countBefore = await unit.countBin();
  if (countBefore === undefined) return notDone(deviceFault('timeOut', 'bin counter not read', 'reset'));
  const motion = await unit.motion(COMMANDS.toBin);
  if (motion.went === 'refused') return notDone(motion.fault, [at(unit, start.position)]);
  if (motion.went === 'failed') return afterFault(unit, motion, start.position);
  const countAfter = await unit.countBin();
  const seen = await unit.look();
  const isCounted = countAfter === countBefore + 1;
  const isEmpty = seen.seen === 'card' && seen.position === 'none';
  const evidence = [
    ...(isCounted ? [fact(unit, 'countDelta', 'none', 'bin+1')] : []),
    ...(isEmpty && isCounted ? [fact(unit, 'position', 'none', 'none')] : []),
    ...(isEmpty && !isCounted && motion.went === 'completed' ? [fact(unit, 'position', 'none', 'none')] : []),
  ];
  // Without the unit's word and without its count an empty path may as well be a card pulled out by hand.
  if (evidence.length > 0 && isEmpty) return done(evidence, momentsOf(motion));
  return unknown(
    unproved(motion, seen, COMMANDS.toBin),
    [...evidence, ...positionEvidence(unit, seen)],
    momentsOf(motion),
  );
}

/** Clears errors and brings the card where the caller says; done at once when there is none. */
export async function resetUnit(unit: Crt591Unit, until: Until, to: 'exit' | 'retain' | 'stay'): Promise<EffectResult> {
  const initialised = await unit.initialise();
  if (!initialised.ok) {
    const { error } = initialised;
    return error.code === 'timeOut' || error.code === 'offline'
      ? unknown(error)
      : notDone(error, [at(unit, unit.position)]);
  }
  const seen = await unit.look();
  if (seen.seen !== 'card')
    return seen.seen === 'silent' ? unknown(seen.fault) : notDone(seen.fault, [at(unit, seen.position)]);
  if (seen.position === 'none' || to === 'stay')
    return done([at(unit, seen.position)], { completedAt: unit.clock.wallMs() });
  return to === 'exit' ? ejectCard(unit, until) : captureCard(unit);
}

async function waitUntilTaken(
  unit: Crt591Unit,
  until: Until,
  seenSoFar: readonly Evidence[],
  moments: Pick<EffectResult, 'acceptedAt' | 'completedAt'>,
): Promise<EffectResult> {
  for (;;) {
    const seen = await unit.look();
    if (seen.seen === 'card' && seen.position === 'none') {
      return done([...seenSoFar, taken(unit, 'customer')], { completedAt: unit.clock.wallMs(), ...moments });
    }
    if (seen.seen === 'silent') return unknown(seen.fault, seenSoFar, moments);
    const leftMs = until.deadlineAt - unit.clock.monoMs();
    if (until.signal.aborted) return notDone(canceledFault(), seenSoFar, moments);
    if (leftMs <= 0)
      return notDone(deviceFault('notTaken', 'the card stands at the gate', 'clear'), seenSoFar, moments);
    await pause(unit.clock, Math.min(CRT591_LIMITS.gatePollMs, leftMs), until.signal);
  }
}
