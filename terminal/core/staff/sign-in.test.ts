import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bootIdSchema, ok } from '@yimen/contracts/base';
import type { KeySwitch, StaffList } from '@yimen/contracts/terminal';
import { ManualClock } from '@yimen/contracts/testing';
import { openJournal, type Journal } from '../journal/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { createLog } from '../platform/logger.ts';
import { systemRandom } from '../platform/random.ts';
import { lockAfterMs, NO_ERRORS } from './sign-in-lock.ts';
import { SignIn, type SignInOptions } from './sign-in.ts';
import { BOOK_KINDS, EMPTY_BOOK, foldRow } from './staff-book.ts';
import { readStaffList } from './staff-file.ts';
import { answerChallenge } from './staff-secrets.ts';
import { makeStaff, type TestPerson } from './testing/staff-list.ts';

let list: StaffList;
let people: Record<'technician' | 'keeper' | 'boss' | 'gone' | 'tomorrow', TestPerson>;
beforeAll(async () => {
  const now = new ManualClock().wallMs();
  ({ list, people } = await makeStaff({
    technician: { level: 'intermediate' },
    keeper: { level: 'basic' },
    boss: { level: 'full' },
    gone: { level: 'basic', validTo: now },
    tomorrow: { level: 'basic', validFrom: now + 86_400_000 },
  }));
});

let folder = '';
let clock: ManualClock;
let journal: Journal;
let key: KeySwitch;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-staff-'));
  clock = new ManualClock();
  key = 'maintenance';
  const opened = openJournal({ folder, tid: 'SD-DALIANG-01', epoch: 1, boot: bootIdSchema.parse('b7f3c1d2'), clock });
  if (!opened.ok) throw new Error(opened.error.message);
  journal = opened.value;
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true, force: true });
});

function make(more: Partial<SignInOptions> = {}): SignIn {
  return new SignIn({
    tid: 'SD-DALIANG-01',
    journal,
    clock,
    random: systemRandom,
    log: createLog('silent'),
    list: () => ok(list),
    key: () => key,
    before: NO_ERRORS,
    ...more,
  });
}

function rows(): Record<string, unknown>[] {
  return journal.reader.staffRows(['staff-sign-in'], 0);
}

function text(signIn: SignIn): string {
  return signIn.challenge()?.text ?? '';
}

describe('card and PIN', () => {
  it('lets in whoever has both, without any network, and records who', async () => {
    const { card, pin, who } = people.technician;
    expect(await make().cardPin(card, pin)).toEqual(ok({ who, level: 'intermediate' }));
    expect(rows()).toMatchObject([{ outcome: 'accepted', method: 'card-pin', who, level: 'intermediate' }]);
    expect(JSON.stringify(rows())).not.toContain(card);
  });

  it.each([
    ['another’s PIN', () => [people.technician.card, people.keeper.pin]],
    ['a card that nobody has', () => ['9999999999', people.keeper.pin]],
    ['a credential that is over', () => [people.gone.card, people.gone.pin]],
    ['a credential that has not begun', () => [people.tomorrow.card, people.tomorrow.pin]],
  ] as const)('%s is refused in the same words', async (_what, given) => {
    const [card, pin] = given() as [string, string];
    expect(await make().cardPin(card, pin)).toEqual({ ok: false, error: 'refused' });
    expect(rows()).toMatchObject([{ outcome: 'refused', method: 'card-pin', level: null }]);
  });

  it('needs the key: in `run`, and when nobody knows where it is, nobody is asked', async () => {
    for (key of ['run', 'unknown'] as const) {
      const { card, pin } = people.technician;
      expect(await make().cardPin(card, pin)).toEqual({ ok: false, error: 'keyFirst' });
      expect(make().begin('basic')).toEqual({ ok: false, error: 'keyFirst' });
    }
    expect(rows()).toEqual([]);
  });

  it('gives the full level only with the key at `supervisor`', async () => {
    const { card, pin, who } = people.boss;
    expect(await make().cardPin(card, pin)).toEqual(ok({ who, level: 'intermediate' }));
    key = 'supervisor';
    expect(await make().cardPin(card, pin)).toEqual(ok({ who, level: 'full' }));
  });

  it('five errors lock for 15 s, each further one twice as long, also over a restart; a good one begins anew', async () => {
    const { card, pin } = people.technician;
    const signIn = make();
    for (let i = 1; i < CORE_LIMITS.staffErrors; i += 1)
      expect(await signIn.cardPin(card, '000000')).toEqual({ ok: false, error: 'refused' });
    expect(await signIn.cardPin(card, '000000')).toEqual({ ok: false, error: 'locked' });
    expect(signIn.lockedMs()).toBe(15_000);
    // The right one does not help while it lasts, and costs no scrypt and no row.
    expect(await signIn.cardPin(card, pin)).toEqual({ ok: false, error: 'locked' });
    expect(signIn.begin('basic')).toEqual({ ok: false, error: 'locked' });
    expect(rows()).toHaveLength(5);
    let book = EMPTY_BOOK;
    for (const row of journal.reader.staffRows(BOOK_KINDS, 0)) book = foldRow(book, row);
    await clock.advance(4_000);
    const again = make({ before: book.lock });
    expect(again.lockedMs()).toBe(11_000);
    await clock.advance(11_000);
    expect(await again.cardPin(card, '000000')).toEqual({ ok: false, error: 'locked' });
    expect(again.lockedMs()).toBe(30_000);
    await clock.advance(30_000);
    expect((await again.cardPin(card, pin)).ok).toBe(true);
    expect(await again.cardPin(card, '000000')).toEqual({ ok: false, error: 'refused' });
  });

  it('never locks for longer than a quarter of an hour', () => {
    expect([4, 5, 6, 7, 100].map(lockAfterMs)).toEqual([0, 15_000, 30_000, 60_000, 15 * 60_000]);
  });

  it('a list that cannot be read lets nobody in', async () => {
    const file = join(folder, 'list.json');
    const signIn = make({ list: () => readStaffList(file) });
    const { card, pin } = people.technician;
    expect(await signIn.cardPin(card, pin)).toEqual({ ok: false, error: 'noList' });
    writeFileSync(file, JSON.stringify({ ...list, more: 1 }));
    expect(await signIn.cardPin(card, pin)).toEqual({ ok: false, error: 'noList' });
    writeFileSync(file, JSON.stringify(list));
    expect((await signIn.cardPin(card, pin)).ok).toBe(true);
    writeFileSync(file, JSON.stringify({ ...list, staff: list.staff.slice(1) }));
    expect(await signIn.cardPin(card, pin)).toEqual({ ok: false, error: 'refused' });
  });

  it('whoever cannot be recorded is not let in', async () => {
    const signIn = make();
    journal.close();
    expect(await signIn.cardPin(people.technician.card, people.technician.pin)).toEqual({
      ok: false,
      error: 'journal',
    });
  });
});

describe('a second person', () => {
  it('is another one, with card and PIN', async () => {
    const signIn = make();
    const { keeper, technician } = people;
    expect(await signIn.second(keeper.card, keeper.pin, technician.who)).toEqual(ok(keeper.who));
    expect(await signIn.second(technician.card, technician.pin, technician.who)).toEqual({
      ok: false,
      error: 'refused',
    });
    expect(rows()).toMatchObject([{ why: 'second' }, { outcome: 'refused', why: 'samePerson' }]);
  });
});

describe('a challenge', () => {
  it('names terminal, time and level, and its answer lets the person in at that level', () => {
    const signIn = make();
    expect(signIn.begin('basic').ok).toBe(true);
    expect(text(signIn)).toMatch(new RegExp(`^yimen-staff-1 SD-DALIANG-01 basic ${clock.wallMs()} [\\w-]{22}$`, 'u'));
    const answer = answerChallenge(people.technician.privateKey, text(signIn));
    expect(signIn.answer(answer)).toEqual(ok({ who: people.technician.who, level: 'basic' }));
    expect(rows()).toMatchObject([{ outcome: 'accepted', method: 'challenge', level: 'basic' }]);
  });

  it('is answered once', () => {
    const signIn = make();
    void signIn.begin('basic').ok;
    const answer = answerChallenge(people.keeper.privateKey, text(signIn));
    expect(signIn.answer(answer).ok).toBe(true);
    expect(signIn.answer(answer)).toEqual({ ok: false, error: 'oldChallenge' });
  });

  it('is not used up by a slip of the finger, but by a wrong answer', () => {
    const signIn = make();
    void signIn.begin('basic').ok;
    const answer = answerChallenge(people.keeper.privateKey, text(signIn));
    expect(signIn.answer(answer.slice(0, -3))).toEqual({ ok: false, error: 'mistyped' });
    const wrong = answerChallenge(people.keeper.privateKey, `${text(signIn)}x`);
    expect(signIn.answer(wrong)).toEqual({ ok: false, error: 'refused' });
    expect(signIn.answer(answer)).toEqual({ ok: false, error: 'oldChallenge' });
  });

  it.each([
    ['another terminal’s', () => make({ tid: 'SD-LELIU-01' })],
    ['an earlier one of this terminal', () => make()],
  ])('%s answer is worth nothing', (_what, other) => {
    const there = other();
    void there.begin('basic').ok;
    const answer = answerChallenge(people.keeper.privateKey, text(there));
    const here = make();
    void here.begin('basic').ok;
    expect(here.answer(answer)).toEqual({ ok: false, error: 'refused' });
  });

  it('is old after two minutes', async () => {
    const signIn = make();
    void signIn.begin('basic').ok;
    const answer = answerChallenge(people.keeper.privateKey, text(signIn));
    await clock.advance(CORE_LIMITS.staffChallengeMs);
    expect(signIn.challenge()).toBeNull();
    expect(signIn.answer(answer)).toEqual({ ok: false, error: 'oldChallenge' });
  });

  it('of a higher level than the person has, or the key allows, is refused', () => {
    const signIn = make();
    expect(signIn.begin('full')).toEqual({ ok: false, error: 'keyFirst' });
    void signIn.begin('intermediate').ok;
    const answer = answerChallenge(people.keeper.privateKey, text(signIn));
    expect(signIn.answer(answer)).toEqual({ ok: false, error: 'refused' });
    expect(rows()).toMatchObject([{ outcome: 'refused', why: 'level', who: people.keeper.who }]);
  });

  it('answered with a key that is over is refused', () => {
    const signIn = make();
    void signIn.begin('basic').ok;
    const answer = answerChallenge(people.gone.privateKey, text(signIn));
    expect(signIn.answer(answer)).toEqual({ ok: false, error: 'refused' });
  });

  it('wrong answers lock as wrong PINs do', () => {
    const signIn = make();
    const answers = Array.from({ length: 5 }, () => {
      void signIn.begin('basic').ok;
      return signIn.answer(answerChallenge(people.keeper.privateKey, 'something else'));
    });
    expect(answers.map((answer) => (answer.ok ? 'in' : answer.error))).toEqual([
      'refused',
      'refused',
      'refused',
      'refused',
      'locked',
    ]);
  });
});
