import { z } from 'zod';
import { wireCode, wireId, wireInt, wireVersion, wireWall } from './common.ts';

/** A counted difference that the fleet accepted. It names the difference by everything that makes it one, so that it fits
 *  no other: not a second count of the same unit, and not a row of another journal that has the same number. */
export const varianceAcceptanceSchema = z.object({
  /** Row and wall time of the `exchange-counted`, as the terminal itself wrote them. */
  j: wireInt.min(1),
  wall: wireWall,
  module: wireCode,
  unit: wireCode,
  variance: z.int(),
  /** The number of the fleet's own record, which says who, when and why. */
  decision: wireId,
});
export type VarianceAcceptance = z.infer<typeof varianceAcceptanceSchema>;

/** What a terminal is told at `GET /v1/acceptances`: its own differences alone, those it has not recorded yet. */
export const acceptancesReplySchema = z.object({
  v: wireVersion,
  acceptances: z.array(varianceAcceptanceSchema).max(200),
  at: wireWall,
});
