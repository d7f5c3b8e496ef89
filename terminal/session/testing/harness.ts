import { join } from 'node:path';
import type { RandomBytes } from '@yimen/contracts/base';
import type { PolicyRow } from '@yimen/contracts/service';
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
    services: [{ id: 'exit.endorse', state: 'available', why: null }],
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
      hasDevice: () => true,
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
      clock: this.clock,
      random: seeded(given.purpose === 'recovery' ? 11 : 7),
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
  ): Promise<SessionHarness> {
    const pkg = await readServicePackage(join(SERVICES, 'exit.endorse'));
    if (!pkg.ok) throw new Error(pkg.error.message);
    const whole = {
      core: world.core ?? new FakeCore(),
      hall: world.hall ?? new FakeHall(),
      office: world.office ?? new FakeOffice(),
    };
    // Rows of the test come first: of equal places the first one decides.
    const ruled = { ...pkg.value, policy: [...(world.policy ?? []), ...pkg.value.policy] };
    const harness = new SessionHarness(assignment(over), new Map([['exit.endorse', ruled]]), whole, matcher);
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
    );
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

  /** Goes on until the session is over, `until` is shown, or nothing moves any more for ten minutes of its time. */
  async walk(until?: ViewKind): Promise<void> {
    for (let i = 0; i < 400 && !this.isOver; i += 1) {
      if (this.view.kind === until) return;
      const before = this.views.length;
      const wish = obvious(this.view);
      if (wish !== undefined) await this.touch(wish);
      if (this.views.length === before) await this.clock.advance(2_000);
    }
  }

  result(): PastEvent | undefined {
    return this.core.only('service-result').at(-1);
  }
}

const PASSES: FaceMatcher = {
  kind: 'simulated',
  match: () => Promise.resolve({ ok: true, value: { score: 900, passed: true } }),
};

function obvious(view: View): Record<string, unknown> | undefined {
  switch (view.kind) {
    case 'start':
    case 'guide':
    case 'review':
    case 'receipt':
    case 'refused':
    case 'end':
      return { kind: 'confirm' };
    case 'menu':
      return { kind: 'service', service: 'exit.endorse' };
    case 'consent':
      return { kind: 'agree', consent: view.body.sheet.id };
    case 'face':
      return view.body.phase === 'checking'
        ? undefined
        : {
            kind: 'picture',
            subject: 'face',
            mime: 'image/jpeg',
            base64: 'AAAA',
            luminance: 100,
            variance: 500,
            digest: '',
            camera: 'ok',
          };
    case 'choose':
      return { kind: 'choose', question: view.body.question, value: view.body.options[0]?.value };
    case 'form':
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
