import { z } from 'zod';
import { unitVerbs } from '../exchange.ts';
import type { PortOf } from '../port.ts';
import { effect, read } from '../port.ts';

const nothing = z.strictObject({});

/** Where a card can be: at the gate (a customer can reach it), held at the read position, handed over to the
 *  endorsement printer behind, in the retain bin, or nowhere in the unit. */
export const cardPositionSchema = z.enum(['none', 'gate', 'readPosition', 'bin', 'jammed', 'unknown']);
export type CardPosition = z.infer<typeof cardPositionSchema>;

/** Motorised card unit (XFS4IoT CardReader + Storage). */
export const cardUnitPort = {
  kind: 'card-unit',
  verbs: {
    /** Opens the gate, waits for a card and draws it to the read position. No card before the deadline: notDone, `noMedia`. */
    acceptCard: effect(nothing),
    /** Moves the card within the machine. */
    moveCard: effect(z.strictObject({ to: z.enum(['readPosition', 'gate']) })),
    /** Presents the card and waits until it is taken. Evidence: `presented`, then `taken`. Not taken: `unknown` is
     *  impossible here, the sensor tells: notDone with `mediaRetained` never, `notTaken` with the card at the gate. */
    ejectCard: effect(nothing),
    /** Draws a card from gate or read position into the retain bin. Evidence: bin count or empty path. */
    captureCard: effect(nothing),
    /** Gives a card out of the stack (units without a stack: `unsupportedCommand`). */
    dispenseCard: effect(nothing),
    position: read(nothing, z.object({ position: cardPositionSchema, binCount: z.int().min(0) })),
    /** Powers the chip at the read position; the session's chip driver then talks through it. */
    openChip: read(nothing, z.object({ chip: z.boolean() })),
    ...unitVerbs,
  },
} as const;
export type CardUnit = PortOf<typeof cardUnitPort>;
