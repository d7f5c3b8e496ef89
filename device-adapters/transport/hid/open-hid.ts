import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { findHid } from './find-hid.ts';
import type { HidAddress } from './hid-address.ts';
import type { HidBinding, HidPort } from './hid-binding.ts';
import { hidFault, hidLoadFault, hidOpenFault, type HidTarget } from './hid-faults.ts';
import { hidIdentity } from './hid-identity.ts';
import type { HidNode, HidNodes } from './hid-node.ts';

/** A device that is open for its one owner. */
export interface OpenHid {
  readonly path: string;
  readonly node: HidNode;
  readonly port: HidPort;
  /** Text of the carrier's identity. */
  readonly identity: Uint8Array;
  /** Closes it; it may then be opened again. To be called once. Never rejects. */
  release(): Promise<void>;
}

export interface OpenHidParts {
  /** Loads the library; rejects with its words. */
  readonly load: () => Promise<HidBinding>;
  readonly nodes: HidNodes;
}

/** Devices open in this process, by device number: between looking and opening lies an await. */
const openHere = new Set<number>();

/** Opens a device, once in all processes that this user can see.
 *  @fault offline no such device; deviceBusy another owner; configuration no permission, no HID device, several that fit,
 *  or a library that does not load. The message says what to do. */
export async function openHidDevice(
  address: HidAddress,
  { load, nodes }: OpenHidParts,
): Promise<Result<OpenHid, Fault>> {
  const loaded = await load().then(ok, (error: unknown) => err(hidLoadFault(wordsOf(error))));
  if (!loaded.ok) return loaded;
  const binding = loaded.value;
  const meant = 'path' in address ? { path: await nodes.real(address.path) } : address;
  // What cannot be listed is not there; a path is tried all the same.
  const found = findHid(await binding.list().catch(() => []), meant);
  if (!found.ok) return found;
  const target = found.value;
  const node = await nodes.look(target.path);
  if (node === undefined) return err(hidOpenFault(target, 'No such file or directory'));
  if (!node.isDevice) return err(hidOpenFault(target, 'Inappropriate ioctl for device'));
  const port = await openOwned(binding, target, node, nodes);
  if (!port.ok) return port;
  const { path } = target;
  return ok({ path, node, port: port.value, identity: hidIdentity(target), release: () => release(port.value, node) });
}

async function openOwned(
  binding: HidBinding,
  target: HidTarget,
  node: HidNode,
  nodes: HidNodes,
): Promise<Result<HidPort, Fault>> {
  const { path } = target;
  if (openHere.has(node.rdev)) return err(hidFault('deviceBusy', `${path} is open in this process`, 'configuration'));
  openHere.add(node.rdev);
  const opened = await openUnheld(binding, target, node, nodes);
  if (!opened.ok) openHere.delete(node.rdev);
  return opened;
}

async function openUnheld(
  binding: HidBinding,
  target: HidTarget,
  node: HidNode,
  nodes: HidNodes,
): Promise<Result<HidPort, Fault>> {
  const [before] = await nodes.holders(node);
  if (before !== undefined) return err(heldFault(target, before));
  const port = await binding.open(target.path).then(ok, (error: unknown) => err(hidOpenFault(target, wordsOf(error))));
  if (!port.ok) return port;
  // Two that opened at the same time see each other now, and both give way: at most one goes on.
  const [since] = await nodes.holders(node);
  if (since === undefined) return port;
  await port.value.close().catch(() => undefined);
  return err(heldFault(target, since));
}

function heldFault({ path }: HidTarget, pid: number): Fault {
  return hidFault('deviceBusy', `${path} is in use by process ${pid}; stop it`, 'configuration');
}

/** What was pulled may no longer be closed at all; there is nothing left to give back then. */
async function release(port: HidPort, node: HidNode): Promise<void> {
  await port.close().catch(() => undefined);
  openHere.delete(node.rdev);
}

/** An error's words; the library's reading half gives bare strings. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
