import { z } from 'zod';
import { faultSchema } from '@yimen/contracts/device';

/** What every request over a local socket is answered with, matched by `n`. `coreAnswerSchema` and `hostAnswerSchema`
 *  are this shape under their own names; the launcher answers with this one. */
export const rpcAnswerSchema = z.discriminatedUnion('ok', [
  z.object({ n: z.int(), ok: z.literal(true), value: z.unknown() }),
  z.object({ n: z.int(), ok: z.literal(false), fault: faultSchema }),
]);
export type RpcAnswer = z.infer<typeof rpcAnswerSchema>;
