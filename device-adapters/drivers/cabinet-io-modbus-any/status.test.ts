import { deviceStatusSchema } from '@yimen/contracts/device';
import { describe, expect, it } from 'vitest';
import { checkedModel, type CabinetModel } from './cabinet-model.ts';
import { CABINET_MODELS } from './cabinet-models.table.ts';
import type { CabinetSeen } from './inputs.ts';
import {
  axisOf,
  exceptionFault,
  lateFault,
  markFault,
  powerOf,
  sensorsOf,
  statusOf,
  tamperFault,
  unknownNameFault,
} from './status.ts';

function modelOf(name: string): CabinetModel {
  const model = checkedModel(CABINET_MODELS[name]);
  if (!model.ok) throw new Error(model.error);
  return model.value;
}

const MODEL = modelOf('yimen-cabinet-1');
const SMALL: CabinetModel = {
  ...MODEL,
  model: 'small',
  rows: MODEL.rows.filter((row) => row.kind === 'doorContact' || row.kind === 'lightOutput'),
};

interface Words {
  readonly contacts?: Readonly<Record<string, boolean | undefined>>;
  readonly values?: Readonly<Record<string, number | undefined>>;
  readonly tamper?: Readonly<Record<string, 'ok' | 'latched' | 'unknown'>>;
  readonly temperature?: 'normal' | 'low' | 'high' | 'unknown';
}

const REST: Readonly<Record<string, boolean>> = {
  'doorContact front': true,
  'doorContact back': true,
  'doorContact service': true,
  'lockContact front': true,
  'lockContact back': true,
  'upsContact mains': true,
  'upsContact heard': true,
};

/** The reference model at rest, but for what a test says. */
function seen({ contacts = {}, values = {}, tamper = {}, temperature = 'normal' }: Words = {}): CabinetSeen {
  const at = { 'temperature inside': 24.5, 'upsValue charge': 100, 'upsValue minutes': 20, ...values };
  return {
    contact: (kind, name) => {
      const key = `${kind} ${name}`;
      return Object.hasOwn(contacts, key) ? contacts[key] : (REST[key] ?? false);
    },
    value: (kind, name) => at[`${kind} ${name}` as keyof typeof at],
    tamper: (name) => tamper[name] ?? 'ok',
    temperature: () => temperature,
  };
}

const NOTHING: CabinetSeen = {
  contact: () => undefined,
  value: () => undefined,
  tamper: () => 'unknown',
  temperature: () => 'unknown',
};

describe('sensors', () => {
  it('at rest', () => {
    expect(sensorsOf(MODEL, seen())).toEqual({
      doors: { front: 'locked', back: 'locked', service: 'closed' },
      tamper: { seismic: 'ok', lid: 'ok', heat: 'ok' },
      keySwitch: 'run',
      callButton: 'released',
      temperatureC: { inside: 24.5 },
    });
  });

  it.each([
    ['closed and bolted', true, true, 'locked'],
    ['closed, not bolted', true, false, 'closed'],
    ['closed, the lock does not say', true, undefined, 'closed'],
    ['open, whatever its bolt does', false, true, 'open'],
    ['open', false, false, 'open'],
    ['nobody knows, though it is bolted', undefined, true, 'unknown'],
    ['nobody knows', undefined, undefined, 'unknown'],
  ] as const)('a door %s', (_, door, lock, word) => {
    const contacts = { 'doorContact front': door, 'lockContact front': lock };
    expect(sensorsOf(MODEL, seen({ contacts })).doors['front']).toBe(word);
  });

  it('a door without a lock contact is never called locked', () => {
    const contacts = { 'lockContact service': true };
    expect(sensorsOf(MODEL, seen({ contacts })).doors['service']).toBe('closed');
  });

  it.each([
    [false, false, 'run'],
    [true, false, 'maintenance'],
    [false, true, 'supervisor'],
    [true, true, 'unknown'],
    [undefined, false, 'unknown'],
    [false, undefined, 'unknown'],
    [true, undefined, 'unknown'],
  ] as const)('key contacts %s, %s: %s', (maintenance, supervisor, word) => {
    const contacts = { 'keySwitch maintenance': maintenance, 'keySwitch supervisor': supervisor };
    expect(sensorsOf(MODEL, seen({ contacts })).keySwitch).toBe(word);
  });

  it.each([
    [true, 'pressed'],
    [false, 'released'],
    [undefined, 'unknown'],
  ] as const)('call button %s: %s', (pressed, word) => {
    expect(sensorsOf(MODEL, seen({ contacts: { 'callButton call': pressed } })).callButton).toBe(word);
  });

  it('what cannot be read is unknown everywhere, and nothing else', () => {
    expect(new Set(Object.values(axisOf(MODEL, NOTHING)))).toEqual(new Set(['unknown']));
    expect(sensorsOf(MODEL, NOTHING).temperatureC).toEqual({ inside: null });
    expect(powerOf(MODEL, NOTHING)).toEqual({ ups: 'unknown', chargePercent: null, minutesLeft: null });
  });

  it('what a model does not have is not in the axis, and unknown in the port', () => {
    expect(Object.keys(axisOf(SMALL, seen()))).toEqual(['door.front', 'door.back', 'door.service']);
    expect(sensorsOf(SMALL, seen())).toMatchObject({ tamper: {}, keySwitch: 'unknown', callButton: 'unknown' });
    expect(powerOf(SMALL, seen()).ups).toBe('unknown');
  });
});

describe('the UPS', () => {
  it.each([
    // mains, low, recovering, heard
    [true, false, false, true, 'powering'],
    [true, false, true, true, 'recovered'],
    [true, true, false, true, 'recovered'],
    [false, false, false, true, 'engaged'],
    [false, false, true, true, 'engaged'],
    [false, true, false, true, 'low'],
    [undefined, true, false, true, 'unknown'],
    [false, undefined, false, true, 'unknown'],
    [true, false, undefined, true, 'unknown'],
    [true, false, false, false, 'unknown'],
    [false, true, false, undefined, 'unknown'],
  ] as const)('mains %s, low %s, recovering %s, heard %s: %s', (mains, low, recovering, heard, ups) => {
    const contacts = {
      'upsContact mains': mains,
      'upsContact low': low,
      'upsContact recovering': recovering,
      'upsContact heard': heard,
    };
    expect(powerOf(MODEL, seen({ contacts })).ups).toBe(ups);
    expect(axisOf(MODEL, seen({ contacts }))['ups']).toBe(ups);
  });

  it('minutes: what the UPS says; the least that the model promises when it says nothing on battery; else nobody knows', () => {
    const battery = { 'upsContact mains': false };
    const silent = { 'upsValue minutes': undefined };
    expect(powerOf(MODEL, seen({ contacts: battery })).minutesLeft).toBe(20);
    expect(powerOf(MODEL, seen({ contacts: battery, values: silent })).minutesLeft).toBe(3);
    expect(powerOf({ ...MODEL, lowMinutes: null }, seen({ contacts: battery, values: silent })).minutesLeft).toBeNull();
    expect(powerOf(MODEL, seen({ values: silent })).minutesLeft).toBeNull();
    // A board that does not hear its UPS shows old figures.
    expect(powerOf(MODEL, seen({ contacts: { 'upsContact heard': false } })).minutesLeft).toBeNull();
  });

  it('a charge that is no percentage is none', () => {
    expect(powerOf(MODEL, seen({ values: { 'upsValue charge': 101 } })).chargePercent).toBeNull();
    expect(powerOf(MODEL, seen()).chargePercent).toBe(100);
  });
});

describe('status', () => {
  const refusal = exceptionFault('read 02 0000 16', 4);

  it('at rest, with every axis', () => {
    const status = statusOf(MODEL, seen());
    expect(status).toEqual({
      device: 'online',
      supplies: {},
      units: {},
      sensors: {
        'door.front': 'locked',
        'door.back': 'locked',
        'door.service': 'closed',
        'tamper.seismic': 'ok',
        'tamper.lid': 'ok',
        'tamper.heat': 'ok',
        keySwitch: 'run',
        callButton: 'released',
        'temperature.inside': 'normal',
        ups: 'powering',
      },
    });
    expect(deviceStatusSchema.safeParse({ ...status, since: 0, source: 'reported' }).success).toBe(true);
  });

  it('an open door, a hot cabinet and a UPS on battery are told and are no faults', () => {
    const contacts = { 'doorContact front': false, 'upsContact mains': false };
    expect(statusOf(MODEL, seen({ contacts, temperature: 'high' }))).toMatchObject({
      device: 'online',
      sensors: { 'door.front': 'open', ups: 'engaged', 'temperature.inside': 'high' },
    });
  });

  it('of several conditions the worst: tampered before unreadable', () => {
    const tampered = seen({ tamper: { seismic: 'latched', heat: 'latched' } });
    expect(statusOf(MODEL, tampered, refusal)).toMatchObject({
      device: 'fraudAttempt',
      action: 'maintenance',
      fault: { code: 'fraudAttempt', message: 'tampered: seismic, heat' },
      sensors: { 'tamper.seismic': 'latched', 'tamper.lid': 'ok' },
    });
    expect(statusOf(MODEL, seen(), refusal)).toMatchObject({
      device: 'hardwareError',
      action: 'maintenance',
      fault: { code: 'hardwareError', vendorCode: 'EXCEPTION 04' },
    });
    expect(tamperFault(MODEL, seen({ tamper: { lid: 'unknown' } }))).toBeUndefined();
  });

  it('faults say who must act, and what would have been right', () => {
    expect(markFault('mark "map"', 0x5943, 0)).toMatchObject({
      code: 'configuration',
      vendorCode: '0000',
      message: 'mark "map" 5943 expected, 0000 read',
    });
    expect(unknownNameFault('no light "x"', ['a', 'b'])).toMatchObject({
      code: 'unsupportedCommand',
      message: 'no light "x"; this model has a, b',
    });
    expect(unknownNameFault('no light "x"', []).message).toBe('no light "x"; this model has none');
    expect(lateFault()).toMatchObject({ code: 'timeOut', action: 'suspend' });
  });
});
