import { type Clock, err, ok, type Result } from '@yimen/contracts/base';
import type { BackOfficeKind } from '@yimen/contracts/back-office';
import type { Outcome } from '@yimen/contracts/device';
import { foldCase, type OperationFacts } from './case-machine.ts';
import type { GatewayKeys } from './gateway-keys.ts';
import { createKeyedLock, type KeyedLock } from './keyed-lock.ts';
import { GATEWAY_LIMITS } from './limits.table.ts';
import type { OfficialNumbers } from './office-adapter.ts';
import { type Fault, type OperationRecord, readRecord, stepOf, writeRecord } from './operation-record.ts';
import type { KeptOperation, OperationsFault, OperationsPort } from './operations-port.ts';

/** How an operation ended, or that nobody knows. */
export interface Ended {
  readonly outcome: Outcome;
  readonly answer: unknown;
  readonly official: string | null;
  readonly fault: Fault | null;
  readonly facts: OperationFacts;
  readonly billRef: string | null;
}

type Booked<T> = Promise<Result<T, OperationsFault>>;

/** The operations as this room reads and writes them: records opened, writes of one case in line, ends final. */
export interface OperationBook {
  readonly numbers: OfficialNumbers;
  /** Decisions about one case (or one terminal) are made one after another. */
  readonly lock: KeyedLock;
  find(operationId: string): Booked<OperationRecord | undefined>;
  ofCase(caseRef: string): Booked<OperationRecord[]>;
  ofBill(billRef: string): Booked<OperationRecord[]>;
  newestReserve(terminalId: string): Booked<OperationRecord | undefined>;
  open(limit: number): Booked<OperationRecord[]>;
  /** Keeps an intent, and at once its end when nobody has to be asked. Call it in the lock of its case, with the
   *  operations that the case has so far. */
  claim(
    intent: {
      operationId: string;
      digest: string;
      kind: BackOfficeKind;
      terminalId: string;
      caseRef: string;
      billRef: string | null;
      facts: OperationFacts;
      ended: Ended | null;
    },
    after: readonly OperationRecord[],
  ): Booked<{ fresh: boolean; record: OperationRecord }>;
  /** Stores how an operation ended, once: an ended one stays as it is, whatever comes later (services §8.16). A reserve
   *  that is approved after a cancel of its case was taken in is `notDone`: the cancel won, both are told. */
  finish(operationId: string, ended: Ended): Booked<OperationRecord>;
  /** Adds facts to a record; the outcome stays. */
  amend(operationId: string, facts: OperationFacts): Booked<OperationRecord>;
  /** Drops the answers of operations that ended before `before`; outcome, facts and references stay. */
  forgetAnswers(before: number): Booked<number>;
}

export function createOperationBook(operations: OperationsPort, keys: GatewayKeys, clock: Clock): OperationBook {
  return new Book(operations, keys, clock);
}

/** Kinds whose official number is kept sealed for as long as somebody may ask about the case. */
const CREATES: readonly string[] = ['exitEntry.case.begin', 'payment.bill.create'] satisfies BackOfficeKind[];

class Book implements OperationBook {
  readonly lock = createKeyedLock();
  readonly #operations: OperationsPort;
  readonly #keys: GatewayKeys;
  readonly #clock: Clock;

  constructor(operations: OperationsPort, keys: GatewayKeys, clock: Clock) {
    this.#operations = operations;
    this.#keys = keys;
    this.#clock = clock;
  }

  readonly numbers: OfficialNumbers = {
    ofCase: async (caseRef) => this.#official(await this.ofCase(caseRef), 'exitEntry.case.begin'),
    ofBill: async (billRef) => this.#official(await this.ofBill(billRef), 'payment.bill.create'),
  };

  async find(operationId: string): Booked<OperationRecord | undefined> {
    const found = await this.#operations.operation({ operationId });
    return found.ok ? ok(found.value === undefined ? undefined : this.#read(found.value)) : found;
  }

  async ofCase(caseRef: string): Booked<OperationRecord[]> {
    return this.#list(await this.#operations.operationsOfCase({ caseRef }));
  }

  async ofBill(billRef: string): Booked<OperationRecord[]> {
    return this.#list(await this.#operations.operationsOfBill({ billRef }));
  }

  async newestReserve(terminalId: string): Booked<OperationRecord | undefined> {
    const kind: BackOfficeKind = 'exitEntry.case.reserve';
    const found = await this.#operations.operationsOfTerminal({ tid: terminalId, kind, limit: 1 });
    return found.ok ? ok(found.value[0] === undefined ? undefined : this.#read(found.value[0])) : found;
  }

  async open(limit: number): Booked<OperationRecord[]> {
    return this.#list(await this.#operations.openOperations({ limit }));
  }

  async claim(
    intent: Parameters<OperationBook['claim']>[0],
    after: readonly OperationRecord[],
  ): Booked<{ fresh: boolean; record: OperationRecord }> {
    const { operationId, digest, kind, terminalId, caseRef, billRef, facts, ended } = intent;
    // Order within a case is the order of taking in, even when the wall clock was set back.
    const createdAt = Math.max(this.#clock.wallMs(), ...after.map((record) => record.kept.createdAt + 1));
    const answer = writeRecord(this.#keys, operationId, { facts, fault: null, answer: null, official: null });
    const claimed = await this.#operations.claim({
      operationId,
      digest,
      kind,
      tid: terminalId,
      state: 'working',
      answer,
      caseRef,
      billRef,
      createdAt,
    });
    if (!claimed.ok) return claimed;
    const { fresh, stored } = claimed.value;
    if (!fresh || ended === null) return ok({ fresh, record: this.#read(stored) });
    const finished = await this.#finishNow(operationId, ended);
    return finished.ok ? ok({ fresh, record: finished.value }) : finished;
  }

  async finish(operationId: string, ended: Ended): Booked<OperationRecord> {
    const found = await this.find(operationId);
    if (!found.ok) return found;
    if (found.value === undefined) return err({ code: 'never-seen', message: 'no such operation' });
    return this.lock.run(`case ${found.value.kept.caseRef ?? ''}`, () => this.#finishNow(operationId, ended));
  }

  async amend(operationId: string, facts: OperationFacts): Booked<OperationRecord> {
    const found = await this.find(operationId);
    if (!found.ok) return found;
    if (found.value === undefined) return err({ code: 'never-seen', message: 'no such operation' });
    return this.lock.run(`case ${found.value.kept.caseRef ?? ''}`, async () => {
      const now = await this.find(operationId);
      if (!now.ok) return now;
      const record = now.value ?? found.value;
      return record === undefined
        ? err({ code: 'never-seen', message: 'no such operation' })
        : this.#write({ ...record, facts: { ...record.facts, ...facts } }, {});
    });
  }

  async forgetAnswers(before: number): Booked<number> {
    const old = this.#list(
      await this.#operations.operationsSettledBefore({
        state: 'settled',
        before,
        limit: GATEWAY_LIMITS.answersForgottenAtOnce,
      }),
    );
    if (!old.ok) return old;
    for (const record of old.value) {
      const official = CREATES.includes(record.kept.kind) ? record.official : null;
      const written = await this.#write({ ...record, answer: null, official }, { state: 'forgotten' });
      if (!written.ok) return written;
    }
    return ok(old.value.length);
  }

  async #finishNow(operationId: string, ended: Ended): Booked<OperationRecord> {
    const found = await this.find(operationId);
    if (!found.ok) return found;
    const record = found.value;
    if (record === undefined) return err({ code: 'never-seen', message: 'no such operation' });
    if (record.kept.settledAt !== null) return ok(record);
    const crossed = await this.#crossedByCancel(record, ended);
    if (!crossed.ok) return crossed;
    const { outcome, answer, official, fault, facts, billRef } = crossed.value;
    const isOpen = outcome === 'unknown';
    return this.#write(
      { kept: record.kept, facts: { ...record.facts, ...facts }, fault, answer, official },
      {
        outcome,
        state: isOpen ? 'unknown' : 'settled',
        settledAt: isOpen ? null : this.#clock.wallMs(),
        ...(billRef === null ? {} : { billRef }),
      },
    );
  }

  /** Decided here, in the lock of the case: of a cancel and an approval that cross, the cancel that was taken in wins. */
  async #crossedByCancel(record: OperationRecord, ended: Ended): Booked<Ended> {
    if (record.kept.kind !== 'exitEntry.case.reserve' || ended.facts.decision !== 'approved') return ok(ended);
    const others = await this.ofCase(record.kept.caseRef ?? '');
    if (!others.ok) return others;
    const { end } = foldCase(others.value.map(stepOf));
    if (end !== 'cancelling' && end !== 'cancelled') return ok(ended);
    const fault = { code: 'case-cancelled', message: 'a cancel of this case came first' };
    return ok({ outcome: 'notDone', answer: null, official: null, fault, facts: {}, billRef: null });
  }

  async #write(
    record: OperationRecord,
    change: { state?: string; outcome?: Outcome; settledAt?: number | null; billRef?: string },
  ): Booked<OperationRecord> {
    const { operationId } = record.kept;
    const written = await this.#operations.change({
      operationId,
      answer: writeRecord(this.#keys, operationId, record),
      ...change,
    });
    if (!written.ok) return written;
    return written.value === undefined
      ? err({ code: 'never-seen', message: 'no such operation' })
      : ok(this.#read(written.value));
  }

  #official(found: Result<OperationRecord[], OperationsFault>, kind: BackOfficeKind): Result<string, Fault> {
    if (!found.ok) return found;
    const official = found.value.find((record) => record.kept.kind === kind && record.official !== null)?.official;
    return official === undefined || official === null
      ? err({ code: 'receipt-unknown', message: 'no such case or bill' })
      : ok(official);
  }

  #list(found: Result<KeptOperation[], OperationsFault>): Result<OperationRecord[], OperationsFault> {
    return found.ok ? ok(found.value.map((kept) => this.#read(kept)).toSorted(byIntake)) : found;
  }

  #read(kept: KeptOperation): OperationRecord {
    return readRecord(this.#keys, kept);
  }
}

function byIntake(a: OperationRecord, b: OperationRecord): number {
  return a.kept.createdAt - b.kept.createdAt || (a.kept.operationId < b.kept.operationId ? -1 : 1);
}
