import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptancesReplySchema } from '@yimen/contracts/fleet';
import { type GatewayRig, must, startRig, TERMINALS } from '../test/gateway-rig.ts';
import { LedgerMaker } from '../test/ledger-maker.ts';
import { TEST_HALL } from '../test/store-rig.ts';

let rig: GatewayRig;
beforeAll(async () => {
  rig = await startRig();
  must(
    await rig.store.places.seed({
      halls: [TEST_HALL],
      terminals: TERMINALS.map((tid) => ({ tid, hallId: TEST_HALL.hallId, simulated: true })),
    }),
  );
});
afterAll(() => rig.close());

describe('F65 a terminal asks what the fleet accepted', () => {
  it('and hears of its own differences alone', async () => {
    const ledger = new LedgerMaker('SD-DALIANG-01');
    ledger.add('exchange-counted', {
      module: 'cardUnit',
      unit: 'bin',
      expected: 2,
      journaled: 2,
      counted: 3,
      variance: 1,
      after: 0,
      missing: null,
      who: 'K'.repeat(43),
      acceptedBy: null,
      workOrder: null,
    });
    const at = rig.clock.wallMs();
    await rig.commit(ledger, 1, 1);
    expect((await rig.get('/v1/acceptances')).json).toEqual({ v: 1, acceptances: [], at });
    const id = 'SD-DALIANG-01:1:3';
    must(await rig.store.variances.accept({ id, by: 'duty-1', reason: '复点确认', at }));
    const reply = await rig.get('/v1/acceptances');
    expect(reply.status).toBe(200);
    // Who and why stay at the fleet.
    expect(acceptancesReplySchema.strict().parse(reply.json).acceptances).toEqual([
      { j: 3, wall: ledger.wall, module: 'cardUnit', unit: 'bin', variance: 1, decision: 'acc-1-000003' },
    ]);
    expect((await rig.get('/v1/acceptances', 'SD-RONGGUI-01')).json).toMatchObject({ acceptances: [] });
    expect((await rig.get('/v1/acceptances', 'SD-REVOKED-01')).status).toBe(403);
  });
});
