import { type Clock, err, ok, type Result } from '@yimen/contracts/base';
import { CASE_OFFICES, caseOfficeOf } from '@yimen/contracts/back-office';
import type { Outcome } from '@yimen/contracts/device';
import { foldCase, type OperationFacts } from './case-machine.ts';
import type { GatewayKeys } from './gateway-keys.ts';
import { createKeyedLock, type KeyedLock } from './keyed-lock.ts';
import { GATEWAY_LIMITS } from './limits.table.ts';
import type { OfficialNumbers } from './office-adapter.ts';
import { type Fault, type OperationRecord, readRecord, stepOf, writeRecord } from './operation-record.ts';
import type { KeptOperation, OperationsFault, OperationsPort } from './operations-port.ts';
import { OwedMarks } from './compensations/owed-marks.ts';
import { deedOf, givesRight } from './request-words.ts';

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
      kind: string;
      terminalId: string;
      caseRef: string;
      billRef: string | null;
      facts: OperationFacts;
      ended: Ended | null;
    },
    after: readonly OperationRecord[],
  ): Booked<{ fresh: boolean; record: OperationRecord }>;
  /** Stores how an operation ended, once: an ended one stays as it is, whatever comes later (services §8.16). A reserve
   *  that gives a right after a cancel of its case was taken in is `notDone`: the cancel won, both are told. */
  finish(operationId: string, ended: Ended): Booked<OperationRecord>;
  /** Adds facts to a record; the outcome stays. */
  amend(operationId: string, facts: OperationFacts): Booked<OperationRecord>;
  /** Drops the answers of operations that ended before `before`; outcome, facts and references stay. */
  forgetAnswers(before: number): Booked<number>;
  /** Records that may belong to an open compensation, each case's in its own order: marked ones and unsettled ones. */
  owed(limit: number): Booked<OperationRecord[]>;
  /** Takes the marks off a case whose compensation is closed. In the lock of the case. */
  unmark(records: readonly OperationRecord[]): Booked<void>;
}

export function createOperationBook(operations: OperationsPort, keys: GatewayKeys, clock: Clock): OperationBook {
  return new Book(operations, keys, clock);
}

/** Kinds whose official number is kept sealed for as long as somebody may ask about the case. */
const CREATES: readonly string[] = ['case.begin', 'bill.create'];

class Book implements OperationBook {
  readonly lock = createKeyedLock();
  readonly #operations: OperationsPort;
  readonly #keys: GatewayKeys;
  readonly #clock: Clock;
  readonly #marks: OwedMarks;

  constructor(operations: OperationsPort, keys: GatewayKeys, clock: Clock) {
    this.#operations = operations;
    this.#marks = new OwedMarks(operations);
    this.#keys = keys;
    this.#clock = clock;
  }

  readonly numbers: OfficialNumbers = {
    ofCase: async (caseRef, office) =>
      official(await this.ofCase(caseRef), ({ kept: { kind } }) => {
        return deedOf(kind) === 'case.begin' && (office === undefined || caseOfficeOf(kind) === office);
      }),
    ofBill: async (billRef) =>
      official(await this.ofBill(billRef), (record) => deedOf(record.kept.kind) === 'bill.create'),
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
    const newest: OperationRecord[] = [];
    for (const office of CASE_OFFICES) {
      const kind = `${office}.case.reserve`;
      const found = await this.#operations.operationsOfTerminal({ tid: terminalId, kind, limit: 1 });
      if (!found.ok) return found;
      newest.push(...found.value.map((kept) => this.#read(kept)));
    }
    return ok(newest.toSorted(byIntake).at(-1));
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
    for (const { kept } of old.value) {
      const forgotten = await this.lock.run(`case ${kept.caseRef ?? ''}`, () => this.#forget(kept.operationId));
      if (!forgotten.ok) return forgotten;
    }
    return ok(old.value.length);
  }

  async owed(limit: number): Booked<OperationRecord[]> {
    const open = await this.#operations.openOperations({ limit });
    if (!open.ok) return open;
    const marked = await this.#marks.list(limit);
    return this.#list(marked.ok ? ok([...marked.value, ...open.value]) : marked);
  }

  unmark(records: readonly OperationRecord[]): Booked<void> {
    return this.#marks.clear(records);
  }

  /** In the lock of the case: an answer may be amended or marked at the same moment. */
  async #forget(operationId: string): Booked<void> {
    const found = await this.find(operationId);
    if (!found.ok) return found;
    const record = found.value;
    if (record === undefined || record.kept.state !== 'settled') return ok(undefined);
    const kept = CREATES.includes(deedOf(record.kept.kind)) ? record.official : null;
    const answer = writeRecord(this.#keys, operationId, { ...record, answer: null, official: kept });
    const written = await this.#operations.change({ operationId, answer, state: 'forgotten' });
    return written.ok ? ok(undefined) : written;
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
    if (deedOf(record.kept.kind) !== 'case.reserve' || !givesRight(ended.facts.decision)) return ok(ended);
    const others = await this.ofCase(record.kept.caseRef ?? '');
    if (!others.ok) return others;
    const { end } = foldCase(others.value.map(stepOf));
    if (end !== 'cancelling' && end !== 'cancelled') return ok(ended);
    const fault = { code: 'case-cancelled', message: 'a cancel of this case came first' };
    return ok({ outcome: 'notDone', answer: null, official: null, fault, facts: {}, billRef: null });
  }

  /** In the lock of the case. */
  async #write(
    record: OperationRecord,
    change: { state?: string; outcome?: Outcome; settledAt?: number | null; billRef?: string },
  ): Booked<OperationRecord> {
    const { operationId, caseRef } = record.kept;
    const before = await this.ofCase(caseRef ?? '');
    if (!before.ok) return before;
    const later = { ...record, kept: { ...record.kept, ...change } };
    const after = before.value.map((other) => (other.kept.operationId === operationId ? later : other));
    const mark = await this.#marks.prepare(after, later);
    if (!mark.ok) return mark;
    const answer = writeRecord(this.#keys, operationId, record);
    const written = await this.#operations.change({ operationId, answer, ...change, ...mark.value });
    if (!written.ok) return written;
    if (written.value === undefined) return err({ code: 'never-seen', message: 'no such operation' });
    const cleared = await this.#marks.clearIfClosed(after);
    return cleared.ok ? ok(this.#read(written.value)) : cleared;
  }

  #list(found: Result<KeptOperation[], OperationsFault>): Result<OperationRecord[], OperationsFault> {
    return found.ok ? ok(found.value.map((kept) => this.#read(kept)).toSorted(byIntake)) : found;
  }

  #read(kept: KeptOperation): OperationRecord {
    return readRecord(this.#keys, kept);
  }
}

function official(
  found: Result<OperationRecord[], OperationsFault>,
  isCreated: (record: OperationRecord) => boolean,
): Result<string, Fault> {
  if (!found.ok) return found;
  const number = found.value.find((record) => isCreated(record) && record.official !== null)?.official;
  return number === undefined || number === null
    ? err({ code: 'receipt-unknown', message: 'no such case or bill' })
    : ok(number);
}

function byIntake(a: OperationRecord, b: OperationRecord): number {
  return a.kept.createdAt - b.kept.createdAt || (a.kept.operationId < b.kept.operationId ? -1 : 1);
}
