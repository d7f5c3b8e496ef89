import { describe, expect, it } from 'vitest';
import { deviceContract } from '../../testing/device-contract.ts';
import { createDocumentLocker } from './driver.ts';
import { FIRST_DOCUMENTS } from './simulator-stock.table.ts';
import { createSimulatedDocumentLocker } from './simulator.ts';

deviceContract(
  { describe, it, expect },
  {
    driver: 'document-locker-yimen-ref1',
    kind: 'document-locker',
    serial: 'YMDL-000019',
    createDriver: createDocumentLocker,
    createSimulator: createSimulatedDocumentLocker,
    effect: {
      verb: 'present',
      args: { serial: FIRST_DOCUMENTS[0]?.serial },
      prepare: (device) => void device.fault('takes-at-once'),
      times: (device) => Number(device.state()['handedOut']),
      takesMs: 8_000,
    },
    read: { verb: 'inventory', args: {}, prepare: () => undefined },
    breaks: 'hardware-broken',
    silences: 'F12',
  },
);
