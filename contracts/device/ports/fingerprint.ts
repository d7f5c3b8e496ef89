import { z } from 'zod';
import type { PortOf } from '../port.ts';
import { read } from '../port.ts';

const nothing = z.strictObject({});

/** Finger position codes of ISO/IEC 19794-2: 1 right thumb … 5 right little, 6 left thumb … 10 left little. */
export const fingerPositionSchema = z.int().min(1).max(10);

/** What keeps an image from being good; each has its own hint for the citizen (F42). */
export const fingerHintSchema = z.enum(['none', 'dry', 'wet', 'partial', 'tooFast', 'dirty', 'shifted']);

export const fingerImageSchema = z.object({
  /** 8-bit grey, row by row from the top left, base64. */
  image: z.string().max(400_000),
  width: z.int().min(1).max(640),
  height: z.int().min(1).max(480),
  dpi: z.literal(500),
  /** 0 worst, 100 best, by the collector's own judgement. */
  quality: z.int().min(0).max(100),
  hint: fingerHintSchema,
});
export type FingerImage = z.infer<typeof fingerImageSchema>;

/** Fingerprint collector (XFS4IoT Biometric). Reads only; personal: from the host to the session and nowhere else. */
export const fingerprintPort = {
  kind: 'fingerprint',
  verbs: {
    /** Lights up and waits for a finger, then gives one image. Nobody before the deadline: `noMedia`; a finger that still
     *  lies there from before: `deviceNotReady`. */
    capture: read(z.strictObject({ finger: fingerPositionSchema }), fingerImageSchema),
    /** Waits until the finger is lifted: removal is seen before the next capture (F43). Still there: `notTaken`. */
    waitForRemoval: read(nothing, z.object({ present: z.literal(false) })),
    /** Overwrites what the collector still holds. */
    clear: read(nothing, z.object({})),
  },
} as const;
export type Fingerprint = PortOf<typeof fingerprintPort>;
