import { join } from 'node:path';
import type { RandomBytes } from '@yimen/contracts/base';
import type { JournalEvent } from '@yimen/contracts/journal';
import { CATALOGUE, type PolicyRow } from '@yimen/contracts/service';
import type { Assignment, PastEvent } from '@yimen/contracts/terminal';
import type { View, ViewKind } from '@yimen/contracts/ui';
import { ManualClock } from '@yimen/contracts/testing';
import { SessionMachine } from '../machine/session-machine.ts';
import type { FaceMatcher } from '../runner/ports.ts';
import { readPast } from '../recovery/past.ts';
import { SessionRunner } from '../runner/session-runner.ts';
import { readServicePackage, type ServicePackage } from '../service-package.ts';
import { createWorld, firstState, packageOf } from '../world.ts';
import { FakeCore } from './fake-core.ts';
import { FakeHall } from './fake-hall.ts';
import { FAKE_IDENTITY } from './fake-readers.ts';
import { FakeOffice } from './fake-office.ts';

const SERVICES = join(import.meta.dirname, '../../services');

/** Draws numbers from a seed: a test that fails can be run again. */
function seeded(seed: number): RandomBytes {
  let state = seed >>> 0 || 1;
  return (n) => {
    const bytes = new Uint8Array(n);
    for (let i = 0; i < n; i += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      bytes[i] = state >>> 24;
    }
    return bytes;
  };
}

function assignment(over: Partial<Assignment> = {}): Assignment {
  return {
    sessionId: 'session-0001',
    purpose: 'citizen',
    lang: 'zh-CN',
    mode: { elder: false, contrast: 'day', lowReach: false },
    terminal: {
      tid: 'SD-DALIANG-01',
      hallId: 'daliang-1',
      town: '440606005',
      hallZh: '大良',
      hallEn: 'Daliang',
      hotline: '0757-0000-0000',
    },
    demo: true,
    servicesDir: SERVICES,
    services: [...CATALOGUE.map(({ id }) => id), 'query.progress', 'hh.certificate'].map((id) => ({
      id,
      state: 'available',
      why: null,
    })),
    deviceHost: { socketPath: '/run/none', key: 'k' },
    gateway: { url: 'https://127.0.0.1:1', key: { kind: 'file', certPem: '', keyPem: '', caPem: '' } },
    pageOrigins: ['http://127.0.0.1:7001'],
    halls: [],
    lastOperation: null,
    newestOperationId: null,
    wallOffsetMs: 0,
    past: [],
    recovers: null,
    ...over,
  } as Assignment;
}

/** One session over fakes, on a clock that only the test moves. `walk()` plays a citizen who does the obvious thing. */
export class SessionHarness {
  readonly clock = new ManualClock();
  readonly core: FakeCore;
  readonly hall: FakeHall;
  readonly office: FakeOffice;
  readonly views: View[] = [];
  readonly runner: SessionRunner;
  isOver = false;
  /** What the citizen chooses in the menu, and by question where it is not the first option. */
  service = 'exit.endorse';
  answers: Readonly<Record<string, string>> = {};

  private constructor(
    given: Assignment,
    packages: ReadonlyMap<string, ServicePackage>,
    world: { core: FakeCore; hall: FakeHall; office: FakeOffice },
    matcher: FaceMatcher | null,
  ) {
    this.core = world.core;
    this.hall = world.hall;
    this.office = world.office;
    this.hall.onCharge = (billRef) => {
      this.office.pay(billRef);
      return 'paid';
    };
    const first = firstState(given, { receiptId: 'R7K2-9QXM', incident: 'ABC-DEF' }, this.clock.wallMs());
    const machineWorld = createWorld({
      assignment: given,
      packages,
      clock: this.clock,
      matcher: matcher?.kind ?? 'none',
      hasDevice: (kind) => !this.hall.away.has(kind),
      isFitted: (kind) => kind !== 'camera' || this.hall.camera !== 'notFitted',
      current: () => this.runner.state,
    });
    this.runner = new SessionRunner({
      assignment: given,
      machine: new SessionMachine(machineWorld),
      first,
      core: this.core,
      devices: this.hall,
      office: this.office,
      matcher,
      drawSheet: () => Promise.resolve({ ok: true, value: { pdf: Buffer.from('%PDF-'), pages: 1 } }),
      clock: this.clock,
      random: seeded(given.purpose === 'settling' ? 13 + given.past.length : given.purpose === 'recovery' ? 11 : 7),
      log: { info: () => undefined },
      packageOf: (state) => packageOf(packages, state),
      unproved: readPast(given.past).open,
      onView: (view) => {
        this.views.push(view);
      },
      onOver: () => {
        this.isOver = true;
      },
    });
  }

  static async create(
    over: Partial<Assignment> = {},
    world: Partial<{ core: FakeCore; hall: FakeHall; office: FakeOffice; policy: readonly PolicyRow[] }> = {},
    matcher: FaceMatcher | null = PASSES,
    service = 'exit.endorse',
    folder = SERVICES,
  ): Promise<SessionHarness> {
    const pkg = await readServicePackage(join(folder, service));
    if (!pkg.ok) throw new Error(pkg.error.message);
    const whole = {
      core: world.core ?? new FakeCore(),
      hall: world.hall ?? new FakeHall(),
      office: world.office ?? new FakeOffice(),
    };
    // Rows of the test come first: of equal places the first one decides.
    const ruled = { ...pkg.value, policy: [...(world.policy ?? []), ...pkg.value.policy] };
    const harness = new SessionHarness(assignment(over), new Map([[service, ruled]]), whole, matcher);
    harness.service = service;
    await harness.runner.start();
    await harness.clock.advance(0);
    return harness;
  }

  /** The session that takes over what this one left: same devices, same office, its rows as the past. */
  recover(): Promise<SessionHarness> {
    const past: PastEvent[] = this.core.rows.map((row) => ({ ...row }));
    return SessionHarness.create(
      { purpose: 'recovery', past, recovers: 'session-0001' as Assignment['recovers'] },
      { hall: this.hall, office: this.office },
      PASSES,
      this.service,
    );
  }

  /** What only offices still have to hear, told behind other sessions: no page, no device. `more`: rows that came since. */
  async settle(more: readonly JournalEvent[] = []): Promise<SessionHarness> {
    await this.core.append(more);
    const past: PastEvent[] = this.core.rows.map((row) => ({ ...row }));
    const behind = await SessionHarness.create(
      { purpose: 'settling', past, recovers: 'session-0001' as Assignment['recovers'] },
      { hall: this.hall, office: this.office, core: this.core },
      null,
      this.service,
    );
    for (let i = 0; i < 120 && !behind.isOver; i += 1) await behind.clock.advance(2_000);
    return behind;
  }

  get view(): View {
    const view = this.views.at(-1);
    if (view === undefined) throw new Error('nothing was shown');
    return view;
  }

  /** Sees whether a screen was shown. */
  saw(kind: ViewKind): boolean {
    return this.views.some((view) => view.kind === kind);
  }

  async touch(intent: Record<string, unknown>): Promise<void> {
    this.runner.intent({ view: this.view.view, ...intent } as never);
    await this.clock.advance(0);
  }

  /** Goes on until `stops` says so of the view that is shown; false when the session was over first. */
  async walkUntil(stops: (view: View) => boolean): Promise<boolean> {
    for (let i = 0; i < 400 && !this.isOver; i += 1) {
      if (stops(this.view)) return true;
      await this.#go();
    }
    return false;
  }

  /** Goes on until the session is over, `until` is shown, or nothing moves any more for ten minutes of its time. */
  async walk(until?: ViewKind): Promise<void> {
    for (let i = 0; i < 400 && !this.isOver; i += 1) {
      if (this.view.kind === until) return;
      await this.#go();
    }
  }

  async #go(): Promise<void> {
    const before = this.views.length;
    const wish = obvious(this.view, this.service, this.answers);
    if (wish !== undefined) await this.touch(wish);
    if (this.views.length === before) await this.clock.advance(2_000);
  }

  result(): PastEvent | undefined {
    return this.core.rowsOf('service-result').at(-1);
  }
}

/** What a citizen types who has to. */
const TYPED: Readonly<Record<string, string>> = {
  plateNo: '粤XA1001',
  engineTail: 'E001',
  idNo: FAKE_IDENTITY.fields.idNumber ?? '',
  receiptNo: '440620261101900011',
};
const PICTURE = {
  kind: 'picture',
  subject: 'face',
  mime: 'image/jpeg',
  base64: 'AAAA',
  luminance: 100,
  variance: 500,
  digest: '',
  camera: 'ok',
} as const;
/** A JPEG as far as its size is read: 390 × 567 and padding up to 40 KB. */
const PHOTO = jpegOf(390, 567);

function jpegOf(width: number, height: number): string {
  const head = [0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255, 3];
  return Buffer.concat([Buffer.from(head), Buffer.alloc(40_000), Buffer.from([0xff, 0xd9])]).toString('base64');
}

const PASSES: FaceMatcher = {
  kind: 'simulated',
  match: () => Promise.resolve({ ok: true, value: { score: 900, passed: true } }),
};

function obvious(
  view: View,
  service: string,
  answers: Readonly<Record<string, string>>,
): Record<string, unknown> | undefined {
  switch (view.kind) {
    case 'start':
    case 'guide':
    case 'review':
    case 'receipt':
    case 'refused':
    case 'end':
      return { kind: 'confirm' };
    case 'menu':
      return { kind: 'service', service };
    case 'consent':
      return { kind: 'agree', consent: view.body.sheet.id };
    case 'face':
      return view.body.phase === 'checking' ? undefined : PICTURE;
    case 'choose':
      return {
        kind: 'choose',
        question: view.body.question,
        value: answers[view.body.question] ?? view.body.options[0]?.value,
      };
    case 'form':
      return view.body.optional
        ? { kind: 'skip' }
        : { kind: 'submit', field: view.body.field, value: answers[view.body.field] ?? TYPED[view.body.field] ?? '' };
    case 'photo':
      if (view.body.phase === 'accepted') return { kind: 'confirm' };
      return view.body.phase === 'checking' ? undefined : { ...PICTURE, subject: 'photo', base64: PHOTO };
    case 'fingerprint':
    case 'give-old':
      return view.body.phase === 'again' ? { kind: 'again' } : undefined;
    case 'document-scan':
      return view.body.phase === 'scanning' ? undefined : { kind: 'confirm' };
    case 'rate':
      return { kind: 'skip' };
    case 'stopped':
      return { kind: 'noted' };
    case 'timeout':
      return { kind: 'extend' };
    default:
      return undefined;
  }
}
