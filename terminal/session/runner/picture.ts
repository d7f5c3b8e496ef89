import { z } from 'zod';

/** The part of a page's `picture` intent that the matcher sees. */
export const pictureSchema = z.object({
  base64: z.string(),
  luminance: z.int(),
  variance: z.int(),
});
