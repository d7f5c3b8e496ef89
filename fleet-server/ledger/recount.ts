import { createHash } from 'node:crypto';
import { fromBase64Url, ok, type Result } from '@yimen/contracts/base';
import { ledgerGenesisText } from '@yimen/contracts/fleet';
import type { LedgerCount, Store, StoreFault } from '../store/index.ts';

/** One equation of a ledger: `left` must equal the sum of `right`, so `difference` must be 0 (fleet design §7). */
export interface LedgerEquation {
  readonly name: 'rows' | 'kept-stored' | 'kept-quarantined' | 'services';
  readonly left: number;
  readonly right: number;
  readonly difference: number;
}

/** What a recount of one ledger epoch found. `brokenAt`: the first stored row whose hash does not follow from the row
 *  before it; null when every row that has a stored neighbour follows. */
export interface EpochRecount {
  readonly tid: string;
  readonly epoch: number;
  readonly equations: readonly LedgerEquation[];
  readonly brokenAt: number | null;
}

export interface LedgerRecount {
  readonly epochs: readonly EpochRecount[];
  readonly services: LedgerEquation;
  /** Every difference is 0 and every chain whole. */
  readonly balanced: boolean;
}

/** Rows of the chain read at a time. */
const ROWS_AT_ONCE = 1_000;

/** Counts a terminal's ledger anew from its rows and holds it against what the commits kept: rows (upTo − stored − holes −
 *  quarantined), the kept counts, the services of the rollups, and the hash chain from the first row to the last.
 *  @fault what the store answers */
export async function recountLedger(
  store: Pick<Store, 'ledger'>,
  tid: string,
): Promise<Result<LedgerRecount, StoreFault>> {
  const counts = await store.ledger.countRows({ tid });
  if (!counts.ok) return counts;
  const epochs: EpochRecount[] = [];
  for (const count of counts.value) {
    const chain = await checkChain(store, tid, count.epoch);
    if (!chain.ok) return chain;
    epochs.push({ tid, epoch: count.epoch, equations: equationsOf(count), brokenAt: chain.value });
  }
  const counted = await store.ledger.countServices({ tid });
  if (!counted.ok) return counted;
  const services = equation('services', counted.value.rolledUp, counted.value.storedRows);
  const equations = [services, ...epochs.flatMap((one) => one.equations)];
  return ok({
    epochs,
    services,
    balanced: equations.every((one) => one.difference === 0) && epochs.every((one) => one.brokenAt === null),
  });
}

function equationsOf(count: LedgerCount): LedgerEquation[] {
  return [
    equation('rows', count.upTo, count.storedRows + count.missingRows + count.quarantinedRows),
    equation('kept-stored', count.stored, count.storedRows),
    equation('kept-quarantined', count.quarantined, count.quarantinedRows),
  ];
}

function equation(name: LedgerEquation['name'], left: number, right: number): LedgerEquation {
  return { name, left, right, difference: left - right };
}

async function checkChain(
  store: Pick<Store, 'ledger'>,
  tid: string,
  epoch: number,
): Promise<Result<number | null, StoreFault>> {
  let before = { seq: 0, hash: createHash('sha256').update(ledgerGenesisText(tid, epoch), 'utf8').digest('base64url') };
  for (;;) {
    const rows = await store.ledger.rowsOf({ tid, epoch, from: before.seq + 1, limit: ROWS_AT_ONCE });
    if (!rows.ok) return rows;
    for (const row of rows.value) {
      // After a hole, and after a held row, there is no stored neighbour to follow from. An unreadable row brings its
      // own hash (fleet contract §2.4).
      const follows =
        row.seq !== before.seq + 1 || row.kind === 'unreadable' || row.hash === hashAfter(before.hash, row.body);
      if (!follows) return ok(row.seq);
      before = row;
    }
    if (rows.value.length < ROWS_AT_ONCE) return ok(null);
  }
}

function hashAfter(previous: string, body: string): string {
  return createHash('sha256').update(fromBase64Url(previous)).update(body, 'utf8').digest('base64url');
}
