import type { Fault } from '@yimen/contracts/device';
import { canceledFault, deviceFault } from '../../driver-kit/device-faults.ts';
import type { EffectResult } from '../../driver-kit/driver.ts';
import { pause } from '../../driver-kit/pause.ts';
import { faultOfError } from './errors.table.ts';
import { trapped } from './gate-watch.ts';
import { CRT591_LIMITS } from './limits.table.ts';
import type { Seen } from './motion.ts';
import { at, done, notDone, positionEvidence, presented, unknown } from './outcome.ts';
import { COMMANDS, decodeCardType } from './protocol.ts';
import type { Crt591Unit } from './unit.ts';
import type { Until } from './verbs.ts';

/** Opens the entry and waits until a card is at the read position. The entry is closed again however it ends. */
export async function acceptCard(unit: Crt591Unit, until: Until, checkCardType: boolean): Promise<EffectResult> {
  const start = await unit.look();
  if (start.seen !== 'card') return notDone(start.fault);
  const { binTrouble } = unit.units;
  if (binTrouble === 'full') return notDone(faultOfError('A1'));
  if (binTrouble === 'unknown') return notDone(deviceFault('storageUnitError', 'bin: unknown state', 'maintenance'));
  if (start.position !== 'none' && start.position !== 'gate') {
    return notDone(deviceFault('deviceNotReady', 'a card is already inside', 'reset'), [at(unit, start.position)]);
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

/** Looks until a card is drawn in, or it is clear that none will be. One that stays at the open entry is held there. */
async function waitForCard(unit: Crt591Unit, until: Until): Promise<Seen> {
  let atGateSince: number | undefined;
  for (;;) {
    const seen = await unit.look();
    if (seen.seen !== 'card' || seen.position === 'readPosition') return seen;
    const nowMs = unit.clock.monoMs();
    atGateSince = seen.position === 'gate' ? (atGateSince ?? nowMs) : undefined;
    if (atGateSince !== undefined && nowMs - atGateSince >= CRT591_LIMITS.enteringMs) return found(unit, trapped());
    const leftMs = until.deadlineAt - unit.clock.monoMs();
    if (leftMs <= 0 || until.signal.aborted) return seen;
    const pauseMs = seen.position === 'gate' ? CRT591_LIMITS.drawMs : CRT591_LIMITS.entryPollMs;
    await pause(unit.clock, Math.min(pauseMs, leftMs), until.signal);
  }
}

function stuckShutter(unit: Crt591Unit): Seen {
  return found(unit, deviceFault('shutterFail', 'the shutter does not open', 'maintenance'));
}

function found(unit: Crt591Unit, fault: Fault): Seen {
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

function noCard(until: Until): Fault {
  return until.signal.aborted ? canceledFault() : deviceFault('noMedia', 'no card was inserted in time', 'suspend');
}
