import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { DriverContext } from '../../driver-kit/driver.ts';
import { decodeReport, reportOrder } from './protocol.ts';
import { optionFault } from './status.ts';

/** What the terminal's configuration may say of the reader. */
export interface HidposSettings {
  /** Four hexadecimal digits, lower case. */
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
  /** Orders that begin and end a reading, for readers that obey them. */
  readonly startOrder?: Uint8Array | undefined;
  readonly stopOrder?: Uint8Array | undefined;
}

/** @fault configuration an option is not what it should be: its sentence says what was expected */
export function settingsOf(options: DriverContext['options']): Result<HidposSettings, Fault> {
  const { feature = false } = options;
  if (typeof feature !== 'boolean') return err(optionFault('option feature: expected true or false'));
  const ids: Record<string, string> = {};
  for (const name of ['vendorId', 'productId']) {
    const value = options[name];
    if (value === undefined) continue;
    if (typeof value !== 'string' || !/^[0-9a-fA-F]{4}$/.test(value))
      return err(optionFault(`option ${name}: expected four hexadecimal digits`));
    ids[name] = value.toLowerCase();
  }
  const orders: Record<string, Uint8Array> = {};
  for (const [name, order] of [
    ['startReport', 'startOrder'],
    ['stopReport', 'stopOrder'],
  ] as const) {
    const value = options[name];
    if (value === undefined) continue;
    const report = typeof value === 'string' ? decodeReport(value) : undefined;
    if (report === undefined)
      return err(optionFault(`option ${name}: expected a report in hexadecimal digits, its id first: "04 01"`));
    orders[order] = reportOrder(report, feature);
  }
  if (orders['stopOrder'] !== undefined && orders['startOrder'] === undefined)
    return err(optionFault('option stopReport: a reader that is stopped must be started, startReport is missing'));
  return ok({ ...ids, ...orders });
}
