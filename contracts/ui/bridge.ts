import { z } from 'zod';
import { intentSchema } from './intent.ts';
import { viewSchema } from './view.ts';

/** The one contract between the page and whoever draws on it (core outside a session, the session within one), over a
 *  loopback WebSocket (Origin check, one-time token, one connection), in Chromium and in Electron alike. */
export const BRIDGE_VERSION = 1;
export const BRIDGE_LIMITS = { messageBytes: 512 * 1024 } as const;

/** Page → process. The first message is `hello` with the token that the address or the last `go` gave. */
export const toProcessSchema = z.discriminatedUnion('m', [
  z.strictObject({ m: z.literal('hello'), v: z.literal(BRIDGE_VERSION), token: z.string().max(100) }),
  z.strictObject({ m: z.literal('intent'), intent: intentSchema }),
  /** Answers `ping`: a page that is silent for 10 s is replaced. */
  z.strictObject({ m: z.literal('pong'), n: z.int() }),
]);
export type ToProcess = z.infer<typeof toProcessSchema>;

/** Process → page. */
export const toPageSchema = z.discriminatedUnion('m', [
  z.object({ m: z.literal('view'), view: viewSchema }),
  /** Core → page: the citizen's session draws from now on. The page keeps core's connection open beside it. */
  z.object({ m: z.literal('go'), url: z.string().max(200), token: z.string().max(100) }),
  /** Session → page: it is over, core draws again. In kiosk mode the whole browser is replaced. */
  z.object({ m: z.literal('over') }),
  /** Another page has taken this screen. */
  z.object({ m: z.literal('superseded') }),
  z.object({ m: z.literal('ping'), n: z.int() }),
]);
export type ToPage = z.infer<typeof toPageSchema>;
