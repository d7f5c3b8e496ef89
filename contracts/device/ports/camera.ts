import { z } from 'zod';
import type { PortOf } from '../port.ts';
import { read } from '../port.ts';

/** Health of the camera seen from the machine; the picture itself is taken in the page. */
export const cameraPort = {
  kind: 'camera',
  verbs: {
    health: read(
      z.strictObject({}),
      z.object({ state: z.enum(['ok', 'inop', 'unknown', 'black', 'covered', 'frozen']) }),
    ),
    checkFrame: read(
      z.strictObject({ luminance: z.int().min(0).max(255), variance: z.int().min(0), digest: z.string().max(64) }),
      z.object({ state: z.enum(['ok', 'black', 'covered', 'frozen']) }),
    ),
  },
} as const;
export type Camera = PortOf<typeof cameraPort>;
