import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LedgerMaker, WireTerminal } from '@yimen/fleet-server/testing';
import { RunningDemonstration } from './with-demonstration.ts';

let hall: RunningDemonstration;
let guest: WireTerminal;

beforeAll(async () => {
  hall = await RunningDemonstration.start(['--light', '0', '--speed', 'fast']);
}, 120_000);
afterAll(async () => {
  await guest.client.endAsync();
  await hall.stop();
});

describe('the guest identity of the ready line', () => {
  it('connects with its own MQTT client, is born, and has its case counted once', async () => {
    const { terminalId, partition } = hall.ready.trust.guest;
    expect(partition).toBe('p33');
    guest = await WireTerminal.connect(hall.dataDir, String(terminalId), hall.mqttPort);
    await guest.birth();
    const ledger = new LedgerMaker(String(terminalId));
    ledger.wall = Date.now() - 5_000;
    ledger.add('epoch-opened', { epoch: 1, prevEpoch: null, prevHead: null, reason: 'enrolled' });
    ledger.addService();
    await guest.send('ev', ledger.batch(1, 2));
    await guest.send('ev', ledger.batch(1, 2));
    expect(await guest.ack((ack) => ack.upTo === 2)).toMatchObject({ epoch: 1, missing: [], quarantined: [] });
    const { volumes } = await hall.api<{ volumes: { n: number; outcome: string }[] }>(`/volumes?tid=${terminalId}`);
    expect(volumes).toMatchObject([{ outcome: 'done', n: 1 }]);
  });

  it('may not speak for another terminal', async () => {
    const closed = new Promise<void>((resolve) => {
      guest.client.once('close', () => {
        resolve();
      });
    });
    guest.client.publish('yimen/v1/p42/SD-DALIANG-01/up/hb', '{}', { qos: 0 });
    await closed;
  });
});
