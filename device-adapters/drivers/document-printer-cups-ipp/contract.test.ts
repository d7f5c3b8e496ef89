import { describe, expect, it } from 'vitest';
import { deviceContract } from '../../testing/device-contract.ts';
import type { DeviceContractSubject } from '../../testing/device-contract-subject.ts';
import { createCupsIpp } from './driver.ts';
import { createSimulatedPrintServer } from './simulator.ts';

// `printDocument` needs a document in the same lease and an exit sensor to end `done`: driver.test.ts. Here the self-test
// stands in.
const subject = {
  driver: 'document-printer-cups-ipp',
  kind: 'document-printer',
  createDriver: createCupsIpp,
  read: { verb: 'jobState', args: { operationId: 'nobody' }, prepare: () => undefined },
  silences: 'silent',
} as const;

// An idle CUPS queue does not hear of a fuser that breaks, and has a name of its own for the printer behind it.
const SERVERS = [
  { server: 'printer', serial: 'YMA4-000088', breaks: 'hardware-broken' },
  { server: 'cups', serial: '59494d45-594d-4134-8d30-2d3030303038', breaks: 'not-accepting' },
] as const;

for (const { server, ...own } of SERVERS) {
  describe(server, () => {
    const createSimulator: DeviceContractSubject['createSimulator'] = (context) =>
      createSimulatedPrintServer(context, { server });
    deviceContract({ describe, it, expect }, { ...subject, ...own, createSimulator });
  });
}
