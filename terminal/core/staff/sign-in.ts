import { err, ok, type Clock, type RandomBytes, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import {
  CHALLENGE_PREFIX,
  type KeySwitch,
  type StaffCredential,
  type StaffLevel,
  type StaffList,
} from '@yimen/contracts/terminal';
import type { Journal } from '../journal/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import type { Log } from '../platform/logger.ts';
import { readAnswer } from './answer-code.ts';
import { levelWithKey, reaches } from './levels.table.ts';
import { lockAfterMs, lockLeftMs, type SignInLock } from './sign-in-lock.ts';
import { cardHash, isPin, isSignedBy, sameHash } from './staff-secrets.ts';

export interface SignInOptions {
  readonly tid: string;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly list: () => Result<StaffList, Fault>;
  readonly key: () => KeySwitch;
  /** Errors before this start of core. */
  readonly before: SignInLock;
}

export interface SignedIn {
  readonly who: string;
  readonly level: StaffLevel;
}

/** Why somebody is not let in. The page never hears which half was wrong. */
export type SignInRefusal = 'refused' | 'locked' | 'keyFirst' | 'mistyped' | 'oldChallenge' | 'noList' | 'journal';
type Method = 'card-pin' | 'challenge';

interface Challenge {
  readonly text: string;
  readonly level: StaffLevel;
  readonly until: number;
}

interface Refused {
  readonly method: Method;
  readonly who: string | null;
  readonly why: string;
}

/** Somebody's card and PIN, or a person's answer to a challenge of ours: both without any network. Errors lock the
 *  console for everybody, ever longer, also over restarts. */
export class SignIn {
  readonly #options: SignInOptions;
  #errors: number;
  #lockedUntil: number;
  #challenge: Challenge | undefined;

  constructor(options: SignInOptions) {
    const { clock, before } = options;
    this.#options = options;
    this.#errors = before.errors;
    this.#lockedUntil = clock.monoMs() + lockLeftMs(before, clock.wallMs());
  }

  lockedMs(): number {
    return Math.max(0, this.#lockedUntil - this.#options.clock.monoMs());
  }

  /** The challenge that may still be answered. */
  challenge(): { readonly text: string; readonly leftMs: number } | null {
    const leftMs = (this.#challenge?.until ?? 0) - this.#options.clock.monoMs();
    return this.#challenge === undefined || leftMs <= 0 ? null : { text: this.#challenge.text, leftMs };
  }

  /** A new challenge for this terminal, this moment and this level; the one before it is worth nothing any more. */
  begin(level: StaffLevel): Result<void, SignInRefusal> {
    const { clock, random, tid, key } = this.#options;
    const refusal = this.#early();
    if (refusal !== undefined) return err(refusal);
    if (levelWithKey(level, key()) !== level) return err('keyFirst');
    const nonce = Buffer.from(random(16)).toString('base64url');
    const text = [CHALLENGE_PREFIX, tid, level, String(clock.wallMs()), nonce].join(' ');
    this.#challenge = { text, level, until: clock.monoMs() + CORE_LIMITS.staffChallengeMs };
    return ok(undefined);
  }

  /** Each challenge is answered once, rightly or not; what was only mistyped is no answer. */
  answer(code: string): Result<SignedIn, SignInRefusal> {
    const refusal = this.#early();
    if (refusal !== undefined) return err(refusal);
    const open = this.challenge() === null ? undefined : this.#challenge;
    if (open === undefined) return err('oldChallenge');
    const signature = readAnswer(code);
    if (signature === undefined) return err('mistyped');
    this.#challenge = undefined;
    const list = this.#options.list();
    if (!list.ok) return this.#noList(list.error);
    const person = list.value.staff.find((one) => isSignedBy(one.key, open.text, signature));
    const why =
      this.#unfit(person) ?? (person !== undefined && !reaches(person.level, open.level) ? 'level' : undefined);
    if (person === undefined || why !== undefined)
      return this.#refuse({ method: 'challenge', who: person?.who ?? null, why: why ?? 'wrong' });
    return this.#accept('challenge', { who: person.who, level: open.level });
  }

  async cardPin(card: string, pin: string): Promise<Result<SignedIn, SignInRefusal>> {
    const checked = await this.#byCard(card, pin);
    if (!checked.ok) return checked;
    const { person } = checked.value;
    const level = levelWithKey(person.level, this.#options.key());
    // The key may have been turned back while the PIN was looked at.
    if (level === undefined) return err('keyFirst');
    return this.#accept('card-pin', { who: person.who, level });
  }

  /** Another person, who has seen what the first one did; nobody is signed in by it. */
  async second(card: string, pin: string, first: string): Promise<Result<string, SignInRefusal>> {
    const checked = await this.#byCard(card, pin);
    if (!checked.ok) return checked;
    const { who } = checked.value.person;
    if (who === first) return this.#refuse({ method: 'card-pin', who, why: 'samePerson' });
    const accepted = this.#accept('card-pin', { who, level: checked.value.person.level }, 'second');
    return accepted.ok ? ok(who) : accepted;
  }

  async #byCard(card: string, pin: string): Promise<Result<{ person: StaffCredential }, SignInRefusal>> {
    const refusal = this.#early();
    if (refusal !== undefined) return err(refusal);
    const list = this.#options.list();
    if (!list.ok) return this.#noList(list.error);
    const { cardKey, staff } = list.value;
    const hash = cardHash(cardKey, card);
    let person: StaffCredential | undefined;
    for (const one of staff) if (sameHash(one.card, hash)) person = one;
    // A card that nobody has takes as long as one with a wrong PIN.
    const compared = person ?? staff[0];
    const isRight = compared !== undefined && (await isPin(compared.pin, pin));
    const why = this.#unfit(person);
    if (person === undefined || !isRight || why !== undefined)
      return this.#refuse({ method: 'card-pin', who: person?.who ?? null, why: isRight ? (why ?? 'wrong') : 'wrong' });
    return ok({ person });
  }

  #early(): SignInRefusal | undefined {
    if (levelWithKey('basic', this.#options.key()) === undefined) return 'keyFirst';
    return this.lockedMs() > 0 ? 'locked' : undefined;
  }

  #unfit(person: StaffCredential | undefined): string | undefined {
    if (person === undefined) return undefined;
    const now = this.#options.clock.wallMs();
    return now < person.validFrom || now >= person.validTo ? 'expired' : undefined;
  }

  #noList(fault: Fault): Result<never, SignInRefusal> {
    this.#options.log.error({ fault }, 'nobody can sign in at the machine');
    return err('noList');
  }

  #accept(method: Method, { who, level }: SignedIn, why = 'signedIn'): Result<SignedIn, SignInRefusal> {
    const fields = { outcome: 'accepted', method, who, level, why } as const;
    // Whoever cannot be recorded is not let in.
    if (!this.#options.journal.append([{ kind: 'staff-sign-in', fields }]).ok) return err('journal');
    this.#errors = 0;
    return ok({ who, level });
  }

  #refuse({ method, who, why }: Refused): Result<never, SignInRefusal> {
    const { clock, journal, log } = this.#options;
    this.#errors += 1;
    const lockMs = lockAfterMs(this.#errors);
    this.#lockedUntil = clock.monoMs() + lockMs;
    const outcome = lockMs > 0 ? 'locked' : 'refused';
    log.warn({ method, why, errors: this.#errors, lockMs }, 'a sign-in at the machine was refused');
    journal.note([{ kind: 'staff-sign-in', fields: { outcome, method, who, level: null, why } }]);
    return err(lockMs > 0 ? 'locked' : 'refused');
  }
}
