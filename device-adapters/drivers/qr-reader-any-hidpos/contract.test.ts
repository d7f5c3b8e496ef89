import { describe, expect, it } from 'vitest';
import { deviceContract } from '../../testing/device-contract.ts';
import { createHidpos } from './driver.ts';
import { createSimulatedHidpos } from './simulator.ts';

deviceContract(
  { describe, it, expect },
  {
    driver: 'qr-reader-any-hidpos',
    kind: 'qr-reader',
    serial: 'SN-00042',
    createDriver: createHidpos,
    createSimulator: (context) => createSimulatedHidpos(context),
    read: { verb: 'start', args: { windowMs: 1_000 }, prepare: (device) => void device.put('qr-receipt') },
    silences: 'F12',
  },
);
