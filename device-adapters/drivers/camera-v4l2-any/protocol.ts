import { z } from 'zod';

/** Who has the node open. */
const ownerSchema = z.object({ pid: z.int().min(0), name: z.string().max(15) });
const text = z.string().max(60);

/** Answer to a look (README.md, "The carrier"). */
const seenSchema = z.object({
  node: text,
  name: text,
  driver: text,
  vendorId: z.string().regex(/^([0-9a-f]{4})?$/),
  productId: z.string().regex(/^([0-9a-f]{4})?$/),
  serial: text,
  firmware: text,
  port: text,
  owners: z.array(ownerSchema).max(8),
  isPartial: z.boolean(),
});
export type RawSeen = z.infer<typeof seenSchema>;

/** Answer to a grab. */
const grabbedSchema = z.union([
  z.object({ bytes: z.int().min(1) }),
  z.object({ refused: z.enum(['busy', 'noProgram', 'failed', 'deadline', 'tooLarge']), says: z.string().max(400) }),
]);
export type RawGrabbed = z.infer<typeof grabbedSchema>;

/** @returns `undefined`: it is no such answer. */
export function decodeSeen(payload: Uint8Array): RawSeen | undefined {
  return seenSchema.safeParse(jsonOf(payload)).data;
}

/** @returns `undefined`: it is no such answer. */
export function decodeGrabbed(payload: Uint8Array): RawGrabbed | undefined {
  return grabbedSchema.safeParse(jsonOf(payload)).data;
}

/** Where the wanted piece of the picture begins. */
export function encodeTake(offset: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, offset);
  return bytes;
}

function jsonOf(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
}
