import type { EventFields } from '@yimen/contracts/journal';
import type { Kysely } from 'kysely';
import type { BatchEvent } from './group-item.ts';
import type { FleetDatabase } from './database.ts';

type Db = Kysely<FleetDatabase>;

/** Takes the newest device and supply events of one batch into the state tables. "Newest" is by (epoch, seq), never by
 *  a clock, so that an old event that arrives late changes nothing. @returns whether there was any. */
export async function keepDeviceFacts(
  db: Db,
  tid: string,
  epoch: number,
  inserted: readonly BatchEvent[],
): Promise<boolean> {
  const modules = new Map<string, BatchEvent>();
  const units = new Map<string, BatchEvent>();
  const incidents: BatchEvent[] = [];
  for (const event of inserted) {
    if (event.kind === 'device-status')
      keepNewest(modules, (JSON.parse(event.body) as EventFields<'device-status'>).module, event);
    if (event.kind === 'supply-level')
      keepNewest(units, (JSON.parse(event.body) as EventFields<'supply-level'>).unit, event);
    if (event.kind === 'incident') incidents.push(event);
  }
  for (const event of modules.values()) await keepModule(db, tid, epoch, event);
  for (const event of units.values()) await keepSupply(db, tid, epoch, event);
  for (const event of incidents) await keepIncident(db, tid, epoch, event);
  return modules.size + units.size + incidents.length > 0;
}

function keepNewest(newest: Map<string, BatchEvent>, key: string, event: BatchEvent): void {
  if ((newest.get(key)?.seq ?? 0) < event.seq) newest.set(key, event);
}

async function keepModule(db: Db, tid: string, epoch: number, event: BatchEvent): Promise<void> {
  const f = JSON.parse(event.body) as EventFields<'device-status'>;
  const columns = {
    ev_epoch: epoch,
    ev_seq: event.seq,
    ev_state: f.state,
    ev_fault: f.fault,
    ev_at: event.at,
    ev_lost: JSON.stringify(f.lost),
  };
  await db
    .insertInto('module_state')
    .values({ ...emptyModule(tid, f.module), ...columns })
    .onConflict((oc) =>
      oc
        .columns(['tid', 'module'])
        .doUpdateSet(columns)
        .where((eb) =>
          eb.or([
            eb('module_state.ev_epoch', '<', epoch),
            eb.and([eb('module_state.ev_epoch', '=', epoch), eb('module_state.ev_seq', '<', event.seq)]),
          ]),
        ),
    )
    .execute();
}

async function keepSupply(db: Db, tid: string, epoch: number, event: BatchEvent): Promise<void> {
  const f = JSON.parse(event.body) as EventFields<'supply-level'>;
  const columns = {
    ev_epoch: epoch,
    ev_seq: event.seq,
    ev_count: f.count,
    ev_capacity: f.capacity,
    ev_source: f.source,
    ev_at: event.at,
  };
  await db
    .insertInto('supply_state')
    .values({ ...emptySupply(tid, f.unit), ...columns })
    .onConflict((oc) =>
      oc
        .columns(['tid', 'unit'])
        .doUpdateSet(columns)
        .where((eb) =>
          eb.or([
            eb('supply_state.ev_epoch', '<', epoch),
            eb.and([eb('supply_state.ev_epoch', '=', epoch), eb('supply_state.ev_seq', '<', event.seq)]),
          ]),
        ),
    )
    .execute();
}

async function keepIncident(db: Db, tid: string, epoch: number, event: BatchEvent): Promise<void> {
  const f = JSON.parse(event.body) as EventFields<'incident'>;
  const columns = { epoch, seq: event.seq, state: f.state };
  await db
    .insertInto('incident')
    .values({ tid, number: f.number, ...columns })
    .onConflict((oc) =>
      oc
        .columns(['tid', 'number'])
        .doUpdateSet(columns)
        .where((eb) =>
          eb.or([
            eb('incident.epoch', '<', epoch),
            eb.and([eb('incident.epoch', '=', epoch), eb('incident.seq', '<', event.seq)]),
          ]),
        ),
    )
    .execute();
}

/** A module of which nothing is known yet. */
export function emptyModule(tid: string, module: string): FleetDatabase['module_state'] {
  return {
    tid,
    module,
    driver: null,
    model: null,
    serial: null,
    firmware: null,
    ev_epoch: 0,
    ev_seq: 0,
    ev_state: null,
    ev_fault: null,
    ev_at: null,
    ev_lost: '[]',
    hb_state: null,
    hb_fault: null,
    hb_at: null,
    hb_changed_at: null,
  };
}

/** A supply of which nothing is known yet. */
export function emptySupply(tid: string, unit: string): FleetDatabase['supply_state'] {
  return {
    tid,
    unit,
    ev_epoch: 0,
    ev_seq: 0,
    ev_count: null,
    ev_capacity: null,
    ev_source: null,
    ev_at: null,
    hb_count: null,
    hb_capacity: null,
    hb_source: null,
    hb_at: null,
  };
}
