import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { deviceFault } from '../driver-kit/device-faults.ts';
import type { OpenChannel } from '../transport/byte-channel.ts';
import { openTcp } from '../transport/tcp-channel.ts';

/** Where a device is plugged in, as people write it. */
export interface Where {
  readonly carrier: 'tcp';
  readonly host: string;
  readonly port: number;
}

/** Carriers that the devices' issue will bring; named so that the sentence can say "not yet" and not "wrong". */
const LATER = ['serial', 'pcsc', 'hid', 'sane', 'ipp', 'modbus', 'exec'];

/** Reads `tcp:HOST:PORT`; an IPv6 host stands in brackets.
 *  @fault configuration with a sentence that says what was expected. */
export function parseWhere(text: string): Result<Where, Fault> {
  const carrier = text.split(':', 1)[0] ?? '';
  if (LATER.includes(carrier)) return err(wrongWhere(`${carrier}: is not built yet; only tcp:HOST:PORT`));
  const match = /^tcp:(?:\[([0-9a-fA-F:]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port < 1 || port > 65_535)
    return err(wrongWhere(`expected tcp:HOST:PORT, not "${text.slice(0, 60)}"`));
  return ok({ carrier: 'tcp', host, port });
}

/** How to open what stands there. */
export function openerOf(where: Where, clock: Clock): OpenChannel {
  return openTcp({ host: where.host, port: where.port }, { clock });
}

function wrongWhere(message: string): Fault {
  return deviceFault('configuration', message, 'configuration');
}
