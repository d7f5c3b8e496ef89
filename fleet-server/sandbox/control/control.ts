import { z } from 'zod';
import type { CaseBooks } from '../cases/case-books.ts';
import { SANDBOX_LIMITS } from '../limits.table.ts';
import type { OfficeName } from '../office-reply.ts';
import type { Books, Notice } from '../payment/books.ts';
import { switchInputSchema } from '../switches.ts';
import type { ControlParts } from './control-parts.ts';
import { stateOf } from './state.ts';

const deskSchema = z.strictObject({ decision: z.enum(['approve', 'refuse', 'leave']) });
const clockSchema = z
  .strictObject({
    /** Moves the offices' clock from where it stands. */
    moveMs: z.int().min(-SANDBOX_LIMITS.clockMoveMs).max(SANDBOX_LIMITS.clockMoveMs).optional(),
    /** Sets how far it is from the real one. */
    offsetMs: z.int().min(-SANDBOX_LIMITS.clockMoveMs).max(SANDBOX_LIMITS.clockMoveMs).optional(),
  })
  .refine((input) => (input.moveMs === undefined) !== (input.offsetMs === undefined), 'give either moveMs or offsetMs');
const ackSchema = z.strictObject({ ids: z.array(z.string().max(40)).min(1).max(SANDBOX_LIMITS.notices) });

export interface JsonReply {
  readonly status: number;
  readonly json: object;
}

/** What a tester sees and moves. Bad input is answered with the field's name. */
export interface Control {
  state(): JsonReply;
  addSwitch(input: unknown): JsonReply;
  removeSwitches(id: string | undefined): JsonReply;
  decide(caseNo: string, input: unknown): JsonReply;
  moveClock(input: unknown): JsonReply;
  /** What waits for an acknowledgement: “paid” of the provider, “reviewed” of the others; read by the gateway. */
  notices(office: OfficeName): JsonReply;
  acknowledge(office: OfficeName, input: unknown): JsonReply;
}

export function createControl(parts: ControlParts): Control {
  const { switches, clock, books, offices, cases } = parts;
  return {
    state: () => ({ status: 200, json: stateOf(parts) }),
    addSwitch: (input) =>
      checked(switchInputSchema, input, (value) => {
        const standing = switches.add(value);
        return standing === undefined
          ? refuse(409, 'too-many', `${SANDBOX_LIMITS.switches} switches stand already`)
          : { status: 201, json: standing };
      }),
    removeSwitches: (id) => {
      if (id !== undefined)
        return switches.remove(id) ? { status: 200, json: {} } : refuse(404, 'switch-unknown', 'no such switch');
      switches.clear();
      return { status: 200, json: {} };
    },
    decide: (caseNo, input) =>
      checked(deskSchema, input, ({ decision }) => {
        const file = parts.shelf.transaction(() =>
          offices.map((office) => office.decide(caseNo, decision)).find((decided) => decided !== undefined),
        );
        return file === undefined
          ? refuse(404, 'case-not-pending', 'no such case waits for a decision')
          : { status: 200, json: file };
      }),
    moveClock: (input) =>
      checked(clockSchema, input, ({ moveMs, offsetMs }) => {
        clock.setOffset(offsetMs ?? clock.offsetMs() + (moveMs ?? 0));
        return { status: 200, json: { now: clock.nowMs(), offsetMs: clock.offsetMs() } };
      }),
    notices: (office) => {
      const notices = office === 'payment' ? ordered(books.notices()) : told(cases, office);
      return { status: 200, json: { notices, now: clock.nowMs() } };
    },
    acknowledge: (office, input) =>
      checked(ackSchema, input, ({ ids }) => {
        parts.shelf.transaction(() =>
          office === 'payment' ? acknowledge(books, ids) : cases.acknowledge(office, ids),
        );
        return { status: 200, json: {} };
      }),
  };
}

function told(cases: CaseBooks, office: Exclude<OfficeName, 'payment'>): object[] {
  return cases
    .notices(office)
    .slice(0, SANDBOX_LIMITS.notices)
    .map(({ id, foreignRef, result }) => ({ id, foreignRef, result }));
}

function ordered(notices: readonly Notice[]): Notice[] {
  const early = notices.filter((notice) => notice.early).toReversed();
  return [...early, ...notices.filter((notice) => !notice.early)].slice(0, SANDBOX_LIMITS.notices);
}

function acknowledge(books: Books, ids: readonly string[]): void {
  for (const id of ids) {
    const notice = books.notice(id);
    if (notice === undefined) continue;
    if (notice.again > 0) books.keepNotice({ ...notice, again: notice.again - 1 });
    else books.dropNotice(id);
  }
}

/** Runs `fn` on input that fits, else names the first field that does not. */
export function checked<T>(schema: z.ZodType<T>, input: unknown, fn: (value: T) => JsonReply): JsonReply {
  const parsed = schema.safeParse(input);
  if (parsed.success) return fn(parsed.data);
  const issue = parsed.error.issues[0];
  return refuse(400, 'input-invalid', issue?.message ?? 'the input does not fit', fieldOf(issue));
}

export function refuse(status: number, code: string, message: string, field?: string): JsonReply {
  return { status, json: { error: { code, message, ...(field === undefined ? {} : { field }) } } };
}

function fieldOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'unrecognized_keys') return [...issue.path, issue.keys[0]].join('.');
  return issue === undefined || issue.path.length === 0 ? '(body)' : issue.path.join('.');
}
