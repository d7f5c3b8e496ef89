import { createHash } from 'node:crypto';
import { toHex } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { seededRandom } from '../../../testing/contract-bench.ts';
import { BareHost, idField } from '../../../testing/ref1-device/bare-host.ts';
import { text, u8, type DeviceField } from '../../../testing/ref1-device/fields.ts';
import { createSimulatedLicencePrinter } from '../simulator.ts';

export const MAKE = 0x10;
export const VERIFY = 0x11;
export const PRESENT = 0x12;
export const RETRACT = 0x13;
export const ACCEPT_OLD = 0x14;
export const UNITS = 0x15;
export const RESET = 0x05;
export const STOP = 0x06;
export const FIRST = 'D2026000001';
export const FIELDS: readonly (readonly [string, string])[] = [
  ['name', '李明'],
  ['class', 'C1'],
  ['validUntil', ''],
];
export const MADE = 61_000;

export const ascii = (value: string): string => toHex(Buffer.from(value));
export const result = (code: string) => ({ fields: { '02': [code] } });

export function world(speed: 'real' | 'fast' = 'real') {
  const clock = new ManualClock();
  const context = { clock, random: seededRandom(1), speed };
  const maker = createSimulatedLicencePrinter(context);
  const host = new BareHost(clock, maker);
  let n = 0;
  const effect = (command: number, fields: readonly DeviceField[], ms: number) => {
    n += 1;
    return host.say(command, [idField(n), ...fields], ms);
  };
  const state = () => maker.state() as Record<string, Record<string, Record<string, unknown>>>;
  return { clock, context, maker, host, effect, state, make: () => effect(MAKE, asked(), MADE) };
}

function formField(name: string, line: string): DeviceField {
  const [head, tail] = [Buffer.from(name), Buffer.from(line)];
  return { tag: 0x42, value: Uint8Array.from([head.length, ...head, ...tail]) };
}

export function asked(serial = FIRST, form = 1, fields = FIELDS): DeviceField[] {
  return [u8(0x40, form), text(0x41, serial), ...fields.map(([name, line]) => formField(name, line))];
}

/** Worked out here from README.md alone: the lines in order of names, after form and serial. */
export const DIGEST = createHash('sha256')
  .update('1\u001fD2026000001\nclass\u001fC1\nname\u001f李明\nvalidUntil\u001f\n')
  .digest('hex');
