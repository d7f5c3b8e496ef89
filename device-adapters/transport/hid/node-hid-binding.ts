import type { Device, HIDAsync } from 'node-hid';
import { LIMITS } from '../../limits.table.ts';
import type { HidBinding, HidPort, ListedHid } from './hid-binding.ts';

/** Loads the native library: in a driver's own process or in a tool only.
 *  Rejects with its words when it is not built for this machine or finds no libudev. */
export async function loadNodeHid(): Promise<HidBinding> {
  const hid = await import('node-hid');
  return {
    list: async () => listed(await hid.devicesAsync()),
    open: async (path) => new NodeHidPort(await hid.HIDAsync.open(path)),
  };
}

/** Not by the library's events: their queue has no end, so a device that floods would fill the memory, and an `error`
 *  that nobody listens to ends the process. */
class NodeHidPort implements HidPort {
  readonly #device: HIDAsync;

  constructor(device: HIDAsync) {
    this.#device = device;
  }

  async read(): Promise<Uint8Array> {
    // Bounded, because calls to one device are done one after another: a write or a close waits for the read before it.
    const buffer = await this.#device.read(LIMITS.hidReadMs);
    if (buffer === undefined) return new Uint8Array(0);
    const report = Uint8Array.from(buffer);
    // What a reader gave must not lie around after it was handed over.
    buffer.fill(0);
    return report;
  }

  async write(report: Uint8Array): Promise<void> {
    await this.#device.write(Buffer.from(report));
  }

  async sendFeature(report: Uint8Array): Promise<void> {
    await this.#device.sendFeatureReport(Buffer.from(report));
  }

  close(): Promise<void> {
    return this.#device.close();
  }
}

/** One row per device: the library has one per collection of its report descriptor. */
function listed(devices: readonly Device[]): ListedHid[] {
  const byPath = new Map<string, Device[]>();
  for (const device of devices)
    if (device.path !== undefined) byPath.set(device.path, [...(byPath.get(device.path) ?? []), device]);
  return [...byPath].flatMap(([path, [device, ...more]]) => {
    if (device === undefined) return [];
    const usages = [device, ...more].flatMap(({ usagePage: page, usage }) =>
      page === undefined || usage === undefined ? [] : [{ page, usage }],
    );
    const { vendorId, productId, manufacturer = '', product = '', serialNumber: serial = '', release } = device;
    return [{ path, vendorId, productId, manufacturer, product, serial, release, usages }];
  });
}
