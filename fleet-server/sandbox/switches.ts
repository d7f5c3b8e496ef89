import { z } from 'zod';
import { ID_CARDS, PEOPLE } from '@yimen/contracts/testing';
import { SANDBOX_LIMITS } from './limits.table.ts';
import { type OfficeName, OFFICES } from './office-reply.ts';
import type { Shelf } from './shelf.ts';

const when = z.enum(['before', 'after']).default('before');
const code = z.string().regex(/^[A-Za-z0-9._-]{1,48}$/);
const delayMs = z.int().min(0).max(SANDBOX_LIMITS.delayMs);

/** What a switch makes the office do. `before` and `after` are relative to the office's own commit. */
export const switchActionSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('delay'), ms: z.union([delayMs, z.literal('past-deadline')]), when }),
  z.strictObject({ do: z.literal('randomDelay'), minMs: delayMs, maxMs: delayMs, when }),
  /** The office is away and says so before it looks at anything (503). */
  z.strictObject({ do: z.literal('down') }),
  z.strictObject({
    do: z.literal('refuse'),
    code,
    textZh: z.string().max(200).nullable().default(null),
    textEn: z.string().max(200).nullable().default(null),
  }),
  z.strictObject({ do: z.literal('error'), when }),
  z.strictObject({ do: z.literal('cut'), when }),
  z.strictObject({ do: z.literal('malformed'), when }),
  z.strictObject({ do: z.literal('oversize'), when }),
  /** The answer bears another question's id (answers swapped). */
  z.strictObject({ do: z.literal('swapAnswer'), when }),
  /** Commits and never answers. */
  z.strictObject({ do: z.literal('lostAnswer') }),
  z.strictObject({ do: z.literal('duplicateNotice') }),
  z.strictObject({ do: z.literal('reorderNotices') }),
  z.strictObject({ do: z.literal('decline') }),
  z.strictObject({ do: z.literal('otherAmount'), amountFen: z.int().min(0).max(10_000_000) }),
  z.strictObject({ do: z.literal('expireBill') }),
  z.strictObject({ do: z.literal('refundFails') }),
]);
export type SwitchAction = z.infer<typeof switchActionSchema>;

/** `POST /switches`: what is left out matches everything. `nth`: only from the n-th matching call on, counted from
 *  the setting of the switch; `times`: how often it acts (null = until it is deleted). */
export const switchInputSchema = z.strictObject({
  office: z.enum(OFFICES).optional(),
  kind: z.string().max(60).optional(),
  terminalId: z.string().max(32).optional(),
  /** Thing id of a permit or an ID card. */
  person: z
    .string()
    .refine((thing) => [...PEOPLE, ...ID_CARDS].some((known) => known.thing === thing), 'no such person')
    .optional(),
  nth: z.int().min(1).max(10_000).default(1),
  times: z.int().min(1).max(10_000).nullable().default(null),
  action: switchActionSchema,
});
export type SwitchInput = z.infer<typeof switchInputSchema>;

export interface StandingSwitch extends SwitchInput {
  readonly id: string;
  /** Matching calls so far, and how often it acted. */
  readonly seen: number;
  readonly acted: number;
}

/** What a call is, for matching. */
export interface Call {
  readonly office: OfficeName;
  readonly kind: string;
  readonly terminalId: string | null;
  readonly person: string | null;
}

export interface Switches {
  list(): StandingSwitch[];
  /** @returns the new switch, or `undefined` when `SANDBOX_LIMITS.switches` stand already. */
  add(input: SwitchInput): StandingSwitch | undefined;
  remove(id: string): boolean;
  clear(): void;
  /** The actions that apply to this call; counts it. `only` leaves the other actions alone and uncounted. */
  take(call: Call, only: readonly SwitchAction['do'][]): SwitchAction[];
}

export function createSwitches(shelf: Shelf): Switches {
  const list = (): StandingSwitch[] => shelf.live<StandingSwitch>('switch');
  const keep = (standing: StandingSwitch): void => shelf.put('switch', standing.id, standing, { live: true });
  return {
    list,
    add: (input) => {
      if (list().length >= SANDBOX_LIMITS.switches) return undefined;
      const standing = { ...input, id: `s${String(shelf.next('switch')).padStart(6, '0')}`, seen: 0, acted: 0 };
      keep(standing);
      return standing;
    },
    remove: (id) => {
      const known = shelf.get('switch', id) !== undefined;
      shelf.drop('switch', id);
      return known;
    },
    clear: () => {
      for (const standing of list()) shelf.drop('switch', standing.id);
    },
    take: (call, only) => {
      const actions: SwitchAction[] = [];
      for (const standing of list()) {
        if (!only.includes(standing.action.do) || !matches(standing, call)) continue;
        const seen = standing.seen + 1;
        const acts = seen >= standing.nth && (standing.times === null || standing.acted < standing.times);
        keep({ ...standing, seen, acted: standing.acted + (acts ? 1 : 0) });
        if (acts) actions.push(standing.action);
      }
      return actions;
    },
  };
}

function matches(standing: StandingSwitch, call: Call): boolean {
  return (
    (standing.office === undefined || standing.office === call.office) &&
    (standing.kind === undefined || standing.kind === call.kind) &&
    (standing.terminalId === undefined || standing.terminalId === call.terminalId) &&
    (standing.person === undefined || standing.person === call.person)
  );
}
