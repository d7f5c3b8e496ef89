import type { CertificateIdentity } from '@yimen/certs';
import type { Clock, Result } from '@yimen/contracts/base';
import type { UpLeaf } from '@yimen/contracts/fleet';

/** Who is at the other end of a link: what its certificate says, and nothing it says itself. */
export interface PeerIdentity extends CertificateIdentity {
  /** The common name, which is the terminal id. */
  readonly tid: string;
  readonly address: string;
}

/** A message that its sender was entitled to send. */
export interface UpMessage {
  readonly topic: string;
  readonly leaf: UpLeaf;
  readonly payload: Uint8Array;
  readonly retain: boolean;
  /** The broker published it for a link that ended without DISCONNECT. */
  readonly will: boolean;
}

/** Answers when the message is safe; the PUBACK waits for it. A fault closes the link without PUBACK. */
export type PublishHandler = (
  from: PeerIdentity,
  message: UpMessage,
) => Promise<Result<void, { readonly code: string; readonly message: string }>>;

export type LinkHandler = (link: { readonly tid: string; readonly up: boolean }) => void;

/** Something that was not allowed. `tid` null: not even the certificate was believed. */
export interface Refusal {
  readonly tid: string | null;
  readonly address: string;
  readonly code: string;
  readonly detail: string;
}

/** Where and as whom a broker listens. */
export interface ListenerOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** PEM texts: trusted roots; the server's chain; its key. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** How many terminals there are, for the rate of handshakes. */
  readonly terminals: number;
  readonly clock: Clock;
}

/** What every broker is made of. */
export interface BrokerOptions extends ListenerOptions {
  /** The allow-list: whether this key may speak for this terminal now. Asked at each CONNECT; a rejection refuses. */
  readonly isAllowed: (peer: PeerIdentity) => Promise<boolean>;
}

export interface BrokerFault {
  readonly code: 'PORT_TAKEN' | 'DATA_UNREADABLE';
  readonly message: string;
}

/** A message broker as the fleet server needs it (fleet design §3). Whatever stands behind it passes
 *  `testing/broker-contract.ts`. Handlers are set before `start`. */
export interface BrokerPort {
  /** Listens. @fault PORT_TAKEN; DATA_UNREADABLE certificate or key are no good */
  start(): Promise<Result<{ readonly port: number }, BrokerFault>>;
  /** Closes every link (each leaves its will) and stops listening. */
  stop(): Promise<void>;
  /** To whoever has subscribed now; nothing waits for the absent, except a retained message. */
  publish(topic: string, payload: string, options: { readonly qos: 0 | 1; readonly retain: boolean }): Promise<void>;
  onPublish(handler: PublishHandler): void;
  onLink(handler: LinkHandler): void;
  onRefusal(handler: (refusal: Refusal) => void): void;
  /** Closes the live link of a terminal at once; its will follows. Nothing happens when there is none. */
  kick(tid: string): Promise<void>;
}
