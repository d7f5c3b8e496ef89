import { describe, expect, it } from 'vitest';
import { deviceContract } from '../../testing/device-contract.ts';
import { createPaymentTerminal } from './driver.ts';
import { createSimulatedPaymentTerminal } from './simulator.ts';

const PAID = new Set(['held', 'captured']);

deviceContract(
  { describe, it, expect },
  {
    driver: 'payment-terminal-yimen-ref1',
    kind: 'payment-terminal',
    serial: 'YMPT-000058',
    createDriver: createPaymentTerminal,
    createSimulator: createSimulatedPaymentTerminal,
    effect: {
      verb: 'charge',
      args: { billRef: 'bill-1', amountFen: 1_500, qrText: 'https://pay.example/bill-1' },
      prepare: (device) => void device.fault('pays-at-once'),
      times: (device) =>
        (device.state()['charges'] as readonly { state: string }[]).filter(({ state }) => PAID.has(state)).length,
      takesMs: 3_000,
    },
    read: { verb: 'queryCharge', args: { billRef: 'bill-1' }, prepare: () => undefined },
    breaks: 'hardware-broken',
    silences: 'F12',
  },
);
