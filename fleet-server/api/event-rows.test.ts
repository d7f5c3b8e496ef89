import { describe, expect, it } from 'vitest';
import type { EventView, FleetReads } from '../store/fleet-reads.ts';
import { readEventRows } from './event-rows.ts';

const NOON = Date.parse('2026-11-24T12:00:00+08:00');
const MIDNIGHT = Date.parse('2026-11-24T00:00:00+08:00');

function row(id: number, changes: Partial<EventView> = {}): EventView {
  const fields = { service: id % 2 === 0 ? 'exit.endorse' : 'exit.card', outcome: 'done' };
  return {
    id: String(id),
    tid: 'DALIANG-01',
    epoch: 1,
    seq: id,
    kind: 'service-result',
    wall: NOON,
    at: NOON,
    receivedAt: NOON,
    fields,
    ...changes,
  };
}

/** A store with `rows`, newest first, that counts how many it gave. */
function storeOf(rows: readonly EventView[]): { reads: FleetReads; given: () => number } {
  let given = 0;
  const events: FleetReads['events'] = async ({ before, limit }) => {
    const page = rows.filter((each) => before === undefined || Number(each.id) < before).slice(0, limit);
    given += page.length;
    return page;
  };
  return { reads: { events } as FleetReads, given: () => given };
}

const ids = (rows: { events: EventView[] }): string[] => rows.events.map((each) => each.id);

describe('rows of the ledger', () => {
  it('without a filter are read as they stand, page by page', async () => {
    const { reads, given } = storeOf([5, 4, 3, 2, 1].map((id) => row(id)));
    const first = await readEventRows(reads, { limit: 3 });
    expect([ids(first), first.next, given()]).toEqual([['5', '4', '3'], '3', 3]);
    const last = await readEventRows(reads, { limit: 3, before: Number(first.next) });
    expect([ids(last), last.next]).toEqual([['2', '1'], null]);
  });

  it('of one service and outcome, across pages, none twice and none left out', async () => {
    const all = Array.from({ length: 1_300 }, (_, at) => row(1_300 - at));
    const { reads } = storeOf(all);
    const found: string[] = [];
    for (let before: number | undefined, n = 0; n < 100; n += 1) {
      const page = await readEventRows(reads, { limit: 70, before, service: 'exit.endorse', outcome: 'done' });
      found.push(...ids(page));
      if (page.next === null) break;
      before = Number(page.next);
    }
    expect(found).toEqual(all.filter((each) => each.fields['service'] === 'exit.endorse').map((each) => each.id));
  });

  it('of one incident number: the result that it was given for and what became of it, of kinds that carry numbers', async () => {
    const asked: (readonly string[] | undefined)[] = [];
    const rows = [
      row(4, { kind: 'incident', fields: { number: '588-EB4', state: 'closed' } }),
      row(3, { fields: { service: 'exit.endorse', outcome: 'stopped', incident: 'ABC-DEF' } }),
      row(2, { kind: 'incident', fields: { number: '588-EB4', state: 'opened' } }),
      row(1, { fields: { service: 'exit.endorse', outcome: 'stopped', incident: '588-EB4' } }),
    ];
    const { reads } = storeOf(rows);
    const listening: FleetReads = {
      ...reads,
      events: (query) => {
        asked.push(query.kinds);
        return reads.events(query);
      },
    };
    expect(ids(await readEventRows(listening, { incident: '588-EB4', limit: 10 }))).toEqual(['4', '2', '1']);
    expect(asked[0]).toEqual(['service-result', 'incident']);
  });

  it('of one day: the time of the happening counts, and reading ends with the day', async () => {
    const yesterday = MIDNIGHT - 1;
    const { reads, given } = storeOf([
      row(9_003),
      row(9_002, { at: yesterday }),
      row(9_001, { at: MIDNIGHT, receivedAt: MIDNIGHT }),
      ...Array.from({ length: 4_000 }, (_, at) => row(9_000 - at, { at: yesterday, receivedAt: yesterday })),
    ]);
    const rows = await readEventRows(reads, { limit: 100, day: '2026-11-24' });
    expect([ids(rows), rows.next, given()]).toEqual([['9003', '9001'], null, 500]);
  });

  it('are looked through up to a bound; the answer says where to go on', async () => {
    const { reads, given } = storeOf(Array.from({ length: 8_000 }, (_, at) => row(8_000 - at)));
    const rows = await readEventRows(reads, { limit: 10, outcome: 'refused' });
    expect([ids(rows), rows.next, given()]).toEqual([[], '3001', 5_000]);
  });
});
