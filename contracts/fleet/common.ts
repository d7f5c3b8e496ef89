import { z } from 'zod';

/** Common types of the wire contract. `int` 0…2^53−1; `ms` milliseconds; `wall` milliseconds since 1970 UTC. */
const wholeNumber = (title: string): z.ZodInt => z.int().min(0).max(Number.MAX_SAFE_INTEGER).meta({ title });
export const wireInt = wholeNumber('int');
export const wireMs = wholeNumber('ms');
export const wireWall = wholeNumber('wall');
export const wireId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,40}$/)
  .meta({ title: 'id' });
export const wireCode = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,48}$/)
  .meta({ title: 'code' });
/** SHA-256 as base64url. */
export const wireHash = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .meta({ title: 'hash' });
export const wireText = z
  .string()
  .max(200)
  .regex(/^[^\u0000-\u001f\u007f]*$/u)
  .meta({ title: 'text' });
export const wireVersion = z.literal(1);

/** `t`: stamped at each transmission; `srv` is the last server time heard. */
export const wireTimeSchema = z.object({ boot: wireId, mono: wireMs, wall: wireWall, srv: wireWall.nullable() });
export type WireTime = z.infer<typeof wireTimeSchema>;

export const wireSigSchema = z.object({
  key: z.string().max(60),
  alg: z.literal('ed25519'),
  value: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});

/** Byte limits of §2.1, per topic; a packet above `packetBytes` is not even read. */
export const FLEET_LIMITS = {
  packetBytes: 256 * 1024,
  lifeBytes: 16 * 1024,
  willBytes: 512,
  hbBytes: 4 * 1024,
  evBytes: 64 * 1024,
  evEvents: 100,
  eventBytes: 4 * 1024,
  ackBytes: 4 * 1024,
  twinBytes: 8 * 1024,
  jobBytes: 8 * 1024,
  jobUpBytes: 4 * 1024,
  cmdBytes: 4 * 1024,
  stateBytes: 1024,
  depth: 6,
} as const;

/** What a link must ask for in its CONNECT, in seconds (§3): below, pings are load; above, a dead link stands too long. */
export const KEEPALIVE_SEC = { min: 15, max: 120 } as const;
/** PUBLISH packets a second on one link, how many may come at once, and for how long more may come before the link is
 *  closed (§3); a terminal needs about one a second. */
export const LINK_RATE = { perSecond: 50, burst: 200, floodSec: 30 } as const;

/** How often and how long: §2.5. Times in milliseconds. */
export const FLEET_TIMES = {
  lingerMs: 20,
  ackAgainMs: 15_000,
  ackAgainMaxMs: 120_000,
  batchesInFlight: 4,
  /** Sends without an answer after which a batch is doubted and halved (a number, not a time). */
  sendsBeforeDoubt: 3,
  reconnectMaxMs: 120_000,
  reconnectSpreadBeforeAnyMs: 30_000,
} as const;
