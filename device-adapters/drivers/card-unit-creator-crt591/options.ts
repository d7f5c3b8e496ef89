import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import type { DriverContext } from '../../driver-kit/driver.ts';
import { CRT591_LIMITS } from './limits.table.ts';
import { BIN_COUNTER_MOST } from './protocol.ts';

/** The driver's options as README.md lists them. */
export interface Crt591Options {
  readonly binCapacity: number;
  readonly binThreshold: number;
  /** Absent: there is one as soon as the unit has shown it. */
  readonly stack: boolean | undefined;
  /** 0: not known. */
  readonly stackCapacity: number;
  readonly checkCardType: boolean;
}

/** Reads and checks them: a set-up that would never warn, or could not keep a card, is refused before the first citizen
 *  (fault F69).
 *  @fault configuration, naming the option */
export function readOptions(given: DriverContext['options']): Result<Crt591Options, Fault> {
  const { binCapacity = CRT591_LIMITS.binCapacity, stack, stackCapacity = 0, checkCardType = true } = given;
  if (!isCount(binCapacity, 1, BIN_COUNTER_MOST))
    return wrong(`binCapacity: expected 1 to ${BIN_COUNTER_MOST} cards (a card unit must be able to keep one)`);
  const binThreshold = given['binThreshold'] ?? Math.max(1, Math.floor(binCapacity * CRT591_LIMITS.binHighShare));
  if (!isCount(binThreshold, 1, binCapacity))
    return wrong(`binThreshold: expected 1 to ${binCapacity}, which binCapacity is (over it the bin would never warn)`);
  if (stack !== undefined && typeof stack !== 'boolean') return wrong('stack: expected true or false');
  if (!isCount(stackCapacity, 0, CRT591_LIMITS.stackCapacityMost))
    return wrong(`stackCapacity: expected 0 to ${CRT591_LIMITS.stackCapacityMost} cards`);
  if (typeof checkCardType !== 'boolean') return wrong('checkCardType: expected true or false');
  return ok({ binCapacity, binThreshold, stack, stackCapacity, checkCardType });
}

function isCount(value: string | number | boolean, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

function wrong(sentence: string): Result<never, Fault> {
  return err(deviceFault('configuration', sentence, 'configuration'));
}
