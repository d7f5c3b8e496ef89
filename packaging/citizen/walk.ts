import { setTimeout as wait } from 'node:timers/promises';
import type { View } from '@yimen/contracts/ui';
import { CABINET } from '../start/cabinet.table.ts';
import { Problem } from '../start/problem.ts';
import { readWhereabouts } from '../start/whereabouts.ts';
import { BridgePage } from './bridge-page.ts';
import { recipeFor, STEP_SCREENS, type FaultRecipe } from './faults.table.ts';
import type { CitizenOptions } from './options.ts';
import { actOn, type Act, type Citizen } from './script.ts';
import { visitOf } from './visits.table.ts';

/** The demonstration as a person in the hall reaches it. */
export interface Hall {
  readonly citizenUrl: string;
  readonly benchUrl: string;
  readonly sandboxUrl: string;
}

export interface Walked {
  /** Screens in the order they were shown, with what each said of trouble. */
  readonly screens: readonly string[];
  readonly refused: string | null;
  readonly stopped: string | null;
}

/** Every device of the cabinet that a fault may be switched on at. */
const DEVICES = CABINET.map(({ kind }) => kind);

/** Where a thing stays until it is taken away. */
const HELD: ReadonlySet<string> = new Set(['qr-reader', 'document-scanner', 'fingerprint']);
/** A hand comes after the light: a finger that lies there before it is one from before (F43). */
const HAND_MS = 500;

/** A whole service at real speed takes three to five minutes; twice that is a machine that hangs. */
const WALK_MS = 600_000;
const IDLE_MS = 90_000;
/** Who was asked so often whether he is still there has given up: what he waits for does not come. */
const TIMEOUTS = 2;
/** A screen that invites the next citizen for less than this was no invitation: a recovery begins behind it. */
const INVITED_MS = 500;
/** How often he looks whether his service is on. */
const OFFER_MS = 250;
/** How long a terminal may be out of service before a citizen goes away. */
const SERVICE_WAIT_MS = 20_000;

/** Walks one citizen from the attract screen until the machine invites the next one.
 *  @throws Problem when the terminal is out of service, another session is under way, or nothing moves any more */
export async function walk(options: CitizenOptions, hall: Hall): Promise<Walked> {
  const walker = new Walker(options, hall);
  try {
    return await walker.run();
  } finally {
    walker.close();
  }
}

class Walker {
  readonly #options: CitizenOptions;
  readonly #hall: Hall;
  readonly #page: BridgePage;
  readonly #citizen: Citizen;
  #screens: string[] = [];
  #refused: string | null = null;
  #stopped: string | null = null;
  #begun = false;
  #isOver = false;
  #injected = false;
  #walkedAway = false;
  #timeouts = 0;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #done: (() => void) | null = null;
  #failed: ((problem: Problem) => void) | null = null;
  /** Things he holds before a window or has laid on a glass: put away when the screen goes on. */
  readonly #held = new Map<string, View['kind']>();
  #movedAt = Date.now();
  #last = '';
  /** What the hall said when a hand tried in vain. */
  #inVain = '';

  constructor(options: CitizenOptions, hall: Hall) {
    this.#options = options;
    this.#hall = hall;
    const recipe = recipeOf(options);
    const takesCard = !(recipe?.how === 'citizen' && recipe.does === 'never-takes');
    this.#citizen = {
      service: options.service,
      lang: options.lang,
      visit: visitOf(options.service, options.visit),
      phone: 'phone-alipay',
      takesCard,
      pays: true,
    };
    this.#page = new BridgePage(hall.citizenUrl, (view, from) => {
      // What he still does with his hands when the hall is shut behind him moves nobody any more.
      this.#seen(view, from).catch((error: unknown) => {
        if (!this.#isOver) this.#failed?.(new Problem('NOT_RUNNING', `The hall does not answer: ${String(error)}`));
      });
    });
  }

  async run(): Promise<Walked> {
    await this.#clearBench();
    if (this.#options.fault !== null && stepOf(this.#options) === null) await this.#inject();
    const over = new Promise<void>((resolve, reject) => {
      this.#done = resolve;
      this.#failed = reject;
    });
    await this.#waitUntilOffered();
    await this.#page.open();
    const watch = setInterval(() => {
      // Who has left waits for nothing: the machine has its own patience with him, up to the end of a bill.
      if (!this.#walkedAway && Date.now() - this.#movedAt > IDLE_MS)
        this.#failed?.(
          new Problem(
            'NOT_RUNNING',
            `Nothing moved for ${IDLE_MS / 1000} s; the last screen was ${this.#last}${this.#inVain}`,
          ),
        );
    }, 1_000);
    const late = setTimeout(() => this.#failed?.(new Problem('NOT_RUNNING', 'The service took too long')), WALK_MS);
    try {
      await over;
    } finally {
      clearInterval(watch);
      clearTimeout(late);
    }
    this.#isOver = true;
    await this.#clearBench();
    return { screens: this.#screens, refused: this.#refused, stopped: this.#stopped };
  }

  /** The invitation says what is off: whoever came for that waits a while before he touches the screen. */
  async #waitUntilOffered(): Promise<void> {
    const { service } = this.#options;
    for (let waited = 0; waited < SERVICE_WAIT_MS; waited += OFFER_MS) {
      const answer = await fetch(`${this.#hall.citizenUrl}/status.json`).catch(() => undefined);
      const status = (await answer?.json().catch(() => undefined)) as { off?: { service: string }[] } | undefined;
      if (status?.off?.some((one) => one.service === service) !== true) return;
      await wait(OFFER_MS);
    }
  }

  close(): void {
    clearTimeout(this.#patience);
    this.#page.close();
  }

  async #seen(view: View, from: 'core' | 'session'): Promise<void> {
    this.#movedAt = Date.now();
    this.#note(view);
    if (view.kind !== 'out-of-service') {
      clearTimeout(this.#patience);
      this.#patience = undefined;
    }
    if (from === 'core' && view.kind === 'attract' && this.#begun) {
      await wait(INVITED_MS);
      if (this.#last === 'attract') this.#done?.();
      return;
    }
    if (from === 'core' && view.kind === 'out-of-service') {
      this.#waitForService(view.body.why);
      return;
    }
    if (view.kind !== 'attract' && from === 'session') this.#begun = true;
    if (view.kind === 'timeout') this.#timeouts += 1;
    if (this.#timeouts > TIMEOUTS) this.#walkedAway = true;
    await this.#putAway(view);
    await this.#maybeInject(view);
    await this.#act(view, view.kind);
  }

  /** A terminal that puts away what the last citizen left is out of service for a moment, and so is one that was killed
   *  and is about to give his card back: a person waits that long. */
  #waitForService(why: string): void {
    this.#patience ??= setTimeout(() => {
      if (this.#last !== 'out-of-service') return;
      if (this.#begun) this.#done?.();
      else this.#failed?.(new Problem('NOT_RUNNING', `The terminal is out of service: ${why}`));
    }, SERVICE_WAIT_MS);
  }

  #note(view: View): void {
    this.#last = view.kind;
    if (view.kind === 'refused') this.#refused = view.body.code;
    if (view.kind === 'stopped') this.#stopped = view.body.state;
    if (this.#screens.at(-1) !== view.kind) this.#screens.push(view.kind);
  }

  async #putAway(view: View): Promise<void> {
    for (const [device, kind] of this.#held) {
      if (kind === view.kind) continue;
      this.#held.delete(device);
      await this.#post(device, 'take', {});
    }
  }

  async #act(view: View, kind: View['kind']): Promise<void> {
    if (this.#walkedAway) return;
    for (const act of actOn(view, this.#citizen)) {
      // What he holds already is not held a second time; an empty hand would reach out again after it was put away.
      if (act.act === 'put' && this.#held.has(act.device)) continue;
      if (act.act === 'put' && HELD.has(act.device)) this.#held.set(act.device, kind);
      await this.#do(act);
    }
  }

  async #do(act: Act): Promise<void> {
    switch (act.act) {
      case 'touch':
        // Buttons are deaf for a moment after a screen has changed, and a person is not faster either.
        await wait(30);
        this.#page.send(act.wish);
        return;
      case 'put':
        if (act.device === 'fingerprint') await wait(HAND_MS);
        await this.#post(act.device, 'put', { thing: act.thing });
        return;
      case 'take':
        this.#held.delete(act.device);
        await this.#post(act.device, 'take', {});
        return;
      default:
        act satisfies never;
    }
  }

  async #maybeInject(view: View): Promise<void> {
    const step = stepOf(this.#options);
    if (this.#injected || step === null || STEP_SCREENS[step]?.includes(view.kind) !== true) return;
    await this.#inject();
  }

  async #inject(): Promise<void> {
    const { fault, portBase } = this.#options;
    const recipe = recipeOf(this.#options);
    if (fault === null || recipe === undefined) return;
    this.#injected = true;
    switch (recipe.how) {
      case 'device':
        await this.#post(recipe.device, 'fault', { fault: fault.id });
        return;
      case 'office':
        await fetch(`${this.#hall.sandboxUrl}/switches`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(recipe.switch),
        });
        return;
      case 'kill':
        for (const name of recipe.processes) killOf(portBase, name);
        return;
      case 'citizen':
        this.#walkedAway = recipe.does === 'walks-away';
        return;
      case 'page':
        this.#page.fall();
        return;
      default:
        recipe satisfies never;
    }
  }

  /** The world as it was: no fault switched on by us, no card of ours left at the gate. */
  async #clearBench(): Promise<void> {
    for (const device of DEVICES) await this.#post(device, 'clear', {}).catch(() => undefined);
  }

  async #post(device: string, verb: string, body: unknown): Promise<void> {
    // A card that is not at the gate yet, a charge that does not wait yet: a person's hand tries again.
    for (let tries = 0; tries < 40; tries += 1) {
      const answer = await fetch(`${this.#hall.benchUrl}/devices/${device}/${verb}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (answer.status !== 409) return;
      const said = await answer.text();
      this.#inVain = `, and ${device} said: ${said}`;
      // His card fell into the bin after he came: somebody of the hall gives it back to him.
      if (verb === 'put' && said.includes('lies in the retain bin')) await this.#post(device, 'clear', {});
      await wait(100);
    }
  }
}

function recipeOf({ fault, service }: CitizenOptions): FaultRecipe | undefined {
  return fault === null ? undefined : (fault.recipe ?? recipeFor(fault.id, service));
}

/** When something breaks: as asked for, else as its recipe has it; null: from the start. */
function stepOf(options: CitizenOptions): string | null {
  const { fault } = options;
  if (fault === null || fault.recipe !== undefined) return fault?.step ?? null;
  return fault.step ?? recipeOf(options)?.step ?? null;
}

/** Kills one of the demonstration's own processes, by the id the launcher told us. */
function killOf(portBase: number, name: string): void {
  const told = readWhereabouts(portBase);
  for (const [process_, pid] of Object.entries(told?.pids ?? {})) {
    // A session that waits warm holds nobody; every session process falls with the power.
    if (process_ === name || (name === 'session' && process_.startsWith('session-'))) process.kill(pid, 'SIGKILL');
  }
}
