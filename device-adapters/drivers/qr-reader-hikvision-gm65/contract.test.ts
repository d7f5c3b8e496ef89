import { describe, expect, it } from 'vitest';
import { deviceContract } from '../../testing/device-contract.ts';
import { createGm65 } from './driver.ts';
import { createSimulatedGm65 } from './simulator.ts';

deviceContract(
  { describe, it, expect },
  {
    driver: 'qr-reader-hikvision-gm65',
    kind: 'qr-reader',
    createDriver: createGm65,
    createSimulator: (context) => createSimulatedGm65(context),
    read: { verb: 'start', args: { windowMs: 1_000 }, prepare: (device) => void device.put('qr-receipt') },
    breaks: 'hardware-broken',
    silences: 'F12',
  },
);
