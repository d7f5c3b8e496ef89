import type { Result } from '@yimen/contracts/base';

/** Why a call to the PC/SC daemon did not do what it should, as far as anyone here acts on it.
 *  `noService`: no daemon, or it died. `noReader`: the reader is gone. `noCard`: nothing in the reader. `mute`: a card
 *  that cannot be woken. `reset`: somebody reset the card. `busy`: another program holds it. `silent`: the command or
 *  its answer was lost between reader and card. `hung`: no answer before the deadline. `denied`: the daemon does not
 *  serve this user. `notBuilt`: the binding does not
 *  load. */
type PcscTrouble =
  | 'noService'
  | 'noReader'
  | 'noCard'
  | 'mute'
  | 'reset'
  | 'busy'
  | 'silent'
  | 'hung'
  | 'denied'
  | 'notBuilt'
  | 'other';

export interface PcscFailure {
  readonly what: PcscTrouble;
  /** PC/SC's error number (0x80100009…) where the binding tells one. */
  readonly code?: number | undefined;
  /** The binding's words. */
  readonly said: string;
}

type Answer<T> = Promise<Result<T, PcscFailure>>;

/** A card that this process alone may talk to, until `disconnect`. One call at a time. */
export interface PcscCard {
  /** Answer to reset. */
  atr(): Answer<Uint8Array>;
  /** Sends a command APDU. What comes back is not checked: it may be empty. */
  transmit(apdu: Uint8Array): Answer<Uint8Array>;
  /** Warm reset; the connection stays. */
  reset(): Answer<void>;
  /** Takes the power away and lets go; also of a card that has left. */
  disconnect(): Answer<void>;
}

/** What the reader's driver tells about it, where it does. */
export interface ReaderFacts {
  readonly serial?: string | undefined;
  readonly firmware?: string | undefined;
}

/** A connection to the PC/SC daemon. It is never stopped: the stop of either library can wait for ever on its caller's
 *  thread. The process that made it ends instead (bridge.ts). */
export interface PcscClient {
  /** Every reader that the daemon has, with the state that it told last (`READER_STATE`; upper half: how often a card
   *  came or went). */
  readonly readers: ReadonlyMap<string, number>;
  /** Told after each change of `readers`. */
  onChange(fn: () => void): void;
  /** Settles when the daemon is gone. */
  readonly gone: Promise<PcscFailure>;
  connect(reader: string): Answer<PcscCard>;
  facts(reader: string): Promise<ReaderFacts>;
}

/** Makes a connection. Takes as long as the daemon likes, on the caller's thread.
 *  Failures: notBuilt, noService. */
export type StartPcsc = () => Answer<PcscClient>;

/** The longest answer that an extended command may have, and its status word (ISO/IEC 7816-4 §5.2). */
export const ANSWER_BYTES = 65_538;

/** Bits of a reader's state. @source PC/SC part 5 §3.2.5.3; pcsclite.h `SCARD_STATE_*` */
export const READER_STATE = {
  unknown: 0x0004,
  unavailable: 0x0008,
  present: 0x0020,
  exclusive: 0x0080,
  mute: 0x0200,
} as const;

/** Whether a card is in the reader. */
export function hasCard(state: number): boolean {
  return (state & READER_STATE.present) !== 0;
}

/** How often a card came or went, as pcscd counts it; another number, another card. */
export function cardCount(state: number): number {
  return state >>> 16;
}
