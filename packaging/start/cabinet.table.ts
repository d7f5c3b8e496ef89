/** One device of the demonstration's cabinet. */
export interface CabinetDevice {
  readonly kind: string;
  readonly driver: string;
  /** The WHERE of its simulator on this port. */
  readonly at: (port: number) => string;
  readonly options?: Readonly<Record<string, string | number | boolean>>;
}

const overTcp = (port: number): string => `tcp:127.0.0.1:${port}`;

/** Every device that the simulated cabinet has, in the order of a citizen's way. */
export const CABINET: readonly CabinetDevice[] = [
  { kind: 'card-unit', driver: 'card-unit-creator-crt591', at: overTcp },
  { kind: 'travel-document', driver: 'travel-document-icao-9303', at: overTcp },
  { kind: 'id-card-reader', driver: 'id-card-reader-gb-sdt', at: overTcp },
  // Whoever else than the kiosk's browser has it open is told (option `browser`); here only the bench's faults do.
  { kind: 'camera', driver: 'camera-v4l2-any', at: overTcp },
  { kind: 'fingerprint', driver: 'fingerprint-yimen-ref1', at: overTcp },
  { kind: 'signature-pad', driver: 'signature-pad-yimen-ref1', at: overTcp },
  { kind: 'qr-reader', driver: 'qr-reader-hikvision-gm65', at: overTcp },
  { kind: 'endorsement-printer', driver: 'endorsement-printer-yimen-ref1', at: overTcp },
  { kind: 'licence-printer', driver: 'licence-printer-yimen-ref1', at: overTcp },
  { kind: 'document-locker', driver: 'document-locker-yimen-ref1', at: overTcp },
  { kind: 'receipt-printer', driver: 'receipt-printer-epson-escpos', at: overTcp },
  {
    kind: 'document-printer',
    driver: 'document-printer-cups-ipp',
    at: (port) => `ipp://127.0.0.1:${port}/ipp/print`,
    // The simulated printer counts the sheets at its exit.
    options: { exitSensor: true },
  },
  { kind: 'document-scanner', driver: 'document-scanner-sane-any', at: overTcp },
  { kind: 'payment-terminal', driver: 'payment-terminal-yimen-ref1', at: overTcp },
  { kind: 'cabinet-io', driver: 'cabinet-io-modbus-any', at: (port) => `modbus:tcp:127.0.0.1:${port}#1` },
];
