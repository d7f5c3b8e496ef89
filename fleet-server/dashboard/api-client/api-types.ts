import type { DeviceState } from '@yimen/contracts/device';
import type { ServiceOutcome, StopState } from '@yimen/contracts/journal';

/** What the server answers, as this page reads it. A type test beside the server compares it with the routes'
 *  schemas, so the two cannot drift apart. Times are wall milliseconds of the server; `now` is when it answered. */
export interface Town {
  code: string;
  zh: string;
  en: string;
}

export interface Hall {
  hallId: string;
  town: string;
  zh: string;
  en: string;
  addressZh: string;
  addressEn: string;
  hoursZh: string;
  hoursEn: string;
}

export type ShownState = 'inService' | 'degraded' | 'outOfService' | 'maintenance' | 'closed' | 'unknown';

export interface Module {
  module: string;
  state: DeviceState;
  fault: string | null;
  driver: string | null;
  model: string | null;
  serial: string | null;
  firmware: string | null;
  changedAt: number | null;
}

export interface Supply {
  unit: string;
  count: number;
  capacity: number;
  source: 'counted' | 'sensor' | 'staff';
}

export interface Terminal {
  tid: string;
  hallId: string;
  town: string;
  simulated: boolean;
  link: 'up' | 'down' | 'never';
  linkSince: number | null;
  state: ShownState;
  busy: boolean;
  heardAt: number | null;
  ageMs: number | null;
  stale: boolean;
  off: { service: string; why: string }[];
  modules: Module[];
  supplies: Supply[];
  outboxRows: number;
  openAlarms: number;
}

export interface TerminalDetail extends Terminal {
  software: string | null;
  services: { id: string; release: number }[];
  sys: { cpuPct: number; memFreeMb: number; diskFreeMb: number; tempC: number | null } | null;
}

export interface Volume {
  place: string;
  service: string;
  outcome: ServiceOutcome;
  n: number;
  chargedFen: number;
  refundedFen: number;
  produced: number;
  handedOver: number;
}

export interface FleetEvent {
  id: string;
  tid: string;
  epoch: number;
  seq: number;
  kind: string;
  wall: number;
  at: number;
  receivedAt: number;
  fields: Record<string, unknown>;
}

export type Severity = 'warning' | 'minor' | 'major' | 'critical';
export type AlarmState = 'normal' | 'unacked' | 'acked' | 'returned' | 'shelved' | 'suppressed';

export interface Alarm {
  id: string;
  tid: string;
  town: string;
  module: string;
  code: string;
  severity: Severity;
  state: AlarmState;
  raisedAt: number;
  count: number;
  stop: StopState | null;
}

export interface Variance {
  id: string;
  tid: string;
  town: string;
  module: string;
  unit: string;
  expected: number;
  counted: number;
  variance: number;
  missing: string | null;
  who: string;
  at: number;
  workOrder: string | null;
  accepted: {
    by: 'terminal' | 'fleet';
    who: string | null;
    reason: string | null;
    at: number;
    atTerminal: boolean;
  } | null;
}

export interface Ledger {
  tid: string;
  epoch: number;
  upTo: number;
  stored: number;
  holes: [number, number][];
  quarantined: number;
  head: string;
}

export interface HallWithTerminals extends Hall {
  terminals: Terminal[];
}

export interface TownWithHalls extends Town {
  halls: HallWithTerminals[];
}

export interface Replies {
  session: {
    now: number;
    staffId: string;
    roles: ('viewer' | 'technician' | 'operator' | 'publisher' | 'approver' | 'auditor' | 'admin')[];
    permissions: string[];
    expiresAt: number | null;
  };
  overview: { now: number; day: string; towns: TownWithHalls[]; volumes: Volume[]; alarms: Alarm[] };
  terminal: { now: number; terminal: TerminalDetail };
  events: { now: number; events: FleetEvent[]; next: string | null };
  alarms: { now: number; alarms: Alarm[] };
  variances: { now: number; variances: Variance[] };
  varianceAccepted: { now: number; id: string };
  ledger: { now: number; ledger: Ledger };
  acknowledged: { now: number; id: string };
}
