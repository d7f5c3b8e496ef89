import { err, ok, type Result } from '@yimen/contracts/base';
import { licencePrinterPort, type Fault } from '@yimen/contracts/device';
import { callerFault, deviceFault } from './device-faults.ts';
import type { Ref1Device } from './ref1-device.ts';
import type { Ref1OrderOf } from './ref1-driver.ts';
import type { Ref1Confirmation } from './ref1-effect.ts';
import { REF1_LIMITS } from './ref1-limits.table.ts';
import type { FaultRows } from './ref1-status.ts';
import {
  decodeRef1Exchange,
  decodeRef1Stacks,
  encodeRef1Counted,
  REF1_UNIT_COMMAND,
  type Ref1Exchange,
  type Ref1UnitNames,
  type RawRef1Units,
} from './ref1-units.ts';
import { ref1Judge, unproved, type Ref1Judge } from './ref1-verdict.ts';

/** Results of the exchange verbs that every kind with units has: after them nothing was set and the exchange is what it
 *  was, whatever moved meanwhile. */
const NOTHING_SET: ReadonlySet<number> = new Set([0x2a, 0x2b, 0x2c, 0x2d]);

/** How one kind counts and exchanges its units. */
export interface Ref1ExchangeKind {
  readonly units: Ref1UnitNames;
  readonly faults: FaultRows;
  /** How long the end of an exchange takes: some devices read every place before they lock. */
  readonly endMs: number;
}

/** The three exchange verbs (contracts/device/exchange.ts) as orders of a kind. Start and end are done when the device,
 *  asked once more, says so. */
export function ref1ExchangeOrders(kind: Ref1ExchangeKind): Readonly<Record<string, Ref1OrderOf>> {
  const judge = ref1ExchangeJudge(kind.faults);
  const { startExchange, setUnits, endExchange } = REF1_UNIT_COMMAND;
  const turn = (command: number, usualMs: number, wanted: Ref1Exchange): Ref1OrderOf => {
    return () => ok({ command, fields: [], usualMs, judge, confirm: (device) => isNow(device, kind, wanted) });
  };
  return {
    startExchange: turn(startExchange, REF1_LIMITS.exchangeMs, 'active'),
    setUnits: (args) => {
      const fields = encodeRef1Counted(licencePrinterPort.verbs.setUnits.args.parse(args).units, kind.units);
      if (!fields.ok) return err(callerFault(fields.error));
      return ok({ command: setUnits, fields: fields.value, usualMs: REF1_LIMITS.exchangeMs, judge });
    },
    endExchange: turn(endExchange, kind.endMs, 'inactive'),
  };
}

/** Judge of the exchange verbs, also of a remembered one. A lock is no medium: that nothing moved is well too. */
export function ref1ExchangeJudge(faults: FaultRows): Ref1Judge {
  return ref1Judge({ faults, mayRest: true, settles: ({ result }) => NOTHING_SET.has(result) });
}

/** @returns whether `command` is one of the exchange verbs. */
export function isRef1Exchange(command: number): boolean {
  const { startExchange, setUnits, endExchange } = REF1_UNIT_COMMAND;
  return command === startExchange || command === setUnits || command === endExchange;
}

/** The read `units`: counts, serial numbers of the stacks, and whether an exchange is active. */
export async function readRef1Units(
  device: Ref1Device,
  of: Ref1UnitNames,
  deadlineMs: number,
): Promise<Result<{ readonly units: RawRef1Units['units']; readonly exchange: Ref1Exchange }, Fault>> {
  const answer = await device.ask(REF1_UNIT_COMMAND.units, [], Math.min(REF1_LIMITS.readMs, deadlineMs));
  if (!answer.ok) return answer;
  const { units, isWhole } = decodeRef1Stacks(answer.value.fields, of);
  if (!isWhole) return err(deviceFault('hardwareError', 'The device told of units that cannot be read', 'maintenance'));
  return ok({ units, exchange: decodeRef1Exchange(answer.value.fields) });
}

async function isNow(
  device: Ref1Device,
  { units }: Ref1ExchangeKind,
  wanted: Ref1Exchange,
): Promise<Ref1Confirmation | undefined> {
  const seen = await readRef1Units(device, units, REF1_LIMITS.readMs);
  if (!seen.ok || seen.value.exchange === 'unknown') return undefined;
  if (seen.value.exchange === wanted) return { outcome: 'done', evidence: [] };
  return { ...unproved(`the device ended it well, and its exchange is ${seen.value.exchange}`), evidence: [] };
}
