import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '@yimen/contracts/service';
import { FakeCore } from './testing/fake-core.ts';
import { checkInvariants } from './testing/invariants.ts';
import { count, straightSession, told, walked } from './testing/straight-session.ts';
import type { SessionHarness } from './testing/harness.ts';

const SERVICES = CATALOGUE.map(({ id }) => id);
const PAID = ['exit.endorse', 'exit.pay', 'veh.licence', 'veh.vlic', 'veh.violation', 'hh.idapply'];

const straight = new Map<string, SessionHarness>();
for (const service of SERVICES) straight.set(service, await walked(service));
const straightOf = (service: string): SessionHarness => {
  const found = straight.get(service);
  if (found === undefined) throw new Error(`no straight run of ${service}`);
  return found;
};
/** Requests of a service's straight way, each once, in order. */
const requestsOf = (service: string, wanted: (kind: string) => boolean): (readonly [string, string])[] =>
  [...new Set(straightOf(service).office.asked)].filter(wanted).map((kind) => [service, kind] as const);

/** The office falls silent when this request is about to be sent. */
async function awayAt(service: string, kind: string): Promise<SessionHarness> {
  const session = await straightSession(service);
  const { office } = session;
  const send = office.send.bind(office);
  let isHere = true;
  office.send = (request) => {
    if (isHere && request.kind === kind) {
      office.away = true;
      isHere = false;
    }
    return send(request);
  };
  await session.walk();
  return session;
}

const BEFORE_COMMIT = SERVICES.flatMap((service) =>
  requestsOf(service, (kind) => !/\.case\.(reserve|confirm|cancel)$|bill\.(query|close)/u.test(kind)),
);
const EFFECTS = SERVICES.flatMap((service) =>
  requestsOf(service, (kind) => /\.case\.(begin|reserve|confirm)$|bill\.create$/u.test(kind)),
);

describe.each(BEFORE_COMMIT)('F50 %s: the office is away from %s on', (service, kind) => {
  it('stops friendly: nothing charged, nothing made, the citizen’s things are out', async () => {
    const session = await awayAt(service, kind);
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'office-away', chargedFen: 0, produced: 0 });
    expect(count(session, 'charge')).toBe(0);
    expect(session.hall.place).toBe('outside');
    expect(told(session)).not.toBe('');
    expect(checkInvariants(session)).toEqual([]);
  });
});

/** What is asked once a case stands: the office cannot be told how it ended, so it stays open for core to tell. */
const AFTER_COMMIT = SERVICES.flatMap((service) =>
  requestsOf(service, (kind) => /\.case\.(reserve|confirm)$|bill\.(create|query)$/u.test(kind)),
);

describe.each(AFTER_COMMIT)('F51 %s: the office is away from %s on', (service, kind) => {
  it('ends in a named state, and the session stays open for whoever tells the office later', async () => {
    const session = await awayAt(service, kind);
    expect(session.isOver).toBe(true);
    expect(session.core.rowsOf('case-closed')).toEqual([]);
    expect(session.core.rowsOf('session-ended')).toEqual([]);
    expect(['outside', 'bin']).toContain(session.hall.place);
    expect(checkInvariants(session)).toEqual([]);
  });

  it('and is told by the recovery once it is back', async () => {
    const session = await awayAt(service, kind);
    session.office.away = false;
    const recovery = await session.recover();
    await recovery.walk();
    expect(recovery.core.rowsOf('case-closed')).toHaveLength(1);
    expect(recovery.core.rowsOf('session-ended')).toHaveLength(1);
    expect(session.office.confirms.length + session.office.cancels.length).toBe(1);
    expect(checkInvariants(session, recovery)).toEqual([]);
  });
});

describe.each(EFFECTS)('F51 %s: the answer to %s is lost after the commit', (service, kind) => {
  it('is asked for by its id, carried out once, and the service is done', async () => {
    const session = await walked(service, { office: (office) => office.bend(kind, 'lost') });
    expect(session.office.effects.filter((effect) => effect.kind === kind && effect.isDone)).toHaveLength(1);
    expect(session.result()).toMatchObject({ outcome: 'done' });
    expect(checkInvariants(session)).toEqual([]);
  });

  it('and stays lost: the session ends in a named state, nothing is sent again blind', async () => {
    const session = await straightSession(service);
    const { office } = session;
    office.bend(kind, 'lost');
    office.lookUp = () => Promise.resolve({ known: 'cannotTell' });
    await session.walk();
    expect(office.effects.filter((effect) => effect.kind === kind)).toHaveLength(1);
    expect(session.isOver).toBe(true);
    expect(checkInvariants(session)).toEqual([]);
  });
});

describe('F53 what comes twice', () => {
  it.each(SERVICES)('F53 %s: each touch counted twice changes nothing', async (service) => {
    const session = await straightSession(service);
    const twice = session.runner.intent.bind(session.runner);
    session.runner.intent = (intent) => {
      twice(intent);
      twice(intent);
    };
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'done' });
    expect(session.office.confirms).toHaveLength(1);
    expect(checkInvariants(session)).toEqual([]);
  });

  it.each(PAID)('F53 %s: an answer that comes again, late, is nobody’s', async (service) => {
    const session = await straightSession(service);
    const late: Parameters<typeof session.runner.dispatch>[0][] = [];
    const send = session.office.send.bind(session.office);
    session.office.send = async (request) => {
      const result = await send(request);
      const key = request.kind.split('.').at(-1) ?? '';
      if (key === 'begin' || key === 'reserve') late.push({ kind: 'answered', key, result });
      return result;
    };
    await session.walk('receipt');
    const before = session.office.asked.length;
    for (const input of late) session.runner.dispatch(input);
    await session.clock.advance(0);
    expect(late.length).toBeGreaterThan(1);
    expect(session.office.asked).toHaveLength(before);
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'done' });
    expect(checkInvariants(session)).toEqual([]);
  });
});

describe('F54 the wall clock jumps', () => {
  const YEAR = 365 * 86_400_000;

  it.each([10 * YEAR, -10 * YEAR, 3_600_000, -3_600_000])(
    'F54 by %s ms in the middle: dates of the case and timers stay',
    async (ms) => {
      const session = await straightSession('exit.endorse');
      await session.walk('review');
      const { policyDate } = session.runner.state;
      session.clock.jumpWall(ms);
      await session.clock.advance(119_000);
      expect(session.view.kind).toBe('review');
      await session.clock.advance(2_000);
      expect(session.view.kind).toBe('timeout');
      await session.touch({ kind: 'extend' });
      expect(session.runner.state.policyDate).toBe(policyDate);
      await session.walk();
      expect(session.result()).toMatchObject({ outcome: 'done', chargedFen: 1500 });
      const ids = session.core.rowsOf('operation-intended').map((row) => String(row['operationId']));
      expect(ids).toEqual(ids.toSorted());
      expect(checkInvariants(session)).toEqual([]);
    },
  );
});

/** Screens of a straight run at which core may ask for an end. */
const SCREENS = SERVICES.flatMap((service) =>
  [...new Set(straightOf(service).views.map(({ kind }) => kind))]
    .filter((kind) => kind !== 'end')
    .map((kind) => [service, kind] as const),
);

async function wrappedUpAt(service: string, kind: string): Promise<SessionHarness> {
  const session = await straightSession(service);
  if (!(await session.walkUntil((view) => view.kind === kind))) return session;
  session.runner.dispatch({ kind: 'wrapUp' });
  await session.clock.advance(0);
  await session.walk();
  return session;
}

describe.each(SCREENS)('F56 %s: the mains fail at %s', (service, kind) => {
  it('F59 so as a door that is opened: what moves ends, property comes back, the screen is cleared', async () => {
    const session = await wrappedUpAt(service, kind);
    expect(session.hall.place).toBe('outside');
    expect(session.core.ended_?.propertyOut).toBe(true);
    expect(session.view.kind).toBe('end');
    expect(checkInvariants(session)).toEqual([]);
  });
});

const ROWS = SERVICES.flatMap((service) =>
  straightOf(service)
    .core.rows.slice(1)
    .map((_row, at) => [service, at + 2] as const),
);

describe.each(ROWS)('F57 %s: nothing can be written from row %i on', (service, row) => {
  it('no effect begins any more, property still comes back', async () => {
    const session = await straightSession(service, { core: (core: FakeCore) => (core.fullAt = row) });
    await session.walk();
    const last = session.core.rows.filter(({ kind }) => kind === 'operation-intended').map((one) => one['operationId']);
    const begun = session.hall.asked.filter(({ operationId }) => !last.includes(operationId));
    for (const { verb } of begun)
      expect(['ejectCard', 'captureCard', 'handBack', 'retract', 'printReceipt']).toContain(verb);
    expect(session.hall.place).toBe('outside');
    expect(session.core.ended_).not.toBeNull();
    expect(checkInvariants(session)).toEqual([]);
  });
});

describe('F57 a journal that takes nothing at all', () => {
  it('begins no session: no device is asked, and core is told', async () => {
    const session = await straightSession('exit.endorse', { core: (core) => (core.fullAt = 1) });
    await session.clock.advance(1_000);
    expect(session.core.ended_).toEqual({ how: 'cancelled', propertyOut: true });
    expect(session.hall.seen).toEqual([]);
    expect(session.office.asked).toEqual([]);
  });
});

describe('F61 the page dies', () => {
  it.each(SERVICES)(
    'F61 %s: whoever comes back sees the same question with the time that is left, and is answered once',
    async (service) => {
      const session = await straightSession(service);
      await session.walkUntil(
        (view) => view.kind === 'choose' || view.kind === 'form' || view.kind === 'read-card' || view.kind === 'face',
      );
      const { view } = session;
      await session.clock.advance(5_000);
      expect(session.runner.view).toMatchObject({ view: view.view, kind: view.kind });
      if (view.left !== null) expect(session.runner.view?.left?.ms).toBe(view.left.ms - 5_000);
      await session.walk();
      expect(session.result()).toMatchObject({ outcome: 'done' });
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it('F61 a page that never comes back: the time runs out, and the card is offered and kept all the same', async () => {
    const session = await straightSession('exit.endorse');
    await session.walk('choose');
    session.hall.takesCard = false;
    for (let i = 0; i < 60; i += 1) await session.clock.advance(10_000);
    expect(session.isOver).toBe(true);
    expect(session.hall.place).toBe('bin');
    expect(checkInvariants(session)).toEqual([]);
  });
});

/** Effects of devices of a straight run, each once. */
const MOTIONS = SERVICES.flatMap((service) =>
  [...new Set(straightOf(service).hall.asked.map(({ verb }) => verb))].map((verb) => [service, verb] as const),
);

describe.each(MOTIONS)('F62 %s: the device host dies while %s runs', (service, verb) => {
  it.each([
    ['it had happened', true],
    ['it had not', false],
  ])('%s: the device’s memory and its sensors decide, nothing is done twice', async (_what, happened) => {
    const session = await walked(service, {
      hall: (hall) =>
        hall.bend(
          verb,
          { outcome: 'unknown', ...(happened ? {} : { fault: { code: 'offline', message: '', action: 'reset' } }) },
          happened,
        ),
    });
    expect(session.isOver).toBe(true);
    expect(session.hall.place).not.toBe('gate');
    expect(checkInvariants(session)).toEqual([]);
  });
});

describe('F67 a device that somebody else has', () => {
  it.each([
    ['veh.inspect', 'id-card-reader', 'device-failed'],
    ['exit.endorse', 'card-unit', 'device-failed'],
    ['exit.endorse', 'payment-terminal', 'pay-failed'],
    ['exit.collect', 'document-locker', 'device-failed'],
  ])('F67 %s without %s ends %s: nothing is taken over, nothing charged', async (service, device, reason) => {
    const session = await walked(service, { core: (core) => core.busy.add(device) });
    expect(session.result()).toMatchObject({ outcome: 'refused', reason, chargedFen: 0, produced: 0 });
    expect(session.hall.asked.filter((asked) => asked.device === device)).toEqual([]);
    expect(checkInvariants(session)).toEqual([]);
  });
});

describe('F70 media in the path', () => {
  it('F70 a card that lies in the unit when a recovery begins goes to whoever left it, or into the bin', async () => {
    const core = new FakeCore();
    const dead = await straightSession('exit.endorse', { core: (one) => (one.diesAtRow = Number.POSITIVE_INFINITY) });
    await dead.walk('review');
    dead.core.diesAtRow = dead.core.rows.length + 1;
    await dead.walk();
    expect(core.rows).toEqual([]);
    expect(dead.hall.place).toBe('readPosition');
    dead.hall.takesCard = false;
    const recovery = await dead.recover();
    await recovery.walk();
    expect(recovery.hall.place).toBe('bin');
    expect(recovery.result()).toMatchObject({ outcome: 'stopped', stop: 'card-held', chargedFen: 0 });
    expect(checkInvariants(dead, recovery)).toEqual([]);
  });
});
