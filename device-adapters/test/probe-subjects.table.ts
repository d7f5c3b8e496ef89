import { createSimulatedCamera } from '../drivers/camera-v4l2-any/simulator.ts';
import { createSimulatedHidpos } from '../drivers/qr-reader-any-hidpos/simulator.ts';
import { createBenchDevices } from '../testing/bench-devices.ts';
import { CardPath } from '../testing/card-path.ts';
import type { SimulatedDevice, SimulatorContext } from '../testing/simulated-device.ts';
import { permitOf } from '../testing/things.ts';

/** How one driver is asked for something that its device must do. */
export interface ProbeSubject {
  readonly driver: string;
  /** WHERE on the carrier that it usually hangs on; nothing is there on any machine. */
  readonly at: string;
  /** One action of its own, with its options. */
  readonly action: readonly string[];
}

const LINE = 'serial:/dev/no-such-port@115200';
const SLOW_LINE = 'serial:/dev/no-such-port@9600';

/** Every driver of the catalogue. `OUT` stands for a file that is made. */
export const PROBE_SUBJECTS: readonly ProbeSubject[] = [
  { driver: 'card-unit-creator-crt591', at: SLOW_LINE, action: ['eject'] },
  { driver: 'id-card-reader-gb-sdt', at: LINE, action: ['read'] },
  { driver: 'qr-reader-hikvision-gm65', at: SLOW_LINE, action: ['scan'] },
  { driver: 'qr-reader-any-hidpos', at: 'hid:0c2e:0fff', action: ['scan'] },
  { driver: 'camera-v4l2-any', at: 'v4l2:/dev/video97', action: ['frame', '--out', 'OUT.jpg'] },
  { driver: 'cabinet-io-modbus-any', at: 'modbus:/dev/no-such-port@9600#1', action: ['sensors'] },
  { driver: 'receipt-printer-epson-escpos', at: 'tcp:127.0.0.1:PORT', action: ['print', '--text', 'x'] },
  { driver: 'document-printer-cups-ipp', at: 'ipp://127.0.0.1:PORT/ipp/print', action: ['print', '--text', 'x'] },
  { driver: 'document-scanner-sane-any', at: 'sane:nosuch:0', action: ['scan', '--out', 'OUT.png'] },
  { driver: 'endorsement-printer-yimen-ref1', at: LINE, action: ['take'] },
  { driver: 'licence-printer-yimen-ref1', at: LINE, action: ['verify'] },
  { driver: 'document-locker-yimen-ref1', at: LINE, action: ['inventory'] },
  { driver: 'payment-terminal-yimen-ref1', at: LINE, action: ['query', '--bill', 'bill-1'] },
  { driver: 'fingerprint-yimen-ref1', at: LINE, action: ['capture'] },
  { driver: 'signature-pad-yimen-ref1', at: LINE, action: ['capture'] },
  {
    driver: 'travel-document-icao-9303',
    at: 'pcsc:No such reader',
    action: ['read', '--mrz', 'CSC500000113<3506101<9004126<8'],
  },
];

/** The simulator of every driver, each with a card or paper where it needs one. */
export function simulatedDevices(context: SimulatorContext): ReadonlyMap<string, SimulatedDevice> {
  const path = new CardPath();
  path.put(permitOf('permit-li-na'));
  path.move('readPosition');
  const all = [
    ...createBenchDevices({ context, path, permits: [permitOf('permit-li-na')], binCount: 0 }).map(
      ({ device }) => device,
    ),
    createSimulatedHidpos(context),
    createSimulatedCamera(context),
  ];
  return new Map(all.map((device) => [device.id, device]));
}
