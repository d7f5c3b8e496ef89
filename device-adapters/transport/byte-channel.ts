import type { Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';

/** Why a channel ended. `lost` is what an unplugged cable, a dead daemon or a broken socket looks like. */
export type CloseReason = { readonly why: 'closed' } | { readonly why: 'lost'; readonly detail: string };

/** Bytes to and from one device. Single use: after loss a new one is made, nothing reopens or replays by itself.
 *  `close()` is idempotent; `closed` settles exactly once; `chunks` ends (never throws) when the channel does. */
export interface ByteChannel {
  readonly chunks: AsyncIterable<Uint8Array>;
  write(bytes: Uint8Array): Promise<Result<void, Fault>>;
  close(): Promise<void>;
  readonly closed: Promise<CloseReason>;
}

/** Makes a fresh channel; a port that is missing or held by another is a Fault (`offline`, `deviceBusy`). */
export type OpenChannel = (deadlineMs: number) => Promise<Result<ByteChannel, Fault>>;
