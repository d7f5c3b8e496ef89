import { err, ok, type Result } from '@yimen/contracts/base';
import { FAULT_TEXTS, type FaultText } from './fault-texts.table.ts';
import type { SimulatedDevice } from './simulated-device.ts';
import { WIRE_FAULTS } from './simulated-wire.ts';

/** Rows that a simulator plays under a name of its own, tried in order; what is not named here is played under the
 *  matrix's id. */
const SWITCHES: ReadonlyMap<string, readonly string[]> = new Map([
  ['F05', ['F05', 'bin-pulled']],
  ['F12', ['F12', 'silent']],
  ['F24', ['F24', 'paper-out']],
  ['F28', ['F28', 'false-ok']],
  ['F30', ['F30', 'head-hot']],
  ['F31', ['F31', 'cover-open']],
  ['F42', ['F42', 'dirty-sensor']],
  ['F43', ['F43', 'finger-stays']],
  ['F44', ['F44', 'barcode-storm']],
]);

/** The simulator's own switch for a fault of the matrix (or for one of its own words).
 *  The error names everything that this device offers. */
export function switchFor(device: Pick<SimulatedDevice, 'kind' | 'faults'>, fault: string): Result<string, string> {
  const names = SWITCHES.get(fault) ?? [fault, ...idsPlayedAs(fault)];
  const found = names.find((name) => device.faults.includes(name));
  return found === undefined
    ? err(`${device.kind} has no fault ${fault}; it offers ${offered(device).join(', ')}`)
    : ok(found);
}

/** Who says `head-hot` to a device that only knows the id means that id. */
function idsPlayedAs(word: string): readonly string[] {
  return [...SWITCHES].filter(([, names]) => names.includes(word)).map(([id]) => id);
}

/** Every name that `switchFor` takes for this device: matrix ids first. */
export function offered(device: Pick<SimulatedDevice, 'faults'>): readonly string[] {
  const names = new Set(device.faults);
  for (const [id, switches] of SWITCHES) if (switches.some((name) => names.has(name))) names.add(id);
  return [...[...names].filter(isMatrixId).toSorted(), ...[...names].filter((name) => !isMatrixId(name))];
}

/** One fault as the bench's page shows it. */
export interface FaultRow extends Partial<FaultText> {
  readonly fault: string;
  readonly group: 'matrix' | 'device' | 'cable';
  /** Another name of this row, which a person chooses instead. */
  readonly sameAs?: string;
}

/** Everything that a person may choose for this device, with words. */
export function faultRows(device: Pick<SimulatedDevice, 'faults'>): readonly FaultRow[] {
  const names = offered(device);
  return names.map((fault) => ({
    fault,
    group: isMatrixId(fault) ? 'matrix' : isWireFault(fault) ? 'cable' : 'device',
    ...FAULT_TEXTS[fault],
    ...sameAs(fault, device),
  }));
}

/** A word that an id only stands for is no second choice: `silent` where F12 is played as `silent`. */
function sameAs(fault: string, device: Pick<SimulatedDevice, 'faults'>): { readonly sameAs?: string } {
  for (const id of SWITCHES.keys()) {
    const played = switchFor({ kind: '', faults: device.faults }, id);
    const isSilence = id === 'F12' && fault === 'silent';
    if (played.ok && fault !== id && (played.value === fault || isSilence)) return { sameAs: id };
  }
  return {};
}

function isMatrixId(name: string): boolean {
  return /^F\d\d$/.test(name);
}

function isWireFault(name: string): boolean {
  return (WIRE_FAULTS as readonly string[]).includes(name);
}
