import { stat } from 'node:fs/promises';
import type { LinuxPortBinding } from '@serialport/bindings-cpp';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { SerialAddress } from './serial-address.ts';
import { openFault, serialFault } from './serial-faults.ts';
import { findLockHolder } from './serial-owner.ts';

/** An open serial port, as the channel needs it. Whatever rejects is the end of the line. */
export interface SerialPort {
  /** The next bytes, at least one. Rejects when the line is gone or the port was closed. */
  read(): Promise<Uint8Array>;
  /** Resolves when the kernel has taken all bytes. One at a time. */
  write(bytes: Uint8Array): Promise<void>;
  /** Looks at a line that says nothing: what is wrong with it, or `undefined`. */
  check(): Promise<string | undefined>;
  /** Gives the port back; once. */
  close(): Promise<void>;
}

export type OpenSerialPort = (address: SerialAddress) => Promise<Result<SerialPort, Fault>>;

interface NodeId {
  readonly dev: number;
  readonly ino: number;
  readonly rdev: number;
}

/** Larger than what the kernel holds for one reader of a terminal line (4,095 bytes). */
const READ_BYTES = 4_096;
/** A receiver still understands a speed that is this far off (8N1: half a bit in ten is 5 %; both ends share it). */
const BAUD_TOLERANCE = 0.025;

/** Ports open in this process, by node: between looking and locking lies an await. */
const openHere = new Set<string>();

/** Opens a port of this machine by the native binding, which is loaded only now: in a driver's own process or in a tool.
 *  Looks before opening, because an open that then fails on the lock has already changed the owner's line settings.
 *  @fault offline no such port, or nothing behind it; deviceBusy another owner, here or in another process;
 *  configuration no permission, no serial port, speed not supported. The message says what to do. */
export async function openNativePort(address: SerialAddress): Promise<Result<SerialPort, Fault>> {
  const { path } = address;
  const node = await stat(path).catch(() => undefined);
  if (node === undefined) return err(openFault(address, 'No such file or directory'));
  if (!node.isCharacterDevice()) return err(openFault(address, 'Inappropriate ioctl for device'));
  const key = `${node.dev}:${node.ino}`;
  if (openHere.has(key)) return err(serialFault('deviceBusy', `${path} is open in this process`, 'configuration'));
  openHere.add(key);
  const opened = await openUnowned(address, node);
  if (!opened.ok) {
    openHere.delete(key);
    return opened;
  }
  return ok(new NativePort(opened.value, path, node, () => openHere.delete(key)));
}

async function openUnowned(address: SerialAddress, node: NodeId): Promise<Result<LinuxPortBinding, Fault>> {
  const owner = await findLockHolder(node);
  if (owner !== undefined) return err(busyFault(address, owner));
  const { LinuxBinding } = await import('@serialport/bindings-cpp');
  let port: LinuxPortBinding;
  try {
    // `lock` is flock(2): unlike TIOCEXCL it also holds against root.
    port = await LinuxBinding.open({ ...address, baudRate: address.baud, lock: true });
  } catch (error) {
    return err(openFault(address, String(error)));
  }
  const baud = await port.getBaudRate().catch((error: unknown) => String(error));
  if (typeof baud === 'object' && Math.abs(baud.baudRate / address.baud - 1) <= BAUD_TOLERANCE) return ok(port);
  await port.close().catch(() => undefined);
  return err(openFault(address, typeof baud === 'object' ? `baud ${baud.baudRate}` : baud));
}

function busyFault({ path }: SerialAddress, pid: number): Fault {
  // 0 and -1: a process of another container.
  const who = pid > 0 ? `process ${pid}` : 'another process';
  return serialFault(
    'deviceBusy',
    `${path} is in use by ${who}; stop it, or give the device another port`,
    'configuration',
  );
}

class NativePort implements SerialPort {
  readonly #port: LinuxPortBinding;
  readonly #path: string;
  readonly #node: NodeId;
  readonly #onClosed: () => void;
  readonly #buffer = Buffer.alloc(READ_BYTES);

  constructor(port: LinuxPortBinding, path: string, node: NodeId, onClosed: () => void) {
    this.#port = port;
    this.#path = path;
    this.#node = node;
    this.#onClosed = onClosed;
  }

  async read(): Promise<Uint8Array> {
    const { bytesRead } = await this.#port.read(this.#buffer, 0, READ_BYTES);
    const bytes = Uint8Array.from(this.#buffer.subarray(0, bytesRead));
    // What a reader gave must not lie around after it was handed over.
    this.#buffer.fill(0, 0, bytesRead);
    return bytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#port.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  async check(): Promise<string | undefined> {
    try {
      // Any question to a line that was hung up is answered EIO, also on ptys, which have no modem lines to ask for.
      await this.#port.getBaudRate();
    } catch (error) {
      return messageOf(error);
    }
    const now = await stat(this.#path).catch(() => undefined);
    if (now === undefined) return `${this.#path} is gone`;
    const { dev, ino, rdev } = this.#node;
    return now.dev === dev && now.ino === ino && now.rdev === rdev ? undefined : `another device took ${this.#path}`;
  }

  async close(): Promise<void> {
    try {
      await this.#port.close();
    } catch {
      // The descriptor of a port that was pulled may already be invalid; there is nothing left to give back.
    } finally {
      this.#onClosed();
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
