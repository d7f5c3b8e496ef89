import { TOWNS } from '@yimen/contracts/fleet';
import type { Kysely } from 'kysely';
import type { FleetDatabase } from './database.ts';
import type { HallView } from './fleet-reads.ts';

type Db = Kysely<FleetDatabase>;

export interface TerminalPlace {
  readonly tid: string;
  readonly hallId: string;
  readonly simulated: boolean;
}

/** Writes of places. */
export const PLACE_WRITES = {
  /** Makes towns, halls and terminals as given; what stands already takes the new names and hall and keeps its state.
   *  Nothing is ever removed here. Idempotent. */
  async seed(db: Db, input: { halls: readonly HallView[]; terminals: readonly TerminalPlace[] }): Promise<void> {
    for (const { code, key, zh, en } of TOWNS) {
      await db
        .insertInto('town')
        .values({ code, key, zh, en })
        .onConflict((oc) => oc.column('code').doUpdateSet({ key, zh, en }))
        .execute();
    }
    for (const hall of input.halls) {
      const names = {
        town: hall.town,
        zh: hall.zh,
        en: hall.en,
        address_zh: hall.addressZh,
        address_en: hall.addressEn,
        hours_zh: hall.hoursZh,
        hours_en: hall.hoursEn,
      };
      await db
        .insertInto('hall')
        .values({ hall_id: hall.hallId, ...names })
        .onConflict((oc) => oc.column('hall_id').doUpdateSet(names))
        .execute();
    }
    for (const { tid, hallId, simulated } of input.terminals) {
      const place = { hall_id: hallId, simulated: simulated ? 1 : 0 };
      await db
        .insertInto('terminal')
        .values({ ...newTerminal(tid), ...place })
        .onConflict((oc) => oc.column('tid').doUpdateSet(place))
        .execute();
    }
  },
};

function newTerminal(tid: string): Omit<FleetDatabase['terminal'], 'hall_id' | 'simulated'> {
  return {
    tid,
    link: 'never',
    link_since: null,
    link_session: 0,
    boot: null,
    software: null,
    services: '[]',
    beat_session: 0,
    beat_n: 0,
    heard_at: null,
    state: null,
    busy: 0,
    off: '[]',
    outbox_rows: 0,
    outbox_oldest_ms: 0,
    sys: null,
  };
}
