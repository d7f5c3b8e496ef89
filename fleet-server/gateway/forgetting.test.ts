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
    // Only the wall clock ages an answer; moving the other one by days would run every timer of days.
    rig.clock.jumpWall(71 * 3_600_000);
    await rig.clock.advance(3_600_000);
    expect((await rig.get(`/v1/operations/${operationId}`)).json).toMatchObject({
      outcome: 'done',
      answer: { receiptNo },
    });
    rig.clock.jumpWall(2 * 3_600_000);
    await moveUntil(
      rig,
      async () => must(await rig.store.operations.operation({ operationId }))?.state === 'forgotten',
      600_000,
    );
    expect((await rig.get(`/v1/operations/${operationId}`)).json).toMatchObject({ outcome: 'done', answer: null });
    expect(await rig.operation('exitEntry.case.begin', beginBody('permit-li-na'), { operationId })).toMatchObject({
      outcome: 'done',
      duplicate: true,
    });
    expect(await rig.operation('exitEntry.case.state', { caseRef })).toMatchObject({
      outcome: 'done',
      answer: { receiptNo },
    });
  });
});
