/** The schema as a list of steps, oldest first; a step is never changed once it has shipped. One DDL statement each:
 *  SQLite migrations are not transactional, so a cut in the middle must leave nothing half done. Names sort in the
 *  order of the list. */
export const MIGRATIONS: readonly { readonly name: string; readonly sql: string }[] = numbered([
  ['town', 'create table town (code text primary key, key text not null, zh text not null, en text not null)'],
  [
    'hall',
    `create table hall (hall_id text primary key, town text not null references town (code), zh text not null, en text not null,
      address_zh text not null, address_en text not null, hours_zh text not null, hours_en text not null)`,
  ],
  [
    'terminal',
    `create table terminal (tid text primary key, hall_id text not null references hall (hall_id), simulated integer not null,
      link text not null default 'never', link_since bigint, link_session bigint not null default 0, boot text,
      software text, services text not null default '[]', beat_session bigint not null default 0,
      beat_n bigint not null default 0, heard_at bigint, state text, busy integer not null default 0,
      off text not null default '[]', outbox_rows bigint not null default 0, outbox_oldest_ms bigint not null default 0, sys text)`,
  ],
  [
    'module-state',
    `create table module_state (tid text not null, module text not null, driver text, model text, serial text, firmware text,
      ev_epoch bigint not null default 0, ev_seq bigint not null default 0, ev_state text, ev_fault text, ev_at bigint,
      ev_lost text not null default '[]', hb_state text, hb_fault text, hb_at bigint, hb_changed_at bigint,
      primary key (tid, module))`,
  ],
  [
    'supply-state',
    `create table supply_state (tid text not null, unit text not null, ev_epoch bigint not null default 0,
      ev_seq bigint not null default 0, ev_count bigint, ev_capacity bigint, ev_source text, ev_at bigint,
      hb_count bigint, hb_capacity bigint, hb_source text, hb_at bigint, primary key (tid, unit))`,
  ],
  [
    // No second index on the append table: it would cost three quarters of the sustained inserts.
    'event',
    `create table event (tid text not null, epoch bigint not null, seq bigint not null, pos bigint not null, j bigint not null,
      kind text not null, boot text not null, mono bigint not null, wall bigint not null, at bigint not null,
      approx integer not null, received_at bigint not null, hash text not null, body text not null,
      primary key (tid, epoch, seq)) without rowid`,
  ],
  [
    // Commit order, for readers with a cursor and for lists; narrow, and appended at its end.
    'event-feed',
    'create table event_feed (pos bigint primary key, tid text not null, epoch bigint not null, seq bigint not null, kind text not null) without rowid',
  ],
  ['event-feed-tid', 'create index event_feed_tid on event_feed (tid, pos)'],
  ['event-feed-kind', 'create index event_feed_kind on event_feed (kind, pos)'],
  ['rollup-day', rollupTable('rollup_day', 'day text')],
  ['rollup-hour', rollupTable('rollup_hour', 'hour bigint')],
  [
    'service-fact',
    `create table service_fact (tid text not null, epoch bigint not null, seq bigint not null, at bigint not null,
      service text not null, outcome text not null, stop text, incident text, charged_fen bigint not null,
      refunded_fen bigint not null, produced bigint not null, handed_over bigint not null, primary key (tid, epoch, seq))`,
  ],
  ['service-fact-stop', 'create index service_fact_stop on service_fact (tid, stop) where stop is not null'],
  [
    'service-correction',
    `create table service_correction (tid text not null, epoch bigint not null, of_seq bigint not null, seq bigint not null,
      fields text not null, primary key (tid, epoch, of_seq, seq))`,
  ],
  [
    'incident',
    `create table incident (tid text not null, number text not null, epoch bigint not null, seq bigint not null,
      state text not null, primary key (tid, number))`,
  ],
  [
    'ledger-state',
    `create table ledger_state (tid text not null, epoch bigint not null, up_to bigint not null, stored bigint not null,
      quarantined bigint not null, head text not null, primary key (tid, epoch))`,
  ],
  [
    'hole',
    `create table hole (tid text not null, epoch bigint not null, from_seq bigint not null, to_seq bigint not null,
      since bigint not null, primary key (tid, epoch, from_seq))`,
  ],
  [
    'quarantine',
    `create table quarantine (tid text not null, epoch bigint not null, seq bigint not null, pos bigint not null,
      reason text not null, hash text, raw text not null, at bigint not null, primary key (tid, epoch, seq))`,
  ],
  [
    'quarantine-payload',
    `create table quarantine_payload (pos bigint primary key, tid text not null, leaf text not null, reason text not null,
      raw text not null, at bigint not null)`,
  ],
  ['quarantine-payload-tid', 'create index quarantine_payload_tid on quarantine_payload (tid, pos)'],
  [
    'ledger-fork',
    `create table ledger_fork (tid text not null, epoch bigint not null, seq bigint not null, hash text not null,
      pos bigint not null, at bigint not null, primary key (tid, epoch, seq, hash))`,
  ],
  [
    'allow-list',
    `create table allow_list (tid text not null, spki_hash text not null, serial text not null, profile text not null,
      key_level text not null, state text not null, epoch bigint not null, changed_at bigint not null,
      primary key (tid, spki_hash))`,
  ],
  [
    'alarm',
    `create table alarm (id text primary key, tid text not null, module text not null, code text not null,
      severity text not null, state text not null, active integer not null, latched integer not null, count bigint not null,
      raised_at bigint not null, changed_at bigint not null, flapping_until bigint,
      transitions bigint not null, stop text, mark bigint, unique (tid, module, code))`,
  ],
  [
    'alarm-transition',
    `create table alarm_transition (alarm_id text not null references alarm (id), no bigint not null, at bigint not null,
      input text not null, from_state text not null, to_state text not null, who text not null, why text,
      primary key (alarm_id, no))`,
  ],
  ['feed-cursor', 'create table feed_cursor (name text primary key, pos bigint not null)'],
  ['fleet-counter', 'create table fleet_counter (name text primary key, value bigint not null)'],
  [
    'sign-in-code',
    `create table sign_in_code (code_hash text primary key, person text not null, roles text not null,
      created_at bigint not null, expires_at bigint not null, used_at bigint)`,
  ],
  [
    'staff-session',
    `create table staff_session (id_hash text primary key, person text not null, data text not null,
      created_at bigint not null, seen_at bigint not null, expires_at bigint not null)`,
  ],
  ['staff-session-person', 'create index staff_session_person on staff_session (person, created_at)'],
  [
    'audit',
    `create table audit (no bigint primary key, at bigint not null, person text not null, role text not null,
      origin text not null, action text not null, target text not null, reason text, result text not null, digest text,
      prev_hash text not null, hash text not null)`,
  ],
  [
    'operation',
    `create table operation (operation_id text primary key, digest text not null, kind text not null, tid text not null,
      state text not null, outcome text, answer text, case_ref text, bill_ref text, created_at bigint not null,
      settled_at bigint, notification_state text not null, notification text, notified_at bigint)`,
  ],
  ['operation-open', 'create index operation_open on operation (created_at) where settled_at is null'],
  ['operation-case', 'create index operation_case on operation (case_ref) where case_ref is not null'],
  ['operation-bill', 'create index operation_bill on operation (bill_ref) where bill_ref is not null'],
  ['operation-due', "create index operation_due on operation (notified_at) where notification_state = 'due'"],
  ['operation-terminal', 'create index operation_terminal on operation (tid, kind, created_at)'],
  ['operation-settled', 'create index operation_settled on operation (state, settled_at) where settled_at is not null'],
  [
    'variance',
    `create table variance (tid text not null, epoch bigint not null, j bigint not null, wall bigint not null, at bigint not null,
      module text not null, unit text not null, expected bigint not null, counted bigint not null, variance bigint not null,
      missing text, who text not null, work_order text, primary key (tid, epoch, j))`,
  ],
  ['variance-at', 'create index variance_at on variance (at)'],
  [
    // One row for each side that accepted: what the fleet decided, and what the terminal has recorded.
    'variance-acceptance',
    `create table variance_acceptance (tid text not null, epoch bigint not null, j bigint not null, source text not null,
      who text, reason text, at bigint not null, primary key (tid, epoch, j, source))`,
  ],
  [
    'release-state',
    `create table release_state (tid text not null, service text not null, about text not null, epoch bigint not null,
      seq bigint not null, state text not null, release bigint, at bigint not null, primary key (tid, service, about))`,
  ],
  [
    'journal-damage',
    `create table journal_damage (tid text not null, epoch bigint not null, at bigint not null, row bigint not null,
      lost bigint not null, kept_seq bigint not null, primary key (tid, epoch))`,
  ],
]);

function rollupTable(name: string, time: string): string {
  return `create table ${name} (level text not null, place text not null, service text not null, outcome text not null,
    ${time} not null, n bigint not null, charged_fen bigint not null, refunded_fen bigint not null, produced bigint not null,
    handed_over bigint not null, primary key (level, place, ${time.split(' ')[0]}, service, outcome))`;
}

function numbered(steps: readonly (readonly [string, string])[]): { name: string; sql: string }[] {
  return steps.map(([name, sql], index) => ({ name: `${String(index + 1).padStart(4, '0')}-${name}`, sql }));
}
