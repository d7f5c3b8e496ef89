import { cabinetIoPort } from './cabinet-io.ts';
import { documentLockerPort } from './document-locker.ts';
import { documentScannerPort } from './document-scanner.ts';
import { documentPrinterPort } from './document-printer.ts';
import { licencePrinterPort } from './licence-printer.ts';
import { cameraPort } from './camera.ts';
import { cardUnitPort } from './card-unit.ts';
import { endorsementPrinterPort } from './endorsement-printer.ts';
import { fingerprintPort } from './fingerprint.ts';
import { idCardReaderPort } from './id-card-reader.ts';
import { paymentTerminalPort } from './payment-terminal.ts';
import { qrReaderPort } from './qr-reader.ts';
import { receiptPrinterPort } from './receipt-printer.ts';
import { signaturePadPort } from './signature-pad.ts';
import { travelDocumentPort } from './travel-document.ts';

/** Every device kind that can be built today, by kind. A new kind begins with its file here. */
export const PORTS = {
  'card-unit': cardUnitPort,
  'travel-document': travelDocumentPort,
  'id-card-reader': idCardReaderPort,
  'endorsement-printer': endorsementPrinterPort,
  'receipt-printer': receiptPrinterPort,
  'payment-terminal': paymentTerminalPort,
  fingerprint: fingerprintPort,
  'qr-reader': qrReaderPort,
  'signature-pad': signaturePadPort,
  camera: cameraPort,
  'licence-printer': licencePrinterPort,
  'document-printer': documentPrinterPort,
  'document-scanner': documentScannerPort,
  'document-locker': documentLockerPort,
  'cabinet-io': cabinetIoPort,
} as const;
export type DeviceKind = keyof typeof PORTS;

/** A device kind as the wire writes it: `card-unit` → `cardUnit` (fleet contract, `module`). */
export function moduleOf(kind: string): string {
  return kind.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export * from './camera.ts';
export * from './card-unit.ts';
export * from './endorsement-printer.ts';
export * from './fingerprint.ts';
export * from './id-card-reader.ts';
export * from './payment-terminal.ts';
export * from './qr-reader.ts';
export * from './receipt-printer.ts';
export * from './signature-pad.ts';
export * from './travel-document.ts';
export * from './licence-printer.ts';
export * from './document-printer.ts';
export * from './document-scanner.ts';
export * from './document-locker.ts';
export * from './cabinet-io.ts';
