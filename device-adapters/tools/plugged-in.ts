import { readdir } from 'node:fs/promises';
import type { Clock } from '@yimen/contracts/base';
import { within } from '../driver-kit/within.ts';
import { FINGERPRINTS } from '../registry/fingerprints.table.ts';
import { isScanner } from '../transport/hid/find-hid.ts';
import { hex4, idsText } from '../transport/hid/hid-address.ts';
import type { HidBinding, ListedHid } from '../transport/hid/hid-binding.ts';
import { loadNodeHid } from '../transport/hid/node-hid-binding.ts';
import { listCameras } from '../transport/v4l2-cameras.ts';
import { ownersOf } from '../transport/v4l2-owners.ts';
import { listPcscReaders, type ListedReader } from '../transport/pcsc/list-readers.ts';

/** A place where a device is, or could be: how to write it for `--at`, and what is known of it. */
export interface PluggedIn {
  readonly where: string;
  readonly says: string;
}

/** One carrier's look at this machine. Bounded by the deadline; what cannot be looked at is not there. */
type Look = (deadlineMs: number, clock: Clock) => Promise<readonly PluggedIn[]>;

const SERIAL_NAMES = '/dev/serial';

/** Serial ports by their stable names: by the socket they are in, by the device that they are. */
export async function serialPorts(folder: string = SERIAL_NAMES): Promise<readonly PluggedIn[]> {
  const kinds = [
    ['by-path', 'serial port, by the socket it is plugged into'],
    ['by-id', 'serial port, by what is plugged in'],
  ] as const;
  const found = await Promise.all(
    kinds.map(async ([kind, says]) => {
      const names = await readdir(`${folder}/${kind}`).catch(() => []);
      return names
        .toSorted((a, b) => a.localeCompare(b, 'en'))
        .map((name) => ({ where: `serial:${folder}/${kind}/${name}@BAUD`, says }));
    }),
  );
  return found.flat();
}

/** Card readers of the PC/SC daemon; none where no daemon answers. */
const cardReaders: Look = async (deadlineMs, clock) => {
  const listed = await listPcscReaders(deadlineMs, { clock });
  return listed.ok ? listed.value.map((reader) => ({ where: `pcsc:${reader.name}`, says: readerText(reader) })) : [];
};

/** HID devices that a driver could use: barcode scanners, and plugs that a fingerprint names. Keyboards, mice and the like
 *  are left out. None is opened.
 *  @param load loads the library; none where it does not load */
export async function hidDevices(
  deadlineMs: number,
  clock: Clock,
  load: () => Promise<HidBinding> = loadNodeHid,
): Promise<readonly PluggedIn[]> {
  const listing = load().then((binding) => binding.list());
  const devices = await within(clock, listing, deadlineMs, []).catch(() => []);
  const known = devices.filter((device) => isScanner(device) || isFingerprinted(device));
  return known.map((device) => ({ where: hidWhere(device, known), says: hidText(device) }));
}

/** Cameras by the USB port that they hang on; others by their node. */
export async function cameras(root = '/'): Promise<readonly PluggedIn[]> {
  const listed = await listCameras(root);
  return Promise.all(
    listed.map(async ({ node, name, vendorId, productId, port }) => {
      const isOnlyThere = port !== '' && listed.filter((other) => other.port === port).length === 1;
      const [owner] = (await ownersOf(node, root)).owners;
      const ids = vendorId === '' ? '' : ` ${vendorId}:${productId}`;
      const says = `camera "${name}"${ids}, ${node}${owner === undefined ? '' : `, in use by ${owner.name}`}`;
      return { where: isOnlyThere ? `v4l2:usb-${port}` : `v4l2:${node}`, says };
    }),
  );
}

/** One row for each carrier that can be listed. */
const LOOKS: readonly Look[] = [() => serialPorts(), cardReaders, hidDevices, () => cameras()];

/** What is plugged in, as far as this machine can tell. All carriers are looked at at once. */
export async function listPluggedIn(
  deadlineMs: number,
  clock: Clock,
  looks: readonly Look[] = LOOKS,
): Promise<readonly PluggedIn[]> {
  return (await Promise.all(looks.map((look) => look(deadlineMs, clock)))).flat();
}

function readerText({ chip, isTaken }: ListedReader): string {
  const inside = { none: 'no chip', present: 'a chip in it', mute: 'a mute chip in it' }[chip];
  return `card reader, ${inside}${isTaken ? ', in use by another program' : ''}`;
}

function isFingerprinted({ vendorId, productId }: ListedHid): boolean {
  return FINGERPRINTS.some(
    (known) => !known.sharedId && known.vendorId === hex4(vendorId) && known.productId === hex4(productId),
  );
}

/** By what stays the same however it is plugged in; by its node where the ids and the serial fit several. */
function hidWhere(device: ListedHid, all: readonly ListedHid[]): string {
  const same = all.filter((other) => idsText(other) === idsText(device));
  if (same.length === 1) return `hid:${idsText(device)}`;
  const isNamed =
    /^[!-~]{1,60}$/.test(device.serial) && same.filter(({ serial }) => serial === device.serial).length === 1;
  return isNamed ? `hid:${idsText(device)}#${device.serial}` : `hid:${device.path}`;
}

function hidText(device: ListedHid): string {
  const name = [device.manufacturer, device.product].filter((text) => text !== '').join(' ');
  const what = isScanner(device) ? 'barcode scanner (HID-POS)' : 'HID device';
  return name === '' ? what : `${what}: ${name.replaceAll(/\p{Cc}/gu, ' ').slice(0, 60)}`;
}
