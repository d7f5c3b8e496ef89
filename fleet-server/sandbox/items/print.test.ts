import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PEOPLE } from '@yimen/contracts/testing';
import { type Answer, endorseBody, permitNoOf, SandboxRig } from '../testing/sandbox-rig.ts';

let rig: SandboxRig;
beforeEach(async () => {
  rig = new SandboxRig();
  await rig.start();
});
afterEach(() => rig.close());

const print = (thing: string, mode: 'approved' | 'reprint', approvalNo = 'reprint'): Promise<Answer> =>
  rig.begin('exitEntry', { item: 'print', permitNo: permitNoOf(thing), mode, approvalNo });
interface Line {
  readonly serial: string;
  readonly destination: string;
}
async function linesOf(receiptNo: unknown): Promise<Line[]> {
  const { goods } = (await rig.reserve('exitEntry', receiptNo)) as { goods: { lines: Line[] } };
  return goods.lines;
}

describe('an endorsement that was approved elsewhere', () => {
  it('is printed once, at one machine, and is on the permit from then on', async () => {
    const first = await print('permit-li-na', 'approved', 'A440620261101');
    const second = await print('permit-li-na', 'approved', 'A440620261101');
    expect(await linesOf(first['receiptNo'])).toMatchObject([{ destination: 'MAC', serial: 'S000000001' }]);
    await rig.confirm('exitEntry', first['receiptNo'], { chipCounter: 2 });
    expect(await rig.reserve('exitEntry', second['receiptNo'])).toMatchObject({
      decision: 'refused',
      refusal: { code: 'no-approved-record' },
      goods: null,
    });
    expect(await print('permit-li-na', 'approved', 'A440620261101')).toMatchObject({
      refusal: { code: 'no-approved-record' },
    });
    expect(await rig.find('exitEntry', { permitNo: permitNoOf('permit-li-na'), purpose: 'print' })).toEqual({
      cases: [],
      refusals: [],
    });
    expect(await linesOf((await print('permit-li-na', 'reprint'))['receiptNo'])).toMatchObject([
      { destination: 'MAC', serial: 'S000000001' },
    ]);
  });
});

describe('a faded endorsement', () => {
  it('is printed again as it was: the same serial, and no new endorsement', async () => {
    const begun = await rig.begin('exitEntry', endorseBody('permit-li-na', { destinations: ['HKG', 'MAC'] }));
    const made = await linesOf(begun['receiptNo']);
    await rig.confirm('exitEntry', begun['receiptNo'], { chipCounter: 3 });
    const again = await print('permit-li-na', 'reprint');
    expect(await linesOf(again['receiptNo'])).toEqual(made);
    await rig.confirm('exitEntry', again['receiptNo'], { chipCounter: 3 });
    const { serials } = await rig.state<{ serials: { state: string }[] }>();
    expect(serials.map(({ state }) => state)).toEqual(['produced', 'produced']);
    expect(await linesOf((await print('permit-li-na', 'reprint'))['receiptNo'])).toEqual(made);
  });

  it('uses up none of the chip’s endorsements', async () => {
    const { receiptNo } = await print('permit-refused', 'reprint');
    await linesOf(receiptNo);
    await rig.confirm('exitEntry', receiptNo, { outcome: 'notDone', handedOver: false, chipCounter: 254 });
    await rig.reserve('exitEntry', receiptNo);
    await rig.confirm('exitEntry', receiptNo);
    const person = PEOPLE.find(({ thing }) => thing === 'permit-refused');
    const asked = { permitNo: person?.documentNumber, expiry: person?.expiry, birth: person?.birth };
    expect(await rig.done('exitEntry.permit.lookup', asked)).toMatchObject({ refusals: [] });
  });
});
