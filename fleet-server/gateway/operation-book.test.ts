import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newOperationId } from '@yimen/contracts/base';
import type { BackOfficeKind } from '@yimen/contracts/back-office';
import { ManualClock } from '@yimen/contracts/testing';
import { must } from '../test/gateway-rig.ts';
import { openStore, type Store } from '../store/index.ts';
import { openGatewayKeys } from './gateway-keys.ts';
import { createOperationBook, type Ended, type OperationBook } from './operation-book.ts';

const DONE: Ended = {
  outcome: 'done',
  answer: { receiptNo: 'R-1' },
  official: 'R-1',
  fault: null,
  facts: {},
  billRef: null,
};
const REFUSED: Ended = {
  ...DONE,
  outcome: 'notDone',
  answer: null,
  official: null,
  fault: { code: 'x', message: 'x' },
};
const UNKNOWN: Ended = { ...REFUSED, outcome: 'unknown' };

let dir = '';
let store: Store;
let book: OperationBook;
const clock = new ManualClock();
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'yimen-gateway-book-'));
  store = must(await openStore({ file: join(dir, 'fleet.sqlite'), clock }));
  book = createOperationBook(
    store.operations,
    openGatewayKeys(dir, (n) => randomBytes(n)),
    clock,
  );
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true });
});

async function claim(kind: BackOfficeKind, caseRef: string): Promise<string> {
  const operationId = newOperationId(clock.wallMs(), (n) => randomBytes(n));
  const intent = {
    operationId,
    digest: 'd',
    kind,
    terminalId: 'SD-ONE-01',
    caseRef,
    billRef: null,
    facts: {},
    ended: null,
  };
  must(await book.claim(intent, must(await book.ofCase(caseRef))));
  return operationId;
}

describe('an end', () => {
  it('is final: whatever comes later changes nothing', async () => {
    const id = await claim('exitEntry.case.begin', 'case-0001');
    must(await book.finish(id, DONE));
    for (const late of [REFUSED, UNKNOWN, { ...DONE, answer: { receiptNo: 'R-2' } }]) {
      expect(must(await book.finish(id, late))).toMatchObject({
        kept: { outcome: 'done' },
        answer: { receiptNo: 'R-1' },
      });
    }
    expect(must(await book.numbers.ofCase('case-0001'))).toBe('R-1');
  });

  it('may follow “unknown”, once', async () => {
    const id = await claim('exitEntry.case.begin', 'case-0001');
    expect(must(await book.finish(id, UNKNOWN)).kept).toMatchObject({ outcome: 'unknown', settledAt: null });
    expect(must(await book.open(10))).toHaveLength(1);
    must(await book.finish(id, REFUSED));
    must(await book.finish(id, DONE));
    expect(must(await book.find(id))).toMatchObject({ kept: { outcome: 'notDone' }, fault: { code: 'x' } });
    expect(must(await book.open(10))).toHaveLength(0);
  });
});

describe('the order of a case', () => {
  it('is the order of taking in, even when the clock is set back', async () => {
    const ids = [await claim('exitEntry.case.begin', 'case-0001')];
    clock.jumpWall(-60_000);
    ids.push(await claim('exitEntry.case.reserve', 'case-0001'));
    clock.jumpWall(60_000);
    ids.push(await claim('exitEntry.case.cancel', 'case-0001'));
    expect(must(await book.ofCase('case-0001')).map((record) => record.kept.operationId)).toEqual(ids);
  });
});
