import { err, ok, type Result } from '@yimen/contracts/base';
import type { Evidence, Fault, MediaState } from '@yimen/contracts/device';
import { silentFault } from './device-faults.ts';
import type { Ref1Order } from './ref1-effect.ts';
import { ref1Value } from './ref1-fields.ts';
import { REF1_LIMITS } from './ref1-limits.table.ts';
import { REF1_RESULT, type RawEnd } from './ref1-protocol.ts';
import type { FaultRows } from './ref1-status.ts';
import { ref1Judge, unproved, type Ref1Judge, type Ref1Verdict } from './ref1-verdict.ts';

/** Result: presented, nobody took it; it stays at the exit. */
const NOT_TAKEN = 0x25;

/** Field 47 in the port's words; a medium that stands where a hand reaches it is `entering`, as at a card unit's gate. */
const MEDIA_AT: readonly MediaState[] = ['notPresent', 'present', 'present', 'entering'];

/** Where a medium is, by field 47.
 *  @param media what field 12 says: a jam stands, and without a position it is all there is. */
export function ref1MediaAt(position: number | undefined, media: MediaState | undefined): MediaState | undefined {
  if (media === 'jammed' || position === undefined) return media;
  return MEDIA_AT[position] ?? 'unknown';
}

/** An effect that waits for a hand: its field of seconds is what remains of the caller's time after the way there and
 *  after what a stop would need, so that the device ends the wait by itself.
 *  @fault timeOut not even a second remains; nothing goes out. */
export function ref1WaitingOrder(
  order: Pick<Ref1Order, 'command' | 'fields' | 'judge'>,
  wait: { readonly atMostTag: number; readonly wayMs: number; readonly leftMs: number },
): Result<Ref1Order, Fault> {
  const waitMs = wait.leftMs - wait.wayMs - REF1_LIMITS.stopMs - REF1_LIMITS.settleMs;
  const waitS = Math.min(Math.floor(waitMs / 1_000), REF1_LIMITS.waitMostS);
  if (waitS < 1) return err(silentFault('a person, in the time that is left'));
  const fields = [...order.fields, [wait.atMostTag, ref1Value.u16(waitS)] as const];
  return ok({ ...order, fields, usualMs: REF1_LIMITS.handAskMs, waitsForPerson: true });
}

/** Judge of "present". Not taken, or stopped while it lay at the exit, is `notDone` with the medium there, as at a card
 *  unit's gate; unless the device says in the same breath that it was taken.
 *  @param also a kind's own faults after which everybody knows where the medium is. */
export function ref1PresentJudge(options: {
  readonly faults: FaultRows;
  readonly also?: (end: RawEnd, evidence: readonly Evidence[]) => boolean;
  readonly proves?: (end: RawEnd, evidence: readonly Evidence[]) => Ref1Verdict;
}): Ref1Judge {
  return ref1Judge({
    faults: options.faults,
    settles: (end, evidence) => {
      if (has(evidence, 'taken')) return false;
      const isAtExit = end.result === NOT_TAKEN || (end.result === REF1_RESULT.stopped && end.motion === 'something');
      return isAtExit || options.also?.(end, evidence) === true;
    },
    proves: (end, evidence) => {
      if (!has(evidence, 'presented') || !has(evidence, 'taken'))
        return unproved('the device says that it was taken, and its exit sensor does not');
      return options.proves?.(end, evidence) ?? { outcome: 'done' };
    },
  });
}

/** Judge of what goes into a bin: the bin's own count proves it, or a sensor that saw it drawn in.
 *  @param bin its name in evidence, `retract` in `retract +1`. */
export function ref1BinJudge(faults: FaultRows, bin: string): Ref1Judge {
  return ref1Judge({
    faults,
    proves: (_end, evidence) => {
      const isCounted = evidence.some(({ kind, detail }) => kind === 'countDelta' && detail === `${bin} +1`);
      if (isCounted || has(evidence, 'retracted')) return { outcome: 'done' };
      return unproved(`the device says that it ended well, and the ${bin} bin did not count it`);
    },
  });
}

function has(evidence: readonly Evidence[], kind: Evidence['kind']): boolean {
  return evidence.some((one) => one.kind === kind);
}
