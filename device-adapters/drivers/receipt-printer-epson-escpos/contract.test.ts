import { describe, expect, it } from 'vitest';
import { deviceContract } from '../../testing/device-contract.ts';
import { createEpsonEscpos } from './driver.ts';
import { createSimulatedEscposPrinter } from './simulator.ts';

const slip = {
  lines: [
    { kind: 'title', text: '业务回执' },
    { kind: 'rule' },
    { kind: 'pair', label: '受理号', value: 'S440606-000417' },
    { kind: 'text', text: '本凭条不作发票使用。' },
    { kind: 'qr', data: 'yimen:R7K2-4417;S440606-000417' },
  ],
};

deviceContract(
  { describe, it, expect },
  {
    driver: 'receipt-printer-epson-escpos',
    kind: 'receipt-printer',
    serial: 'ESCPOS-000417',
    createDriver: createEpsonEscpos,
    createSimulator: createSimulatedEscposPrinter,
    effect: {
      verb: 'printReceipt',
      args: { slip },
      prepare: () => undefined,
      times: (device) => Number(device.state()['slips']),
      takesMs: 3_000,
    },
    breaks: 'hardware-broken',
    silences: 'F12',
  },
);
