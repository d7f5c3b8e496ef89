import { FLEET_LIMITS, KEEPALIVE_SEC, LINK_RATE } from '@yimen/contracts/fleet';

/** Every bound of the broker room, each with its reason (fleet design §3). */
export const BROKER_LIMITS = {
  /** No larger packet is read; the link is closed at its header, before the body arrives. */
  packetBytes: FLEET_LIMITS.packetBytes,
  /** TLS handshake, and then CONNECT, each have to be done by then: cuts slow senders. */
  handshakeMs: 10_000,
  connectMs: 10_000,
  keepaliveMinSec: KEEPALIVE_SEC.min,
  keepaliveMaxSec: KEEPALIVE_SEC.max,
  /** PUBLISH packets per second and terminal, and how many may come at once; a terminal sends ≈1 per second. Above
   *  it the link is not read, and after `floodMs` of that it is cut. */
  messagesPerSecond: LINK_RATE.perSecond,
  messageBurst: LINK_RATE.burst,
  floodMs: LINK_RATE.floodSec * 1_000,
  /** What may wait for a terminal that does not read; then it is cut, returns and is told everything again. */
  outgoingMessages: 64,
  outgoingBytes: 1024 * 1024,
  /** A socket that takes nothing for so long is cut. */
  drainMs: 10_000,
  /** The SUBSCRIBE refusal at which the link is closed: a terminal that asks so often is not ours. */
  refusedSubscriptions: 10,
  /** Handshakes per second in all (more come when terminals/120 is higher) and half-open links of one address. */
  handshakesPerSecond: 100,
  terminalsPerHandshake: 120,
  halfOpenPerAddress: 256,
  /** Links in all; one descriptor each. */
  links: 40_000,
  /** Levels of a topic: the deepest of ours has six. */
  topicLevels: 8,
  /** Messages of one link that are handed on and not yet safe; above it the link is not read. */
  unsafeMessages: 64,
  /** How often live links are held against their certificate's end. */
  sweepMs: 5_000,
  /** How often the endpoint looks for who is silent, and at certificates. */
  lookMs: 1_000,
  /** Everything is closed by then after `stop()`. */
  stopMs: 1_500,
} as const;
