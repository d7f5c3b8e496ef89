import { describe, expect, it } from 'vitest';
import { deviceContract } from '../../testing/device-contract.ts';
import { createCabinetIo } from './driver.ts';
import { createSimulatedCabinet } from './simulator.ts';

deviceContract(
  { describe, it, expect },
  {
    driver: 'cabinet-io-modbus-any',
    kind: 'cabinet-io',
    serial: 'CAB00017',
    createDriver: createCabinetIo,
    createSimulator: (context) => createSimulatedCabinet(context),
    effect: {
      verb: 'setLight',
      args: { light: 'status', state: 'on' },
      prepare: () => undefined,
      times: (device) => Number(device.state()['writes']),
      takesMs: 1_000,
    },
    read: { verb: 'sensors', args: {}, prepare: () => undefined },
    breaks: 'inputs-broken',
    silences: 'F12',
  },
);
