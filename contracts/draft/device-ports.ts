import type { Result } from '../base/result.ts';
import type { DeviceBase } from '../device/base-port.ts';
import type { Lease } from '../device/lease.ts';
import type { Op, OperationRecord } from '../device/operation.ts';
import type { Fault } from '../device/status.ts';

type Effect<A> = (lease: Lease, op: Op, args: A) => Promise<Result<OperationRecord, Fault>>;
type Read<A, R> = (lease: Lease, deadlineMs: number, args: A) => Promise<Result<R, Fault>>;
type None = Record<string, never>;

/** `licence-printer`: driving and vehicle licences, laminated. */
export interface LicencePrinter extends DeviceBase {
  readonly make: Effect<{ blankSerial: string; fields: Record<string, string> }>;
  readonly verify: Read<None, { digest: string }>;
  readonly present: Effect<None>;
  readonly retract: Effect<None>;
  readonly acceptOld: Effect<None>;
}

/** `document-printer`: A4 through CUPS. */
export interface DocumentPrinter extends DeviceBase {
  readonly printDocument: Effect<{ pdfDigest: string; pages: number; sides: 'one' | 'two' }>;
  readonly jobState: Read<{ job: string }, { state: string; reasons: readonly string[] }>;
  readonly purge: Effect<None>;
}

/** `document-scanner`: SANE. */
export interface DocumentScanner extends DeviceBase {
  readonly scan: Read<{ pages: number; dpi: 150 | 200 | 300 }, { pages: readonly string[] }>;
  readonly cancel: Read<None, None>;
}

/** `document-locker`: finished documents by serial number. */
export interface DocumentLocker extends DeviceBase {
  readonly inventory: Read<None, { serials: readonly string[] }>;
  readonly present: Effect<{ serial: string }>;
  readonly retract: Effect<None>;
  readonly readBack: Read<None, { serial: string | null }>;
}

/** `cabinet-io`: doors, tamper, lights, UPS, temperature. */
export interface CabinetIo extends DeviceBase {
  readonly sensors: Read<None, { doors: Record<string, 'open' | 'closed' | 'unknown'>; temperatureC: number | null }>;
  readonly onSensor: (fn: (changed: Record<string, string>) => void) => () => void;
  readonly setLight: Effect<{ light: string; on: boolean }>;
  readonly setLock: Effect<{ door: string; locked: boolean }>;
  readonly power: Read<None, { ups: 'low' | 'engaged' | 'powering' | 'recovered' | 'unknown' }>;
}
