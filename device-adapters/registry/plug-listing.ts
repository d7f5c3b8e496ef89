import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** One USB device as the kernel knows it. */
export interface Plug {
  /** Four hexadecimal digits, lower case. */
  readonly vendorId: string;
  readonly productId: string;
  /** USB serial number; null: it has none. */
  readonly serial: string | null;
  /** What it calls itself, for people; empty: nothing. */
  readonly product: string;
  /** Physical port: controller and port by port, `/devices/pci0000:00/0000:00:14.0/usb1/1-3`. It stays the same however
   *  often it is plugged in there, unlike `/dev/ttyUSB0`, which is whoever came first. */
  readonly portPath: string;
  /** Serial ports that it brought, as files. */
  readonly ttys: readonly string[];
}

/** More devices than a machine with many hubs has; what a device says of itself is short. */
const MOST_PLUGS = 256;
const LONGEST_TEXT = 60;
const HUB_CLASS = '09';
/** `1-3`, `1-3.2`: a device at a port; `usb1` is a controller, `1-3:1.0` an interface. */
const AT_A_PORT = /^\d+-\d+(?:\.\d+)*$/;
const TTY = /^tty(?:USB|ACM)\d+$/;

/** Lists the USB devices from sysfs, hubs left out, in the order of their ports. One that vanishes while it is looked at
 *  is left out. @param root folder that stands for `/`: a test's or a container's */
export async function listPlugs(root = '/'): Promise<readonly Plug[]> {
  const folder = join(root, 'sys/bus/usb/devices');
  const names = (await readdir(folder).catch(() => [])).filter((name) => AT_A_PORT.test(name)).slice(0, MOST_PLUGS);
  const plugs = await Promise.all(names.map((name) => readPlug(root, join(folder, name), name).catch(() => undefined)));
  return plugs
    .filter((plug) => plug !== undefined)
    .toSorted((a, b) => a.portPath.localeCompare(b.portPath, 'en', { numeric: true }));
}

async function readPlug(root: string, link: string, name: string): Promise<Plug | undefined> {
  const [sys, folder] = await Promise.all([realpath(join(root, 'sys')), realpath(link)]);
  const read = async (attribute: string): Promise<string> => clean(await readFile(join(folder, attribute), 'utf8'));
  const [vendorId, productId] = await Promise.all([read('idVendor'), read('idProduct')]);
  if (!/^[0-9a-f]{4}$/i.test(vendorId) || !/^[0-9a-f]{4}$/i.test(productId)) return undefined;
  const nothing = (): string => '';
  if ((await read('bDeviceClass').catch(nothing)) === HUB_CLASS) return undefined;
  const [serial, product] = await Promise.all([read('serial').catch(nothing), read('product').catch(nothing)]);
  return {
    vendorId: vendorId.toLowerCase(),
    productId: productId.toLowerCase(),
    serial: serial === '' ? null : serial,
    product,
    portPath: folder.slice(sys.length),
    ttys: (await ttysOf(folder, name)).map((tty) => join(root, 'dev', tty)),
  };
}

/** USB-serial bridges show as `1-3:1.0/ttyUSB0`, modems as `1-3:1.0/tty/ttyACM0`. */
async function ttysOf(folder: string, name: string): Promise<string[]> {
  const interfaces = (await readdir(folder)).filter((entry) => entry.startsWith(`${name}:`));
  const places = interfaces.flatMap((entry) => [join(folder, entry), join(folder, entry, 'tty')]);
  const entries = await Promise.all(places.map((place) => readdir(place).catch(() => [])));
  return [...new Set(entries.flat().filter((entry) => TTY.test(entry)))].toSorted();
}

/** A device writes what it likes into its own description. */
function clean(text: string): string {
  return text
    .replace(/[^\u0020-\u007e]/gu, '')
    .trim()
    .slice(0, LONGEST_TEXT);
}
