import type { Completion } from './effect-memory.ts';
import type { DeviceField, DeviceFields } from './fields.ts';

/** Results that all kinds share (README.md, table of results). */
export const RESULT = {
  well: 0x00,
  unknownCommand: 0x01,
  doesNotFit: 0x02,
  busy: 0x03,
  starting: 0x04,
  stopped: 0x05,
  hardware: 0x06,
  unsupported: 0x07,
} as const;

/** Value of the field `state`. */
export const STATE = { online: 0, busy: 1, starting: 2, hardwareError: 3, fraudAttempt: 4 } as const;

/** One effect from its acceptance to its end. */
export interface RunningEffect {
  /** Hex of the operation id. */
  readonly id: string;
  readonly command: number;
  readonly isOver: boolean;
  /** Ends it as the device means to. */
  finish(completion: Completion): void;
  /** Ends it because something else came in between. */
  interrupt(completion: Completion): void;
  /** Calls `fn` when it is over, at once when it is; not when the power goes. */
  whenOver(fn: () => void): void;
}

/** A command that was looked at: the result that refuses it, or what to do once it is accepted. */
export type Verdict = number | ((effect: RunningEffect) => void);
/** A question that was looked at: the result that refuses it, or its answer; an answer of `undefined` never comes. */
export type ReadVerdict = number | { readonly ms: number; readonly answer: () => Completion | undefined };

/** One read that waits for a person, from its acceptance to its end. */
export interface WaitingRead {
  readonly isOver: boolean;
  /** Tells the host how it ended; a second end is none. */
  end(completion: Completion): void;
  /** Its seconds begin anew. */
  renew(): void;
  /** Calls `fn` when it is over in whatever way, at once when it is. */
  whenOver(fn: () => void): void;
}

/** A read that waits, looked at: the result that refuses it, or what to do with it. */
export type WaitVerdict =
  | number
  | {
      begin(wait: WaitingRead): void;
      /** Its seconds are over: whoever is being served already may be served to the end. */
      timeOver(wait: WaitingRead): void;
    };

/** What one kind adds to the common part of a device. */
export interface Ref1Model {
  /** The driver id that it plays. */
  readonly id: string;
  readonly kind: string;
  readonly model: string;
  readonly serial: string;
  /** 0 exit, 1 retain, 2 exit then retain, 3 stay, 4 none */
  readonly mediaAtPowerOff: number;
  readonly evidenceKinds: readonly number[];
  /** Standing trouble of the kind's own, and its medium when it has one. */
  condition(): { readonly state: number; readonly fault: number; readonly media?: number };
  /** Fields that the kind adds to the status. */
  statusFields(): readonly DeviceField[];
  readonly reads: ReadonlyMap<number, (fields: DeviceFields) => ReadVerdict>;
  /** Reads that wait for a person. */
  readonly waits?: ReadonlyMap<number, (fields: DeviceFields) => WaitVerdict>;
  readonly effects: ReadonlyMap<number, (fields: DeviceFields) => Verdict>;
  /** Effects that are taken beside another one. */
  readonly besides: ReadonlySet<number>;
  /** Effects whose `completed` the fault `answer-lost` swallows. */
  readonly losable: ReadonlySet<number>;
  selfTest(): Verdict;
  /** @param destination 1 exit, 2 retain, 3 stay */
  reset(destination: number): Verdict;
  /** The host no longer wants to wait for a person. */
  stop(effect: RunningEffect): void;
  /** A reset came: ends the effect now, or lets it end when it must not be cut. */
  interrupt(effect: RunningEffect): void;
  /** The power is gone for a moment: what no memory holds is forgotten. */
  powerLost(): void;
}
