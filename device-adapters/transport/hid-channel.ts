import { err, ok, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { decodeHidOrder, encodeHidIdentity, HID_MESSAGE, HID_ORDER, HID_OWN } from '../framing/hid-message.ts';
import { LIMITS } from '../limits.table.ts';
import type { ByteChannel, CloseReason, OpenChannel } from './byte-channel.ts';
import { ChunkQueue } from './chunk-queue.ts';
import type { HidAddress } from './hid/hid-address.ts';
import type { HidBinding } from './hid/hid-binding.ts';
import { hidFault, isRefusedReport } from './hid/hid-faults.ts';
import { systemNodes, type HidNodes } from './hid/hid-node.ts';
import { loadNodeHid } from './hid/node-hid-binding.ts';
import { openHidDevice, wordsOf, type OpenHid } from './hid/open-hid.ts';

export interface HidOptions {
  readonly clock: Clock;
  /** Loads the library that speaks to HID devices, unless a test brings its own. */
  readonly load?: () => Promise<HidBinding>;
  readonly nodes?: HidNodes;
  /** Bytes that may wait unread before the device is no longer read. */
  readonly queueBytes?: number;
  /** A report that the device has not taken by then loses the line. */
  readonly writeMs?: number;
  /** How often a silent device is looked at. */
  readonly checkMs?: number;
}

type Settings = Required<Omit<HidOptions, 'load'>>;

/** One open HID device. Loss shows in three ways: a read fails (an unplug that the kernel tells), a write fails, or the
 *  look every `checkMs` finds the node gone or another's (an unplug that nobody told). */
class HidChannel implements ByteChannel {
  readonly chunks: ChunkQueue;
  readonly closed: Promise<CloseReason>;
  readonly #device: OpenHid;
  readonly #settings: Settings;
  #reason: CloseReason | undefined;
  #settle: (reason: CloseReason) => void = () => undefined;
  #released: Promise<void> = Promise.resolve();
  #writing: Promise<unknown> = Promise.resolve();
  #goOn: () => void = () => undefined;
  #cancelCheck: CancelTimer = () => undefined;

  constructor(device: OpenHid, settings: Settings) {
    this.#device = device;
    this.#settings = settings;
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.chunks = new ChunkQueue(() => this.#goOn());
    void this.#pump();
    this.#checkLater();
  }

  /** Takes whole orders of the carrier, 64 bytes each (`framing/hid-message.ts`).
   *  @fault softwareError no whole orders; configuration the device refuses this report; offline it is gone. */
  write(bytes: Uint8Array): Promise<Result<void, Fault>> {
    // Copied, so that a sender may overwrite its buffer after the hand-over.
    const copy = Uint8Array.from(bytes);
    const written = this.#writing.then(() => this.#obeyAll(copy));
    this.#writing = written;
    return written;
  }

  /** Resolves when the device is free for its next owner, or the kernel does not let go of it in time. */
  async close(): Promise<void> {
    this.#end({ why: 'closed' });
    await this.#released;
  }

  async #pump(): Promise<void> {
    while (this.#reason === undefined) {
      if (this.chunks.bytes >= this.#settings.queueBytes) {
        // The kernel holds 64 reports and drops the rest: then the framing sees a code that does not go on.
        await new Promise<void>((resolve) => {
          this.#goOn = resolve;
        });
        continue;
      }
      try {
        this.#take(await this.#device.port.read());
      } catch (error) {
        this.#end(lost(wordsOf(error)));
      }
    }
  }

  /** A report that has no number, or that is longer than any message, is of no protocol that is spoken here. */
  #take(report: Uint8Array): void {
    if (report.length > 0 && report.length <= HID_MESSAGE.bytes && report[0] !== HID_OWN) {
      const message = new Uint8Array(HID_MESSAGE.bytes);
      message.set(report);
      this.chunks.push(message);
    }
    // It may be a person's.
    report.fill(0);
  }

  async #obeyAll(bytes: Uint8Array): Promise<Result<void, Fault>> {
    const orders = Array.from({ length: Math.ceil(bytes.length / HID_MESSAGE.bytes) }, (_, at) =>
      decodeHidOrder(bytes.subarray(at * HID_MESSAGE.bytes, (at + 1) * HID_MESSAGE.bytes)),
    );
    for (const order of orders) {
      if (order === undefined) return err(hidFault('softwareError', 'no order of the carrier', 'softwareError'));
      if (this.#reason !== undefined) return err(lineGone('the channel is closed'));
      const obeyed = order.order === HID_ORDER.askIdentity ? await this.#tellIdentity() : await this.#send(order);
      if (!obeyed.ok) return obeyed;
    }
    return ok(undefined);
  }

  /** The device cannot be asked; that its node is still there is all that can be known of it. */
  async #tellIdentity(): Promise<Result<void, Fault>> {
    const wrong = await this.#look();
    if (wrong !== undefined) return this.#failed(wrong);
    this.chunks.push(encodeHidIdentity(this.#device.identity));
    return ok(undefined);
  }

  async #send({ order, data }: { order: number; data: Uint8Array }): Promise<Result<void, Fault>> {
    const { port } = this.#device;
    const { clock, writeMs } = this.#settings;
    const late = Promise.withResolvers<string>();
    const cancel = clock.after(writeMs, () => late.resolve('report not taken in time'));
    const sending = order === HID_ORDER.feature ? port.sendFeature(data) : port.write(data);
    const failed = await Promise.race([sending.then(() => undefined, wordsOf), late.promise]);
    cancel();
    if (failed === undefined) return ok(undefined);
    if (!isRefusedReport(failed) || (await this.#look()) !== undefined) return this.#failed(failed);
    const id = (data[0] ?? 0).toString(16).toUpperCase().padStart(2, '0');
    return err(hidFault('configuration', `the device does not take report ${id}: ${failed}`, 'configuration'));
  }

  #checkLater(): void {
    if (this.#reason === undefined)
      this.#cancelCheck = this.#settings.clock.after(this.#settings.checkMs, () => void this.#check());
  }

  async #check(): Promise<void> {
    const wrong = await this.#look();
    if (wrong !== undefined) this.#end(lost(wrong));
    this.#checkLater();
  }

  async #look(): Promise<string | undefined> {
    const { path, node } = this.#device;
    const now = await this.#settings.nodes.look(path);
    if (now === undefined) return `${path} is gone`;
    const isSame = now.dev === node.dev && now.ino === node.ino && now.rdev === node.rdev;
    return isSame ? undefined : `another device took ${path}`;
  }

  #failed(detail: string): Result<never, Fault> {
    this.#end(lost(detail));
    return err(lineGone(detail));
  }

  #end(reason: CloseReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#cancelCheck();
    this.chunks.end(reason.why === 'closed');
    this.#goOn();
    // The kernel may wait for a report that a dead device never takes; who closes must not.
    this.#released = new Promise((resolve) => {
      const cancel = this.#settings.clock.after(LIMITS.channelCloseMs, resolve);
      void this.#device.release().finally(() => {
        cancel();
        resolve();
      });
    });
    this.#settle(reason);
  }
}

/** Opens channels to one HID device, which speak the carrier of the HID-POS driver: chunks are whole input reports of 64
 *  bytes, the report id first, shorter ones filled with zeros; a write is an order to send a report or to say who the
 *  device is. Each is single use, and a device has one owner.
 *  @fault as `openHidDevice`; offline too when it does not open before the deadline. */
export function openHid(address: HidAddress, options: HidOptions): OpenChannel {
  const { clock, load = loadNodeHid, nodes = systemNodes } = options;
  const settings: Settings = {
    clock,
    nodes,
    queueBytes: options.queueBytes ?? LIMITS.channelQueueBytes,
    writeMs: options.writeMs ?? LIMITS.channelWriteMs,
    checkMs: options.checkMs ?? LIMITS.hidCheckMs,
  };
  return (deadlineMs) =>
    new Promise((resolve) => {
      let isLate = false;
      const cancel = clock.after(deadlineMs, () => {
        isLate = true;
        resolve(err(lineGone('the device did not open in time')));
      });
      void openHidDevice(address, { load, nodes }).then((opened) => {
        cancel();
        if (!isLate) resolve(opened.ok ? ok(new HidChannel(opened.value, settings)) : opened);
        else if (opened.ok) void opened.value.release();
      });
    });
}

function lost(detail: string): CloseReason {
  return { why: 'lost', detail: `hid: ${detail}`.slice(0, 120) };
}

function lineGone(detail: string): Fault {
  return hidFault('offline', detail, 'reset');
}
