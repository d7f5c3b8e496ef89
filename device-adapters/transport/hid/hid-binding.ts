/** A HID device as this machine lists it, without opening it. Texts are the device's own and may be empty. */
export interface ListedHid {
  /** `/dev/hidraw0` */
  readonly path: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly manufacturer: string;
  readonly product: string;
  readonly serial: string;
  /** Release number of the device, binary coded decimal: 0x0110 is 1.10. */
  readonly release: number;
  /** What it is for: usage page and usage of each collection. Empty: the machine cannot tell. */
  readonly usages: readonly HidUsage[];
}

export interface HidUsage {
  readonly page: number;
  readonly usage: number;
}

/** One open HID device. Whatever rejects does so with the library's words; it has no codes. */
export interface HidPort {
  /** The next input report with its id in front; empty when none came for a moment. One at a time.
   *  Rejects when the device is gone or was closed. */
  read(): Promise<Uint8Array>;
  /** Sends an output report, its id in front. May wait for a `read` that is under way. */
  write(report: Uint8Array): Promise<void>;
  sendFeature(report: Uint8Array): Promise<void>;
  /** Gives the device back. */
  close(): Promise<void>;
}

/** A library that speaks to HID devices. */
export interface HidBinding {
  list(): Promise<readonly ListedHid[]>;
  open(path: string): Promise<HidPort>;
}
