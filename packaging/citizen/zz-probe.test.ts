import { it } from 'vitest';
import { ManualClock } from '@yimen/contracts/testing';
import { createBenchDevices } from '../../device-adapters/testing/bench-devices.ts';
import { CardPath } from '../../device-adapters/testing/card-path.ts';
import { offered } from '../../device-adapters/testing/fault-matrix.ts';
it('x', () => {
  const context = { clock: new ManualClock(), random: (n: number) => new Uint8Array(n), speed: 'fast' } as const;
  for (const { device } of createBenchDevices({ context, path: new CardPath(), permits: [], binCount: 0 }))
    console.log(device.kind, offered(device).join(' '));
});
