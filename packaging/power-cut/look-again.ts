import { randomBytes } from 'node:crypto';
import { bootIdSchema, randomId } from '@yimen/contracts/base';
import { lastOperationStore, openJournal, openOutboxStore } from '@yimen/terminal/core';
import { systemClock } from '@yimen/terminal/ipc';
import type { Acknowledged, Found } from './acknowledged.ts';

/** The terminal that the rigs' journals belong to. */
export const RIG_TID = 'SD-DALIANG-01';

/** Opens a folder as the next core would, on a disk that is well, holds what is there against what was acknowledged, and
 *  writes one row more: numbers go on. */
export function lookAgain(folder: string, book: Acknowledged): Found {
  const boot = bootIdSchema.parse(randomId((n) => new Uint8Array(randomBytes(n)), 10));
  const journal = openJournal({ folder, tid: RIG_TID, epoch: 1, boot, clock: systemClock() });
  if (!journal.ok) return broken(`the journal does not open: ${journal.error.message}`);
  const store = openOutboxStore(folder);
  try {
    if (!store.ok) return broken(`the outbox does not open: ${store.error.message}`);
    const { j, seq, hash } = journal.value.head();
    const link = store.value.nextLinkSession();
    const found = book.holdAgainst(folder, {
      say: 'open',
      j,
      seq,
      hash,
      upTo: store.value.cursor(1)?.upTo ?? 0,
      link: link.ok ? link.value : 0,
      last: lastOperationStore(folder).read()?.operationId ?? null,
    });
    const more = journal.value.append([{ kind: 'booted', fields: { reason: 'start' } }]);
    return more.ok ? found : { ...found, broken: [...found.broken, `it takes no row more: ${more.error.message}`] };
  } finally {
    journal.value.close();
    if (store.ok) store.value.close();
  }
}

function broken(why: string): Found {
  return { lostRows: 0, losses: [], broken: [why] };
}
