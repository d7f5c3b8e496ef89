import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDevelopmentTrust } from '@yimen/certs/testing';
import { readIdentity } from '@yimen/certs';
import { ManualClock } from '@yimen/contracts/testing';
import { createEndpointBroker } from '../broker/index.ts';
import { recountLedger, type LedgerRecount } from '../ledger/index.ts';
import { openStore, storeAddressOf, systemClock, type Store } from '../store/index.ts';
import { placeIn } from './store-place.ts';
import { TEST_HALL } from './store-rig.ts';
import { createIngest, type IngestCounters } from '../ingest/index.ts';

export interface RunningIngest {
  readonly port: number;
  readonly store: Store;
  readonly counters: () => Readonly<IngestCounters>;
  /** Lets the second pass after which beats are written, and waits until they are. */
  writeBeats(): Promise<void>;
  stop(): Promise<void>;
}

/** Store, broker and ingest as the fleet server puts them together, on `dir` and a free port. `place`: the store's file or
 *  URL. */
export async function runIngest(
  dir: string,
  tids: readonly string[],
  place: string = placeIn(dir),
): Promise<RunningIngest> {
  const clock = systemClock();
  const trust = await createDevelopmentTrust(join(dir, 'trust'), {
    terminals: tids,
    serverNames: ['localhost', '127.0.0.1'],
  });
  const opened = await openStore(storeAddressOf(place));
  if (!trust.ok || !opened.ok) throw new Error(`not started: ${JSON.stringify([trust, opened.ok])}`);
  const store = opened.value;
  const text = (path: string): string => readFileSync(path, 'utf8');
  await store.places.seed({
    halls: [TEST_HALL],
    terminals: tids.map((tid) => ({ tid, hallId: TEST_HALL.hallId, simulated: true })),
  });
  for (const [tid, { cert }] of trust.value.terminals) {
    const identity = readIdentity(text(cert));
    if (!identity.ok) throw new Error(identity.error.message);
    const { spkiHash, serial } = identity.value;
    await store.allow.put({
      tid,
      spkiHash,
      serial,
      profile: 'operational',
      keyLevel: 'file',
      state: 'active',
      epoch: 1,
      changedAt: clock.wallMs(),
    });
  }
  const broker = await createEndpointBroker({
    host: '127.0.0.1',
    port: 0,
    ca: text(trust.value.ca),
    cert: text(trust.value.server.cert),
    key: text(trust.value.server.key),
    terminals: tids.length,
    clock,
    isAllowed: async ({ tid, spkiHash }) => {
      const key = await store.allow.find({ tid, spkiHash });
      return key.ok && key.value?.state === 'active';
    },
  });
  const ingestClock = new ManualClock(clock.wallMs());
  const ingest = createIngest({ store, broker, clock: ingestClock, serverEpoch: 1, terminals: tids.length });
  await ingest.start();
  const listening = await broker.start();
  if (!listening.ok) throw new Error(listening.error.message);
  return {
    port: listening.value.port,
    store,
    counters: () => ingest.counters(),
    writeBeats: async () => {
      await ingestClock.advance(1_000);
      // The writer does one call after the other: when this one is answered, the beats are written.
      await store.allow.setState({ tid: '', state: 'retired', changedAt: 0 });
    },
    stop: async () => {
      await broker.stop();
      await ingest.stop();
      await store.close();
    },
  };
}

/** The ledger room's recount of a terminal. */
export async function recountOf(store: Store, tid: string): Promise<LedgerRecount> {
  const recount = await recountLedger(store, tid);
  if (!recount.ok) throw new Error(recount.error.message);
  return recount.value;
}

// As a program: `node ingest-rig.ts DIR PLACE TID…` prints its port and runs until it is killed.
if (process.argv[1] === import.meta.filename) {
  const [dir = '', place = '', ...tids] = process.argv.slice(2);
  const running = await runIngest(dir, tids, place);
  process.stdout.write(`${JSON.stringify({ port: running.port })}\n`);
}
