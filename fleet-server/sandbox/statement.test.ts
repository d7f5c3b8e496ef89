import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStatement, type StatedBill, type Statement } from './statement.ts';
import { idNoOf, PICTURE, SandboxRig } from './testing/sandbox-rig.ts';

const FEE = [{ feeRow: 'fee.licence', variant: 'licence', count: 1, amountFen: 1_000 }];
let rig: SandboxRig;
beforeEach(async () => {
  rig = new SandboxRig();
  await rig.start();
});
afterEach(() => rig.close());

function read(): Statement {
  const statement = readStatement(rig.stateFile);
  if (!statement.ok) throw new Error(statement.error.message);
  return statement.value;
}

/** A licence that was paid for. @returns official numbers, which no statement may hold */
async function paidLicence(): Promise<{ receiptNo: string; billNo: string; licenceNo: string }> {
  const lookup = { idNo: idNoOf('id-li-na'), reason: 'loss' };
  const { licenceNo } = await rig.done('vehicle.licence.lookup', lookup);
  const body = { item: 'licence', ...lookup, licenceNo, phone: null, photo: null, signature: PICTURE };
  const { receiptNo } = await rig.begin('vehicle', { ...body, foreignRef: 'case-0001' });
  await rig.reserve('vehicle', receiptNo);
  const { billNo } = await rig.bill(receiptNo, FEE, 'trace-a');
  return { receiptNo: String(receiptNo), billNo: String(billNo), licenceNo: String(licenceNo) };
}
const only = (): StatedBill | undefined => read().bills[0];

describe('readStatement', () => {
  it('follows a bill by its lines, and names case and serial by the asker’s reference, while the sandbox runs', async () => {
    const { receiptNo } = await paidLicence();
    expect(only()).toMatchObject({ state: 'held', amountFen: 1_000, heldFen: 1_000, capturedFen: 0, extraInFen: 0 });
    expect(read().cases).toEqual([{ caseRef: 'case-0001', stage: 'reserved' }]);
    expect(read().serials).toMatchObject([{ caseRef: 'case-0001', state: 'reserved' }]);
    await rig.confirm('vehicle', receiptNo, { serial: 'D2026000001' });
    await rig.done('payment.case.capture', { receiptNo });
    expect(only()).toMatchObject({ state: 'captured', heldFen: 1_000, capturedFen: 1_000, refundedFen: 0 });
    expect(read().serials).toMatchObject([{ caseRef: 'case-0001', state: 'produced' }]);
    await rig.done('payment.case.release', { receiptNo });
    expect(only()).toMatchObject({ state: 'refunded', capturedFen: 1_000, refundedFen: 1_000 });
  });

  it('shows a second payment, and that it went back', async () => {
    await rig.call('POST', '/switches', { kind: 'payment.extra.refund', times: 1, action: { do: 'refundFails' } });
    await paidLicence();
    const paidAgain = { billRef: only()?.billRef, amountFen: 1_000, channel: 'qr', trace: 'trace-b' };
    await rig.call('POST', '/channel/paid', paidAgain);
    expect(only()).toMatchObject({ heldFen: 1_000, extraInFen: 1_000, extraBackFen: 0 });
    await rig.state();
    expect(only()).toMatchObject({ extraInFen: 1_000, extraBackFen: 1_000 });
  });

  it('holds no official number of a case or a bill, and nobody’s', async () => {
    const numbers = await paidLicence();
    const text = JSON.stringify(read());
    for (const number of [...Object.values(numbers), idNoOf('id-li-na')]) expect(text).not.toContain(number);
  });

  it('says why a file cannot be read', () => {
    const text = `${rig.stateFile}.txt`;
    writeFileSync(text, 'no database at all, whatever its name says');
    for (const file of [`${rig.stateFile}.gone`, text])
      expect(readStatement(file)).toMatchObject({ ok: false, error: { code: 'DATA_UNREADABLE' } });
  });
});
