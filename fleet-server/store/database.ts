import type { Insertable, Selectable } from 'kysely';

/** Column types of every table. Text, integer (booleans 0/1), bigint milliseconds, JSON as text: the same on SQLite
 *  and PostgreSQL. Times are wall milliseconds unless the name says otherwise; amounts are fen. */
export interface FleetDatabase {
  town: { code: string; key: string; zh: string; en: string };
  hall: {
    hall_id: string;
    town: string;
    zh: string;
    en: string;
    address_zh: string;
    address_en: string;
    hours_zh: string;
    hours_en: string;
  };
  terminal: TerminalTable;
  module_state: ModuleStateTable;
  supply_state: SupplyStateTable;
  event: EventTable;
  event_feed: { pos: number; tid: string; epoch: number; seq: number; kind: string };
  rollup_day: RollupColumns & { day: string };
  rollup_hour: RollupColumns & { hour: number };
  service_fact: ServiceFactTable;
  service_correction: { tid: string; epoch: number; of_seq: number; seq: number; fields: string };
  incident: { tid: string; number: string; epoch: number; seq: number; state: string };
  /** Epochs that a terminal opened by itself, because its journal was damaged. */
  journal_damage: { tid: string; epoch: number; at: number; row: number; lost: number; kept_seq: number };
  /** What a terminal said last: of the release in force of a service, and of one that it refused. */
  release_state: {
    tid: string;
    service: string;
    about: string;
    epoch: number;
    seq: number;
    state: string;
    release: number | null;
    at: number;
  };
  variance: VarianceTable;
  variance_acceptance: {
    tid: string;
    epoch: number;
    j: number;
    source: string;
    who: string | null;
    reason: string | null;
    at: number;
  };
  ledger_state: { tid: string; epoch: number; up_to: number; stored: number; quarantined: number; head: string };
  hole: { tid: string; epoch: number; from_seq: number; to_seq: number; since: number };
  quarantine: {
    tid: string;
    epoch: number;
    seq: number;
    pos: number;
    reason: string;
    hash: string | null;
    raw: string;
    at: number;
  };
  quarantine_payload: { pos: number; tid: string; leaf: string; reason: string; raw: string; at: number };
  ledger_fork: { tid: string; epoch: number; seq: number; hash: string; pos: number; at: number };
  allow_list: AllowListTable;
  alarm: AlarmTable;
  alarm_transition: {
    alarm_id: string;
    no: number;
    at: number;
    input: string;
    from_state: string;
    to_state: string;
    who: string;
    why: string | null;
  };
  feed_cursor: { name: string; pos: number };
  fleet_counter: { name: string; value: number };
  sign_in_code: SignInCodeTable;
  staff_session: StaffSessionTable;
  audit: AuditTable;
  operation: OperationTable;
}

/** One counted difference; `j` and `wall` as the terminal wrote them. */
interface VarianceTable {
  tid: string;
  epoch: number;
  j: number;
  wall: number;
  at: number;
  module: string;
  unit: string;
  expected: number;
  counted: number;
  variance: number;
  missing: string | null;
  who: string;
  work_order: string | null;
}

interface TerminalTable {
  tid: string;
  hall_id: string;
  simulated: number;
  link: string;
  link_since: number | null;
  link_session: number;
  boot: string | null;
  software: string | null;
  services: string;
  beat_session: number;
  beat_n: number;
  heard_at: number | null;
  state: string | null;
  busy: number;
  off: string;
  outbox_rows: number;
  outbox_oldest_ms: number;
  sys: string | null;
}

/** What the ledger said last (`ev_`) and what the newest heartbeat said (`hb_`) stand apart, so that the order in
 *  which they arrive changes nothing; the reader takes the later one. */
interface ModuleStateTable {
  tid: string;
  module: string;
  driver: string | null;
  model: string | null;
  serial: string | null;
  firmware: string | null;
  ev_epoch: number;
  ev_seq: number;
  ev_state: string | null;
  ev_fault: string | null;
  ev_at: number | null;
  ev_lost: string;
  hb_state: string | null;
  hb_fault: string | null;
  hb_at: number | null;
  hb_changed_at: number | null;
}

interface SupplyStateTable {
  tid: string;
  unit: string;
  ev_epoch: number;
  ev_seq: number;
  ev_count: number | null;
  ev_capacity: number | null;
  ev_source: string | null;
  ev_at: number | null;
  hb_count: number | null;
  hb_capacity: number | null;
  hb_source: string | null;
  hb_at: number | null;
}

interface EventTable {
  tid: string;
  epoch: number;
  seq: number;
  pos: number;
  j: number;
  kind: string;
  boot: string;
  mono: number;
  wall: number;
  at: number;
  approx: number;
  received_at: number;
  hash: string;
  body: string;
}

interface RollupColumns {
  level: string;
  place: string;
  service: string;
  outcome: string;
  n: number;
  charged_fen: number;
  refunded_fen: number;
  produced: number;
  handed_over: number;
}

/** One finished service as it counts now, corrections applied: what the rollups are made of. */
interface ServiceFactTable {
  tid: string;
  epoch: number;
  seq: number;
  at: number;
  service: string;
  outcome: string;
  stop: string | null;
  incident: string | null;
  charged_fen: number;
  refunded_fen: number;
  produced: number;
  handed_over: number;
}

interface AllowListTable {
  tid: string;
  spki_hash: string;
  serial: string;
  profile: string;
  key_level: string;
  state: string;
  epoch: number;
  changed_at: number;
}

interface AlarmTable {
  id: string;
  tid: string;
  module: string;
  code: string;
  severity: string;
  state: string;
  active: number;
  latched: number;
  count: number;
  raised_at: number;
  changed_at: number;
  flapping_until: number | null;
  transitions: number;
  stop: string | null;
  mark: number | null;
}

interface SignInCodeTable {
  code_hash: string;
  person: string;
  roles: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

interface StaffSessionTable {
  id_hash: string;
  person: string;
  data: string;
  created_at: number;
  seen_at: number;
  expires_at: number;
}

interface AuditTable {
  no: number;
  at: number;
  person: string;
  role: string;
  origin: string;
  action: string;
  target: string;
  reason: string | null;
  result: string;
  digest: string | null;
  prev_hash: string;
  hash: string;
}

interface OperationTable {
  operation_id: string;
  digest: string;
  kind: string;
  tid: string;
  state: string;
  outcome: string | null;
  answer: string | null;
  case_ref: string | null;
  bill_ref: string | null;
  created_at: number;
  settled_at: number | null;
  notification_state: string;
  notification: string | null;
  notified_at: number | null;
}

export type Row<T extends keyof FleetDatabase> = Selectable<FleetDatabase[T]>;
export type NewRow<T extends keyof FleetDatabase> = Insertable<FleetDatabase[T]>;
