import { z } from 'zod';

/** How many charges the terminal's book holds. */
const BOOK_ROWS = 200;

const chargeSchema = z.strictObject({
  billRef: z.string().max(40),
  amountFen: z.int().min(0).max(0xffff_ffff),
  state: z.enum(['waiting', 'captured', 'declined', 'cancelled', 'refunded', 'unknown']),
  channel: z.enum(['none', 'qr', 'card']),
  trace: z.string().max(40),
});
/** One line of the terminal's book, as `state()` shows it. */
export type SimulatedCharge = z.infer<typeof chargeSchema>;

export const bookSchema = z.strictObject({ charges: z.array(chargeSchema).max(BOOK_ROWS), traces: z.int().min(0) });

/** The terminal's book of charges, kept over power-off: what was taken stays taken. */
export class ChargeBook {
  #charges: SimulatedCharge[] = [];
  #traces = 0;

  /** Newest last. */
  get charges(): readonly Readonly<SimulatedCharge>[] {
    return this.#charges;
  }

  open(billRef: string, amountFen: number): SimulatedCharge {
    const charge: SimulatedCharge = { billRef, amountFen, state: 'waiting', channel: 'none', trace: '' };
    this.#charges = [...this.#charges.slice(1 - BOOK_ROWS), charge];
    return charge;
  }

  lastOf(billRef: string): SimulatedCharge | undefined {
    return this.#charges.findLast((charge) => charge.billRef === billRef);
  }

  /** The provider's next trace number. */
  nextTrace(): string {
    this.#traces += 1;
    return `YM${String(this.#traces).padStart(10, '0')}`;
  }

  save(): z.infer<typeof bookSchema> {
    return { charges: this.#charges.map((charge) => ({ ...charge })), traces: this.#traces };
  }

  restore({ charges, traces }: z.infer<typeof bookSchema>): void {
    this.#charges = charges;
    this.#traces = traces;
  }

  /** The power went: a charge that only waited is over; one that was being asked for, nobody here knows. The channel is
   *  written down before the provider is asked. */
  powerLost(): void {
    for (const charge of this.#charges)
      if (charge.state === 'waiting') charge.state = charge.channel === 'none' ? 'cancelled' : 'unknown';
  }
}
