/** One way to know a driver by the plug it hangs on. */
export interface Fingerprint {
  /** Four hexadecimal digits, lower case. */
  readonly vendorId: string;
  readonly productId: string;
  /** USB serial number, where only one is meant. */
  readonly serial?: string;
  /** Physical port, or its end: `/devices/pci0000:00/0000:00:14.0/usb1/1-3`, `1-3`. */
  readonly portPath?: string;
  readonly driver: string;
  /** What the line needs: `baud` for a serial one. */
  readonly options: Readonly<Record<string, number>>;
  /** Of several that fit the highest counts. */
  readonly score: number;
  /** The id says which cable it is, not which device hangs on it: never taken without a port or a serial number. */
  readonly sharedId: boolean;
}

/** USB-serial bridges: chips inside cables and boards of every maker. Source: usb.ids. */
const BRIDGES: readonly (readonly [string, string])[] = [
  ['0403', '6001'], // FTDI FT232
  ['067b', '2303'], // Prolific PL2303
  ['10c4', 'ea60'], // Silicon Labs CP210x
  ['1a86', '7523'], // QinHeng CH340
  ['1a86', '55d3'], // QinHeng CH343
];

/** Drivers that speak over a serial line, and its usual speed (their READMEs, "Wiring"). */
const ON_A_LINE: readonly (readonly [string, number])[] = [
  ['card-unit-creator-crt591', 9_600],
  ['qr-reader-hikvision-gm65', 9_600],
  ['id-card-reader-gb-sdt', 115_200],
  ['endorsement-printer-yimen-ref1', 115_200],
  ['payment-terminal-yimen-ref1', 115_200],
  ['signature-pad-yimen-ref1', 115_200],
  ['licence-printer-yimen-ref1', 115_200],
  ['document-locker-yimen-ref1', 115_200],
  ['cabinet-io-modbus-any', 9_600],
  ['fingerprint-yimen-ref1', 921_600],
];

/** Every fingerprint that is known. */
export const FINGERPRINTS: readonly Fingerprint[] = [
  // Resident ID-card reader with SAM; its own USB id, and no serial port (SDT over bulk endpoints).
  {
    vendorId: '0400',
    productId: 'c35a',
    driver: 'id-card-reader-gb-sdt',
    options: {},
    score: 100,
    sharedId: false,
  },
  ...BRIDGES.flatMap(([vendorId, productId]) =>
    ON_A_LINE.map(([driver, baud]) => ({ vendorId, productId, driver, options: { baud }, score: 10, sharedId: true })),
  ),
];
