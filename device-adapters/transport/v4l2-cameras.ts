import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { V4l2Address } from './v4l2-address.ts';

/** A capture node as the kernel knows it. */
export interface ListedCamera {
  /** `/dev/video0`. */
  readonly node: string;
  /** What it calls itself, for people. */
  readonly name: string;
  /** The kernel driver behind it; empty: it does not say. */
  readonly driver: string;
  /** Four hexadecimal digits, lower case; empty: it is not on USB. */
  readonly vendorId: string;
  readonly productId: string;
  /** USB serial number; empty: it has none. */
  readonly serial: string;
  /** `1.00`, from `bcdDevice`; empty: it has none. */
  readonly firmware: string;
  /** The USB port's name in sysfs, `1-3.2`; empty: it is not on USB. */
  readonly port: string;
  /** Another one in its place has another: its folder in sysfs and that folder's number. */
  readonly instance: string;
}

/** More nodes than a machine with many cameras has; what a camera says of itself is short. */
const MOST_NODES = 64;
const LONGEST_TEXT = 60;
const CLASS = 'sys/class/video4linux';
const NODE_NAME = /^video\d{1,4}$/;
/** The first node of a device takes pictures (assumed of all drivers; uvcvideo puts its metadata node second). */
const CAPTURE_INDEX = '0';

/** Lists the capture nodes from sysfs whose node is there too, in the order of their numbers.
 *  @param root folder that stands for `/`: a test's or a container's */
export async function listCameras(root = '/'): Promise<readonly ListedCamera[]> {
  const names = (await readdir(join(root, CLASS)).catch(() => [])).filter((name) => NODE_NAME.test(name));
  const ordered = names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).slice(0, MOST_NODES);
  const read = await Promise.all(ordered.map((name) => readCamera(root, name).catch(() => undefined)));
  return read.filter((camera) => camera !== undefined);
}

/** The one camera that is meant. The error is a sentence, and whether somebody has to set it up otherwise. */
export async function findCamera(
  address: V4l2Address,
  root = '/',
): Promise<Result<ListedCamera, { readonly why: 'absent' | 'ambiguous'; readonly says: string }>> {
  const cameras = await listCameras(root);
  const node = address.by === 'node' ? await nodeOf(address.path, root) : '';
  const fitting = cameras.filter((camera) =>
    address.by === 'node' ? camera.node === node : camera.port === address.port,
  );
  const [first, ...more] = fitting;
  const asked = address.by === 'node' ? address.path : `USB port ${address.port}`;
  if (first === undefined) return err({ why: 'absent', says: `no camera at ${asked}` });
  if (more.length === 0) return ok(first);
  const nodes = fitting.map((camera) => camera.node).join(', ');
  return err({ why: 'ambiguous', says: `more than one camera at ${asked}: ${nodes}; name the node` });
}

/** Whether the same camera is still there. One question to the kernel, no waiting for a device. */
export async function isStillThere(camera: ListedCamera, root = '/'): Promise<boolean> {
  const name = basename(camera.node);
  const [instance] = await Promise.all([instanceOf(root, name), stat(join(root, camera.node))]).catch(() => ['']);
  return instance === camera.instance;
}

/** Names under `/dev/v4l` lead to the node. */
async function nodeOf(path: string, root: string): Promise<string> {
  const [base, node] = await Promise.all([realpath(root), realpath(join(root, path))]).catch(() => ['/', path]);
  return join('/', relative(base, node));
}

async function readCamera(root: string, name: string): Promise<ListedCamera | undefined> {
  const node = `/dev/${name}`;
  await stat(join(root, node));
  const folder = join(root, CLASS, name);
  if ((await text(folder, 'index')) !== CAPTURE_INDEX) return undefined;
  const usb = await usbOf(root, folder);
  const uevent = await readFile(join(folder, 'device/uevent'), 'utf8').catch(() => '');
  return {
    node,
    name: await text(folder, 'name'),
    driver: clean(/^DRIVER=(.*)$/m.exec(uevent)?.[1] ?? ''),
    ...usb,
    instance: await instanceOf(root, name),
  };
}

async function instanceOf(root: string, name: string): Promise<string> {
  const folder = await realpath(join(root, CLASS, name));
  return `${folder}#${(await stat(folder)).ino}`;
}

/** The USB device above the node: the first folder on the way up that has ids. */
async function usbOf(
  root: string,
  folder: string,
): Promise<Pick<ListedCamera, 'vendorId' | 'productId' | 'serial' | 'firmware' | 'port'>> {
  const none = { vendorId: '', productId: '', serial: '', firmware: '', port: '' };
  const sys = await realpath(join(root, 'sys'));
  for (let at = await realpath(folder); at.startsWith(sys) && at !== sys; at = dirname(at)) {
    const vendorId = (await text(at, 'idVendor')).toLowerCase();
    if (!/^[0-9a-f]{4}$/.test(vendorId)) continue;
    const [productId, serial, bcd] = await Promise.all([
      text(at, 'idProduct'),
      text(at, 'serial'),
      text(at, 'bcdDevice'),
    ]);
    const firmware = /^\d{4}$/.test(bcd) ? `${Number(bcd.slice(0, 2))}.${bcd.slice(2)}` : '';
    return { vendorId, productId: productId.toLowerCase(), serial, firmware, port: basename(at) };
  }
  return none;
}

/** Empty: there is no such attribute. */
async function text(folder: string, attribute: string): Promise<string> {
  return clean(await readFile(join(folder, attribute), 'utf8').catch(() => ''));
}

/** A device writes what it likes into its own description. */
function clean(raw: string): string {
  return raw
    .replace(/[^\u0020-\u007e]/gu, '')
    .trim()
    .slice(0, LONGEST_TEXT);
}
