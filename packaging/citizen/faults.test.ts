import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BACK_OFFICE_REQUESTS } from '@yimen/contracts/back-office';
import { CATALOGUE, STEPS, type StepKind } from '@yimen/contracts/service';
import { ManualClock } from '@yimen/contracts/testing';
import { CardPath, createBenchDevices, switchFor } from '@yimen/device-adapters/testing';
import { switchInputSchema } from '@yimen/fleet-server/sandbox-switches';
import { describe, expect, it } from 'vitest';
import { FAULT_MATRIX } from '../system-test/fault-matrix.table.ts';
import { FAULTS, recipeFor, STEP_SCREENS } from './faults.table.ts';
import { readCitizenOptions } from './options.ts';

const SERVICES = join(import.meta.dirname, '../../terminal/services');
const CASES = Object.entries(FAULTS).flatMap(([id, cases]) =>
  cases.flatMap(({ services, recipe }) => services.map((service) => ({ id, service, recipe }))),
);
const context = { clock: new ManualClock(), random: (n: number) => new Uint8Array(n), speed: 'fast' } as const;
const bench = new Map(
  createBenchDevices({ context, path: new CardPath(), permits: [], binCount: 0 }).map(({ device }) => [
    device.kind,
    device,
  ]),
);

function packageOf<T>(service: string, file: string): T {
  return JSON.parse(readFileSync(join(SERVICES, service, file), 'utf8')) as T;
}

/** Devices that a service may use; the cabinet and the page's camera are there for every one. */
function devicesOf(service: string): readonly string[] {
  const { needs, optional } = packageOf<{ needs: string[]; optional: string[] }>(service, 'manifest.json');
  return [...needs, ...optional, 'cabinet-io', 'camera'];
}

/** Screens that a service can show on its way. */
function screensOf(service: string): readonly string[] {
  const { steps } = packageOf<{ steps: { step: StepKind }[] }>(service, 'workflow.json');
  return steps.flatMap(({ step }) => STEPS[step].views as readonly string[]);
}

describe('recipes of faults', () => {
  it('name rows of the matrix, each service once', () => {
    const known = FAULT_MATRIX.map(({ id }) => id);
    expect(Object.keys(FAULTS).filter((id) => !known.includes(id))).toEqual([]);
    for (const [id, cases] of Object.entries(FAULTS)) {
      expect(cases.length, id).toBeGreaterThan(0);
      for (const { services } of cases) expect(new Set(services).size, id).toBe(services.length);
    }
  });

  it('switch on what the bench’s device can play, at a service that uses it', () => {
    const wrong = CASES.flatMap(({ id, service, recipe }) => {
      if (recipe.how !== 'device') return [];
      const device = bench.get(recipe.device);
      if (device === undefined) return [`${id}: no ${recipe.device} on the bench`];
      const played = switchFor(device, id);
      if (!played.ok) return [played.error];
      return devicesOf(service).includes(recipe.device) ? [] : [`${id}: ${service} has no ${recipe.device}`];
    });
    expect(wrong).toEqual([]);
  });

  it('throw switches that the sandbox knows, for requests that there are', () => {
    for (const { id, recipe } of CASES) {
      if (recipe.how !== 'office') continue;
      const parsed = switchInputSchema.safeParse(recipe.switch);
      expect(parsed.success, id).toBe(true);
      expect([...Object.keys(BACK_OFFICE_REQUESTS), 'payment.notice'], id).toContain(parsed.data?.kind);
    }
  });

  it('begin at a screen that the service shows', () => {
    const unseen = CASES.filter(({ service, recipe }) => {
      const { step } = recipe;
      if (step === null) return false;
      return !(STEP_SCREENS[step] ?? []).some((screen) => screensOf(service).includes(screen));
    });
    expect(unseen.map(({ id, service, recipe }) => `${id} ${service} ${recipe.step ?? ''}`)).toEqual([]);
  });

  it('kill processes of the terminal', () => {
    for (const { recipe } of CASES)
      if (recipe.how === 'kill')
        for (const name of recipe.processes) expect(['core', 'session', 'device-host']).toContain(name);
  });

  it('are one for each service, by its own devices and its own office', () => {
    expect(recipeFor('F18', 'veh.vlic')).toMatchObject({ how: 'device', device: 'licence-printer' });
    expect(recipeFor('F18', 'hh.idcollect')).toMatchObject({ how: 'device', device: 'document-locker' });
    expect(recipeFor('F51', 'veh.inspect')).toMatchObject({ switch: { kind: 'vehicle.case.begin' } });
    expect(recipeFor('F51', 'hh.idapply')).toMatchObject({ switch: { kind: 'household.case.begin' } });
    expect(recipeFor('F01', 'veh.inspect')).toBeUndefined();
    expect(recipeFor('toString', 'veh.inspect')).toBeUndefined();
    for (const { id: service } of CATALOGUE)
      expect(Object.keys(FAULTS).filter((id) => recipeFor(id, service) !== undefined).length).toBeGreaterThan(10);
  });
});

describe('--fault', () => {
  it('is refused with the services that it can meet, when it cannot meet this one', () => {
    const refused = readCitizenOptions(['veh.inspect', '--fault', 'F01']);
    expect(refused).toMatchObject({
      ok: false,
      error: { message: '--fault F01: it cannot meet veh.inspect; expected exit.endorse exit.card' },
    });
    expect(readCitizenOptions(['all', '--fault', 'F01'])).toMatchObject({ ok: false });
  });

  it('begins as asked for, else as its recipe has it', () => {
    expect(readCitizenOptions(['all', '--fault', 'F25'])).toMatchObject({
      value: { fault: { id: 'F25', step: null } },
    });
    expect(readCitizenOptions(['veh.vlic', '--fault', 'F18@pay'])).toMatchObject({ value: { fault: { step: 'pay' } } });
  });
});
