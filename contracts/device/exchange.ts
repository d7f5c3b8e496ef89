import { z } from 'zod';
import { effect, read } from './port.ts';
import { unitSchema } from './status.ts';

const nothing = z.strictObject({});

/** What staff counted in one unit at the machine. */
const countedUnitSchema = z.strictObject({
  count: z.int().min(0).max(100_000),
  /** Serial numbers from the first that comes out to the last, for units whose pieces carry one. */
  serialised: z.array(z.string().min(1).max(40)).max(2000).optional(),
});

/** The verbs that every kind with units has beside its own (XFS4IoT Storage.GetStorage, SetStorage, StartExchange,
 *  EndExchange). An exchange cannot start while an operation is open; while it is active nothing else moves
 *  (`exchangeActive`); what is counted outside one is refused (`noExchangeActive`). */
export const unitVerbs = {
  units: read(
    nothing,
    z.object({ units: z.record(z.string(), unitSchema), exchange: z.enum(['active', 'inactive', 'unknown']) }),
  ),
  startExchange: effect(nothing),
  /** Sets what was counted; units that are not named keep their counts. A count over the unit's capacity, or a number of
   *  serials that is not the count: `invalidUnit`, nothing is set. */
  setUnits: effect(z.strictObject({ units: z.record(z.string().max(40), countedUnitSchema) })),
  endExchange: effect(nothing),
} as const;
