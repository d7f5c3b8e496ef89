import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ended } from '../operation-book.ts';
import { type BookRig, DONE as EMPTY, openBookRig, UNKNOWN } from './book-rig.ts';
import { must } from './must.ts';

/** What holds on either engine, wherever the test file keeps its stores. */
export function operationBookSuite(): void {
  const DONE: Ended = { ...EMPTY, answer: { receiptNo: 'R-1' }, official: 'R-1' };
  const REFUSED: Ended = { ...UNKNOWN, outcome: 'notDone' };

  let rig: BookRig;
  let book: BookRig['book'];
  let claim: BookRig['claim'];
  beforeEach(async () => {
    rig = await openBookRig();
    ({ book, claim } = rig);
  });
  afterEach(() => rig.close());

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
      rig.clock.jumpWall(-60_000);
      ids.push(await claim('exitEntry.case.reserve', 'case-0001'));
      rig.clock.jumpWall(60_000);
      ids.push(await claim('exitEntry.case.cancel', 'case-0001'));
      expect(must(await book.ofCase('case-0001')).map((record) => record.kept.operationId)).toEqual(ids);
    });
  });

  describe('official numbers', () => {
    it('are those of the office that holds the case: no other office is asked by them', async () => {
      must(await book.finish(await claim('vehicle.case.begin', 'case-0001'), DONE));
      expect(must(await book.numbers.ofCase('case-0001', 'vehicle'))).toBe('R-1');
      expect(must(await book.numbers.ofCase('case-0001'))).toBe('R-1');
      expect(await book.numbers.ofCase('case-0001', 'household')).toMatchObject({ error: { code: 'receipt-unknown' } });
    });

    it('may be the same for two cases: each errand on a finished document has its own', async () => {
      for (const caseRef of ['case-0001', 'case-0002'])
        must(await book.finish(await claim('household.case.begin', caseRef), DONE));
      expect(must(await book.numbers.ofCase('case-0001', 'household'))).toBe('R-1');
      expect(must(await book.numbers.ofCase('case-0002', 'household'))).toBe('R-1');
    });
  });

  describe('newestReserve', () => {
    it('is the newest of all offices', async () => {
      await claim('vehicle.case.reserve', 'case-0001');
      await rig.clock.advance(5);
      const newest = await claim('exitEntry.case.reserve', 'case-0002');
      expect(must(await book.newestReserve('SD-ONE-01'))?.kept.operationId).toBe(newest);
      await rig.clock.advance(5);
      const newer = await claim('household.case.reserve', 'case-0003');
      expect(must(await book.newestReserve('SD-ONE-01'))?.kept.operationId).toBe(newer);
    });
  });
}
