import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson, type CanonicalValue, type Clock, type RandomBytes, sleep } from '@yimen/contracts/base';
import { SANDBOX_LIMITS } from './limits.table.ts';
import type { Office, OfficeResult } from './office-reply.ts';
import type { Shelf } from './shelf.ts';
import type { SwitchAction, Switches } from './switches.ts';

/** A question as it arrives at an office. `operationId` is the idempotency key: an effect happens once for it. */
export const questionSchema = z.strictObject({
  operationId: z.string().regex(/^[A-Za-z0-9._-]{8,80}$/),
  kind: z.string().max(60),
  terminalId: z.string().max(32),
  body: z.unknown(),
});
export type Question = z.infer<typeof questionSchema>;

/** What goes back on the wire: an answer, an answer that is not one, a cut, or nothing at all. */
export type WireReply =
  | { readonly how: 'answer'; readonly status: number; readonly json: object }
  | { readonly how: 'raw'; readonly text: string }
  | { readonly how: 'cut' }
  | { readonly how: 'silence' };

/** The effect as recorded, in the same commit as what it did. */
interface Recorded {
  readonly operationId: string;
  readonly kind: string;
  readonly digest: string;
  readonly result: OfficeResult;
  readonly at: number;
}

/** The counter at which every question of one office is taken: switches, idempotency, one commit. */
export interface Counter {
  ask(question: Question): Promise<WireReply>;
  /** How an effect ended. One that never arrived is closed here and now: should it still come, it gets this answer. */
  settle(operationId: string): WireReply;
}

interface CounterParts {
  readonly office: Office;
  readonly shelf: Shelf;
  readonly switches: Switches;
  readonly clock: Clock;
  readonly nowMs: () => number;
  readonly random: RandomBytes;
}

const FAULTS: readonly SwitchAction['do'][] = [
  'delay',
  'randomDelay',
  'down',
  'refuse',
  'error',
  'cut',
  'malformed',
  'oversize',
  'swapAnswer',
  'lostAnswer',
];

export function createCounter(parts: CounterParts): Counter {
  const working = new Set<string>();
  return {
    ask: (question) => ask(parts, working, question),
    settle: (operationId) => settle(parts, working, operationId),
  };
}

async function ask(parts: CounterParts, working: Set<string>, question: Question): Promise<WireReply> {
  const request = parts.office.requests[question.kind];
  if (request === undefined) return wrong(400, 'kind-unknown', 'the office does not know this kind', 'kind');
  const body = request.body.safeParse(question.body);
  if (!body.success) {
    const issue = body.error.issues[0];
    return wrong(
      400,
      'body-invalid',
      issue?.message ?? 'the body does not fit the kind',
      ['body', ...(issue?.path ?? [])].join('.'),
    );
  }
  const digest = digestOf(question);
  const known = request.nature === 'effect' ? recorded(parts, question.operationId) : undefined;
  if (known !== undefined) {
    if (known.digest !== digest && known.digest !== '')
      return wrong(409, 'operation-conflict', 'the id was used for another request', 'operationId');
    return answered(parts, question.operationId, known.result, true);
  }
  if (working.has(question.operationId)) return stillWorking(parts, question.operationId);
  const person = parts.office.personOf(question.kind, body.data as never);
  const actions = parts.switches.take(
    { office: parts.office.name, kind: question.kind, terminalId: question.terminalId, person },
    FAULTS,
  );
  if (actions.some((action) => action.do === 'down'))
    return wrong(503, 'office-away', 'the office is closed to requests; nothing was begun');
  if (request.nature === 'effect') working.add(question.operationId);
  try {
    return await serve(
      parts,
      question,
      { data: body.data as never, digest, isEffect: request.nature === 'effect', person },
      actions,
    );
  } finally {
    working.delete(question.operationId);
  }
}

interface Checked {
  readonly data: never;
  readonly digest: string;
  readonly isEffect: boolean;
  readonly person: string | null;
}

/** Faults before the commit, the commit, faults after it. */
async function serve(
  parts: CounterParts,
  question: Question,
  checked: Checked,
  actions: readonly SwitchAction[],
): Promise<WireReply> {
  const { operationId, kind, terminalId } = question;
  const early = await troubled(parts, actions, 'before', operationId);
  if (early !== undefined) return early;
  const refused = actions.find((action) => action.do === 'refuse');
  const result = parts.shelf.transaction(() => {
    const ended = parts.office.carryOut(kind, checked.data, { terminalId, refuse: refused ?? null });
    if (checked.isEffect) keep(parts, { operationId, kind, digest: checked.digest, result: ended, at: parts.nowMs() });
    return ended;
  });
  if (actions.some((action) => action.do === 'lostAnswer')) return { how: 'silence' };
  // This person stands for an office whose answer to the application gets lost: decided, never told.
  if (kind === 'exitEntry.case.begin' && checked.person === 'permit-lost-answer') return { how: 'silence' };
  return (await troubled(parts, actions, 'after', operationId)) ?? answered(parts, operationId, result, false);
}

async function troubled(
  parts: CounterParts,
  actions: readonly SwitchAction[],
  when: 'before' | 'after',
  operationId: string,
): Promise<WireReply | undefined> {
  for (const action of actions) {
    if (!('when' in action) || action.when !== when) continue;
    switch (action.do) {
      case 'delay':
        await sleep(parts.clock, action.ms === 'past-deadline' ? SANDBOX_LIMITS.pastDeadlineMs : action.ms);
        break;
      case 'randomDelay':
        await sleep(parts.clock, between(action.minMs, action.maxMs, parts.random));
        break;
      case 'error':
        return wrong(500, 'office-error', 'the office had an error');
      case 'cut':
        return { how: 'cut' };
      case 'malformed':
        return { how: 'raw', text: '{"operationId": "' };
      case 'oversize':
        return { how: 'raw', text: JSON.stringify({ padding: 'x'.repeat(SANDBOX_LIMITS.oversizeBytes) }) };
      case 'swapAnswer':
        return answered(parts, `swapped-${operationId}`.slice(0, 80), { outcome: 'done', answer: {} }, false);
    }
  }
  return undefined;
}

function settle(parts: CounterParts, working: ReadonlySet<string>, operationId: string): WireReply {
  const isDown =
    parts.switches.take({ office: parts.office.name, kind: 'settle', terminalId: null, person: null }, ['down'])
      .length > 0;
  if (isDown) return wrong(503, 'office-away', 'the office is closed to requests');
  const known = recorded(parts, operationId);
  if (known !== undefined) return answered(parts, operationId, known.result, true);
  if (working.has(operationId)) return stillWorking(parts, operationId);
  const result: OfficeResult = {
    outcome: 'notDone',
    fault: { code: 'never-arrived', message: 'the request did not arrive and is closed' },
  };
  // An empty digest meets every later body under this id with the same answer.
  parts.shelf.transaction(() => keep(parts, { operationId, kind: '', digest: '', result, at: parts.nowMs() }));
  return answered(parts, operationId, result, false);
}

function recorded(parts: CounterParts, operationId: string): Recorded | undefined {
  return parts.shelf.get<Recorded>(`request ${parts.office.name}`, operationId);
}

function keep(parts: CounterParts, record: Recorded): void {
  parts.shelf.put(`request ${parts.office.name}`, record.operationId, record);
}

function answered(parts: CounterParts, operationId: string, result: OfficeResult, duplicate: boolean): WireReply {
  return {
    how: 'answer',
    status: 200,
    json: { operationId, state: 'settled', ...result, duplicate, now: parts.nowMs() },
  };
}

function stillWorking(parts: CounterParts, operationId: string): WireReply {
  return { how: 'answer', status: 200, json: { operationId, state: 'working', now: parts.nowMs() } };
}

function wrong(status: number, code: string, message: string, field?: string): WireReply {
  return { how: 'answer', status, json: { error: { code, message, ...(field === undefined ? {} : { field }) } } };
}

function digestOf(question: Question): string {
  const text = canonicalJson({ kind: question.kind, body: question.body as CanonicalValue });
  return createHash('sha256').update(text).digest('base64url');
}

function between(minMs: number, maxMs: number, random: RandomBytes): number {
  const [a = 0, b = 0] = random(2);
  return minMs + Math.floor(((a * 256 + b) / 65_536) * Math.max(0, maxMs - minMs));
}
