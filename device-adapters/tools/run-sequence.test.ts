import { ok } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { createSimulatedCrt591 } from '../drivers/card-unit-creator-crt591/simulator.ts';
import { CardPath } from '../testing/card-path.ts';
import { runFor, runUntil } from '../testing/run-until.ts';
import { cableTo } from '../testing/simulated-cable.ts';
import { permitOf } from '../testing/things.ts';
import { actionsOf } from './probe-actions.table.ts';
import {
  argsOf,
  driverOptionsOf,
  newOperationOf,
  openToolSlot,
  randomOf,
  runAction,
  type Report,
} from './run-action.ts';

const DRIVER = 'card-unit-creator-crt591';
const quiet = { debug: () => undefined, info: () => undefined };

function technician(name: 'clean' | 'test-card') {
  const clock = new ManualClock();
  const path = new CardPath();
  const permits = [permitOf('permit-li-na')];
  const unit = createSimulatedCrt591({ clock, random: randomOf, speed: 'real' }, path, { permits });
  const action = actionsOf('card-unit')[name];
  if (action === undefined) throw new Error(`no action ${name}`);
  expect(argsOf(action, {})).toEqual(ok(undefined));
  const slot = openToolSlot({
    driver: DRIVER,
    at: 'memory',
    open: cableTo(unit),
    clock,
    driverRandom: randomOf,
    options: driverOptionsOf([action]),
    log: quiet,
  });
  const steps: string[] = [];
  const op = newOperationOf(action);
  const stop = new AbortController();
  const running = runAction(
    slot,
    { action, args: undefined, isMasked: true, op, onStep: (line) => steps.push(line) },
    stop.signal,
  );
  return { clock, path, unit, steps, op, stop, running };
}

type Technician = ReturnType<typeof technician>;

/** Puts the card in, and takes it when it is given back. */
async function byHand({ clock, path, unit, steps, running }: Technician): Promise<Report> {
  await runFor(clock, 1_000);
  unit.put('permit-li-na');
  for (
    let ms = 0;
    ms < 60_000 && !(steps.at(-1)?.includes('gives it back') === true && path.place === 'gate');
    ms += 100
  )
    await runFor(clock, 100);
  unit.take();
  return runUntil(clock, running);
}

/** What each step was, and how it ended. */
function stepsOf(report: Report): readonly { step: string; outcome: string; operationId?: string }[] {
  return report['steps'] as { step: string; outcome: string; operationId?: string }[];
}

describe('clean', () => {
  it('moves a card without a chip five times and gives it back, each move an operation of its own', async () => {
    const tech = technician('clean');
    // The coil sees nothing in a cleaning card.
    tech.unit.fault('F07');
    const report = await byHand(tech);
    expect(report).toMatchObject({ outcome: 'done', position: { position: 'none', binCount: 0 } });
    expect(tech.steps).toHaveLength(12);
    expect(tech.steps[0]).toBe('1/12  put the cleaning card in');
    const ids = stepsOf(report).map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(12);
    expect(ids[0]).toBe(tech.op.operationId);
    expect(tech.unit.state()).toMatchObject({ motions: 11, place: 'outside', binCount: 0 });
  });

  it('stops at the first step that is not done, and says where the card is', async () => {
    const tech = technician('clean');
    await runFor(tech.clock, 1_000);
    tech.unit.put('permit-li-na');
    for (let ms = 0; ms < 20_000 && tech.steps.length < 4; ms += 100) await runFor(tech.clock, 100);
    tech.unit.fault('stuck-busy');
    const report = await runUntil(tech.clock, tech.running);
    expect(report).toMatchObject({ outcome: 'notDone', fault: { code: 'deviceNotReady' } });
    expect(stepsOf(report).at(-1)).toMatchObject({ outcome: 'notDone', step: report['stoppedAt'] });
    expect((report['position'] as { position: string }).position).toBe(tech.path.place);
    expect(stepsOf(report).length).toBeLessThan(12);
  });

  it('without a card: nothing was accepted', async () => {
    const tech = technician('clean');
    const report = await runUntil(tech.clock, tech.running);
    expect(report).toMatchObject({ outcome: 'notDone', fault: { code: 'noMedia' }, position: { position: 'none' } });
    expect(stepsOf(report)).toHaveLength(1);
  });

  it('an unknown step is unknown, and so is where the card is when the unit is silent', async () => {
    const tech = technician('clean');
    await runFor(tech.clock, 1_000);
    tech.unit.put('permit-li-na');
    for (let ms = 0; ms < 20_000 && tech.steps.length < 3; ms += 100) await runFor(tech.clock, 100);
    // The motor is running.
    await runFor(tech.clock, 300);
    tech.unit.fault('F12');
    expect(await runUntil(tech.clock, tech.running)).toMatchObject({
      outcome: 'unknown',
      position: 'not known: timeOut',
    });
  });
});

describe('test-card', () => {
  it('asks the chip at each visit to the read position', async () => {
    const report = await byHand(technician('test-card'));
    expect(report).toMatchObject({ outcome: 'done' });
    expect(stepsOf(report).map(({ operationId }) => operationId === undefined)).toEqual([
      false,
      true,
      false,
      false,
      true,
      false,
    ]);
  });

  it('a chip that does not answer ends it with the card inside', async () => {
    const tech = technician('test-card');
    tech.unit.fault('error-65');
    await runFor(tech.clock, 1_000);
    tech.unit.put('permit-li-na');
    expect(await runUntil(tech.clock, tech.running)).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'atrNotObtained', vendorCode: '65' },
      position: { position: 'readPosition' },
    });
  });
});
