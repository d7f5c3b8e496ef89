import { err, ok, type Clock, type OperationId, type Result } from '@yimen/contracts/base';
import type { DeviceStatus, Evidence, Fault, OperationRecord } from '@yimen/contracts/device';
import { LIMITS } from '../limits.table.ts';
import { callerFault, silentFault } from './device-faults.ts';
import type { Driver, EffectResult } from './driver.ts';
import { withRequiredEvidence } from './evidence-rules.table.ts';
import type { OperationFile } from './operation-file.ts';
import { within } from './within.ts';

export interface OperationDeskOptions {
  readonly device: string;
  readonly driver: Driver;
  readonly clock: Clock;
  readonly file: OperationFile;
}

/** One effect that is to be run. `run` moves something; it is called at most once per id, ever. */
export interface Effect {
  readonly operationId: OperationId;
  readonly verb: string;
  readonly deadlineMs: number;
  readonly run: () => Promise<EffectResult>;
  /** Called when the driver overran its deadline: whatever still runs has to stop. */
  readonly abort: () => void;
}

/** Gives every effect its one durable record: written before it is begun, finished with its outcome, found again
 *  by its id. */
export class OperationDesk {
  readonly #options: OperationDeskOptions;
  readonly #underWay = new Map<OperationId, Promise<OperationRecord>>();

  constructor(options: OperationDeskOptions) {
    this.#options = options;
  }

  /** The record of a known id, as the answer to a repeated call; `undefined` when the id is new.
   *  @fault softwareError the id belongs to another effect. */
  async repeated(id: OperationId, verb: string): Promise<Result<OperationRecord | undefined, Fault>> {
    const stored = this.#options.file.get(id);
    if (!stored.ok) return stored;
    if (stored.value === undefined) return ok(undefined);
    if (stored.value.verb !== verb || stored.value.device !== this.#options.device) {
      return err(callerFault(`operation id already used for ${stored.value.device} ${stored.value.verb}`));
    }
    const record = (await this.#underWay.get(id)) ?? (await this.#lookedAgain(stored.value));
    return ok({ ...record, duplicate: true });
  }

  /** Writes the intent, runs the effect, writes the outcome.
   *  @fault DISK_FULL, DATA_UNREADABLE the intent could not be written: nothing moved. */
  async run(effect: Effect): Promise<Result<OperationRecord, Fault>> {
    const intent: OperationRecord = {
      operationId: effect.operationId,
      device: this.#options.device,
      verb: effect.verb,
      evidence: [],
    };
    const begun = this.#options.file.begin(intent);
    if (!begun.ok) return begun;
    if (begun.value.known !== undefined) return ok({ ...begun.value.known, duplicate: true });
    const ending = this.#ended(intent, effect).finally(() => this.#underWay.delete(effect.operationId));
    this.#underWay.set(effect.operationId, ending);
    return ok(await ending);
  }

  /** What is known of an id, without moving anything. An effect under way has no outcome yet; one without outcome or
   *  with `unknown` is looked at again: the device may remember it. */
  async get(id: OperationId): Promise<OperationRecord | 'never-seen'> {
    const stored = this.#options.file.get(id);
    if (!stored.ok) {
      // The file cannot be read: whether something moved is exactly what we do not know.
      return {
        operationId: id,
        device: this.#options.device,
        verb: 'unread',
        evidence: [],
        outcome: 'unknown',
        fault: stored.error,
      };
    }
    if (stored.value === undefined || stored.value.device !== this.#options.device) return 'never-seen';
    return this.#underWay.has(id) ? stored.value : this.#lookedAgain(stored.value);
  }

  /** Resolves when every effect under way has its outcome on disk. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#underWay.values());
  }

  async #ended(intent: OperationRecord, effect: Effect): Promise<OperationRecord> {
    const result = await this.#settled(effect);
    const record = withRequiredEvidence(this.#options.driver.kind, asRecord(intent, result));
    const written = this.#options.file.update(record);
    // The device has moved; only the note of it failed. The caller gets the truth with the file's fault beside it.
    return written.ok || record.fault !== undefined ? record : { ...record, fault: written.error };
  }

  /** The driver's result, or `unknown` when it throws or does not settle in its time. */
  async #settled(effect: Effect): Promise<EffectResult> {
    const overran: EffectResult = {
      outcome: 'unknown',
      evidence: [],
      fault: silentFault(`${effect.verb} overran its deadline`),
    };
    try {
      const result = await within(this.#options.clock, effect.run(), effect.deadlineMs + LIMITS.driverGraceMs, overran);
      if (result === overran) effect.abort();
      return result;
    } catch (error) {
      // A driver never throws for an expected reason, so this is a bug in it; what it moved before is not known.
      return { outcome: 'unknown', evidence: [], fault: callerFault(`driver failed: ${String(error)}`) };
    }
  }

  async #lookedAgain(record: OperationRecord): Promise<OperationRecord> {
    if (record.outcome === 'done' || record.outcome === 'notDone') return record;
    const { driver, clock } = this.#options;
    const recalling = driver.recall?.(record.operationId) ?? Promise.resolve(undefined);
    const recalled = await within(clock, recalling, LIMITS.recallMs, undefined);
    if (recalled !== undefined && recalled.outcome !== 'unknown') {
      const found = withRequiredEvidence(driver.kind, asRecord(record, recalled));
      // A note that cannot be written now is made at the next question.
      if (found.outcome !== 'unknown') void this.#options.file.update(found);
      return found;
    }
    const status = await within(clock, driver.status(0), LIMITS.recallMs, undefined);
    const now = sensorsNow(status, clock.wallMs());
    return { ...record, outcome: 'unknown', evidence: [...record.evidence.slice(0, 31), now] };
  }
}

function asRecord(intent: OperationRecord, result: EffectResult): OperationRecord {
  const fault = result.fault && { ...result.fault, operationId: intent.operationId };
  return {
    operationId: intent.operationId,
    device: intent.device,
    verb: intent.verb,
    ...(result.acceptedAt !== undefined && { acceptedAt: result.acceptedAt }),
    ...(result.completedAt !== undefined && { completedAt: result.completedAt }),
    evidence: result.evidence.slice(0, 32),
    outcome: result.outcome,
    ...(fault && { fault }),
    ...(result.value && { value: intValues(result.value) }),
  };
}

/** A record carries whole numbers only; a driver that measured in fractions loses them here, not at the socket. */
function intValues(value: NonNullable<EffectResult['value']>): NonNullable<OperationRecord['value']> {
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, typeof entry === 'number' ? Math.round(entry) : entry]),
  );
}

function sensorsNow(status: DeviceStatus | undefined, at: number): Evidence {
  const heard = status === undefined || status.source === 'stale' ? 'stale' : 'now';
  return {
    kind: 'position',
    customerAccess: 'unknown',
    detail: `${heard} media:${status?.media ?? 'cannotReport'}`,
    at,
  };
}
