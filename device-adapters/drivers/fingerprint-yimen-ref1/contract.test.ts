import { describe, expect, it } from 'vitest';
import { deviceContract } from '../../testing/device-contract.ts';
import { createFingerprint } from './driver.ts';
import { createSimulatedFingerprint } from './simulator.ts';

deviceContract(
  { describe, it, expect },
  {
    driver: 'fingerprint-yimen-ref1',
    kind: 'fingerprint',
    serial: 'YMFP-000031',
    createDriver: createFingerprint,
    createSimulator: createSimulatedFingerprint,
    read: { verb: 'waitForRemoval', args: {}, prepare: () => undefined },
    breaks: 'hardware-broken',
    silences: 'F12',
  },
);
