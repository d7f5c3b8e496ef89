import { describe, expect, it } from 'vitest';
import { deviceContract } from '../../testing/device-contract.ts';
import { createSdtReader } from './driver.ts';
import { createSimulatedSdtReader } from './simulator.ts';

deviceContract(
  { describe, it, expect },
  {
    driver: 'id-card-reader-gb-sdt',
    kind: 'id-card-reader',
    serial: '0503-20260417-0000000204',
    createDriver: createSdtReader,
    createSimulator: (context) => createSimulatedSdtReader(context),
    read: {
      verb: 'readIdentity',
      args: { fingerprint: true },
      prepare: (device) => void device.put('id-li-na'),
    },
    breaks: 'sam-broken',
    silences: 'F12',
  },
);
