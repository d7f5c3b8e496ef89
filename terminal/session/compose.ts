import { randomBytes } from 'node:crypto';
import { err, ok, randomId, spokenId, type Clock, type RandomBytes, type Result } from '@yimen/contracts/base';
import type { Assignment } from '@yimen/contracts/terminal';
import { connectDeviceHost } from '@yimen/device-adapters/host-client';
import { systemClock } from '../ipc/index.ts';
import { connectCore, type CoreClient } from './core-client.ts';
import { noDevices, openDeviceLink } from './device-link.ts';
import { sheetDrawer } from './documents/draw-sheet.ts';
import { createGatewayClient } from './gateway-client.ts';
import { SessionMachine } from './machine/session-machine.ts';
import { PageListener } from './page-listener.ts';
import { readPackages } from './read-packages.ts';
import { readPast } from './recovery/past.ts';
import type { FaceMatcher, SessionLog } from './runner/ports.ts';
import { SessionRunner } from './runner/session-runner.ts';
import { createWorld, firstState, packageOf, type WorldOptions } from './world.ts';

export type { FaceMatcher, FaceShot } from './runner/ports.ts';

export interface SessionOptions {
  readonly start: { readonly processId: string; readonly key: string; readonly coreSocket: string };
  /** `null`: no matcher is installed; identity then leads to the window. */
  readonly matcher: FaceMatcher | null;
  readonly log: SessionLog;
}

/** One citizen's process: waits warm for its assignment, serves it, and is killed by core afterwards.
 *  Resolves when core's connection is gone: then nothing may go on. */
export async function runSession(options: SessionOptions): Promise<Result<void, { code: string; message: string }>> {
  const core = await connectCore({
    socketPath: options.start.coreSocket,
    processId: options.start.processId,
    key: options.start.key,
  });
  if (!core.ok) return core;
  const clock = systemClock();
  let runner: SessionRunner | null = null;
  const fitted = new Set<string>();
  const offline = new Set<string>();
  core.value.onEvent((event) => {
    if (event.event === 'device') {
      fitted.add(event.device);
      if (event.status.device === 'online' || event.status.device === 'deviceBusy') offline.delete(event.device);
      else offline.add(event.device);
      const { media } = event.status;
      if (media !== undefined) runner?.dispatch({ kind: 'media', device: event.device, media });
    }
    if (event.event === 'wrapUp') runner?.dispatch({ kind: 'wrapUp' });
    if (event.event !== 'assign' || runner !== null) return;
    const known = { hasDevice: (kind: string) => !offline.has(kind), isFitted: (kind: string) => fitted.has(kind) };
    void serve(options, core.value, event.assignment, clock, known).then((served) => {
      if (served.ok) runner = served.value;
      else
        options.log.info({ code: served.error.code, message: served.error.message }, 'the assignment cannot be served');
      // Without devices or packages nothing was begun: core is told at once and does not wait.
      if (!served.ok) void core.value.link.ended('cancelled', event.assignment.purpose === 'citizen');
    });
  });
  await core.value.closed;
  return ok(undefined);
}

async function serve(
  options: SessionOptions,
  core: CoreClient,
  assignment: Assignment,
  clock: Clock,
  known: Pick<WorldOptions, 'hasDevice' | 'isFitted'>,
): Promise<Result<SessionRunner, { code: string; message: string }>> {
  const packages = await readPackages(assignment);
  if (packages.size === 0)
    return err({ code: 'INPUT_INVALID', message: `no service package in ${assignment.servicesDir}` });
  const office = createGatewayClient(assignment.gateway.url, assignment.gateway.key);
  if (!office.ok) return office;
  const isBehind = assignment.purpose === 'settling';
  const devices = isBehind ? ok(noDevices()) : await linkDevices(assignment, clock);
  if (!devices.ok) return devices;
  const random: RandomBytes = (n) => new Uint8Array(randomBytes(n));
  const first = firstState(
    assignment,
    { receiptId: spokenId(random, 4), incident: spokenId(random, 3) },
    clock.wallMs(),
  );
  const matcher = options.matcher;
  const world = createWorld({
    assignment,
    packages,
    clock,
    matcher: matcher?.kind ?? 'none',
    ...known,
    current: () => runner.state,
  });
  const page = new PageListener({
    origins: assignment.pageOrigins,
    clock,
    random,
    onIntent: (intent) => {
      runner.intent(intent);
    },
    current: () => runner.view,
    onAddress: (url, token) => {
      void core.link.listening(url, token);
    },
  });
  const runner: SessionRunner = new SessionRunner({
    assignment,
    machine: new SessionMachine(world),
    first,
    core: core.link,
    devices: devices.value,
    office: office.value,
    matcher,
    drawSheet: sheetDrawer({ assignment, clock, packageOf: (state) => packageOf(packages, state) }),
    clock,
    random,
    log: options.log,
    packageOf: (state) => packageOf(packages, state),
    unproved: readPast(assignment.past).open,
    onView: (view) => {
      page.show(view);
    },
    onOver: () => {
      page.over();
    },
  });
  await runner.start();
  if (!isBehind) await page.open();
  options.log.info(
    { sessionId: assignment.sessionId, purpose: assignment.purpose, trace: randomId(random, 8) },
    'session serves',
  );
  return ok(runner);
}

function linkDevices(
  { sessionId, deviceHost: { socketPath, key } }: Assignment,
  clock: Clock,
): ReturnType<typeof openDeviceLink> {
  const hello = { call: 'hello', role: 'session', sessionId, key } as const;
  return openDeviceLink({ connect: () => connectDeviceHost({ socketPath, hello, clock }), clock });
}
