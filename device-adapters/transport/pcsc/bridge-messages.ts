import type { Fault } from '@yimen/contracts/device';
import type { PcscBindingName } from './pcsc-address.ts';

// Types alone: what reads them by a schema loads in a quarter of a second, which the bridge's start does not have to spare.

/** What a bridge is started for: one reader, or the list of them. */
export interface BridgeRequest {
  readonly binding: PcscBindingName;
  /** Without it: the list. */
  readonly reader?: string | undefined;
}

/** What a bridge says beside the bytes: once that it is open, or what it found, or why not; then why it lost the reader;
 *  and that it has let go of the card, after it was asked to. */
export type BridgeMessage =
  | { readonly opened: true }
  | { readonly fault: Fault }
  | { readonly readers: readonly { readonly name: string; readonly state: number }[] }
  | { readonly lost: string }
  | { readonly free: true };
