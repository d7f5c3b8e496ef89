import { err, ok, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { LIMITS } from '../limits.table.ts';
import type { ByteChannel, CloseReason, OpenChannel } from './byte-channel.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { lineMs, type SerialAddress } from './serial/serial-address.ts';
import { serialFault } from './serial/serial-faults.ts';
import { openNativePort, type OpenSerialPort, type SerialPort } from './serial/serial-port.ts';

export interface SerialOptions {
  readonly clock: Clock;
  /** How a port is opened; the native binding unless a test brings its own. */
  readonly openPort?: OpenSerialPort;
  /** Bytes that may wait unread before the port is no longer read. */
  readonly queueBytes?: number;
  /** A write that the port has not taken by then, beyond the time its bytes need on the line, loses the line. */
  readonly writeMs?: number;
  /** How often a silent line is looked at. */
  readonly checkMs?: number;
}

type Settings = Required<Omit<SerialOptions, 'openPort'>>;

/** One open port. Loss shows in three ways: a read fails (an unplug that the kernel tells), a write fails, or the look
 *  every `checkMs` finds the port hung up or gone (an unplug that nobody told). */
class SerialChannel implements ByteChannel {
  readonly chunks: ChunkQueue;
  readonly closed: Promise<CloseReason>;
  readonly #port: SerialPort;
  readonly #address: SerialAddress;
  readonly #settings: Settings;
  #reason: CloseReason | undefined;
  #settle: (reason: CloseReason) => void = () => undefined;
  #released: Promise<void> = Promise.resolve();
  #writing: Promise<unknown> = Promise.resolve();
  #goOn: () => void = () => undefined;
  #cancelCheck: CancelTimer = () => undefined;

  constructor(port: SerialPort, address: SerialAddress, settings: Settings) {
    this.#port = port;
    this.#address = address;
    this.#settings = settings;
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.chunks = new ChunkQueue(() => this.#goOn());
    void this.#pump();
    this.#checkLater();
  }

  write(bytes: Uint8Array): Promise<Result<void, Fault>> {
    // Copied, so that a sender may overwrite its buffer after the hand-over.
    const copy = Uint8Array.from(bytes);
    // In turns: the binding has one wait for "writable", and two writers would mix their bytes.
    const written = this.#writing.then(() => this.#writeNow(copy));
    this.#writing = written;
    return written;
  }

  /** Resolves when the port is free for its next owner, or the kernel does not let go of it in time. */
  async close(): Promise<void> {
    this.#end({ why: 'closed' });
    await this.#released;
  }

  async #pump(): Promise<void> {
    while (this.#reason === undefined) {
      if (this.chunks.bytes >= this.#settings.queueBytes) {
        // Nothing tells the device to wait: what the kernel cannot hold is lost, and the framing sees a gap.
        await new Promise<void>((resolve) => {
          this.#goOn = resolve;
        });
        continue;
      }
      try {
        this.chunks.push(await this.#port.read());
      } catch (error) {
        this.#end(lost(messageOf(error)));
      }
    }
  }

  async #writeNow(bytes: Uint8Array): Promise<Result<void, Fault>> {
    if (this.#reason !== undefined) return err(lineGone('the channel is closed'));
    const { clock, writeMs } = this.#settings;
    const late = Promise.withResolvers<string>();
    const cancel = clock.after(writeMs + lineMs(this.#address, bytes.length), () =>
      late.resolve('write not taken in time'),
    );
    const failed = await Promise.race([this.#port.write(bytes).then(() => undefined, messageOf), late.promise]);
    cancel();
    if (failed === undefined) return ok(undefined);
    this.#end(lost(failed));
    return err(lineGone(failed));
  }

  #checkLater(): void {
    if (this.#reason === undefined)
      this.#cancelCheck = this.#settings.clock.after(this.#settings.checkMs, () => void this.#check());
  }

  async #check(): Promise<void> {
    const wrong = await this.#port.check();
    if (wrong !== undefined) this.#end(lost(wrong));
    this.#checkLater();
  }

  #end(reason: CloseReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#cancelCheck();
    this.chunks.end(reason.why === 'closed');
    this.#goOn();
    const { clock } = this.#settings;
    // The kernel may wait for bytes that a dead device never takes; who closes must not.
    this.#released = new Promise((resolve) => {
      const cancel = clock.after(LIMITS.channelCloseMs, resolve);
      void this.#port.close().finally(() => {
        cancel();
        resolve();
      });
    });
    this.#settle(reason);
  }
}

/** Opens channels to one serial port. Each is single use; there is one owner per port, and a second is refused without
 *  touching the line.
 *  @fault as `openNativePort`; offline too when the port does not open before the deadline. */
export function openSerial(address: SerialAddress, options: SerialOptions): OpenChannel {
  const openPort = options.openPort ?? openNativePort;
  const settings: Settings = {
    clock: options.clock,
    queueBytes: options.queueBytes ?? LIMITS.channelQueueBytes,
    writeMs: options.writeMs ?? LIMITS.channelWriteMs,
    checkMs: options.checkMs ?? LIMITS.serialCheckMs,
  };
  return (deadlineMs) =>
    new Promise((resolve) => {
      let isLate = false;
      const cancel = options.clock.after(deadlineMs, () => {
        isLate = true;
        resolve(err(lineGone(`${address.path} did not open in time`)));
      });
      void openPort(address).then((opened) => {
        cancel();
        if (isLate) {
          if (opened.ok) void opened.value.close();
        } else {
          resolve(opened.ok ? ok(new SerialChannel(opened.value, address, settings)) : opened);
        }
      });
    });
}

function lost(detail: string): CloseReason {
  return { why: 'lost', detail: `serial: ${detail}`.slice(0, 120) };
}

function lineGone(detail: string): Fault {
  return serialFault('offline', detail, 'reset');
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
