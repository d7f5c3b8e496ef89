import type { DeviceState } from '@yimen/contracts/device';
import type { StopState } from '@yimen/contracts/journal';

/** What api routes may ask of the store. All times are wall milliseconds of this server; every answer can be dated by
 *  its reader because it carries when the fact was heard (`heardAt`), not when it was asked. */
export interface FleetReads {
  towns(): Promise<TownView[]>;
  halls(): Promise<HallView[]>;
  terminals(filter: { town?: string | undefined; hall?: string | undefined }): Promise<TerminalView[]>;
  terminal(tid: string): Promise<TerminalDetail | undefined>;
  /** Counts of one day in Asia/Shanghai (`YYYY-MM-DD`), by service and outcome, at the asked level. */
  volumes(query: { day: string; town?: string | undefined; tid?: string | undefined }): Promise<VolumeRow[]>;
  events(query: {
    tid?: string | undefined;
    kinds?: readonly string[] | undefined;
    before?: number | undefined;
    limit: number;
  }): Promise<EventView[]>;
  alarms(query: { open: boolean; town?: string | undefined; limit: number }): Promise<AlarmView[]>;
  /** Counted differences, newest first. `open`: those that nobody has accepted. */
  variances(query: {
    open: boolean;
    town?: string | undefined;
    tid?: string | undefined;
    limit: number;
  }): Promise<VarianceView[]>;
  ledger(tid: string): Promise<LedgerView | undefined>;
}

export interface TownView {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

export interface HallView {
  readonly hallId: string;
  readonly town: string;
  readonly zh: string;
  readonly en: string;
  readonly addressZh: string;
  readonly addressEn: string;
  readonly hoursZh: string;
  readonly hoursEn: string;
}

/** `unknown`: nothing fresh is known; never shown as red by itself. */
export type ShownState = 'inService' | 'degraded' | 'outOfService' | 'maintenance' | 'closed' | 'unknown';

export interface TerminalView {
  readonly tid: string;
  readonly hallId: string;
  readonly town: string;
  readonly simulated: boolean;
  readonly link: 'up' | 'down' | 'never';
  readonly linkSince: number | null;
  readonly state: ShownState;
  readonly busy: boolean;
  /** When the last heartbeat was heard; null = never. The age of everything below. */
  readonly heardAt: number | null;
  readonly off: readonly { readonly service: string; readonly why: string }[];
  readonly modules: readonly ModuleView[];
  readonly supplies: readonly SupplyView[];
  readonly outboxRows: number;
  readonly openAlarms: number;
}

export interface ModuleView {
  readonly module: string;
  readonly state: DeviceState;
  readonly fault: string | null;
  readonly driver: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  readonly firmware: string | null;
  readonly changedAt: number | null;
}

export interface SupplyView {
  readonly unit: string;
  readonly count: number;
  readonly capacity: number;
  readonly source: 'counted' | 'sensor' | 'staff';
}

export interface TerminalDetail extends TerminalView {
  readonly software: string | null;
  readonly services: readonly { readonly id: string; readonly release: number }[];
  readonly sys: {
    readonly cpuPct: number;
    readonly memFreeMb: number;
    readonly diskFreeMb: number;
    readonly tempC: number | null;
  } | null;
}

export interface VolumeRow {
  readonly place: string;
  readonly service: string;
  readonly outcome: 'done' | 'refused' | 'stopped' | 'abandoned';
  readonly n: number;
  readonly chargedFen: number;
  readonly refundedFen: number;
  readonly produced: number;
  readonly handedOver: number;
}

export interface EventView {
  readonly id: string;
  readonly tid: string;
  readonly epoch: number;
  readonly seq: number;
  readonly kind: string;
  readonly wall: number;
  /** Best estimate of when it happened, by server time. */
  readonly at: number;
  readonly receivedAt: number;
  /** The event's own fields; nothing personal can be in them (contracts/journal). */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface AlarmView {
  readonly id: string;
  readonly tid: string;
  readonly town: string;
  readonly module: string;
  readonly code: string;
  readonly severity: 'warning' | 'minor' | 'major' | 'critical';
  /** ISA-18.2 words. */
  readonly state: 'normal' | 'unacked' | 'acked' | 'returned' | 'shelved' | 'suppressed';
  readonly raisedAt: number;
  readonly count: number;
  readonly stop: StopState | null;
}

/** A difference that staff counted at an exchange. It stays for ever; accepting it adjusts nothing. */
export interface VarianceView {
  readonly id: string;
  readonly tid: string;
  readonly town: string;
  readonly module: string;
  readonly unit: string;
  readonly expected: number;
  readonly counted: number;
  readonly variance: number;
  /** Serial numbers that are gone, where that is known. */
  readonly missing: string | null;
  /** Keyed pseudonym of whoever counted. */
  readonly who: string;
  readonly at: number;
  readonly workOrder: string | null;
  /** Null: open. `who`: a second person at the machine (pseudonym), or a staff id of the fleet. */
  readonly accepted: {
    readonly by: 'terminal' | 'fleet';
    readonly who: string | null;
    readonly reason: string | null;
    readonly at: number;
    /** The terminal has recorded it, too. */
    readonly atTerminal: boolean;
  } | null;
}

export interface LedgerView {
  readonly tid: string;
  readonly epoch: number;
  readonly upTo: number;
  readonly stored: number;
  readonly holes: readonly (readonly [number, number])[];
  readonly quarantined: number;
  readonly head: string;
}

/** Told after a commit, so that open pages learn of it; a change names what to read again, never the data itself. */
export type FleetChange =
  | { readonly what: 'terminal'; readonly tid: string }
  | { readonly what: 'events'; readonly tid: string; readonly kinds: readonly string[] }
  | { readonly what: 'volumes'; readonly tid: string }
  | { readonly what: 'alarms'; readonly tid: string };

export interface FleetChanges {
  subscribe(fn: (change: FleetChange) => void): () => void;
}
