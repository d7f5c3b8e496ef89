import { err, ok, type Result } from '@yimen/contracts/base';
import type { SimulatedDevice } from './simulated-device.ts';

/** A row of the fault matrix, as a person at the bench chooses it. */
export interface FaultText {
  readonly zh: string;
  readonly en: string;
}

/** What the ids say, for people. An id without a row here is shown bare. */
export const FAULT_TEXTS: Readonly<Record<string, FaultText>> = {
  F01: { zh: '进卡时卡住', en: 'card jams on its way in' },
  F04: { zh: '回收箱满', en: 'retain bin full' },
  F06: { zh: '闸门卡死', en: 'shutter stuck' },
  F07: { zh: '证件放反', en: 'card the wrong way round' },
  F08: { zh: '感应区有两张卡', en: 'two chips in the field' },
  F09: { zh: '芯片无应答', en: 'chip mute' },
  F12: { zh: '设备无响应', en: 'device silent, port alive' },
  F18: { zh: '回读与内容不符', en: 'read-back differs' },
  F22: { zh: '线缆接错', en: 'cables swapped' },
  F23: { zh: '纸将尽', en: 'paper low' },
  F24: { zh: '缺纸', en: 'paper out' },
  F25: { zh: '打印中途缺纸', en: 'paper out in the middle' },
  F27: { zh: '走纸通道卡住', en: 'transport jam' },
  F28: { zh: '卡住而无传感器', en: 'jam without a sensor' },
  F29: { zh: '切刀卡住', en: 'cutter jam' },
  F30: { zh: '打印头过热', en: 'head hot' },
  F31: { zh: '打印时开盖', en: 'cover opened while printing' },
  F47: { zh: '芯片与页面不符', en: 'foreign chip' },
  F49: { zh: '密码键盘故障', en: 'PIN pad keys gone' },
  F70: { zh: '开机时内有卡', en: 'card found inside at start' },
};

/** Rows that a simulator plays under a name of its own, tried in order; what is not named here is played under the
 *  matrix's id. */
const SWITCHES: ReadonlyMap<string, readonly string[]> = new Map([
  ['F12', ['F12', 'silent']],
  ['F24', ['F24', 'paper-out']],
  ['F28', ['F28', 'false-ok']],
]);

/** The simulator's own switch for a fault of the matrix (or for one of its own words).
 *  The error names everything that this device offers. */
export function switchFor(device: Pick<SimulatedDevice, 'kind' | 'faults'>, fault: string): Result<string, string> {
  const names = SWITCHES.get(fault) ?? [fault];
  const found = names.find((name) => device.faults.includes(name));
  return found === undefined
    ? err(`${device.kind} has no fault ${fault}; it offers ${offered(device).join(', ')}`)
    : ok(found);
}

/** Every name that `switchFor` takes for this device: matrix ids first. */
export function offered(device: Pick<SimulatedDevice, 'faults'>): readonly string[] {
  const names = new Set(device.faults);
  for (const [id, switches] of SWITCHES) if (switches.some((name) => names.has(name))) names.add(id);
  const isMatrix = (name: string): boolean => /^F\d\d$/.test(name);
  return [...[...names].filter(isMatrix).toSorted(), ...[...names].filter((name) => !isMatrix(name))];
}
