import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginBody, type GatewayRig, moveUntil, must, startRig } from '../test/gateway-rig.ts';

let rig: GatewayRig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

describe('old answers', () => {
  it('go after three days; the outcome stays, and the case can still be asked about', async () => {
    const operationId = rig.newId();
    const begun = await rig.operation('exitEntry.case.begin', beginBody('permit-li-na'), { operationId });
    const { caseRef, receiptNo } = begun.answer as { caseRef: string; receiptNo: string };
    await rig.clock.advance(71 * 3_600_000);
    expect((await rig.get(`/v1/operations/${operationId}`)).json).toMatchObject({
      outcome: 'done',
      answer: { receiptNo },
    });
    await moveUntil(
      rig.clock,
      async () => must(await rig.store.operations.operation({ operationId }))?.state === 'forgotten',
      1_800_000,
    );
    expect((await rig.get(`/v1/operations/${operationId}`)).json).toMatchObject({ outcome: 'done', answer: null });
    expect(await rig.operation('exitEntry.case.begin', beginBody('permit-li-na'), { operationId })).toMatchObject({
      outcome: 'done',
      duplicate: true,
    });
    expect(await rig.operation('exitEntry.case.find', { caseRef })).toMatchObject({
      outcome: 'done',
      answer: { receiptNo },
    });
  });
});
