import { describe, expect, it } from 'vitest';
import { deviceContract } from '../../testing/device-contract.ts';
import { createCamera } from './driver.ts';
import { createSimulatedCamera } from './simulator.ts';

deviceContract(
  { describe, it, expect },
  {
    driver: 'camera-v4l2-any',
    kind: 'camera',
    serial: 'C270-000042',
    createDriver: createCamera,
    createSimulator: (context) => createSimulatedCamera(context),
    read: { verb: 'checkFrame', args: { luminance: 120, variance: 900, digest: 'a1' }, prepare: () => undefined },
    silences: 'F12',
  },
);
