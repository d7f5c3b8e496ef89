import type { StaffLevel, StaffList } from '@yimen/contracts/terminal';
import { systemRandom } from '../../platform/random.ts';
import { newStaff } from '../staff-secrets.ts';

export interface TestPerson {
  readonly card: string;
  readonly pin: string;
  readonly who: string;
  readonly privateKey: string;
}

/** The least that the contract takes: a hundred sign-ins of the tests cost less than one real one. */
const CHEAP = 10;

/** A made-up staff list, and what its people carry. */
export async function makeStaff<N extends string>(
  people: Readonly<Record<N, { readonly level: StaffLevel; readonly validFrom?: number; readonly validTo?: number }>>,
): Promise<{ list: StaffList; people: Record<N, TestPerson> }> {
  const cardKey = Buffer.from(systemRandom(32)).toString('base64url');
  const made = await Promise.all(
    (Object.keys(people) as N[]).map(async (name, i) => {
      const { level, validFrom = 0, validTo = Number.MAX_SAFE_INTEGER } = people[name];
      const card = `60000000${String(10 + i)}`;
      const pin = String(123_456 + i);
      const { credential, privateKey } = await newStaff({
        cardKey,
        card,
        pin,
        level,
        validFrom,
        validTo,
        random: systemRandom,
        log2N: CHEAP,
      });
      return { name, credential, person: { card, pin, who: credential.who, privateKey } };
    }),
  );
  return {
    list: { version: 1, cardKey, staff: made.map(({ credential }) => credential) },
    people: Object.fromEntries(made.map(({ name, person }) => [name, person])) as Record<N, TestPerson>,
  };
}
