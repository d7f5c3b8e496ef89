import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newOperationId } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { openStore, storeAddressOf, type Store } from '../../store/index.ts';
import { placeIn } from '../../test/store-place.ts';
import type { OperationFacts } from '../case-machine.ts';
import { openGatewayKeys } from '../gateway-keys.ts';
import { createOperationBook, type Ended, type OperationBook } from '../operation-book.ts';
import type { OperationsPort } from '../operations-port.ts';
import { must } from './must.ts';

export const DONE: Ended = { outcome: 'done', answer: {}, official: null, fault: null, facts: {}, billRef: null };
export const UNKNOWN: Ended = { ...DONE, outcome: 'unknown', answer: null, fault: { code: 'x', message: 'x' } };

/** The book over the real store, without desk, server and offices. */
export interface BookRig {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly book: OperationBook;
  /** Keeps an intent as the desk does. @returns its id */
  readonly claim: (kind: string, caseRef: string, facts?: OperationFacts) => Promise<string>;
  /** An operation of a case that has ended so. @returns its id */
  ended(kind: string, caseRef: string, end?: Partial<Ended>, facts?: OperationFacts): Promise<string>;
  close(): Promise<void>;
}

/** @param wrap puts a fault between book and store */
export async function openBookRig(
  wrap: (operations: OperationsPort) => OperationsPort = (operations) => operations,
): Promise<BookRig> {
  const dir = mkdtempSync(join(tmpdir(), 'yimen-gateway-book-'));
  const clock = new ManualClock();
  const store = must(await openStore({ ...storeAddressOf(placeIn(dir)), clock }));
  const keys = openGatewayKeys(dir, (n) => randomBytes(n));
  const book = createOperationBook(wrap(store.operations), keys, clock);
  const claim: BookRig['claim'] = async (kind, caseRef, facts = {}) => {
    const operationId = newOperationId(clock.wallMs(), (n) => randomBytes(n));
    const intent = {
      operationId,
      digest: 'd',
      kind,
      terminalId: 'SD-ONE-01',
      caseRef,
      billRef: null,
      facts,
      ended: null,
    };
    must(await book.lock.run(`case ${caseRef}`, async () => book.claim(intent, must(await book.ofCase(caseRef)))));
    return operationId;
  };
  return {
    clock,
    store,
    book,
    claim,
    ended: async (kind, caseRef, end = {}, facts = {}) => {
      const operationId = await claim(kind, caseRef, facts);
      must(await book.finish(operationId, { ...DONE, ...end }));
      return operationId;
    },
    close: async () => {
      await store.close();
      rmSync(dir, { recursive: true });
    },
  };
}
