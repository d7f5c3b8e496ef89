import type { DeviceKind } from '@yimen/contracts/device';
import type { CreateDriver } from '../driver-kit/driver.ts';
import { createCrt591 } from '../drivers/card-unit-creator-crt591/driver.ts';
import { createEpsonEscpos } from '../drivers/receipt-printer-epson-escpos/driver.ts';
import { createEndorsementPrinter } from '../drivers/endorsement-printer-yimen-ref1/driver.ts';
import { createPaymentTerminal } from '../drivers/payment-terminal-yimen-ref1/driver.ts';
import { createIcao9303 } from '../drivers/travel-document-icao-9303/driver.ts';

export interface CatalogueRow {
  readonly kind: DeviceKind;
  /** What a technician reads in the list. */
  readonly says: string;
  readonly create: CreateDriver;
  /** Loads a module with a native part (serial port, HID, PC/SC): the host then keeps it in a child process, so that
   *  a crash in foreign code takes one device along and not all. */
  readonly native: boolean;
}

/** Every driver that exists, by id; the only list. */
export const CATALOGUE: Readonly<Record<string, CatalogueRow>> = {
  'card-unit-creator-crt591': {
    kind: 'card-unit',
    says: 'motorised card unit: accept, position, eject, capture',
    create: createCrt591,
    native: false,
  },
  'receipt-printer-epson-escpos': {
    kind: 'receipt-printer',
    says: 'thermal receipt printer with cutter: slips in Chinese, QR codes',
    create: createEpsonEscpos,
    native: false,
  },
  'endorsement-printer-yimen-ref1': {
    kind: 'endorsement-printer',
    says: 'endorsement printer of the reference protocol: take, erase, print, read back, hand back',
    create: createEndorsementPrinter,
    native: false,
  },
  'payment-terminal-yimen-ref1': {
    kind: 'payment-terminal',
    says: 'payment terminal of the reference protocol: charge, cancel, query, refund',
    create: createPaymentTerminal,
    native: false,
  },
  'travel-document-icao-9303': {
    kind: 'travel-document',
    says: 'chip of a permit or passport, by Basic Access Control',
    create: createIcao9303,
    native: false,
  },
};
