import type { CreateDriver } from '../../driver-kit/driver.ts';
import { createCrt591 } from '../../drivers/card-unit-creator-crt591/driver.ts';
import { createSimulatedCrt591 } from '../../drivers/card-unit-creator-crt591/simulator.ts';
import { createEndorsementPrinter } from '../../drivers/endorsement-printer-yimen-ref1/driver.ts';
import { createSimulatedEndorsementPrinter } from '../../drivers/endorsement-printer-yimen-ref1/simulator.ts';
import { createSdtReader } from '../../drivers/id-card-reader-gb-sdt/driver.ts';
import { createSimulatedSdtReader } from '../../drivers/id-card-reader-gb-sdt/simulator.ts';
import { createPaymentTerminal } from '../../drivers/payment-terminal-yimen-ref1/driver.ts';
import { createSimulatedPaymentTerminal } from '../../drivers/payment-terminal-yimen-ref1/simulator.ts';
import { createGm65 } from '../../drivers/qr-reader-hikvision-gm65/driver.ts';
import { createSimulatedGm65 } from '../../drivers/qr-reader-hikvision-gm65/simulator.ts';
import { createEpsonEscpos } from '../../drivers/receipt-printer-epson-escpos/driver.ts';
import { createSimulatedEscposPrinter } from '../../drivers/receipt-printer-epson-escpos/simulator.ts';
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
const pathWithCard = (): CardPath => {
  const path = new CardPath();
  path.put(permitOf('permit-li-na'));
  path.move('printer');
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
    createSimulator: (context) => createSimulatedEndorsementPrinter(context, pathWithCard()),
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
];
