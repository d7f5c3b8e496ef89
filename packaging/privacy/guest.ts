import { setTimeout as wait } from 'node:timers/promises';
import type { View } from '@yimen/contracts/ui';
import { BridgePage } from '../citizen/bridge-page.ts';
import { actOn, type Act, type Citizen } from '../citizen/script.ts';
import { visitOf, type Visit } from '../citizen/visits.table.ts';
import { CABINET } from '../start/cabinet.table.ts';
import type { ReadyLineJson } from '../start/demonstration.ts';
import { Problem } from '../start/problem.ts';
import type { Given } from './canaries.ts';
import { JAMS, LATE_SCREENS, OTHER_JAM, type Moment } from './moments.table.ts';

/** One citizen who comes to be forgotten. */
export interface GuestPlan {
  readonly service: string;
  readonly visit: Visit;
  readonly given: Given;
  readonly moment: Moment;
  /** Ends every session process at once, without a word. */
  readonly killSessions: () => void;
}

const HELD: ReadonlySet<string> = new Set(['qr-reader', 'document-scanner', 'fingerprint']);
const CARD_READER = 'id-card-reader';
/** A hand comes after the light (F43). */
const HAND_MS = 500;
const WALK_MS = 240_000;
/** After this long out of service the machine waits for staff, not for a citizen. */
const OUT_MS = 6_000;

/** What a guest saw: numbers of offices that stood on his screens, and whether he got as far as his moment asks. */
export interface Seen {
  readonly numbers: readonly string[];
  readonly screens: readonly string[];
  readonly cameToIt: boolean;
}

export function planVisit(service: string, over: Partial<Visit> = {}): Visit {
  return visitOf(service, over);
}

/** Lets one citizen go through a service until the machine is nobody's again. He types, signs and shows what nobody else
 *  ever did, and at his moment does what it says: stays, leaves, walks away; or the machine breaks under him. */
export async function receive(plan: GuestPlan, urls: ReadyLineJson['urls']): Promise<Seen> {
  const guest = new Guest(plan, urls);
  try {
    return await guest.run();
  } finally {
    guest.close();
  }
}

class Guest {
  readonly #plan: GuestPlan;
  readonly #urls: ReadyLineJson['urls'];
  readonly #page: BridgePage;
  readonly #citizen: Citizen;
  readonly #numbers = new Set<string>();
  readonly #screens: string[] = [];
  readonly #held = new Map<string, View['kind']>();
  readonly #over = Promise.withResolvers<void>();
  #hasBegun = false;
  #hasCardThere = false;
  #cameToIt: boolean;
  #isGone = false;
  #outTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(plan: GuestPlan, urls: ReadyLineJson['urls']) {
    this.#plan = plan;
    this.#urls = urls;
    this.#cameToIt = plan.moment === 'end';
    const { service, visit } = plan;
    this.#citizen = { service, lang: 'zh-CN', visit, phone: 'phone-alipay', takesCard: true, pays: true };
    this.#page = new BridgePage(urls.citizen, (view, from) => {
      this.#seen(view, from).catch((error: unknown) => {
        this.#over.reject(new Problem('NOT_RUNNING', `The hall does not answer: ${String(error)}`));
      });
    });
  }

  async run(): Promise<Seen> {
    await this.#clearBench();
    if (this.#plan.moment === 'jam') await this.#jam();
    await this.#page.open();
    const late = setTimeout(() => {
      const last = this.#screens.at(-1) ?? 'none';
      this.#over.reject(
        new Problem('NOT_RUNNING', `${this.#plan.service} did not come to its end; last screen: ${last}`),
      );
    }, WALK_MS);
    await this.#over.promise.finally(() => {
      clearTimeout(late);
      clearTimeout(this.#outTimer);
    });
    if (this.#plan.moment !== 'stays') {
      // What he laid down himself he takes along, however his visit ended.
      if (this.#hasCardThere) await this.#post(CARD_READER, 'take', {});
      await this.#clearBench();
    }
    return { numbers: [...this.#numbers], screens: this.#screens, cameToIt: this.#cameToIt };
  }

  close(): void {
    this.#page.close();
  }

  async #seen(view: View, from: 'core' | 'session'): Promise<void> {
    if (this.#screens.at(-1) !== view.kind) this.#screens.push(view.kind);
    for (const [number] of JSON.stringify(view.body).matchAll(/(?<![\w-])(?:44\d{16,17}|PH\d{14})(?![\w-])/gu))
      this.#numbers.add(number);
    if (from === 'core') this.#seenFromCore(view);
    else this.#hasBegun = true;
    await this.#putAway(view);
    if (this.#isGone) return;
    if (from === 'session' && view.kind === LATE_SCREENS[this.#plan.service] && this.#atMoment()) return;
    for (const act of this.#actsOn(view)) await this.#do(act, view.kind);
  }

  /** The machine is nobody's when it invites the next; out of service for longer, staff have to come, and he has gone. */
  #seenFromCore(view: View): void {
    if (view.kind === 'attract' && this.#hasBegun) this.#leave();
    if (view.kind !== 'out-of-service') {
      clearTimeout(this.#outTimer);
      this.#outTimer = undefined;
    } else if (this.#hasBegun) {
      this.#outTimer ??= setTimeout(() => {
        this.#leave();
      }, OUT_MS);
    }
  }

  /** From here on he touches nothing: an inviting screen would have him served again. */
  #leave(): void {
    this.#isGone = true;
    this.#over.resolve();
  }

  /** @returns whether he does nothing more on this screen */
  #atMoment(): boolean {
    const { moment, killSessions } = this.#plan;
    if (this.#cameToIt || moment === 'end' || moment === 'jam') return false;
    this.#cameToIt = true;
    if (moment === 'crash') killSessions();
    if (moment === 'cancel') this.#page.send({ kind: 'leave' });
    this.#isGone = moment === 'timeout' || moment === 'stays';
    if (moment === 'stays') this.#over.resolve();
    return true;
  }

  #actsOn(view: View): readonly Act[] {
    const { given } = this.#plan;
    if (view.kind === 'form' && view.body.field === 'phone')
      return [{ act: 'touch', wish: { kind: 'submit', field: 'phone', value: given.phone } }];
    if (view.kind === 'stopped') this.#cameToIt = true;
    return actOn(view, this.#citizen).map((act) =>
      act.act === 'touch' ? { ...act, wish: marked(act.wish, given) } : act,
    );
  }

  async #do(act: Act, screen: View['kind']): Promise<void> {
    if (act.act === 'touch') {
      // Buttons are deaf for a moment after a screen has changed.
      await wait(30);
      return this.#page.send(act.wish);
    }
    if (act.act === 'put') {
      if (this.#held.has(act.device)) return;
      if (HELD.has(act.device)) this.#held.set(act.device, screen);
      if (act.device === 'fingerprint') await wait(HAND_MS);
      if (act.device === CARD_READER) this.#hasCardThere = true;
      return this.#post(act.device, 'put', { thing: act.thing });
    }
    this.#held.delete(act.device);
    if (act.device === CARD_READER) this.#hasCardThere = false;
    return this.#post(act.device, 'take', {});
  }

  async #putAway(view: View): Promise<void> {
    for (const [device, screen] of this.#held) {
      if (screen === view.kind) continue;
      this.#held.delete(device);
      await this.#post(device, 'take', {});
    }
  }

  async #jam(): Promise<void> {
    const own = JAMS[this.#plan.service];
    const [device, fault] = own ?? OTHER_JAM;
    await this.#post(device, 'fault', { fault });
    // A slip that jams is a code on the screen: nothing else tells of it.
    this.#cameToIt = own === undefined;
  }

  async #clearBench(): Promise<void> {
    for (const { kind } of CABINET) await this.#post(kind, 'clear', {});
  }

  async #post(device: string, verb: string, body: unknown): Promise<void> {
    for (let tries = 0; tries < 40; tries += 1) {
      const answer = await fetch(`${this.#urls.bench}/devices/${device}/${verb}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      // A card that is not at the gate yet: a person's hand tries again.
      if (answer.status !== 409) return;
      await wait(100);
    }
  }
}

/** His own face and photo instead of the drawn ones: a JPEG keeps what stands behind its end. */
function marked<W extends { kind: string }>(wish: W, given: Given): W {
  if (wish.kind !== 'picture' || !('subject' in wish) || !('base64' in wish)) return wish;
  if (wish.subject === 'face') return { ...wish, base64: Buffer.from(given.face).toString('base64') };
  const photo = Buffer.concat([Buffer.from(String(wish.base64), 'base64'), given.photoMark]);
  return { ...wish, base64: photo.toString('base64') };
}
