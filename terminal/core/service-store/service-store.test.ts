import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeChain } from '@yimen/contracts/service';
import { createLog } from '../platform/logger.ts';
import {
  offeredServices,
  offerSummary,
  readServicePackage,
  readServiceStore,
  servicesNeeding,
  shanghaiDay,
  type OfferTerms,
} from './index.ts';

const log = createLog('silent');
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yimen-services-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const manifest = {
  id: 'exit.endorse',
  release: 1,
  domain: 'exit-entry',
  itemCode: '11440100696927671X3442111817001',
  catalogueVersion: 1,
  minutes: { from: 3, to: 5 },
  needs: ['card-unit', 'endorsement-printer', 'travel-document'],
  optional: ['receipt-printer'],
  needsPolicy: [{ kind: 'fee', variant: 'once' }],
  consents: [],
  chargeOn: 'approved',
};
const workflow = {
  steps: [
    { id: 'guide', step: 'guide' },
    { id: 'read-card', step: 'read-card' },
    { id: 'hand-over', step: 'hand-over' },
    { id: 'receipt', step: 'receipt' },
  ],
};
const texts = {
  title: '签注',
  'guide.who': '本人',
  'guide.bring.1': '通行证',
  'guide.fee': '免费',
  'window.name': '窗口',
  'window.address': '示例',
  'window.hours': '示例',
};
const fee = {
  id: 'fee.once',
  kind: 'fee',
  serviceId: 'exit.endorse',
  variant: 'once',
  place: 'CN',
  effectiveFrom: '2020-01-01',
  effectiveTo: '2026-12-31',
  value: 1500,
  unit: 'fen',
  source: 'a notice',
  status: 'active',
};

/** @param content what the files say otherwise, sealed with the rest
 *  @param change damage after the seal */
function writePackage(
  change: (files: Record<string, string>) => void = () => undefined,
  content: Readonly<Record<string, unknown>> = {},
): string {
  const contents = {
    'manifest.json': manifest,
    'workflow.json': workflow,
    'policy.json': { rows: [fee] },
    'texts.zh-CN.json': texts,
    'texts.en.json': texts,
    ...content,
  };
  const files: Record<string, string> = Object.fromEntries(
    Object.entries(contents).map(([path, value]) => [path, JSON.stringify(value)]),
  );
  const listed = Object.entries(files).map(([path, text]) => ({
    path,
    bytes: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
  }));
  files['release.json'] = JSON.stringify({ id: 'exit.endorse', release: 1, files: listed });
  change(files);
  const dir = join(folder, 'exit.endorse');
  mkdirSync(dir, { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text);
  return dir;
}

const terms = (over: Partial<OfferTerms> = {}): OfferTerms => ({
  problemOf: () => undefined,
  places: placeChain('440606005', 'daliang-01'),
  date: '2026-11-23',
  // Noon of that Monday in the halls.
  wallMs: Date.parse('2026-11-23T12:00:00+08:00'),
  demo: false,
  ...over,
});

describe('a package', () => {
  it('is read when every file is as its release says', () => {
    expect(readServicePackage(writePackage(), 'exit.endorse')).toMatchObject({
      ok: true,
      value: { release: 1, manifest: { needs: ['card-unit', 'endorsement-printer', 'travel-document'] } },
    });
  });

  const damages: readonly [string, (files: Record<string, string>) => void, string][] = [
    [
      'a changed fee',
      (files) => {
        files['policy.json'] = (files['policy.json'] ?? '').replace('1500', '1501');
      },
      'changed after its release',
    ],
    [
      'a longer file',
      (files) => {
        files['texts.en.json'] += ' ';
      },
      'another length',
    ],
    [
      'a file besides',
      (files) => {
        files['extra.json'] = '{}';
      },
      'not named',
    ],
    [
      'another name',
      (files) => {
        files['release.json'] = (files['release.json'] ?? '').replace('exit.endorse', 'exit.pay');
      },
      'names exit.pay',
    ],
    [
      'no list',
      (files) => {
        files['release.json'] = '{"id":"exit.endorse"}';
      },
      'exit.endorse',
    ],
  ];
  for (const [what, change, why] of damages) {
    it(`with ${what} is refused`, () => {
      const read = readServicePackage(writePackage(change), 'exit.endorse');
      expect(read).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
      expect(read.ok ? '' : read.error.message).toContain(why);
    });
  }

  it('that breaks a rule is refused although it was sealed, with the rule, the place and how many more', () => {
    const keeps = { steps: workflow.steps.filter(({ step }) => step !== 'hand-over') };
    const untitled = { ...texts, title: undefined };
    const files = { 'workflow.json': keeps, 'texts.zh-CN.json': untitled, 'texts.en.json': untitled };
    const read = readServicePackage(writePackage(undefined, files), 'exit.endorse');
    expect(read).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
    expect(read.ok ? '' : read.error.message).toContain('read-card breaks property-kept');
    expect(read.ok ? '' : read.error.message).toContain('(and 1 more)');
    const store = readServiceStore(folder, log);
    expect(offeredServices(store, terms())).toEqual([{ id: 'exit.endorse', state: 'off', why: 'package.damaged' }]);
  });

  it('is read although a rule warns: that is for whoever signs', () => {
    const rows = { rows: [{ ...fee, status: 'placeholder' }] };
    expect(readServicePackage(writePackage(undefined, { 'policy.json': rows }), 'exit.endorse').ok).toBe(true);
  });

  it('that is damaged takes only its own service away, and says so', () => {
    writePackage((files) => {
      files['policy.json'] = '{}';
    });
    mkdirSync(join(folder, 'notes'));
    const store = readServiceStore(folder, log);
    expect(offeredServices(store, terms())).toEqual([{ id: 'exit.endorse', state: 'off', why: 'package.damaged' }]);
    expect(readServiceStore(join(folder, 'none'), log)).toEqual({ packages: [], damaged: [] });
  });
});

describe('what is offered', () => {
  it('F64 is nothing where no citizen could ask for it, whatever else is off, and what is coming stays coming', () => {
    writePackage();
    const store = readServiceStore(folder, log);
    const allOff = 'touchScreen.hardwareError';
    const off = offeredServices(store, terms({ allOff, problemOf: () => 'mediaJam' }));
    expect(off).toEqual([{ id: 'exit.endorse', state: 'off', why: allOff }]);
    expect(offerSummary(off)).toEqual({ hours: 'open', services: 'none' });
    const others = offeredServices(store, terms({ allOff, demo: true })).filter(({ id }) => id !== 'exit.endorse');
    expect(new Set(others.map(({ state }) => state))).toEqual(new Set(['coming']));
  });

  it('goes with the devices it needs, and only those', () => {
    writePackage();
    const store = readServiceStore(folder, log);
    expect(offeredServices(store, terms())).toEqual([{ id: 'exit.endorse', state: 'available', why: null }]);
    expect(
      offeredServices(store, terms({ problemOf: (kind) => (kind === 'card-unit' ? 'mediaJam' : undefined) })),
    ).toEqual([{ id: 'exit.endorse', state: 'off', why: 'cardUnit.mediaJam' }]);
    expect(
      offeredServices(store, terms({ problemOf: (kind) => (kind === 'receipt-printer' ? 'paperOut' : undefined) }))[0]
        ?.state,
    ).toBe('available');
    expect(servicesNeeding(store, 'card-unit')).toEqual(['exit.endorse']);
    expect(servicesNeeding(store, 'receipt-printer')).toEqual([]);
  });

  it('needs its policy rows in force today at this place', () => {
    writePackage();
    const store = readServiceStore(folder, log);
    expect(offeredServices(store, terms({ date: '2027-01-01' }))).toEqual([
      { id: 'exit.endorse', state: 'off', why: 'policy.fee' },
    ]);
  });

  it('shows what is not built as coming, in the demonstration alone', () => {
    const store = readServiceStore(folder, log);
    expect(offeredServices(store, terms())).toEqual([]);
    const coming = offeredServices(store, terms({ demo: true }));
    expect([coming.length, new Set(coming.map((service) => service.state))]).toEqual([11, new Set(['coming'])]);
  });

  it('counts days in the halls’ time zone', () => {
    expect(shanghaiDay(Date.UTC(2026, 11, 31, 15, 59))).toBe('2026-12-31');
    expect(shanghaiDay(Date.UTC(2026, 11, 31, 16, 0))).toBe('2027-01-01');
  });
});

describe('a service with hours of its own', () => {
  const at = (local: string): Partial<OfferTerms> => ({ wallMs: Date.parse(`${local.replace(' ', 'T')}:00+08:00`) });
  const offer = (value: string, when: Partial<OfferTerms>): unknown => {
    const hours = { ...fee, id: 'hours.own', kind: 'hours', variant: null, value, unit: 'text' };
    const window = { ...hours, id: 'hours.window', variant: 'window', value: '6 09:00-10:00' };
    writePackage(undefined, { 'policy.json': { rows: [fee, hours, window] } });
    return offeredServices(readServiceStore(folder, log), terms(when))[0];
  };

  it('is offered within them, and else says when it opens', () => {
    expect(offer('1-5 09:00-17:00', {})).toMatchObject({ state: 'available', why: null });
    expect(offer('1-5 09:00-17:00', at('2026-11-23 17:00'))).toMatchObject({
      state: 'off',
      why: 'hours.2026-11-24.0900',
    });
    expect(offer('1-5 09:00-17:00', at('2026-11-23 08:59'))).toMatchObject({ why: 'hours.2026-11-23.0900' });
  });

  it('is not offered when nobody can read them', () => {
    expect(offer('nine to five', {})).toMatchObject({ state: 'off', why: 'package.damaged' });
    offer('1-5 09:00-17:00', {});
    const store = readServiceStore(folder, log);
    const packages = store.packages.map((found) => ({
      ...found,
      policy: found.policy.map((row) => (row.id === 'hours.own' ? { ...row, value: 'nine to five' } : row)),
    }));
    expect(offeredServices({ ...store, packages }, terms())[0]).toMatchObject({ why: 'policy.hours' });
  });

  it('says first that it lacks a device: coming back at nine would not help', () => {
    const broken = { ...at('2026-11-23 17:00'), problemOf: () => 'hardwareError' };
    expect(offer('1-5 09:00-17:00', broken)).toMatchObject({ why: 'cardUnit.hardwareError' });
  });
});

describe('what the offer says of the whole terminal', () => {
  const on = { id: 'a', state: 'available', why: null } as const;
  const broken = { id: 'b', state: 'off', why: 'cardUnit.offline' } as const;
  const closed = { id: 'c', state: 'off', why: 'hours.2026-11-30.0900' } as const;
  const coming = { id: 'd', state: 'coming', why: null } as const;

  it.each([
    [[on, coming], 'open', 'all'],
    [[on, broken], 'open', 'some'],
    [[broken], 'open', 'none'],
    [[on, closed], 'open', 'all'],
    [[broken, closed], 'open', 'none'],
    [[closed, coming], 'closed', 'none'],
    [[coming], 'open', 'none'],
  ] as const)('%j: %s, %s', (offered, hours, services) => {
    expect(offerSummary(offered)).toEqual({ hours, services });
  });
});
