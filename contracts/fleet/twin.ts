import { z } from 'zod';
import { wireCode, wireInt, wireText, wireTimeSchema, wireVersion } from './common.ts';

const settings = z.record(z.string().max(60), z.unknown());

export const twinReportSchema = z.object({
  v: wireVersion,
  linkSession: wireInt,
  t: wireTimeSchema,
  ver: wireInt,
  appliedDesiredVer: wireInt,
  reported: settings,
  errors: z.array(z.object({ path: wireText, code: wireCode })).max(16),
  get: z.boolean().optional(),
});
export type TwinReport = z.infer<typeof twinReportSchema>;

export const twinDesiredSchema = z.object({ v: wireVersion, ver: wireInt, baseVer: wireInt, desiredDelta: settings });
export type TwinDesired = z.infer<typeof twinDesiredSchema>;
