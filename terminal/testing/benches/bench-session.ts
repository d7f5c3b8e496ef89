import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Assignment } from '@yimen/contracts/terminal';
import type { Intent, View } from '@yimen/contracts/ui';
import { systemRandom } from '../../core/platform/random.ts';
import { systemClock } from '../../ipc/index.ts';
import { sheetDrawer } from '../../session/documents/draw-sheet.ts';
import { SessionMachine } from '../../session/machine/session-machine.ts';
import type { CoreLink, FaceMatcher } from '../../session/runner/ports.ts';
import { SessionRunner } from '../../session/runner/session-runner.ts';
import { readServicePackage, type ServicePackage } from '../../session/service-package.ts';
import { FakeHall } from '../../session/testing/fake-hall.ts';
import { FakeOffice } from '../../session/testing/fake-office.ts';
import { createWorld, firstState, packageOf } from '../../session/world.ts';

const SERVICES = join(import.meta.dirname, '../../services');
const SERVICE = 'exit.endorse';
export const BENCH_TID = 'SD-DALIANG-01';

/** What core would give a session for one citizen at this terminal. */
export function benchAssignment(sessionId: string): Assignment {
  return {
    sessionId,
    purpose: 'citizen',
    lang: 'zh-CN',
    mode: { elder: false, contrast: 'day', lowReach: false },
    terminal: {
      tid: BENCH_TID,
      hallId: 'daliang-1',
      town: '440606005',
      hallZh: '大良',
      hallEn: 'Daliang',
      hotline: '0757-0000-0000',
    },
    demo: true,
    servicesDir: SERVICES,
    services: [{ id: SERVICE, state: 'available', why: null }],
    deviceHost: { socketPath: '/run/none', key: 'none' },
    gateway: { url: 'https://127.0.0.1:1', key: { kind: 'file', certPem: '', keyPem: '', caPem: '' } },
    pageOrigins: ['http://127.0.0.1:7001'],
    halls: [],
    lastOperation: null,
    newestOperationId: null,
    wallOffsetMs: 0,
    past: [],
    recovers: null,
  } as unknown as Assignment;
}

/** Serves one citizen from the assignment to `ended`, on the system's clock: nobody waits for anything but the software.
 *  @throws Error when the citizen meets a screen that the straight way does not have */
export async function runBenchSession(assignment: Assignment, core: CoreLink): Promise<void> {
  const packages = await readPackages(assignment.servicesDir);
  const clock = systemClock();
  const office = new FakeOffice();
  const hall = new FakeHall();
  hall.onCharge = (billRef) => {
    office.pay(billRef);
    return 'paid';
  };
  const over = Promise.withResolvers<void>();
  const world = createWorld({
    assignment,
    packages,
    clock,
    matcher: PASSES.kind,
    hasDevice: () => true,
    isFitted: (kind) => kind !== 'camera',
    current: () => runner.state,
  });
  const runner: SessionRunner = new SessionRunner({
    assignment,
    machine: new SessionMachine(world),
    first: firstState(assignment, { receiptId: 'R7K2-9QXM', incident: 'ABC-DEF' }, clock.wallMs()),
    core,
    devices: hall,
    office,
    matcher: PASSES,
    drawSheet: sheetDrawer({ assignment, clock, packageOf: (state) => packageOf(packages, state) }),
    clock,
    random: systemRandom,
    log: { info: () => undefined },
    packageOf: (state) => packageOf(packages, state),
    unproved: [],
    onView: (view) => {
      // A page answers in a turn of its own, never inside the call that showed it.
      setImmediate(() => {
        try {
          touch(runner, view);
        } catch (error) {
          over.reject(error);
        }
      });
    },
    onOver: over.resolve,
  });
  await runner.start();
  await over.promise;
}

async function readPackages(folder: string): Promise<ReadonlyMap<string, ServicePackage>> {
  const found = new Map<string, ServicePackage>();
  for (const name of await readdir(folder)) {
    const pkg = await readServicePackage(join(folder, name));
    if (pkg.ok) found.set(pkg.value.manifest.id, pkg.value);
  }
  return found;
}

const PASSES: FaceMatcher = {
  kind: 'simulated',
  match: () => Promise.resolve({ ok: true, value: { score: 900, passed: true } }),
};

function touch(runner: SessionRunner, view: View): void {
  const wish = answerOf(view);
  if (wish !== null) runner.intent({ view: view.view, ...wish } as Intent);
}

/** What somebody does who wants the first thing offered; null: the machine is at work. */
function answerOf(view: View): object | null {
  switch (view.kind) {
    case 'start':
    case 'guide':
    case 'review':
    case 'receipt':
    case 'end':
      return { kind: 'confirm' };
    case 'menu':
      return { kind: 'service', service: SERVICE };
    case 'consent':
      return { kind: 'agree', consent: view.body.sheet.id };
    case 'face':
      return view.body.phase === 'checking' ? null : PICTURE;
    case 'choose':
      return { kind: 'choose', question: view.body.question, value: view.body.options[0]?.value };
    case 'form':
    case 'rate':
      return { kind: 'skip' };
    case 'refused':
    case 'stopped':
    case 'timeout':
      throw new Error(`the straight way does not come to the screen ${view.kind}: ${JSON.stringify(view.body)}`);
    default:
      return null;
  }
}

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
