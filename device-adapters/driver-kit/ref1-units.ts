import { err, ok, type Result } from '@yimen/contracts/base';
import type { Unit } from '@yimen/contracts/device';
import { YMR1 } from '../framing/ymr1.ts';
import { encodeRef1Fields, numberField, ref1Value, type Ref1Field, type Ref1Fields } from './ref1-fields.ts';
import type { RawRef1Status } from './ref1-protocol.ts';
import type { SeenStatus } from './status-watcher.ts';

/** Commands of every kind with units.
 *  @source README.md of drivers/licence-printer-yimen-ref1 and document-locker-yimen-ref1, "This kind" */
export const REF1_UNIT_COMMAND = { units: 0x15, startExchange: 0x16, setUnits: 0x17, endExchange: 0x18 } as const;

/** Fields of every kind with units. */
const REF1_UNIT_TAG = { unit: 0x48, counted: 0x49, exchange: 0x4a, serial: 0x4b } as const;

/** The units of one kind. */
export interface Ref1UnitNames {
  /** The driver's names by the device's numbers. */
  readonly names: Readonly<Record<number, string>>;
  /** Numbers of the units whose pieces carry a serial number that staff tell with the count (field 4B). */
  readonly serialised: readonly number[];
}

/** Units as one answer told them. */
export interface RawRef1Units {
  readonly units: Readonly<Record<string, Unit>>;
  /** Every unit that was told could be read; one that could not is left out of `units`. */
  readonly isWhole: boolean;
}

/** What staff counted, by the driver's names. */
export type Ref1Counted = Readonly<
  Record<string, { readonly count: number; readonly serialised?: readonly string[] | undefined }>
>;

export type Ref1Exchange = 'active' | 'inactive' | 'unknown';

const TYPES: readonly Unit['type'][] = ['dispense', 'retain', 'reject', 'ribbon'];
const STATUSES: readonly Unit['status'][] = ['ok', 'inoperative', 'missing', 'notConfigured', 'manipulated'];
const EXCHANGES: readonly Ref1Exchange[] = ['inactive', 'active'];
const UNIT_BYTES = 13;
const SERIAL = /^[A-Z0-9]{4,24}$/;
const MOST_COUNT = 0xffff;

/** Fields 48, and 4B where a unit's serial numbers are told. A unit of an unknown type cannot be said in the port's
 *  words and is left out, one of an unknown status is `inoperative`: never "ok". */
export function decodeRef1Units(fields: Ref1Fields, { names }: Ref1UnitNames): RawRef1Units {
  const units: Record<string, Unit> = {};
  const told = fields.get(REF1_UNIT_TAG.unit) ?? [];
  for (const value of told) {
    const unit = unitOf(value);
    if (unit !== undefined) units[nameOf(names, value[0])] = unit;
  }
  return { units, isWhole: told.length > 0 && Object.keys(units).length === told.length };
}

/** The same with the serial numbers of the stacks that have some (field 4B), from the first to the last; a stack without
 *  a piece has an empty list. */
export function decodeRef1Stacks(fields: Ref1Fields, of: Ref1UnitNames): RawRef1Units {
  const { units, isWhole } = decodeRef1Units(fields, of);
  const serials = (fields.get(REF1_UNIT_TAG.serial) ?? []).map(serialOf);
  const areRead = serials.every(({ id, serial }) => of.serialised.includes(id) && SERIAL.test(serial));
  const stacks = of.serialised.flatMap((id) => {
    const unit = units[nameOf(of.names, id)];
    const serialised = serials.filter((one) => one.id === id).map(({ serial }) => serial);
    return unit === undefined ? [] : [[nameOf(of.names, id), { ...unit, serialised }] as const];
  });
  return { units: { ...units, ...Object.fromEntries(stacks) }, isWhole: isWhole && areRead };
}

/** Field 4A; whoever does not say it, or says it in no known word, leaves it open. */
export function decodeRef1Exchange(fields: Ref1Fields): Ref1Exchange {
  return EXCHANGES[numberField(fields, REF1_UNIT_TAG.exchange) ?? -1] ?? 'unknown';
}

/** Status axes with the units that the device tells in it. */
export function withRef1Units(axes: SeenStatus, raw: RawRef1Status, of: Ref1UnitNames): SeenStatus {
  return { ...axes, units: { ...decodeRef1Units(raw.fields, of).units } };
}

/** Fields 49 and 4B of what was counted. Whether counts and numbers of serials fit is the device's to judge.
 *  @returns the error says what cannot be told to this device, and of which unit. */
export function encodeRef1Counted(counted: Ref1Counted, of: Ref1UnitNames): Result<readonly Ref1Field[], string> {
  const entries = Object.entries(counted);
  if (entries.length === 0) return err('no unit is named');
  const fields: Ref1Field[] = [];
  for (const [name, { count, serialised = [] }] of entries) {
    const id = Object.keys(of.names)
      .map(Number)
      .find((one) => of.names[one] === name);
    if (id === undefined) return err(`there is no unit ${name.slice(0, 40)}`);
    if (count > MOST_COUNT) return err(`${name}: no unit holds ${count}`);
    if (serialised.length > 0 && !of.serialised.includes(id)) return err(`${name}: its serial numbers cannot be set`);
    if (!serialised.every((serial) => SERIAL.test(serial))) return err(`${name}: no such serial number can be`);
    fields.push([REF1_UNIT_TAG.counted, Uint8Array.of(id, ...ref1Value.u16(count))]);
    for (const serial of serialised) fields.push([REF1_UNIT_TAG.serial, Uint8Array.of(id, ...ref1Value.text(serial))]);
  }
  const serials = entries.flatMap(([, { serialised = [] }]) => serialised);
  if (new Set(serials).size < serials.length) return err('a serial number is named twice');
  if (encodeRef1Fields(fields).length > YMR1.dataBytes - OPERATION_BYTES)
    return err('more serial numbers than one command holds: set the units one by one');
  return ok(fields);
}
/** The operation id, which every effect carries too. */
const OPERATION_BYTES = 19;

function unitOf(value: Uint8Array): Unit | undefined {
  const type = TYPES[value[1] ?? 0xff];
  if (value.length !== UNIT_BYTES || type === undefined) return undefined;
  const u16 = (at: number): number => ((value[at] ?? 0) << 8) | (value[at + 1] ?? 0);
  const [capacity, count, threshold] = [u16(2), u16(6), u16(10)];
  return {
    type,
    capacity,
    initialCount: u16(4),
    count,
    retainCount: u16(8),
    threshold,
    status: STATUSES[value[12] ?? 0xff] ?? 'inoperative',
    replenishment: replenishmentOf(type, { capacity, count, threshold }),
  };
}

/** What is given out runs low, what takes in fills up. A bin without a threshold gives no warning. */
function replenishmentOf(
  type: Unit['type'],
  { capacity, count, threshold }: Pick<Unit, 'capacity' | 'count' | 'threshold'>,
): Unit['replenishment'] {
  if (type === 'dispense' || type === 'ribbon') {
    if (count === 0) return 'empty';
    return count <= threshold ? 'low' : 'ok';
  }
  if (count >= capacity) return 'full';
  return threshold > 0 && count >= threshold ? 'high' : 'ok';
}

function serialOf(value: Uint8Array): { readonly id: number; readonly serial: string } {
  return { id: value[0] ?? 0xff, serial: new TextDecoder().decode(value.subarray(1)) };
}

function nameOf(names: Ref1UnitNames['names'], id = 0xff): string {
  return names[id] ?? `unit-${id}`;
}
