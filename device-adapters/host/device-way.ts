import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { deviceFault } from '../driver-kit/device-faults.ts';
import { isAutoPlace, openDiscovered, parseAutoPlace } from '../registry/auto-place.ts';
import { CATALOGUE } from '../registry/catalogue.ts';
import { isNativeCarrier, openerOf, optionsOf, parseWhere } from '../registry/discover.ts';
import type { OpenChannel } from '../transport/byte-channel.ts';

/** How a configured device is reached. */
export interface DeviceWay {
  readonly isNative: boolean;
  /** What its place says to the driver. */
  readonly options: Readonly<Record<string, number>>;
  open(clock: Clock, log: (line: string) => void): OpenChannel;
}

/** A device's `at`: a WHERE, or `auto:KIND[@PORT][#SERIAL]`, which is looked for by its fingerprint at each connection.
 *  @fault configuration with a sentence that says what was expected */
export function deviceWay(device: {
  readonly driver: string;
  readonly at: string;
  readonly plugRoot?: string | undefined;
}): Result<DeviceWay, Fault> {
  const { driver, at, plugRoot: root } = device;
  if (!isAutoPlace(at)) {
    const where = parseWhere(at);
    if (!where.ok) return where;
    return ok({
      isNative: isNativeCarrier(where.value),
      options: optionsOf(where.value),
      open: (clock, log) => openerOf(where.value, clock, log),
    });
  }
  const place = parseAutoPlace(at);
  if (!place.ok) return err(deviceFault('configuration', place.error, 'configuration'));
  const kind = CATALOGUE[driver]?.kind;
  if (place.value.kind !== kind)
    return err(deviceFault('configuration', `${driver} is no ${place.value.kind}`, 'configuration'));
  // What is found by its plug hangs on a serial port of this machine.
  return ok({
    isNative: true,
    options: {},
    open: (clock) => openDiscovered({ driver, place: place.value, clock, root }),
  });
}
