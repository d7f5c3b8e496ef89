import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { deviceFault } from '../driver-kit/device-faults.ts';
import type { OpenChannel } from '../transport/byte-channel.ts';
import { openHid } from '../transport/hid-channel.ts';
import { parseHidAddress, type HidAddress } from '../transport/hid/hid-address.ts';
import { parseIppAddress, type IppAddress } from '../transport/ipp-address.ts';
import { openIpp } from '../transport/ipp-channel.ts';
import { parseModbusAddress } from '../transport/modbus-address.ts';
import { parsePcscAddress, type PcscAddress } from '../transport/pcsc/pcsc-address.ts';
import { openPcsc } from '../transport/pcsc-channel.ts';
import { openProcess } from '../transport/process-channel.ts';
import { parseProcessCommand, type ProcessCommand } from '../transport/process-command.ts';
import { parseSaneAddress, type SaneAddress } from '../transport/sane-address.ts';
import { openSane } from '../transport/sane-channel.ts';
import { openSerial } from '../transport/serial-channel.ts';
import { parseSerialAddress, type SerialAddress } from '../transport/serial/serial-address.ts';
import { parseV4l2Address, type V4l2Address } from '../transport/v4l2-address.ts';
import { openV4l2 } from '../transport/v4l2-channel.ts';
import { openTcp, type TcpAddress } from '../transport/tcp-channel.ts';

type Line = ({ readonly carrier: 'tcp' } & TcpAddress) | ({ readonly carrier: 'serial' } & SerialAddress);

/** Where a device is plugged in, as people write it. */
export type Where =
  | Line
  | { readonly carrier: 'modbus'; readonly unit: number; readonly line: Line }
  | ({ readonly carrier: 'pcsc' } & PcscAddress)
  | { readonly carrier: 'hid'; readonly device: HidAddress }
  | ({ readonly carrier: 'ipp' } & IppAddress)
  | ({ readonly carrier: 'sane' } & SaneAddress)
  | { readonly carrier: 'v4l2'; readonly camera: V4l2Address }
  | ({ readonly carrier: 'exec' } & ProcessCommand);

/** What can be written for a WHERE today, for sentences that say what was expected. */
export const WHERE_FORMS =
  'tcp:HOST:PORT, serial:/dev/PATH@BAUD[,8N1], modbus:LINE#UNIT, pcsc:NAME, hid:VID:PID[#SERIAL], ipp://HOST[:PORT]/PATH, sane:DEVICE, v4l2:NODE or exec:COMMAND';

/** Reads a WHERE. In `tcp:` an IPv6 host stands in brackets; `serial:`, `pcsc:`, `hid:`, `ipp:`, `sane:`, `v4l2:` and `exec:` as their
 *  transports say.
 *  @fault configuration with a sentence that says what was expected. */
export function parseWhere(text: string): Result<Where, Fault> {
  const carrier = text.split(':', 1)[0] ?? '';
  if (carrier === 'serial') return placed('serial', parseSerialAddress(text));
  if (carrier === 'pcsc') return placed('pcsc', parsePcscAddress(text));
  if (carrier === 'hid') {
    const device = parseHidAddress(text);
    return device.ok ? ok({ carrier, device: device.value }) : err(wrongWhere(device.error));
  }
  if (carrier === 'ipp') return placed('ipp', parseIppAddress(text));
  if (carrier === 'sane') return placed('sane', parseSaneAddress(text));
  if (carrier === 'v4l2') {
    const camera = parseV4l2Address(text);
    return camera.ok ? ok({ carrier, camera: camera.value }) : err(wrongWhere(camera.error));
  }
  if (carrier === 'exec') return placed('exec', parseProcessCommand(text));
  if (carrier === 'modbus') return modbusWhere(text);
  const match = /^tcp:(?:\[([0-9a-fA-F:]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port < 1 || port > 65_535) {
    const form = carrier === 'tcp' ? 'tcp:HOST:PORT' : WHERE_FORMS;
    return err(wrongWhere(`expected ${form}, not "${text.slice(0, 60)}"`));
  }
  return ok({ carrier: 'tcp', host, port });
}

/** Whether this carrier loads a native module: then the driver runs in a process of its own, whatever its row says.
 *  That of `pcsc:` is loaded by the channel's own bridge process, beside whichever process the driver is in. */
export function isNativeCarrier(where: Where): boolean {
  return (
    where.carrier === 'serial' ||
    where.carrier === 'hid' ||
    (where.carrier === 'modbus' && where.line.carrier === 'serial')
  );
}

/** How to open what stands there.
 *  @param log told what an `exec:` program writes to stderr, bounded */
export function openerOf(where: Where, clock: Clock, log?: (line: string) => void): OpenChannel {
  switch (where.carrier) {
    case 'tcp':
      return openTcp({ host: where.host, port: where.port }, { clock });
    case 'serial':
      return openSerial(where, { clock });
    case 'pcsc':
      return openPcsc(where, { clock });
    case 'hid':
      return openHid(where.device, { clock });
    case 'ipp':
      return openIpp(where, { clock });
    case 'sane':
      return openSane({ clock });
    case 'v4l2':
      return openV4l2(where.camera, { clock });
    case 'modbus':
      return openerOf(where.line, clock);
    case 'exec':
      return openProcess(where, { clock, ...(log && { log }) });
  }
}

/** What a WHERE says besides how to open it: for the driver's options, before those of the configuration. */
export function optionsOf(where: Where): Readonly<Record<string, number>> {
  if (where.carrier !== 'modbus') return {};
  return { unit: where.unit, ...(where.line.carrier === 'serial' && { baud: where.line.baud }) };
}

/** A bus hangs on a line of its own, which is written as such. */
function modbusWhere(text: string): Result<Where, Fault> {
  const parsed = parseModbusAddress(text);
  if (!parsed.ok) return err(wrongWhere(parsed.error));
  const { unit } = parsed.value;
  const line = parseWhere(parsed.value.line);
  if (!line.ok) return line;
  if (line.value.carrier !== 'tcp' && line.value.carrier !== 'serial') return err(wrongWhere(`no bus at ${text}`));
  return ok({ carrier: 'modbus', unit, line: line.value });
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
