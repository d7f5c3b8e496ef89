import { describe, expect, it } from 'vitest';
import { ContractBench } from '../../testing/contract-bench.ts';
import { deviceContract } from '../../testing/device-contract.ts';
import { runFor } from '../../testing/run-until.ts';
import { createDocumentLocker } from './driver.ts';
import { FIRST_DOCUMENTS } from './simulator-stock.table.ts';
import { createSimulatedDocumentLocker } from './simulator.ts';

const OPTIONS = { createDriver: createDocumentLocker, createSimulator: createSimulatedDocumentLocker };
const [FIRST = '', SECOND = ''] = FIRST_DOCUMENTS.map(({ serial }) => serial);

deviceContract(
  { describe, it, expect },
  {
    driver: 'document-locker-yimen-ref1',
    kind: 'document-locker',
    serial: 'YMDL-000019',
    ...OPTIONS,
    effect: {
      verb: 'present',
      args: { serial: FIRST },
      prepare: (device) => void device.fault('takes-at-once'),
      times: (device) => Number(device.state()['handedOut']),
      takesMs: 8_000,
    },
    read: { verb: 'inventory', args: {}, prepare: () => undefined },
    breaks: 'hardware-broken',
    silences: 'F12',
  },
);

describe('host killed in a present', () => {
  it.each([
    [undefined, { outcome: 'done' }, 1],
    ['F18', { outcome: 'notDone', value: { readSerial: SECOND } }, 0],
    ['F35', { outcome: 'notDone', value: { readSerial: null } }, 0],
    ['F28', { outcome: 'unknown' }, 0],
  ])('%s: the next host has it from the device’s memory', async (fault, found, handedOut) => {
    const bench = new ContractBench(OPTIONS);
    try {
      bench.device.fault('takes-at-once');
      if (fault !== undefined) bench.device.fault(fault);
      const op = bench.op(40_000);
      bench.slot.effect(await bench.claim(), op, 'present', { serial: FIRST }).catch(() => undefined);
      await runFor(bench.clock, 1_000);
      bench.restartHost();
      await runFor(bench.clock, 15_000, 500);
      expect(await bench.run(bench.slot.getOperation(op.operationId))).toMatchObject(found);
      expect(bench.device.state()['handedOut']).toBe(handedOut);
    } finally {
      await bench.end();
    }
  });
});
