import type { Result } from '@yimen/contracts/base';
import type { Fault, MediaState, OperationRecord, Outcome } from '@yimen/contracts/device';
import type { Intent } from '@yimen/contracts/ui';

/** How the office's side of an operation stands. */
export interface OfficeResult {
  readonly operationId: string;
  readonly outcome: Outcome;
  readonly answer: unknown;
  readonly fault: { readonly code: string; readonly message: string } | null;
}

export interface OperationEnd {
  readonly operationId: string;
  readonly outcome: Outcome;
  readonly fault: Fault | null;
  readonly value: OperationRecord['value'];
  readonly evidence: OperationRecord['evidence'];
}

/** Everything that can happen to a session. */
export type Input =
  | { readonly kind: 'begin' }
  | { readonly kind: 'intent'; readonly intent: Intent }
  | { readonly kind: 'operated'; readonly key: string; readonly end: OperationEnd }
  | { readonly kind: 'read'; readonly key: string; readonly result: Result<unknown, Fault> }
  | { readonly kind: 'answered'; readonly key: string; readonly result: OfficeResult }
  /** `end: null`: whoever should know has never seen the operation. */
  | {
      readonly kind: 'settled';
      readonly key: string;
      readonly end: OperationEnd | null;
      readonly office: OfficeResult | null;
      readonly known: 'yes' | 'neverSeen' | 'cannotTell';
    }
  | {
      readonly kind: 'matched';
      readonly key: string;
      readonly result: Result<{ score: number; passed: boolean }, { code: string }>;
    }
  /** The sheet lies in the printer's memory, or could not be drawn or handed over. */
  | {
      readonly kind: 'drawn';
      readonly key: string;
      readonly result: Result<
        { readonly documentId: string; readonly sha256: string; readonly pages: number },
        { readonly code: string }
      >;
    }
  /** A device tells that something lies at its exit, or no longer does. */
  | { readonly kind: 'media'; readonly device: string; readonly media: MediaState }
  | { readonly kind: 'timer'; readonly name: string }
  /** The citizen leaves, or the time is over: a step with something in flight winds it down first. */
  | { readonly kind: 'leave'; readonly how: 'cancelled' | 'timeout' }
  /** Core asks for an end (staff, power): property back, then over. */
  | { readonly kind: 'wrapUp' }
  | { readonly kind: 'journalFailed' };
