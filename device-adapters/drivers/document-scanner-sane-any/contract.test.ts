import { describe, expect, it } from 'vitest';
import { deviceContract } from '../../testing/device-contract.ts';
import { createSaneScanner } from './driver.ts';
import { createSimulatedScanner } from './simulator.ts';

deviceContract(
  { describe, it, expect },
  {
    driver: 'document-scanner-sane-any',
    kind: 'document-scanner',
    serial: '000048',
    createDriver: createSaneScanner,
    createSimulator: createSimulatedScanner,
    read: {
      verb: 'scan',
      args: { source: 'feeder', pages: 1, dpi: 150, mode: 'grey' },
      prepare: (device) => void device.put('form-a4'),
    },
    breaks: 'hardware-broken',
    silences: 'silent',
  },
);
