import { describe, expect, it } from 'vitest';
import { CardPath } from '../../testing/card-path.ts';
import { permitOf } from '../../testing/things.ts';
import { deviceContract } from '../../testing/device-contract.ts';
import { createCrt591 } from './driver.ts';
import { createSimulatedCrt591 } from './simulator.ts';

const permit = permitOf('permit-li-na');

deviceContract(
  { describe, it, expect },
  {
    driver: 'card-unit-creator-crt591',
    kind: 'card-unit',
    serial: 'CRT591-000417',
    createDriver: createCrt591,
    createSimulator: (context) => createSimulatedCrt591(context, new CardPath(), { permits: [permit] }),
    effect: {
      verb: 'captureCard',
      args: {},
      prepare: (device) => void device.fault('F70'),
      times: (device) => Number(device.state()['binCount']),
      takesMs: 3_000,
    },
    read: { verb: 'openChip', args: {}, prepare: (device) => void device.fault('F70') },
    breaks: 'jammed-at-rest',
    silences: 'F12',
  },
);
