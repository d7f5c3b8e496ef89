import { faultSchema } from '@yimen/contracts/device';
import { z } from 'zod';
import { PCSC_BINDINGS } from './pcsc-address.ts';

/** What a bridge is started for: one reader, or the list of them. */
export const bridgeRequestSchema = z.strictObject({
  binding: z.enum(PCSC_BINDINGS),
  /** Without it: the list. */
  reader: z.string().optional(),
});
export type BridgeRequest = z.infer<typeof bridgeRequestSchema>;

/** What a bridge says beside the bytes: once that it is open, or what it found, or why not; then why it lost the reader;
 *  and that it has let go of the card, after it was asked to. */
export const bridgeMessageSchema = z.union([
  z.strictObject({ opened: z.literal(true) }),
  z.strictObject({ fault: faultSchema }),
  z.strictObject({ readers: z.array(z.strictObject({ name: z.string(), state: z.number() })) }),
  z.strictObject({ lost: z.string() }),
  z.strictObject({ free: z.literal(true) }),
]);
export type BridgeMessage = z.infer<typeof bridgeMessageSchema>;
