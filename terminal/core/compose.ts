import { mkdirSync } from 'node:fs';
import { bootIdSchema, err, ok, randomId, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { CoreStart } from '@yimen/contracts/terminal';
import { systemClock } from '../ipc/index.ts';
import { ComposedCore, type Core, type OpenRecord } from './composed-core.ts';
import { loadKey } from './identity/index.ts';
import { openJournal } from './journal/index.ts';
import { openOutboxStore } from './outbox/index.ts';
import { faultOf, reasonOf } from './platform/fault.ts';
import { createLog, type Log } from './platform/logger.ts';
import { systemRandom } from './platform/random.ts';

export { CORE_SOCKET_NAME, type Core } from './composed-core.ts';
export {
  openJournal,
  showJournal,
  verifyJournal,
  type Journal,
  type ShowFilter,
  type VerifyReport,
} from './journal/index.ts';
export { openOutboxStore } from './outbox/index.ts';
export { lastOperationStore } from './session-supervisor/index.ts';

/** Joins the rooms of core into one program and starts it: journal first, then what looks at the machine, then what
 *  offers. Waits for nothing outside: devices, launcher, fleet may all come later.
 *  @fault DATA_IN_USE, DATA_UNREADABLE, configuration, JOURNAL_… the data folder or key cannot be used; PORT_TAKEN */
export async function composeCore(
  start: CoreStart,
  given: {
    clock?: Clock;
    log?: Log;
    /** Ends the process in order; whoever keeps it running starts it again. */
    onRestartDue?: () => void;
  } = {},
): Promise<Result<Core, Fault>> {
  const clock = given.clock ?? systemClock();
  const log = given.log ?? createLog(start.logLevel);
  const key = loadKey(start.key, start.tid);
  if (!key.ok) return key;
  const record = openRecord(start, clock);
  if (!record.ok) return record;
  const { cut } = record.value.journal;
  if (cut !== undefined) log.error({ cut }, 'the journal was damaged and was cut');
  const endCore = given.onRestartDue ?? ((): void => undefined);
  const core = new ComposedCore(start, key.value, record.value, { clock, log, endCore });
  const started = await core.start();
  if (started.ok) return ok(core);
  await core.stop();
  return started;
}

function openRecord(start: CoreStart, clock: Clock): Result<OpenRecord, Fault> {
  try {
    mkdirSync(start.runDir, { recursive: true, mode: 0o700 });
    mkdirSync(start.dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    return err(
      faultOf('DATA_UNREADABLE', `the data or run folder cannot be made: ${reasonOf(error)}`, 'configuration'),
    );
  }
  const boot = bootIdSchema.parse(randomId(systemRandom, 10));
  const { dataDir: folder, tid, epoch } = start;
  const store = openOutboxStore(folder);
  if (!store.ok) return store;
  const journal = openJournal({ folder, tid, epoch, boot, clock, confirmed: store.value.confirmed() });
  if (!journal.ok) store.value.close();
  return journal.ok ? ok({ journal: journal.value, store: store.value }) : journal;
}
