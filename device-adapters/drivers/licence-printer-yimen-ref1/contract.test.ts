import { describe, expect, it } from 'vitest';
import { deviceContract } from '../../testing/device-contract.ts';
import { createLicencePrinter } from './driver.ts';
import { createSimulatedLicencePrinter } from './simulator.ts';

deviceContract(
  { describe, it, expect },
  {
    driver: 'licence-printer-yimen-ref1',
    kind: 'licence-printer',
    serial: 'YMLP-000073',
    createDriver: createLicencePrinter,
    createSimulator: createSimulatedLicencePrinter,
    // A whole licence takes longer than the suite's deadlines leave; driver.test.ts has it.
    effect: {
      verb: 'acceptOld',
      args: {},
      prepare: (device) => void device.fault('takes-at-once'),
      times: (device) => (device.state()['units'] as Record<string, { count: number }>)['recovery']?.count ?? -1,
      takesMs: 4_000,
    },
    read: { verb: 'units', args: {}, prepare: () => undefined },
    breaks: 'hardware-broken',
    silences: 'F12',
  },
);
