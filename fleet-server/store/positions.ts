import { AppError } from '@yimen/contracts/base';
import type { Kysely } from 'kysely';
import type { FleetDatabase } from './database.ts';

/** Takes `count` new positions of the commit order. They rise for ever; some may stay unused. Kept in the transaction,
 *  so that a position that was seen is never given again. */
export async function takePositions(db: Kysely<FleetDatabase>, count: number): Promise<Iterator<number, never>> {
  const row = await db
    .insertInto('fleet_counter')
    .values({ name: 'position', value: count })
    .onConflict((oc) => oc.column('name').doUpdateSet((eb) => ({ value: eb('fleet_counter.value', '+', count) })))
    .returning('value')
    .executeTakeFirstOrThrow();
  return upwards(row.value - count + 1, row.value);
}

function* upwards(from: number, to: number): Generator<number, never> {
  for (let position = from; position <= to; position += 1) yield position;
  throw new AppError('INTERNAL_UNREACHABLE', 'more commit positions were used than taken');
}
