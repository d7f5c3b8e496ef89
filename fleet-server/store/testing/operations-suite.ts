import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStoreRig, type StoreRig } from '../../test/store-rig.ts';
import type { NewOperation } from '../operations.ts';

/** What holds on either engine, wherever the test file keeps its stores. */
export function operationsSuite(): void {
  let rig: StoreRig;
  beforeAll(async () => {
    rig = await openStoreRig([]);
  });
  afterAll(() => rig.close());

  const request = (operationId: string, more: Partial<NewOperation> = {}): NewOperation => ({
    operationId,
    digest: 'digest-1',
    kind: 'payment.bill.create',
    tid: 'SD-DALIANG-01',
    state: 'asked',
    createdAt: 1_000,
    ...more,
  });

  describe('operations', () => {
    it('are claimed once; a repeat gets what is kept, even when both come at once', async () => {
      const { operations } = rig.store;
      const [first, second] = await Promise.all([
        operations.claim(request('op-1')),
        operations.claim(request('op-1', { digest: 'digest-2' })),
      ]);
      expect([first, second].map((one) => one?.ok && one.value.fresh)).toEqual([true, false]);
      expect(second).toMatchObject({
        value: { stored: { digest: 'digest-1', outcome: null, settledAt: null, notificationState: 'none' } },
      });
    });

    it('change only what is named, and only from the state that was seen', async () => {
      const { operations } = rig.store;
      await operations.claim(request('op-2', { caseRef: 'case-1' }));
      expect(await operations.change({ operationId: 'op-2', state: 'sent', onlyIfState: 'asked' })).toMatchObject({
        value: { state: 'sent', caseRef: 'case-1' },
      });
      expect(await operations.change({ operationId: 'op-2', state: 'lost', onlyIfState: 'asked' })).toEqual({
        ok: true,
        value: undefined,
      });
      const done = {
        operationId: 'op-2',
        state: 'settled',
        outcome: 'done' as const,
        answer: '{"billRef":"B1"}',
        billRef: 'B1',
        settledAt: 2_000,
      };
      expect(await operations.change(done)).toMatchObject({
        value: { ...done, caseRef: 'case-1', digest: 'digest-1' },
      });
      expect(await operations.change({ operationId: 'op-2' })).toMatchObject({ value: { state: 'settled' } });
      expect(await operations.change({ operationId: 'nobody', state: 'x' })).toEqual({ ok: true, value: undefined });
    });

    it('are found while open, by case, by bill, and when somebody must be told', async () => {
      const { operations } = rig.store;
      const ids = async (list: Promise<{ ok: boolean; value?: unknown }>): Promise<unknown> => {
        const found = await list;
        return found.ok ? (found.value as { operationId: string }[]).map((one) => one.operationId) : found;
      };
      await operations.claim(request('op-3', { caseRef: 'case-1', billRef: 'B1', createdAt: 500 }));
      expect(await ids(operations.openOperations({ limit: 10 }))).toEqual(['op-3', 'op-1']);
      expect(await ids(operations.operationsOfCase({ caseRef: 'case-1' }))).toEqual(['op-3', 'op-2']);
      expect(await ids(operations.operationsOfBill({ billRef: 'B1' }))).toEqual(['op-3', 'op-2']);
      await operations.setNotification({ operationId: 'op-3', state: 'due', notification: '{"text":"paid"}', at: 900 });
      expect(await ids(operations.dueNotifications({ limit: 10 }))).toEqual(['op-3']);
      await operations.setNotification({ operationId: 'op-3', state: 'sent', at: 950 });
      expect(await ids(operations.dueNotifications({ limit: 10 }))).toEqual([]);
      expect(await operations.operation({ operationId: 'op-3' })).toMatchObject({
        value: { notification: '{"text":"paid"}', notifiedAt: 950, notificationState: 'sent' },
      });
    });
  });
}
