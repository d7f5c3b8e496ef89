import { z } from 'zod';

const code = z.string().regex(/^[A-Za-z0-9._-]{1,60}$/);

export const POLICY_KINDS = [
  'fee',
  'margin',
  'age',
  'eligibility',
  'hours',
  'window',
  'limit',
  'deadline',
  'chargeOn',
  'photoProfile',
  'text',
] as const;

/** One dated, place-scoped, sourced fact. Most specific place wins; of one kind, variant and place no two rows may
 *  overlap in time. A row lacking a date, a place or a source stays `draft` and decides nothing. */
export const policyRowSchema = z.strictObject({
  id: code,
  kind: z.enum(POLICY_KINDS),
  serviceId: code,
  variant: z.string().max(40).nullable(),
  /** `CN`, or a province, city, county, town code of GB/T 2260, or a hallId. */
  place: z.string().min(2).max(40),
  effectiveFrom: z.iso.date(),
  effectiveTo: z.iso.date().nullable(),
  value: z.union([z.int(), z.string().max(400), z.boolean(), z.array(z.string().max(40)).max(32)]),
  unit: z.enum(['fen', 'days', 'months', 'years', 'seconds', 'count', 'code', 'text', 'none']),
  source: z.string().min(1).max(200),
  status: z.enum(['draft', 'active', 'placeholder']),
});
export type PolicyRow = z.infer<typeof policyRowSchema>;
export const policyFileSchema = z.strictObject({ rows: z.array(policyRowSchema).max(2000) });

/** From the most general to the most specific place that contains a hall. */
export function placeChain(townCode: string, hallId: string): readonly string[] {
  return ['CN', townCode.slice(0, 2), townCode.slice(0, 4), townCode.slice(0, 6), townCode, hallId];
}

/** The row that decides, or undefined: most specific place first, in force on `date` (`YYYY-MM-DD`, Asia/Shanghai). */
export function resolvePolicy(
  rows: readonly PolicyRow[],
  query: { kind: PolicyRow['kind']; variant: string | null; places: readonly string[]; date: string },
): PolicyRow | undefined {
  let best: PolicyRow | undefined;
  let bestRank = -1;
  for (const row of rows) {
    if (row.status === 'draft' || row.kind !== query.kind || row.variant !== query.variant) continue;
    if (row.effectiveFrom > query.date || (row.effectiveTo !== null && row.effectiveTo < query.date)) continue;
    const rank = query.places.indexOf(row.place);
    if (rank > bestRank) {
      best = row;
      bestRank = rank;
    }
  }
  return best;
}
