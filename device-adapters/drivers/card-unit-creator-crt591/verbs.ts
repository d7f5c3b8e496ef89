import type { CardPosition, Evidence, Fault } from '@yimen/contracts/device';
import { canceledFault, deviceFault } from '../../driver-kit/device-faults.ts';
import type { EffectResult } from '../../driver-kit/driver.ts';
import { pause } from '../../driver-kit/pause.ts';
import { CRT591_LIMITS } from './limits.table.ts';
import { COMMANDS, decodeCardType, type RawCommand } from './protocol.ts';
import { faultOfError, HAND_CODES } from './status.ts';
import type { Crt591Unit, Motion, Seen } from './unit.ts';

/** A verb's time and its end: monotonic moment, and the signal that its caller is gone. */
export interface Until {
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
}

type Moments = Pick<EffectResult, 'acceptedAt' | 'completedAt'>;

/** Opens the entry and waits until a card is at the read position. The entry is closed again however it ends. */
export async function acceptCard(unit: Crt591Unit, until: Until, checkCardType: boolean): Promise<EffectResult> {
  const start = await unit.look();
  if (start.seen !== 'card') return notDone(start.fault);
  if (start.isBinFull) return notDone(faultOfError('A1'));
  if (start.position === 'readPosition') {
    return notDone(deviceFault('deviceNotReady', 'a card is already inside', 'reset'), [at(unit, 'readPosition')]);
  }
  if (unit.latched !== undefined) return notDone(unit.latched);
  const opened = await unit.ask(COMMANDS.enableEntry);
  if (opened.seen !== 'reply') return opened.seen === 'unsent' ? notDone(opened.fault) : unknown(opened.fault);
  if (opened.reply.kind === 'negative') return notDone(faultOfError(opened.reply.errorCode));
  const { acceptedAt } = opened;
  const entered = (await unit.shutter()) === 'closed' ? stuckShutter(unit) : await waitForCard(unit, until);
  if (entered.seen === 'silent') return unknown(entered.fault, [], { acceptedAt });
  const closed = await unit.ask(COMMANDS.disableEntry);
  if (entered.seen === 'fault') return notDone(entered.fault, [], { acceptedAt });
  // Between the last question and the closed entry a card may still have come in.
  const last = await unit.look();
  if (last.seen === 'silent') return unknown(last.fault, [], { acceptedAt });
  if (last.seen === 'fault') return notDone(last.fault, [], { acceptedAt });
  if (last.position !== 'readPosition') {
    // An entry that may still be open may still draw a card in.
    return closed.seen === 'reply'
      ? notDone(noCard(until), [], { acceptedAt })
      : unknown(closed.fault, [], { acceptedAt });
  }
  if (checkCardType && (await isUnreadable(unit))) return returned(unit, acceptedAt);
  return done([at(unit, 'readPosition')], { acceptedAt, completedAt: unit.clock.wallMs() });
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
  if (whenOn !== 'open' || whenOff !== 'closed') {
    const fault = deviceFault('shutterFail', `shutter: on ${whenOn}, off ${whenOff}`, 'maintenance');
    unit.found(fault);
    return notDone(fault);
  }
  unit.unlatch();
  const seen = await unit.look();
  if (seen.seen !== 'card') return notDone(seen.fault);
  return {
    ...done([at(unit, seen.position)], { completedAt: unit.clock.wallMs() }),
    value: { binCount: unit.binCount },
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
  if (start.isBinFull) return notDone(faultOfError('A1'), [at(unit, start.position)]);
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

async function waitForCard(unit: Crt591Unit, until: Until): Promise<Seen> {
  for (;;) {
    const seen = await unit.look();
    if (seen.seen !== 'card' || seen.position === 'readPosition') return seen;
    const leftMs = until.deadlineAt - unit.clock.monoMs();
    if (leftMs <= 0 || until.signal.aborted) return seen;
    const pauseMs = seen.position === 'gate' ? CRT591_LIMITS.drawMs : CRT591_LIMITS.entryPollMs;
    await pause(unit.clock, Math.min(pauseMs, leftMs), until.signal);
  }
}

async function waitUntilTaken(
  unit: Crt591Unit,
  until: Until,
  seenSoFar: readonly Evidence[],
  moments: Moments,
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

/** The unit said that the motion failed. Only the sensors tell whether something moved all the same. */
async function afterFault(
  unit: Crt591Unit,
  motion: Motion & { went: 'failed' },
  before: CardPosition,
): Promise<EffectResult> {
  const seen = await unit.look();
  const moments = momentsOf(motion);
  const code = motion.fault.vendorCode ?? '';
  if (HAND_CODES.has(code)) {
    const evidence = [taken(unit, 'unknown'), ...positionEvidence(unit, seen)];
    // 40: pulled out of the unit's rollers, so it is surely not in the bin. 45: it may be anywhere.
    return code === '40' ? notDone(motion.fault, evidence, moments) : unknown(motion.fault, evidence, moments);
  }
  if (motion.fault.code === 'mediaJam') {
    return notDone(motion.fault, [fact(unit, 'position', 'unknown', 'jammed')], moments);
  }
  const stayed = seen.seen === 'card' && seen.position === before;
  const evidence = positionEvidence(unit, seen);
  return stayed ? notDone(motion.fault, evidence, moments) : unknown(motion.fault, evidence, moments);
}

function stuckShutter(unit: Crt591Unit): Seen {
  const fault = deviceFault('shutterFail', 'the shutter does not open', 'maintenance');
  unit.found(fault);
  return { seen: 'fault', position: unit.position, fault };
}

async function isUnreadable(unit: Crt591Unit): Promise<boolean> {
  const type = await unit.ask(COMMANDS.cardType);
  return type.seen === 'reply' && type.reply.kind === 'positive' && decodeCardType(type.reply.data) === '00';
}

/** A card the coil cannot see goes back to the gate at once: the citizen turns it round. */
async function returned(unit: Crt591Unit, acceptedAt: number): Promise<EffectResult> {
  const fault = deviceFault('invalidMedia', 'the card is not one that can be read this way round', 'suspend');
  await unit.motion(COMMANDS.toGate);
  const seen = await unit.look();
  unit.found(fault);
  const isOut = seen.seen === 'card' && (seen.position === 'gate' || seen.position === 'none');
  if (!isOut) return unknown(fault, positionEvidence(unit, seen), { acceptedAt });
  return notDone(fault, [presented(unit)], { acceptedAt });
}

function noMedia(): Fault {
  return deviceFault('noMedia', 'no card in the unit', 'suspend');
}

function noCard(until: Until): Fault {
  return until.signal.aborted ? canceledFault() : deviceFault('noMedia', 'no card was inserted in time', 'suspend');
}

/** Why a motion cannot be called done: nobody said so, nobody answers, or the sensors contradict the unit. */
function unproved(motion: Motion, seen: Seen, command: RawCommand): Fault {
  if (motion.went === 'unheard') return motion.fault;
  if (seen.seen !== 'card') return seen.fault;
  return deviceFault('hardwareError', `${command.name}: the unit says done, its sensors do not`, 'maintenance');
}

function momentsOf(motion: Motion): Moments {
  if (motion.went === 'completed' || motion.went === 'failed') {
    return { acceptedAt: motion.acceptedAt, completedAt: motion.completedAt };
  }
  return motion.went === 'unheard' && motion.acceptedAt !== undefined ? { acceptedAt: motion.acceptedAt } : {};
}

function fact(
  unit: Crt591Unit,
  kind: Evidence['kind'],
  customerAccess: Evidence['customerAccess'],
  detail: string,
): Evidence {
  return { kind, customerAccess, detail, at: unit.clock.wallMs() };
}

function presented(unit: Crt591Unit): Evidence {
  return fact(unit, 'presented', 'customer', 'gate');
}

function taken(unit: Crt591Unit, customerAccess: 'customer' | 'unknown'): Evidence {
  return fact(unit, 'taken', customerAccess, 'gate');
}

function at(unit: Crt591Unit, position: CardPosition): Evidence {
  return fact(
    unit,
    'position',
    position === 'gate' ? 'customer' : position === 'readPosition' ? 'none' : 'unknown',
    position,
  );
}

function positionEvidence(unit: Crt591Unit, seen: Seen): readonly Evidence[] {
  return seen.seen === 'silent' ? [] : [at(unit, seen.position)];
}

function done(evidence: readonly Evidence[], moments: Moments): EffectResult {
  return { outcome: 'done', evidence, ...moments };
}

function notDone(fault: Fault, evidence: readonly Evidence[] = [], moments: Moments = {}): EffectResult {
  return { outcome: 'notDone', evidence, fault, ...moments };
}

function unknown(fault: Fault, evidence: readonly Evidence[] = [], moments: Moments = {}): EffectResult {
  return { outcome: 'unknown', evidence, fault, ...moments };
}
