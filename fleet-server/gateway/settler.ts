import type { CancelTimer, Clock } from '@yimen/contracts/base';
import type { GatewayLog } from './gateway-log.ts';
import { GATEWAY_LIMITS } from './limits.table.ts';
import type { OperationRecord } from './operation-record.ts';

/** Goes on asking about operations whose end is not known, until it is: at first after a second, then ever more slowly,
 *  never never. */
export interface Settler {
  add(record: OperationRecord): void;
  /** How many wait. */
  readonly waiting: number;
  stop(): void;
}

/** Asks once. @returns the record as it is afterwards; undefined when the store could not say. */
export type AskAgain = (operationId: string) => Promise<OperationRecord | undefined>;

interface Waiting {
  readonly record: OperationRecord;
  questions: number;
  dueMs: number;
  asking: boolean;
}

export function createSettler(parts: { clock: Clock; log: GatewayLog; askAgain: AskAgain }): Settler {
  return new BackgroundSettler(parts);
}

class BackgroundSettler implements Settler {
  readonly #clock: Clock;
  readonly #log: GatewayLog;
  readonly #askAgain: AskAgain;
  readonly #waiting = new Map<string, Waiting>();
  #cancel: CancelTimer = () => undefined;
  #asking = 0;
  #stopped = false;

  constructor(parts: { clock: Clock; log: GatewayLog; askAgain: AskAgain }) {
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#askAgain = parts.askAgain;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  add(record: OperationRecord): void {
    const { operationId } = record.kept;
    if (this.#stopped || this.#waiting.has(operationId)) return;
    this.#waiting.set(operationId, {
      record,
      questions: 0,
      dueMs: this.#clock.monoMs() + GATEWAY_LIMITS.settleFirstMs,
      asking: false,
    });
    this.#plan();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
    this.#waiting.clear();
  }

  #plan(): void {
    this.#cancel();
    if (this.#stopped || this.#asking >= GATEWAY_LIMITS.settleAtOnce) return;
    const idle = [...this.#waiting.values()].filter((waiting) => !waiting.asking);
    if (idle.length === 0) return;
    const next = idle.reduce((first, other) => (other.dueMs < first.dueMs ? other : first));
    this.#cancel = this.#clock.after(Math.max(0, next.dueMs - this.#clock.monoMs()), () => {
      void this.#ask(next);
      this.#plan();
    });
  }

  async #ask(waiting: Waiting): Promise<void> {
    const { operationId, kind, createdAt } = waiting.record.kept;
    waiting.asking = true;
    waiting.questions += 1;
    this.#asking += 1;
    const record = await this.#askAgain(operationId).catch((error: unknown) => {
      this.#log.broken({
        what: `settling ${operationId}`,
        error: error instanceof Error ? error.message : String(error),
      });
      return undefined;
    });
    this.#asking -= 1;
    waiting.asking = false;
    if (record !== undefined && record.kept.settledAt !== null) {
      this.#waiting.delete(operationId);
      this.#log.settled({
        operationId,
        kind,
        outcome: record.kept.outcome ?? 'unknown',
        fault: record.fault?.code ?? null,
        questions: waiting.questions,
      });
    } else {
      const pauseMs = Math.min(
        GATEWAY_LIMITS.settleLongestMs,
        GATEWAY_LIMITS.settleFirstMs * 2 ** Math.min(waiting.questions, 10),
      );
      waiting.dueMs = this.#clock.monoMs() + pauseMs;
      const ageMs = this.#clock.wallMs() - createdAt;
      if (ageMs > GATEWAY_LIMITS.settleWarnMs) this.#log.stillUnknown({ operationId, kind, ageMs });
    }
    this.#plan();
  }
}
