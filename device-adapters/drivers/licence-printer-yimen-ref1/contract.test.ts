import { describe, expect, it } from 'vitest';
import { ContractBench } from '../../testing/contract-bench.ts';
import { deviceContract } from '../../testing/device-contract.ts';
import { runFor } from '../../testing/run-until.ts';
import { createLicencePrinter } from './driver.ts';
import { createSimulatedLicencePrinter } from './simulator.ts';

const OPTIONS = { createDriver: createLicencePrinter, createSimulator: createSimulatedLicencePrinter };
/** The blank that lies first in the simulated driving stack. */
const FIRST = 'D2026000001';

deviceContract(
  { describe, it, expect },
  {
    driver: 'licence-printer-yimen-ref1',
    kind: 'licence-printer',
    serial: 'YMLP-000073',
    ...OPTIONS,
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

describe('host killed in a make', () => {
  it.each([
    [undefined, { outcome: 'done', value: { blank: 'finished' } }],
    ['F16', { outcome: 'notDone', value: { blank: 'rejected', spoiledSerial: FIRST, alsoSpoiled: 'D2026000002' } }],
    ['F18', { outcome: 'notDone', value: { blank: 'rejected', spoiledSerial: FIRST } }],
    ['F19', { outcome: 'unknown' }],
    ['F35', { outcome: 'unknown' }],
  ])('%s: the next host has it from the device’s memory', async (fault, found) => {
    const bench = new ContractBench(OPTIONS);
    try {
      if (fault !== undefined) bench.device.fault(fault);
      const op = bench.op(90_000);
      const args = { form: 'driving', blankSerial: FIRST, fields: { name: '李娜', class: 'C1' } };
      bench.slot.effect(await bench.claim(), op, 'make', args).catch(() => undefined);
      await runFor(bench.clock, 1_000);
      bench.restartHost();
      await runFor(bench.clock, 65_000, 500);
      expect(await bench.run(bench.slot.getOperation(op.operationId))).toMatchObject(found);
      expect(bench.device.state()['made']).toBe(fault === undefined || fault === 'F19' ? 1 : 0);
    } finally {
      await bench.end();
    }
  });
});
