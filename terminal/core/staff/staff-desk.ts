import type { Clock, RandomBytes, Result } from '@yimen/contracts/base';
import type { DeviceStatus, Fault } from '@yimen/contracts/device';
import type { VarianceAcceptance } from '@yimen/contracts/fleet';
import {
  pastEventSchema,
  type ConsoleDevice,
  type ConsoleState,
  type StaffAnswer,
  type StaffList,
  type StaffWish,
} from '@yimen/contracts/terminal';
import type { DeviceManager } from '../device-manager/index.ts';
import type { Journal } from '../journal/index.ts';
import { CORE_LIMITS } from '../limits.table.ts';
import { listeners } from '../platform/listeners.ts';
import type { Log } from '../platform/logger.ts';
import type { TouchDesk } from '../touch-desk/index.ts';
import { acceptByFleet, acceptVariance, openVariances } from './accept-variance.ts';
import { cabinetFacts, type CabinetFacts } from './cabinet-facts.ts';
import { askStatus, resetDevice, selfTest, testPrint } from './device-tests.ts';
import { canExchange, Exchanges } from './exchange.ts';
import { handOut, heldThings } from './hand-out.ts';
import { journalDamage } from './journal-damage.ts';
import { actsOf, mayDo } from './levels.table.ts';
import { SignIn, type SignedIn, type SignInRefusal } from './sign-in.ts';
import { readBook } from './read-book.ts';
import { foldRow, type StaffBook } from './staff-book.ts';
import type { StaffDeps } from './staff-deps.ts';
import { SupervisorModeRunner, type Person, type SupervisorModeOptions } from './supervisor-mode.ts';

export interface StaffDeskOptions extends Pick<SupervisorModeOptions, 'citizen' | 'wrapUp' | 'rest'> {
  readonly terminal: ConsoleState['terminal'];
  readonly journal: Journal;
  readonly devices: DeviceManager;
  readonly touch: Pick<TouchDesk, 'fault' | 'clear'>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** Who may sign in, read anew each time. */
  readonly list: () => Result<StaffList, Fault>;
}

/** Staff at the machine: who is there, what they may do, and what they did. */
export interface StaffDesk {
  start(): void;
  stop(): void;
  /** `asked`: the key is turned or somebody signed in, nobody new is served; `inside`: hands may be in the machine. */
  presence(): 'none' | 'asked' | 'inside';
  /** The console may be shown. */
  isConsoleOpen(): boolean;
  workOrder(): string | null;
  /** Why a device is kept from citizens; undefined: staff do not keep it. */
  heldOut(device: string): string | undefined;
  /** A counted difference waits for a second person, or for the fleet. */
  hasOpenVariance(): boolean;
  fleetAccepted(acceptances: readonly VarianceAcceptance[]): void;
  state(): ConsoleState;
  wish(wish: StaffWish): Promise<StaffAnswer>;
  /** Something changed elsewhere: the citizen has ended, a device has spoken. */
  look(): void;
  onChange(fn: () => void): () => void;
}

export function staffDesk(options: StaffDeskOptions): StaffDesk {
  return new Desk(options);
}

class Desk implements StaffDesk {
  readonly #options: StaffDeskOptions;
  readonly #changes = listeners<void>();
  readonly #deps: StaffDeps;
  readonly #exchanges: Exchanges;
  readonly #signIn: SignIn;
  readonly #mode: SupervisorModeRunner;
  readonly #stopListening: (() => void)[] = [];
  #book: StaffBook;
  #running: { act: string; device: string | null; settled: Promise<unknown> } | undefined;
  #cabinet: CabinetFacts = { key: 'unknown', areDoorsShut: false };

  constructor(options: StaffDeskOptions) {
    const { journal, devices, clock, random, log, terminal, list } = options;
    this.#options = options;
    this.#book = readBook(journal.reader);
    this.#deps = { journal, devices, clock, random, log, book: () => this.#book };
    this.#exchanges = new Exchanges(this.#deps);
    const { tid } = terminal;
    const before = this.#book.lock;
    this.#signIn = new SignIn({ tid, journal, clock, random, log, list, before, key: () => this.#cabinet.key });
    this.#mode = new SupervisorModeRunner({
      ...options,
      isClosedUp: () => this.#cabinet.key === 'run' && this.#cabinet.areDoorsShut,
      inspect: async () => {
        await this.#running?.settled;
        await devices.inspect();
      },
      onChange: () => {
        this.#changes.tell();
      },
    });
  }

  start(): void {
    const { journal, devices } = this.#options;
    this.#stopListening.push(
      journal.onAppended((rows) => {
        for (const { body } of rows) this.#book = foldRow(this.#book, pastEventSchema.parse(JSON.parse(body)));
      }),
      devices.onStatus(() => {
        this.look();
      }),
      devices.onInspected(() => {
        void this.#exchanges.reconcile().then(() => {
          this.#changes.tell();
        });
      }),
    );
    // Whoever was signed in when core ended is not any more.
    if (this.#book.mode !== 'inactive')
      journal.note([
        {
          kind: 'supervisor-mode',
          fields: { state: 'inactive', who: null, level: null, workOrder: null, why: 'restarted' },
        },
      ]);
    this.look();
  }

  stop(): void {
    this.#mode.stop();
    for (const stop of this.#stopListening) stop();
  }

  presence(): 'none' | 'asked' | 'inside' {
    const { mode } = this.#mode;
    if (mode === 'active' || mode === 'exitPending') return 'inside';
    return mode === 'enterPending' || this.#isKeyTurned() ? 'asked' : 'none';
  }

  isConsoleOpen(): boolean {
    return this.#isKeyTurned() || (this.#mode.mode !== 'inactive' && this.#cabinet.key === 'unknown');
  }

  workOrder(): string | null {
    return this.#mode.person?.workOrder ?? null;
  }

  heldOut(device: string): string | undefined {
    return this.#book.exchanges.has(device) ? 'exchangeActive' : undefined;
  }

  hasOpenVariance(): boolean {
    return this.#book.variances.size > 0;
  }

  fleetAccepted(acceptances: readonly VarianceAcceptance[]): void {
    acceptByFleet(this.#deps, acceptances);
    this.#changes.tell();
  }

  look(): void {
    const before = this.#cabinet;
    this.#cabinet = cabinetFacts(this.#options.devices);
    this.#mode.look();
    const isSame = before.key === this.#cabinet.key && before.areDoorsShut === this.#cabinet.areDoorsShut;
    if (!isSame || this.#mode.mode !== 'inactive') this.#changes.tell();
  }

  onChange(fn: () => void): () => void {
    return this.#changes.add(fn);
  }

  state(): ConsoleState {
    const { terminal, citizen } = this.#options;
    const { person, leftMs, canExtend, mode } = this.#mode;
    const isActive = mode === 'active';
    return {
      terminal,
      key: this.#cabinet.key,
      mode,
      isCitizenThere: citizen() !== 'none',
      person:
        person === undefined
          ? null
          : {
              who: person.who,
              level: person.level,
              leftMs,
              isEnding: leftMs <= CORE_LIMITS.staffWarnMs,
              canExtend,
              may: actsOf(person.level),
            },
      lockedMs: this.#signIn.lockedMs(),
      challenge: person === undefined ? this.#signIn.challenge() : null,
      devices: isActive ? this.#devices() : [],
      exchanges: isActive ? this.#exchanges.open() : [],
      held: isActive ? heldThings(this.#book) : [],
      variances: isActive ? openVariances(this.#book) : [],
      damage: isActive ? journalDamage(this.#deps) : null,
      touch: isActive ? (this.#options.touch.fault() ?? null) : null,
      running: this.#running === undefined ? null : { act: this.#running.act, device: this.#running.device },
    };
  }

  /** One act at a time: a person has two hands, and what moves is moved by one order. */
  async wish(wish: StaffWish): Promise<StaffAnswer> {
    const { act } = wish;
    if (this.#running !== undefined) return { act, isDone: false, code: 'busy' };
    const acting = this.#act(wish);
    this.#running = { act, device: 'device' in wish ? wish.device : null, settled: acting };
    this.#changes.tell();
    try {
      const code = await acting;
      return { act, isDone: code === undefined, code: code ?? null };
    } finally {
      this.#running = undefined;
      this.#changes.tell();
    }
  }

  /** @returns why it is not done; undefined: it is */
  async #act(wish: StaffWish): Promise<string | undefined> {
    switch (wish.act) {
      case 'challenge': {
        const begun = this.#mayEnter() ?? this.#signIn.begin(wish.level);
        return begun.ok ? undefined : begun.error;
      }
      case 'signIn':
        return this.#enter(this.#mayEnter() ?? (await this.#signIn.cardPin(wish.card, wish.pin)), wish.workOrder);
      case 'answer':
        return this.#enter(this.#mayEnter() ?? this.#signIn.answer(wish.code), wish.workOrder);
      default:
        return this.#actOf(wish);
    }
  }

  #mayEnter(): { readonly ok: false; readonly error: SignInRefusal } | undefined {
    return this.#mode.mode === 'inactive' ? undefined : { ok: false, error: 'refused' };
  }

  #enter(signedIn: Result<SignedIn, SignInRefusal>, workOrder: string | null): string | undefined {
    if (!signedIn.ok) return signedIn.error;
    this.#mode.signedIn({ ...signedIn.value, workOrder });
    return undefined;
  }

  async #actOf(wish: Exclude<StaffWish, { act: 'signIn' | 'challenge' | 'answer' }>): Promise<string | undefined> {
    const { person, mode } = this.#mode;
    if (person === undefined) return 'signInFirst';
    if (wish.act === 'signOut') return this.#signOut();
    if (mode !== 'active') return 'notActive';
    // A key that was turned back takes the right to act with it, though the door keeps the mode open.
    if (!this.isConsoleOpen()) return 'keyFirst';
    if (!mayDo(person.level, wish.act)) return 'level';
    return this.#perform(wish, person);
  }

  #signOut(): string | undefined {
    if (this.#mode.mode === 'active' && this.#book.exchanges.size > 0) return 'exchangeActive';
    this.#mode.signedOut();
    return undefined;
  }

  #perform(
    wish: Exclude<StaffWish, { act: 'signIn' | 'challenge' | 'answer' | 'signOut' }>,
    person: Person,
  ): Promise<string | undefined> | string | undefined {
    const by = { who: person.who, workOrder: person.workOrder };
    switch (wish.act) {
      case 'extend':
        return this.#mode.extend() ? undefined : 'refused';
      case 'openExchange':
        return this.#exchanges.begin(wish.device, by);
      case 'closeExchange':
        return this.#close(wish, by);
      case 'acceptVariance':
        return acceptVariance(this.#deps, wish.j, by);
      case 'handOut':
        return handOut(this.#deps, wish.incident, by);
      case 'status':
        return askStatus(this.#deps, wish.device, by);
      case 'selfTest':
        return selfTest(this.#deps, wish.device, by);
      case 'testPrint':
        return testPrint(this.#deps, wish.device, { ...by, tid: this.#options.terminal.tid });
      case 'reset':
        return resetDevice(this.#deps, wish.device, wish.to, by);
      case 'releaseFraud':
        return faultCode(this.#options.devices.releaseFraud(wish.device, by));
      case 'acceptIdentity':
        return faultCode(this.#options.devices.acceptIdentity(wish.device, by));
      case 'clearTouch':
        return faultCode(this.#options.touch.clear(by));
    }
  }

  async #close(
    wish: Extract<StaffWish, { act: 'closeExchange' }>,
    by: { who: string; workOrder: string | null },
  ): Promise<string | undefined> {
    const { second } = wish;
    const witness = second === null ? undefined : await this.#signIn.second(second.card, second.pin, by.who);
    if (witness?.ok === false) return witness.error === 'refused' ? 'secondRefused' : witness.error;
    return this.#exchanges.end(wish.device, wish.units, { ...by, acceptedBy: witness?.value ?? null });
  }

  #isKeyTurned(): boolean {
    return this.#cabinet.key === 'maintenance' || this.#cabinet.key === 'supervisor';
  }

  #devices(): ConsoleDevice[] {
    const { devices } = this.#options;
    const fraud = devices.heldForFraud();
    const given = devices.outOfService();
    return devices.statuses().map(({ device, status }) => ({
      device,
      kind: devices.kindOf(device) ?? device,
      state: status.device,
      isStale: status.source === 'stale',
      fault: status.fault?.code ?? null,
      media: status.media ?? null,
      units: unitsOf(status),
      canExchange: canExchange(devices.kindOf(device)),
      fraud: fraud.find((held) => held.device === device)?.incident ?? null,
      outOfService: given.find((held) => held.device === device)?.incident ?? null,
      isRefused: devices.refusalOf(device) !== undefined,
    }));
  }
}

function unitsOf(status: DeviceStatus): ConsoleDevice['units'] {
  return Object.entries(status.units).map(([name, { type, capacity, count, status: state, replenishment }]) => ({
    name,
    type,
    capacity,
    count,
    status: state,
    replenishment,
  }));
}

function faultCode(done: Result<void, Fault>): string | undefined {
  return done.ok ? undefined : done.error.code;
}
