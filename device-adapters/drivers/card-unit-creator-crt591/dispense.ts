import type { Evidence } from '@yimen/contracts/device';
import { deviceFault, unsupportedFault } from '../../driver-kit/device-faults.ts';
import type { EffectResult } from '../../driver-kit/driver.ts';
import { faultOfError } from './errors.table.ts';
import type { Motion } from './motion.ts';
import {
  afterFault,
  at,
  done,
  fact,
  momentsOf,
  notDone,
  positionEvidence,
  presented,
  taken,
  unknown,
  unproved,
} from './outcome.ts';
import { COMMANDS } from './protocol.ts';
import type { Crt591Unit } from './unit.ts';

/** Gives a card out of the stack: fed to the read position, then brought to the gate. The device does not count its stack;
 *  that the card came from there is proved by an empty path and a closed entry before, and a card inside after. */
export async function dispenseCard(unit: Crt591Unit): Promise<EffectResult> {
  const refused = await whyNot(unit);
  if (refused !== undefined) return refused;
  const motion = await unit.feed();
  if (motion.went === 'refused') return notDone(motion.fault);
  if (motion.went === 'failed') return afterFailedFeed(unit, motion);
  const seen = await unit.look();
  const isInside = seen.seen === 'card' && seen.position === 'readPosition';
  // Some units feed as far as the gate. There a hand may have put a card too: only the unit's own word makes it ours.
  const isOut = seen.seen === 'card' && seen.position === 'gate' && motion.went === 'completed';
  if (!isInside && !isOut) {
    return unknown(unproved(motion, seen, COMMANDS.fromStack), positionEvidence(unit, seen), momentsOf(motion));
  }
  unit.units.fed();
  const fed = fact(unit, 'countDelta', 'none', 'stack-1');
  return isOut ? done([fed, presented(unit)], momentsOf(motion)) : toGate(unit, fed);
}

/** What stands against feeding; nothing has moved. The entry is closed by then: what is inside later came from the stack. */
async function whyNot(unit: Crt591Unit): Promise<EffectResult | undefined> {
  const start = await unit.look();
  if (!unit.units.hasStack) return notDone(unsupportedFault('dispenseCard'));
  if (start.seen !== 'card') return notDone(start.fault);
  if (start.position !== 'none')
    return notDone(deviceFault('deviceNotReady', 'a card is in the unit', 'clear'), [at(unit, start.position)]);
  if (unit.latched !== undefined) return notDone(unit.latched);
  if (unit.units.stackLevel === 'empty') return notDone(faultOfError('A0'));
  if (unit.units.stackLevel === 'unknown')
    return notDone(deviceFault('storageUnitError', 'stack: unknown state', 'maintenance'));
  const closed = await unit.ask(COMMANDS.disableEntry);
  if (closed.seen !== 'reply') return notDone(closed.fault);
  return closed.reply.kind === 'negative' ? notDone(faultOfError(closed.reply.errorCode)) : undefined;
}

async function afterFailedFeed(unit: Crt591Unit, motion: Motion & { went: 'failed' }): Promise<EffectResult> {
  const { vendorCode } = motion.fault;
  // Whatever its option or ST1 say, the unit has nothing to feed with.
  if (vendorCode === '03') unit.units.feedRefused('noStack');
  const result = await afterFault(unit, motion, 'none');
  // After the look, whose ST1 may still see a card that the pusher does not.
  if (vendorCode === 'A0') unit.units.feedRefused('empty');
  // The path was empty: what is jammed now came from the stack.
  if (motion.fault.code === 'mediaJam') unit.units.fed();
  await unit.look();
  return vendorCode === '03' ? { ...result, fault: { ...unsupportedFault('dispenseCard'), vendorCode } } : result;
}

async function toGate(unit: Crt591Unit, fed: Evidence): Promise<EffectResult> {
  const motion = await unit.motion(COMMANDS.toGate);
  if (motion.went === 'refused') return notDone(motion.fault, [fed, at(unit, 'readPosition')]);
  if (motion.went === 'failed') {
    const failed = await afterFault(unit, motion, 'readPosition');
    return { ...failed, evidence: [fed, ...failed.evidence] };
  }
  const seen = await unit.look();
  const moments = momentsOf(motion);
  if (seen.seen === 'card' && seen.position === 'gate') return done([fed, presented(unit)], moments);
  if (seen.seen === 'card' && seen.position === 'none') {
    // Gone before we looked. That it was at the gate we know only when the unit said that the motion ended well.
    if (motion.went === 'completed') return done([fed, presented(unit), taken(unit, 'customer')], moments);
    return unknown(motion.fault, [fed, taken(unit, 'unknown')], moments);
  }
  return unknown(unproved(motion, seen, COMMANDS.toGate), [fed, ...positionEvidence(unit, seen)], moments);
}
