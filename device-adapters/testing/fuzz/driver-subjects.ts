import type { CreateDriver } from '../../driver-kit/driver.ts';
import { createCabinetIo } from '../../drivers/cabinet-io-modbus-any/driver.ts';
import { createSimulatedCabinet } from '../../drivers/cabinet-io-modbus-any/simulator.ts';
import { createCrt591 } from '../../drivers/card-unit-creator-crt591/driver.ts';
import { createSimulatedCrt591 } from '../../drivers/card-unit-creator-crt591/simulator.ts';
import { createDocumentLocker } from '../../drivers/document-locker-yimen-ref1/driver.ts';
import { FIRST_DOCUMENTS } from '../../drivers/document-locker-yimen-ref1/simulator-stock.table.ts';
import { createSimulatedDocumentLocker } from '../../drivers/document-locker-yimen-ref1/simulator.ts';
import { createEndorsementPrinter } from '../../drivers/endorsement-printer-yimen-ref1/driver.ts';
import { createSimulatedEndorsementPrinter } from '../../drivers/endorsement-printer-yimen-ref1/simulator.ts';
import { createSdtReader } from '../../drivers/id-card-reader-gb-sdt/driver.ts';
import { createSimulatedSdtReader } from '../../drivers/id-card-reader-gb-sdt/simulator.ts';
import { createLicencePrinter } from '../../drivers/licence-printer-yimen-ref1/driver.ts';
import { createSimulatedLicencePrinter } from '../../drivers/licence-printer-yimen-ref1/simulator.ts';
import { createPaymentTerminal } from '../../drivers/payment-terminal-yimen-ref1/driver.ts';
import { createSimulatedPaymentTerminal } from '../../drivers/payment-terminal-yimen-ref1/simulator.ts';
import { createGm65 } from '../../drivers/qr-reader-hikvision-gm65/driver.ts';
import { createSimulatedGm65 } from '../../drivers/qr-reader-hikvision-gm65/simulator.ts';
import { createEpsonEscpos } from '../../drivers/receipt-printer-epson-escpos/driver.ts';
import { createSimulatedEscposPrinter } from '../../drivers/receipt-printer-epson-escpos/simulator.ts';
import { createIcao9303 } from '../../drivers/travel-document-icao-9303/driver.ts';
import { createSimulatedChip } from '../../drivers/travel-document-icao-9303/simulator.ts';
import { CardPath } from '../card-path.ts';
import type { SimulatedDevice, SimulatorContext } from '../simulated-device.ts';
import { permitOf } from '../things.ts';

/** A driver under fire, with the one effect whose repetition would do harm. */
export interface DriverSubject {
  readonly driver: string;
  readonly createDriver: CreateDriver;
  readonly createSimulator: (context: SimulatorContext) => SimulatedDevice;
  readonly prepare: (device: SimulatedDevice) => void;
  readonly effect?: {
    readonly verb: string;
    readonly args: unknown;
    /** How often the device has done it: money taken, cards in the bin, slips printed. */
    readonly times: (device: SimulatedDevice) => number;
  };
  readonly read?: { readonly verb: string; readonly args: unknown };
}

const PAID = new Set(['held', 'captured']);
const pathWithCard = (place: 'printer' | 'readPosition'): CardPath => {
  const path = new CardPath();
  path.put(permitOf('permit-li-na'));
  path.move(place);
  return path;
};

export const DRIVER_SUBJECTS: readonly DriverSubject[] = [
  {
    driver: 'card-unit-creator-crt591',
    createDriver: createCrt591,
    createSimulator: (context) =>
      createSimulatedCrt591(context, new CardPath(), { permits: [permitOf('permit-li-na')] }),
    prepare: (device) => void device.fault('F70'),
    effect: { verb: 'captureCard', args: {}, times: (device) => Number(device.state()['binCount']) },
  },
  {
    driver: 'payment-terminal-yimen-ref1',
    createDriver: createPaymentTerminal,
    createSimulator: createSimulatedPaymentTerminal,
    prepare: (device) => void device.fault('pays-at-once'),
    effect: {
      verb: 'charge',
      args: { billRef: 'bill-1', amountFen: 1_500, qrText: 'https://pay.example/bill-1' },
      times: (device) =>
        (device.state()['charges'] as readonly { state: string }[]).filter(({ state }) => PAID.has(state)).length,
    },
  },
  {
    driver: 'receipt-printer-epson-escpos',
    createDriver: createEpsonEscpos,
    createSimulator: createSimulatedEscposPrinter,
    prepare: () => undefined,
    effect: {
      verb: 'printReceipt',
      args: { slip: { lines: [{ kind: 'title', text: '业务回执' }, { kind: 'rule' }] } },
      times: (device) => Number(device.state()['slips']),
    },
  },
  {
    driver: 'endorsement-printer-yimen-ref1',
    createDriver: createEndorsementPrinter,
    createSimulator: (context) => createSimulatedEndorsementPrinter(context, pathWithCard('printer')),
    prepare: () => undefined,
    effect: {
      verb: 'printEndorsement',
      args: {
        lines: [
          {
            destination: 'HKG',
            kind: 'G',
            countCode: '1',
            issued: '2026-11-26',
            validUntil: '2027-02-26',
            serial: 'E1',
          },
        ],
      },
      times: (device) => Number(device.state()['prints']),
    },
  },
  {
    driver: 'id-card-reader-gb-sdt',
    createDriver: createSdtReader,
    createSimulator: (context) => createSimulatedSdtReader(context),
    prepare: (device) => void device.put('id-li-na'),
    read: { verb: 'readIdentity', args: { fingerprint: true } },
  },
  {
    driver: 'qr-reader-hikvision-gm65',
    createDriver: createGm65,
    createSimulator: (context) => createSimulatedGm65(context),
    prepare: () => undefined,
    read: { verb: 'start', args: { windowMs: 1_000 } },
  },
  {
    driver: 'licence-printer-yimen-ref1',
    createDriver: createLicencePrinter,
    createSimulator: createSimulatedLicencePrinter,
    prepare: (device) => void device.fault('takes-at-once'),
    effect: {
      verb: 'acceptOld',
      args: {},
      times: (device) => (device.state()['units'] as Record<string, { count: number }>)['recovery']?.count ?? -1,
    },
  },
  {
    driver: 'document-locker-yimen-ref1',
    createDriver: createDocumentLocker,
    createSimulator: createSimulatedDocumentLocker,
    prepare: (device) => void device.fault('takes-at-once'),
    effect: {
      verb: 'present',
      args: { serial: FIRST_DOCUMENTS[0]?.serial },
      times: (device) => Number(device.state()['handedOut']),
    },
  },
  {
    driver: 'cabinet-io-modbus-any',
    createDriver: createCabinetIo,
    createSimulator: (context) => createSimulatedCabinet(context),
    prepare: () => undefined,
    effect: {
      verb: 'setLight',
      args: { light: 'status', state: 'on' },
      times: (device) => Number(device.state()['writes']),
    },
  },
  {
    driver: 'travel-document-icao-9303',
    createDriver: createIcao9303,
    createSimulator: (context) => createSimulatedChip(context, pathWithCard('readPosition')),
    prepare: () => undefined,
    read: {
      verb: 'readDocument',
      args: { access: { documentNumber: 'C50000011', birth: '900412', expiry: '350610' } },
    },
  },
];
