import { describe, expect, it } from 'vitest';
import { CardPath } from '../../testing/card-path.ts';
import { deviceContract } from '../../testing/device-contract.ts';
import { permitOf } from '../../testing/things.ts';
import { createEndorsementPrinter } from './driver.ts';
import { createSimulatedEndorsementPrinter } from './simulator.ts';

/** The path of the printer that is under test: each simulator gets its own. */
let path = new CardPath();

/** A card lies in the printer. */
function load(): void {
  if (path.card !== undefined) return;
  path.put(permitOf('permit-li-na'));
  path.move('printer');
}

deviceContract(
  { describe, it, expect },
  {
    driver: 'endorsement-printer-yimen-ref1',
    kind: 'endorsement-printer',
    serial: 'YMEP-000031',
    createDriver: createEndorsementPrinter,
    createSimulator: (context) => createSimulatedEndorsementPrinter(context, (path = new CardPath())),
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
      prepare: load,
      times: (device) => Number(device.state()['prints']),
      takesMs: 30_000,
    },
    read: { verb: 'readBack', args: {}, prepare: load },
    breaks: 'hardware-broken',
    silences: 'F12',
  },
);
