import { hostRequestSchema } from '@yimen/contracts/device';
import { z } from 'zod';

/** A request as the socket takes it: the contract's, option by option. Tried one after the other and not by `call`,
 *  because `hello` stands there twice (once per role) and a lookup by `call` alone cannot tell the two apart. */
export const requestSchema = hostRequestSchema.extend({ request: z.union(hostRequestSchema.shape.request.options) });
