import { createSimulatedCamera } from '../drivers/camera-v4l2-any/simulator.ts';
import { createSimulatedCabinet } from '../drivers/cabinet-io-modbus-any/simulator.ts';
import { createSimulatedCrt591 } from '../drivers/card-unit-creator-crt591/simulator.ts';
import { createSimulatedDocumentLocker } from '../drivers/document-locker-yimen-ref1/simulator.ts';
import { createSimulatedPrintServer } from '../drivers/document-printer-cups-ipp/simulator.ts';
import { servePrintServer } from '../drivers/document-printer-cups-ipp/simulator-http.ts';
import { createSimulatedScanner } from '../drivers/document-scanner-sane-any/simulator.ts';
import { createSimulatedEndorsementPrinter } from '../drivers/endorsement-printer-yimen-ref1/simulator.ts';
import { createSimulatedFingerprint } from '../drivers/fingerprint-yimen-ref1/simulator.ts';
import { createSimulatedSdtReader } from '../drivers/id-card-reader-gb-sdt/simulator.ts';
import { createSimulatedLicencePrinter } from '../drivers/licence-printer-yimen-ref1/simulator.ts';
import { createSimulatedPaymentTerminal } from '../drivers/payment-terminal-yimen-ref1/simulator.ts';
import { createSimulatedGm65 } from '../drivers/qr-reader-hikvision-gm65/simulator.ts';
import { createSimulatedEscposPrinter } from '../drivers/receipt-printer-epson-escpos/simulator.ts';
import { createSimulatedSignaturePad } from '../drivers/signature-pad-yimen-ref1/simulator.ts';
import { createSimulatedChip } from '../drivers/travel-document-icao-9303/simulator.ts';
import type { BenchDevice } from './bench-world.ts';
import type { CardPath, SimulatedPermit } from './card-path.ts';
import type { DeviceMemory, SimulatedDevice, SimulatorContext } from './simulated-device.ts';

export interface BenchDeviceParts {
  readonly context: SimulatorContext;
  readonly path: CardPath;
  readonly permits: readonly SimulatedPermit[];
  /** Cards that lay in the retain bin when the bench stopped. */
  readonly binCount: number;
}

/** New cards in the card unit's stack when the bench begins. */
const NEW_CARDS = 40;

/** Every simulated device of the cabinet, on one card path, in the order of a citizen's way. The camera is the
 *  one that the machine sees, without pictures: those are taken by the citizen's own page. */
export function createBenchDevices({ context, path, permits, binCount }: BenchDeviceParts): readonly BenchDevice[] {
  return [
    remembering(createSimulatedCrt591(context, path, { permits, binCount, stack: NEW_CARDS })),
    { device: createSimulatedChip(context, path) },
    remembering(createSimulatedSdtReader(context)),
    { device: createSimulatedCamera(context) },
    { device: createSimulatedGm65(context) },
    remembering(createSimulatedFingerprint(context)),
    remembering(createSimulatedSignaturePad(context)),
    remembering(createSimulatedPaymentTerminal(context)),
    remembering(createSimulatedEndorsementPrinter(context, path)),
    remembering(createSimulatedEscposPrinter(context)),
    remembering(createSimulatedLicencePrinter(context)),
    remembering(createSimulatedDocumentLocker(context)),
    overHttp(context),
    remembering(createSimulatedScanner(context)),
    remembering(createSimulatedCabinet(context)),
  ];
}

/** The A4 printer, which speaks IPP over HTTP. */
function overHttp(context: SimulatorContext): BenchDevice {
  const device = createSimulatedPrintServer(context);
  return { device, memory: device, listen: (port) => servePrintServer(device, port) };
}

/** A device whose memory the bench keeps over its own restart. */
function remembering(device: SimulatedDevice & DeviceMemory): BenchDevice {
  return { device, memory: device };
}
