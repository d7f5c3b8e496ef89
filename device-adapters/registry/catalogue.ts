import type { DeviceKind } from '@yimen/contracts/device';
import type { CreateDriver } from '../driver-kit/driver.ts';
import { createCamera } from '../drivers/camera-v4l2-any/driver.ts';
import { createCabinetIo } from '../drivers/cabinet-io-modbus-any/driver.ts';
import { createCrt591 } from '../drivers/card-unit-creator-crt591/driver.ts';
import { createSdtReader } from '../drivers/id-card-reader-gb-sdt/driver.ts';
import { createEpsonEscpos } from '../drivers/receipt-printer-epson-escpos/driver.ts';
import { createEndorsementPrinter } from '../drivers/endorsement-printer-yimen-ref1/driver.ts';
import { createHidpos } from '../drivers/qr-reader-any-hidpos/driver.ts';
import { createGm65 } from '../drivers/qr-reader-hikvision-gm65/driver.ts';
import { createFingerprint } from '../drivers/fingerprint-yimen-ref1/driver.ts';
import { createLicencePrinter } from '../drivers/licence-printer-yimen-ref1/driver.ts';
import { createPaymentTerminal } from '../drivers/payment-terminal-yimen-ref1/driver.ts';
import { createSignaturePad } from '../drivers/signature-pad-yimen-ref1/driver.ts';
import { createDocumentLocker } from '../drivers/document-locker-yimen-ref1/driver.ts';
import { createSaneScanner } from '../drivers/document-scanner-sane-any/driver.ts';
import { createCupsIpp } from '../drivers/document-printer-cups-ipp/driver.ts';
import { createIcao9303 } from '../drivers/travel-document-icao-9303/driver.ts';
import type { CreateRecordingMask } from '../framing/frame-mask.ts';
import {
  createApduMask,
  createGm65Mask,
  createHidposMask,
  createIppMask,
  createRef1Mask,
  createSaneMask,
  createSdtMask,
  createV4l2Mask,
} from './recording-masks.ts';

export interface CatalogueRow {
  readonly kind: DeviceKind;
  /** What a technician reads in the list. */
  readonly says: string;
  readonly create: CreateDriver;
  /** Loads a module with a native part (serial port, HID, PC/SC): the host then keeps it in a child process, so that
   *  a crash in foreign code takes one device along and not all. A native carrier (`serial:`) does the same. */
  readonly native: boolean;
  /** What of its bytes is personal: a recording has zeros there. Without a mask only kinds that carry nothing personal
   *  are recorded at all. */
  readonly mask?: CreateRecordingMask;
}

/** Fields of the reference protocol by the drivers' READMEs, "Frame" and "This kind": tag and how much of the value
 *  stays. An evidence of a read-back holds a digest from which a short panel could be guessed. */
const PANEL_FIELDS = { 0x04: 2, 0x40: 0, 0x41: 0, 0x42: 0, 0x43: 0, 0x46: 0 } as const;
/** A chunk of an image or of a pen's way; its digest, with which a guess could be proved. */
const OBJECT_FIELDS = { 0x33: 0, 0x34: 0 } as const;
const PROMPT_FIELDS = { ...OBJECT_FIELDS, 0x40: 0 } as const;
/** Texts of a licence, and the digest with which a guess at them could be proved. */
const LICENCE_FIELDS = { 0x04: 2, 0x42: 0, 0x45: 0, 0x4c: 0 } as const;
/** A finished document's serial number leads to its holder. */
const DOCUMENT_FIELDS = { 0x04: 2, 0x42: 0, 0x44: 0, 0x46: 0, 0x4c: 0 } as const;
const BILL_FIELDS = { 0x40: 0, 0x42: 0, 0x44: 0 } as const;

/** Every driver that exists, by id; the only list. */
export const CATALOGUE: Readonly<Record<string, CatalogueRow>> = {
  'card-unit-creator-crt591': {
    kind: 'card-unit',
    says: 'motorised card unit: accept, position, eject, capture',
    create: createCrt591,
    native: false,
  },
  'id-card-reader-gb-sdt': {
    kind: 'id-card-reader',
    says: 'resident ID card reader with security module (SAM), SDT frames',
    create: createSdtReader,
    native: false,
    mask: createSdtMask,
  },
  'qr-reader-hikvision-gm65': {
    kind: 'qr-reader',
    says: 'QR and barcode reader of the GM65 family: lit, a code, dark',
    create: createGm65,
    native: false,
    mask: createGm65Mask,
  },
  'qr-reader-any-hidpos': {
    kind: 'qr-reader',
    says: 'QR and barcode reader that speaks HID-POS: a code, nothing between steps',
    create: createHidpos,
    // The carrier decides: `hid:` is native, the same messages over TCP are not.
    native: false,
    mask: createHidposMask,
  },
  'camera-v4l2-any': {
    kind: 'camera',
    says: 'camera as this machine sees it: is it there, who has it, what the page’s figures say',
    create: createCamera,
    native: false,
    mask: createV4l2Mask,
  },
  'cabinet-io-modbus-any': {
    kind: 'cabinet-io',
    says: 'cabinet behind a Modbus RTU unit: doors, locks, tamper, lights, key switch, temperature, UPS',
    create: createCabinetIo,
    native: false,
  },
  'receipt-printer-epson-escpos': {
    kind: 'receipt-printer',
    says: 'thermal receipt printer with cutter: slips in Chinese, QR codes',
    create: createEpsonEscpos,
    native: false,
  },
  'document-printer-cups-ipp': {
    kind: 'document-printer',
    says: 'A4 printer behind CUPS or its own IPP server: print, follow, cancel, purge',
    create: createCupsIpp,
    native: false,
    mask: createIppMask,
  },
  'document-scanner-sane-any': {
    kind: 'document-scanner',
    says: 'document scanner with glass or feeder behind SANE: scan a whole set, hand it over, cancel',
    create: createSaneScanner,
    native: false,
    mask: createSaneMask,
  },
  'endorsement-printer-yimen-ref1': {
    kind: 'endorsement-printer',
    says: 'endorsement printer of the reference protocol: take, erase, print, read back, hand back',
    create: createEndorsementPrinter,
    native: false,
    mask: () => createRef1Mask(PANEL_FIELDS),
  },
  'licence-printer-yimen-ref1': {
    kind: 'licence-printer',
    says: 'licence printer of the reference protocol: make, verify, present, retract, accept old, units',
    create: createLicencePrinter,
    native: false,
    mask: () => createRef1Mask(LICENCE_FIELDS),
  },
  'document-locker-yimen-ref1': {
    kind: 'document-locker',
    says: 'document locker of the reference protocol: inventory, present, retract, read back, units',
    create: createDocumentLocker,
    native: false,
    mask: () => createRef1Mask(DOCUMENT_FIELDS),
  },
  'payment-terminal-yimen-ref1': {
    kind: 'payment-terminal',
    says: 'payment terminal of the reference protocol: charge, cancel, query, refund',
    create: createPaymentTerminal,
    native: false,
    mask: () => createRef1Mask(BILL_FIELDS),
  },
  'fingerprint-yimen-ref1': {
    kind: 'fingerprint',
    says: 'fingerprint collector of the reference protocol: capture, wait for removal, clear',
    create: createFingerprint,
    native: false,
    mask: () => createRef1Mask(OBJECT_FIELDS),
  },
  'signature-pad-yimen-ref1': {
    kind: 'signature-pad',
    says: 'signature pad of the reference protocol: capture, clear, cancel',
    create: createSignaturePad,
    native: false,
    mask: () => createRef1Mask(PROMPT_FIELDS),
  },
  'travel-document-icao-9303': {
    kind: 'travel-document',
    says: 'chip of a permit or passport, by PACE or Basic Access Control, with its authenticity',
    create: createIcao9303,
    native: false,
    mask: createApduMask,
  },
};
