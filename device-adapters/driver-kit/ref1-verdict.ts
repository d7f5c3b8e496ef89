import type { Evidence, Fault } from '@yimen/contracts/device';
import { deviceFault } from './device-faults.ts';
import type { EffectResult } from './driver.ts';
import { REF1_RESULT, type RawEnd } from './ref1-protocol.ts';
import { ref1Fault, type FaultRows } from './ref1-status.ts';

/** What an end means for the effect; moments and evidence stand beside it. */
export type Ref1Verdict = Pick<EffectResult, 'outcome' | 'fault' | 'value'>;

/** Turns the end of one effect into its outcome. Pure; the same for the command's own end and for the memory of it. */
export type Ref1Judge = (end: RawEnd, evidence: readonly Evidence[]) => Ref1Verdict;

export interface Ref1JudgeOptions {
  readonly faults: FaultRows;
  /** Results that by themselves say that nothing happened, whatever else the end leaves out. */
  readonly harmless?: ReadonlySet<number>;
  /** Faults after which something has moved and it is known all the same that the effect did not come about and where
   *  the medium is: at the exit, in the reject bin. */
  readonly settles?: (end: RawEnd, evidence: readonly Evidence[]) => boolean;
  /** A good end that says "nothing happened" is well too: a reset of an empty device, a cancel with nothing to end. */
  readonly mayRest?: boolean;
  /** Looks at a good end once more: what it must prove beyond saying so. */
  readonly proves?: (end: RawEnd, evidence: readonly Evidence[]) => Ref1Verdict;
}

/** The rules of devices.md §2.3: a fault is `notDone` only when nothing happened, a good end is `done` only with what it
 *  has to prove, all else is `unknown`. */
export function ref1Judge(options: Ref1JudgeOptions): Ref1Judge {
  return (end, evidence) => {
    if (end.result !== REF1_RESULT.ok) {
      const isHarmless = end.motion === 'nothing' || (end.motion === 'cannotTell' && options.harmless?.has(end.result));
      const isSettled = isHarmless === true || options.settles?.(end, evidence) === true;
      return { outcome: isSettled ? 'notDone' : 'unknown', fault: ref1Fault(end.result, options.faults) };
    }
    if (end.motion === 'nothing' && options.mayRest !== true)
      return unproved('the device says that it ended well and that nothing happened');
    return options.proves?.(end, evidence) ?? { outcome: 'done' };
  };
}

/** A good end that does not prove itself. */
export function unproved(why: string): Ref1Verdict & { readonly fault: Fault } {
  return { outcome: 'unknown', fault: deviceFault('hardwareError', why, 'maintenance') };
}
