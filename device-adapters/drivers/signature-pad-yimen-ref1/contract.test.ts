import { describe, expect, it } from 'vitest';
import { deviceContract } from '../../testing/device-contract.ts';
import { createSignaturePad } from './driver.ts';
import { createSimulatedSignaturePad } from './simulator.ts';

deviceContract(
  { describe, it, expect },
  {
    driver: 'signature-pad-yimen-ref1',
    kind: 'signature-pad',
    serial: 'YMSP-000044',
    createDriver: createSignaturePad,
    createSimulator: createSimulatedSignaturePad,
    read: { verb: 'clear', args: {}, prepare: () => undefined },
    breaks: 'hardware-broken',
    silences: 'F12',
  },
);
