import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { deviceFault } from '../driver-kit/device-faults.ts';
import type { OpenChannel } from '../transport/byte-channel.ts';
import { openSerial } from '../transport/serial-channel.ts';
import { parseSerialAddress, type SerialAddress } from '../transport/serial/serial-address.ts';
import { FINGERPRINTS } from './fingerprints.table.ts';
import { findPlug, shortPort, type PlugMatch } from './match-plugs.ts';
import { listPlugs } from './plug-listing.ts';

/** A device that is looked for by its fingerprint: `auto:KIND[@PORT][#SERIAL]`. */
export interface AutoPlace {
  readonly kind: string;
  /** Physical port, whole or its end. */
  readonly portPath?: string;
  /** USB serial number. */
  readonly serial?: string;
}

const FORM = /^auto:([a-z0-9-]{1,40})(?:@([A-Za-z0-9/:._-]{1,120}))?(?:#([!-~]{1,60}))?$/;

export function isAutoPlace(text: string): boolean {
  return text.startsWith('auto:');
}

/** @returns the error is the sentence that says what was expected */
export function parseAutoPlace(text: string): Result<AutoPlace, string> {
  const [, kind, portPath, serial] = FORM.exec(text) ?? [];
  if (kind === undefined) return err(`expected auto:KIND[@PORT][#SERIAL], not "${text.slice(0, 60)}"`);
  return ok({ kind, ...(portPath !== undefined && { portPath }), ...(serial !== undefined && { serial }) });
}

export interface DiscoveredOptions {
  readonly driver: string;
  readonly place: AutoPlace;
  readonly clock: Clock;
  /** Folder that stands for `/`. */
  readonly root?: string | undefined;
}

/** Looks for the plug anew at each opening: a device that was put into the same port again is found under whatever
 *  `/dev` name it has now (faults F13). Opening sends nothing; who answers is the driver's to check. */
export function openDiscovered(options: DiscoveredOptions): OpenChannel {
  const { driver, place, clock, root } = options;
  return async (deadlineMs) => {
    const found = findPlug(await listPlugs(root), FINGERPRINTS, { driver, ...place });
    const line = found.ok ? lineAt(found.value) : found;
    return line.ok ? openSerial(line.value, { clock })(deadlineMs) : line;
  };
}

function lineAt(match: PlugMatch): Result<SerialAddress, Fault> {
  const at = wayTo(match);
  return at === null ? err(noWay(match)) : addressAt(at);
}

function addressAt(at: string): Result<SerialAddress, Fault> {
  const parsed = parseSerialAddress(at);
  return parsed.ok ? parsed : err(deviceFault('configuration', parsed.error, 'configuration'));
}

/** The WHERE of a plug that brought exactly one serial port; null: it has another kind of way, or several. */
export function wayTo({ plug, fingerprint }: PlugMatch): string | null {
  const [tty, ...more] = plug.ttys;
  const { baud } = fingerprint.options;
  return tty === undefined || more.length > 0 || baud === undefined ? null : `serial:${tty}@${baud}`;
}

function noWay({ plug }: PlugMatch): Fault {
  const why = plug.ttys.length > 1 ? `it brought ${plug.ttys.length} serial ports` : 'it brought no serial port';
  return deviceFault(
    'configuration',
    `the plug at ${shortPort(plug.portPath)} has no way yet: ${why}`,
    'configuration',
  );
}
