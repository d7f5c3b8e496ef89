import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { deviceFault } from '../driver-kit/device-faults.ts';
import type { OpenChannel } from '../transport/byte-channel.ts';
import { openProcess } from '../transport/process-channel.ts';
import { parseProcessCommand, type ProcessCommand } from '../transport/process-command.ts';
import { openSerial } from '../transport/serial-channel.ts';
import { parseSerialAddress, type SerialAddress } from '../transport/serial/serial-address.ts';
import { openTcp, type TcpAddress } from '../transport/tcp-channel.ts';

/** Where a device is plugged in, as people write it. */
export type Where =
  | ({ readonly carrier: 'tcp' } & TcpAddress)
  | ({ readonly carrier: 'serial' } & SerialAddress)
  | ({ readonly carrier: 'exec' } & ProcessCommand);

/** What can be written for a WHERE today, for sentences that say what was expected. */
export const WHERE_FORMS = 'tcp:HOST:PORT, serial:/dev/PATH@BAUD[,8N1] or exec:COMMAND';

/** Carriers that the devices' issue will bring; named so that the sentence can say "not yet" and not "wrong". */
const LATER = ['pcsc', 'hid', 'sane', 'ipp', 'modbus'];

/** Reads a WHERE. In `tcp:` an IPv6 host stands in brackets; `serial:` and `exec:` as their transports say.
 *  @fault configuration with a sentence that says what was expected. */
export function parseWhere(text: string): Result<Where, Fault> {
  const carrier = text.split(':', 1)[0] ?? '';
  if (LATER.includes(carrier)) return err(wrongWhere(`${carrier}: is not built yet; only ${WHERE_FORMS}`));
  if (carrier === 'serial') return placed('serial', parseSerialAddress(text));
  if (carrier === 'exec') return placed('exec', parseProcessCommand(text));
  const match = /^tcp:(?:\[([0-9a-fA-F:]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port < 1 || port > 65_535) {
    const form = carrier === 'tcp' ? 'tcp:HOST:PORT' : WHERE_FORMS;
    return err(wrongWhere(`expected ${form}, not "${text.slice(0, 60)}"`));
  }
  return ok({ carrier: 'tcp', host, port });
}

/** Whether this carrier loads a native module: then the driver runs in a process of its own, whatever its row says. */
export function isNativeCarrier(where: Where): boolean {
  return where.carrier === 'serial';
}

/** How to open what stands there.
 *  @param log told what an `exec:` program writes to stderr, bounded */
export function openerOf(where: Where, clock: Clock, log?: (line: string) => void): OpenChannel {
  switch (where.carrier) {
    case 'tcp':
      return openTcp({ host: where.host, port: where.port }, { clock });
    case 'serial':
      return openSerial(where, { clock });
    case 'exec':
      return openProcess(where, { clock, ...(log && { log }) });
  }
}

function placed<C extends string, A>(
  carrier: C,
  parsed: Result<A, string>,
): Result<{ readonly carrier: C } & A, Fault> {
  return parsed.ok ? ok({ carrier, ...parsed.value }) : err(wrongWhere(parsed.error));
}

function wrongWhere(message: string): Fault {
  return deviceFault('configuration', message, 'configuration');
}
