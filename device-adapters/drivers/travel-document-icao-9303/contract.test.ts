import { describe, expect, it } from 'vitest';
import { CardPath } from '../../testing/card-path.ts';
import { deviceContract } from '../../testing/device-contract.ts';
import { permitOf } from '../../testing/things.ts';
import { createIcao9303 } from './driver.ts';
import { createSimulatedChip } from './simulator.ts';

deviceContract(
  { describe, it, expect },
  {
    driver: 'travel-document-icao-9303',
    kind: 'travel-document',
    serial: 'CHIP-000204',
    createDriver: createIcao9303,
    createSimulator: (context) => {
      const path = new CardPath();
      path.put(permitOf('permit-li-na'));
      path.move('readPosition');
      return createSimulatedChip(context, path);
    },
    read: {
      verb: 'readDocument',
      args: { access: { documentNumber: 'C50000011', birth: '900412', expiry: '350610' } },
      prepare: () => undefined,
    },
    silences: 'F12',
  },
);
