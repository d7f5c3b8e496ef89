import type { BackOfficeKind } from '@yimen/contracts/back-office';
import type { DeviceKind } from '@yimen/contracts/device';
import type { JournalEvent } from '@yimen/contracts/journal';

/** What a machine wants done. Performed by the runner; results come back as inputs under the same `key`. */
export type Effect =
  /** A physical effect: gets its operation id, is journaled before it is asked for, and ends in an outcome. */
  | {
      readonly do: 'operate';
      readonly key: string;
      readonly device: DeviceKind;
      readonly verb: string;
      readonly args: Readonly<Record<string, unknown>>;
      readonly deadlineMs: number;
      /** Returning a citizen's property goes on even when the journal cannot be written. */
      readonly evenUnjournaled?: boolean;
    }
  | {
      readonly do: 'read';
      readonly key: string;
      readonly device: DeviceKind;
      readonly verb: string;
      readonly args: Readonly<Record<string, unknown>>;
      readonly deadlineMs: number;
    }
  /** Stops waiting effects of a device by giving its lease back; their results still come. */
  | { readonly do: 'abort'; readonly device: DeviceKind }
  /** A request to the back office. */
  | {
      readonly do: 'ask';
      readonly key: string;
      readonly request: BackOfficeKind;
      readonly body: Readonly<Record<string, unknown>>;
      readonly deadlineMs: number;
    }
  /** What became of an earlier operation: asked by its id, never sent anew. */
  | { readonly do: 'settle'; readonly key: string; readonly operationId: string; readonly target: string }
  /** An effect that had ended `unknown` is proved now, by something else than its own answer. Without such an effect it
   *  changes nothing. */
  | {
      readonly do: 'resolve';
      readonly verb: string;
      readonly outcome: 'done' | 'notDone';
      readonly by: 'sensor' | 'gateway';
    }
  | { readonly do: 'match'; readonly key: string; readonly picture: string }
  /** A sheet is drawn from the session's facts and handed to the A4 printer's memory; printing it is an effect of its own. */
  | { readonly do: 'draw'; readonly key: string; readonly document: string; readonly index: number }
  | { readonly do: 'timer'; readonly name: string; readonly ms: number }
  | { readonly do: 'stopTimer'; readonly name: string }
  | { readonly do: 'journal'; readonly events: readonly JournalEvent[] }
  /** The last physical outcome, told with every next request to the office. */
  | { readonly do: 'remember'; readonly produced: number; readonly handedOver: number; readonly retained: number }
  /** The session is over. */
  | { readonly do: 'finish'; readonly how: 'finished' | 'timeout' | 'cancelled'; readonly propertyOut: boolean };
