import type { Result } from '@yimen/contracts/base';
import type { UpLeaf } from '@yimen/contracts/fleet';

/** A fault that makes the broker close the link without PUBACK. */
interface NotKept {
  readonly code: string;
  readonly message: string;
}

/** What this room needs of a broker; the broker room's port has it. */
export interface IngestBroker {
  publish(topic: string, payload: string, options: { readonly qos: 0 | 1; readonly retain: boolean }): Promise<void>;
  /** The handler answers when a message is safe; the PUBACK waits for it. */
  onPublish(
    handler: (
      from: { readonly tid: string },
      message: { readonly leaf: UpLeaf; readonly payload: Uint8Array },
    ) => Promise<Result<void, NotKept>>,
  ): void;
  onLink(handler: (link: { readonly tid: string; readonly up: boolean }) => void): void;
}
