import { nextOperationId, sessionIdSchema } from '@yimen/contracts/base';
import type { EventFields, JournalEvent } from '@yimen/contracts/journal';
import type { HeldThing } from '@yimen/contracts/terminal';
import { moduleOf } from '@yimen/contracts/device';
import { BINS, CUSTODY, HOLDER } from './bins.table.ts';
import { unitCodeOf, type HeldEntry, type StaffBook } from './staff-book.ts';
import type { Actor, StaffDeps } from './staff-deps.ts';

type Item = EventFields<'goods-moved'>['item'];
const ITEMS: readonly string[] = ['card', 'booklet', 'document', 'licence', 'sheet'];

/** The row of a thing that staff carried. */
export function goodsMoved(
  { journal, clock, random }: Pick<StaffDeps, 'journal' | 'clock' | 'random'>,
  thing: Pick<HeldEntry, 'sessionId' | 'item'>,
  way: { readonly from: string; readonly to: string },
): JournalEvent {
  const session = sessionIdSchema.safeParse(thing.sessionId);
  const item = (ITEMS.includes(thing.item) ? thing.item : 'document') as Item;
  return {
    kind: 'goods-moved',
    fields: {
      operationId: nextOperationId(journal.newestOperationId(), clock.wallMs(), random),
      ...(session.success ? { sessionId: session.data } : {}),
      item,
      ...way,
      outcome: 'done',
    },
  };
}

/** The case that a thing belongs to, by the random reference that the gateway has too. */
function caseOf({ journal }: Pick<StaffDeps, 'journal'>, { sessionId }: HeldEntry): string {
  if (sessionId === null) return '';
  const opened = journal.reader.sessionPast(sessionId).findLast(({ kind }) => kind === 'case-opened');
  const caseRef = opened?.['caseRef'];
  return typeof caseRef === 'string' ? `, case ${caseRef}` : '';
}

/** What waits for its holders, oldest first. */
export function heldThings(book: StaffBook): HeldThing[] {
  return [...book.held.values()].slice(0, 200).map(({ incident, stop, item, module, place, wall }) => {
    const bin = BINS.find(({ device, unit }) => moduleOf(device) === module && unit === place);
    return { incident, stop, item, module, place, device: bin?.device ?? null, sinceWallMs: wall };
  });
}

/** Hands a thing over to whoever it belongs to: who gave it, from where, and the end of its incident, in one commit. The
 *  row names the session, by which the supervisor has the office told; a second attempt finds nothing any more.
 *  @returns why not; undefined: it is recorded. What lies in a bin is given only while that bin is open. */
export function handOut(deps: StaffDeps, incident: string, by: Actor): string | undefined {
  const { journal, book } = deps;
  const thing = book().held.get(incident);
  if (thing === undefined) return 'noSuchIncident';
  if (thing.place === 'inside') return 'stillInside';
  const bin = BINS.find(({ device, unit }) => moduleOf(device) === thing.module && unit === thing.place);
  if (bin !== undefined && !book().exchanges.has(bin.device)) return 'exchangeFirst';
  const from = bin === undefined ? CUSTODY : unitCodeOf(bin.device, bin.unit);
  // One thing may have been found twice: by its own session, and by the machine afterwards.
  const same = [...book().held.values()].filter(
    (other) =>
      other === thing || (other.sessionId !== null && other.sessionId === thing.sessionId && other.item === thing.item),
  );
  const act: JournalEvent = {
    kind: 'staff-action',
    fields: {
      who: by.who,
      action: 'handed-out',
      workOrder: by.workOrder,
      before: `${incident}: ${thing.item} at ${from}`.slice(0, 200),
      after: `${incident}: ${HOLDER}${caseOf(deps, thing)}`,
    },
  };
  const closed = same.map((other): JournalEvent => ({
    kind: 'incident',
    fields: { number: other.incident, state: 'closed', stop: other.stop as EventFields<'incident'>['stop'] },
  }));
  return journal.append([act, goodsMoved(deps, thing, { from, to: HOLDER }), ...closed]).ok ? undefined : 'journal';
}
