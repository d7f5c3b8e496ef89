import { describe, expect, it } from 'vitest';
import { checkPackage } from './check-package.ts';
import { PATHS_MOST, walkAll } from './check/dry-walk.ts';
import { RULES, type RuleName } from './check/rules.table.ts';
import {
  applicationPackage,
  cardPackage,
  feeRow,
  licencePackage,
  permitPackage,
  registrationPackage,
  violationPackage,
  type GoodPackage,
} from './check/testing/good-packages.ts';

type Step = GoodPackage['workflow']['steps'][number];
type Change = (pkg: GoodPackage) => void;

const GOOD: readonly (() => GoodPackage)[] = [
  cardPackage,
  licencePackage,
  violationPackage,
  permitPackage,
  applicationPackage,
  registrationPackage,
];

function step(pkg: GoodPackage, id: string): Step {
  const found = pkg.workflow.steps.find((one) => one.id === id);
  if (found === undefined) throw new Error(`the fixture has no step ${id}`);
  return found;
}
const set =
  (id: string, settings: NonNullable<Step['settings']>): Change =>
  (pkg) => {
    const one = step(pkg, id);
    one.settings = { ...one.settings, ...settings };
  };
const unset =
  (id: string, name: string): Change =>
  (pkg) => {
    delete step(pkg, id).settings?.[name];
  };
const when =
  (id: string, ...guards: NonNullable<Step['when']>): Change =>
  (pkg) => {
    step(pkg, id).when = guards;
  };
const drop =
  (...ids: string[]): Change =>
  (pkg) => {
    for (const id of ids) pkg.workflow.steps.splice(pkg.workflow.steps.indexOf(step(pkg, id)), 1);
  };
const insert =
  (before: string, ...steps: Step[]): Change =>
  (pkg) => {
    pkg.workflow.steps.splice(pkg.workflow.steps.indexOf(step(pkg, before)), 0, ...steps);
  };
const move =
  (id: string, before: string): Change =>
  (pkg) => {
    const one = step(pkg, id);
    drop(id)(pkg);
    insert(before, one)(pkg);
  };
const all =
  (...changes: Change[]): Change =>
  (pkg) => {
    for (const change of changes) change(pkg);
  };
const row =
  (at: number, over: Partial<GoodPackage['policy']['rows'][number]>): Change =>
  (pkg) => {
    pkg.policy.rows[at] = { ...(pkg.policy.rows[at] ?? feeRow('', '', 1)), ...over };
  };
const inBoth =
  (change: (texts: Record<string, string>) => void): Change =>
  (pkg) => {
    change(pkg.texts['zh-CN']);
    change(pkg.texts.en);
  };
const stateLookup: Step = { id: 'ask', step: 'lookup', settings: { request: 'exitEntry.case.state' } };
const expiry = { answer: 'reason', in: ['expiry'] };

/** Rule, a good package, the smallest change that breaks this rule and no other, where it is found. */
const BROKEN: readonly (readonly [rule: RuleName, good: () => GoodPackage, change: Change, where: string])[] = [
  ['schema', cardPackage, (pkg) => (pkg.manifest.release = 0), 'manifest.json release'],
  ['schema', cardPackage, when('face', { answer: 'x', in: [] }), 'workflow.json steps.3.when.0.in'],
  ['step-kind', cardPackage, (pkg) => (step(pkg, 'face').step = 'iris' as 'face'), 'workflow.json steps.3.step'],
  ['step-id', cardPackage, (pkg) => (step(pkg, 'rate').id = 'receipt'), 'receipt'],

  ['setting-unknown', cardPackage, set('read-card', { typed: true }), 'read-card'],
  ['setting-missing', licencePackage, unset('take-old', 'what'), 'take-old'],
  ['setting-missing', licencePackage, unset('fee', 'variant'), 'fee'],
  ['setting-missing', violationPackage, (pkg) => delete step(pkg, 'payWhen').settings?.['options'], 'payWhen'],
  ['setting-missing', permitPackage, unset('find', 'purpose'), 'find'],
  ['setting-type', applicationPackage, set('fingers', { fingers: '2' }), 'fingers'],
  ['setting-type', cardPackage, set('review', { lines: 'holder', edits: [] }), 'review'],
  ['setting-type', cardPackage, set('contact', { optional: 'yes' }), 'contact'],
  ['setting-value', licencePackage, set('take-old', { what: 'passport' }), 'take-old'],
  ['setting-value', applicationPackage, set('fingers', { fingers: 3 }), 'fingers'],
  [
    'setting-value',
    violationPackage,
    all(
      set('violation', { options: ['all'] }),
      inBoth((texts) => (texts['violation.all'] = 'x')),
    ),
    'violation',
  ],
  ['setting-value', licencePackage, set('reason', { options: ['expiry', 'loss', 'loss'] }), 'reason'],
  ['setting-value', licencePackage, set('reason', { optionDevices: ['stolen:id-card-reader'] }), 'reason'],
  ['setting-value', licencePackage, set('reason', { optionDevices: ['loss:x-ray'] }), 'reason'],
  ['setting-value', licencePackage, set('age', { rules: ['age', 'hours'] }), 'age'],
  ['setting-value', permitPackage, set('lookup', { purpose: 'pay' }), 'lookup'],
  ['setting-value', cardPackage, set('review', { edits: ['kind:pay'] }), 'review'],
  ['setting-value', cardPackage, set('review', { edits: ['phone:contact'] }), 'review'],
  ['request', cardPackage, insert('face', { id: 'ask', step: 'lookup', settings: { request: 'exitEntry.x' } }), 'ask'],
  ['request', cardPackage, insert('face', stateLookup), 'ask'],
  ['request', licencePackage, insert('face', stateLookup), 'ask'],
  ['request', licencePackage, set('approve', { item: 'endorse' }), 'approve'],

  ['guard-answer', cardPackage, when('contact', { answer: 'kind', in: ['G'] }), 'contact'],
  ['guard-answer', licencePackage, insert('reason', { id: 'early', step: 'guide', when: [expiry] }), 'early'],
  ['guard-value', licencePackage, when('take-old', { answer: 'reason', in: ['expiry', 'stolen'] }), 'take-old'],
  ['guard-flag', applicationPackage, when('fingers', { flag: 'fingersNeeded', is: true }), 'fingers'],
  ['empty-choice', permitPackage, set('mode', { options: ['approved', 'reprint'] }), 'mode'],
  [
    'empty-choice',
    licencePackage,
    set('reason', { optionDevices: ['expiry:licence-printer', 'loss:licence-printer'] }),
    'reason',
  ],
  ['unreachable', licencePackage, when('take-old', expiry, { answer: 'reason', in: ['loss'] }), 'take-old'],
  [
    'unreachable',
    permitPackage,
    insert('case', {
      ...{ id: 'odd', step: 'review' },
      when: [
        { answer: 'mode', in: ['approved'] },
        { flag: 'no.approved', is: true },
      ],
    }),
    'odd',
  ],
  ['too-many-paths', licencePackage, manyForms, 'workflow.json'],
  ['found-without-lookup', violationPackage, drop('lookup'), 'violation'],
  ['found-without-lookup', permitPackage, set('find', { request: 'exitEntry.permit.lookup', purpose: 'view' }), 'case'],
  ['found-without-lookup', cardPackage, drop('lookup'), 'choose'],
  ['found-without-lookup', violationPackage, when('violation', { device: 'payment-terminal', usable: true }), 'fee'],

  ['begins-with-guide', cardPackage, drop('guide'), 'consent'],
  ['begins-with-guide', cardPackage, when('guide', { device: 'card-unit', usable: true }), 'consent'],
  ['ends-with-receipt', violationPackage, drop('receipt'), 'confirm'],
  ['ends-with-receipt', licencePackage, when('receipt', expiry), 'confirm'],
  ['consent-missing', cardPackage, drop('consent'), 'read-card'],
  ['consent-missing', cardPackage, move('consent', 'face'), 'read-card'],
  ['face-without-consent', cardPackage, (pkg) => (pkg.manifest.consents[0]!.face = false), 'face'],
  ['phase-order', licencePackage, move('print-form', 'make-licence'), 'make-licence'],
  ['phase-order', cardPackage, move('confirm', 'hand-over'), 'hand-over'],

  ['begin-incomplete', licencePackage, when('signature', { device: 'document-printer', usable: true }), 'approve'],
  ['begin-incomplete', licencePackage, when('signature', expiry), 'approve'],
  ['begin-incomplete', permitPackage, drop('case'), 'approve'],
  ['begin-incomplete', registrationPackage, set('read-id', { typed: true }), 'approve'],
  ['begin-incomplete', registrationPackage, move('delivery', 'issue'), 'approve'],
  ['begin-incomplete', applicationPackage, set('photo', { what: 'receipt' }), 'approve'],
  [
    'begin-value',
    registrationPackage,
    all(
      set('docKind', { options: ['passport', 'visa'] }),
      inBoth((texts) => (texts['docKind.visa'] = 'x')),
    ),
    'docKind',
  ],

  ['charge-before-approval', cardPackage, move('pay', 'approve'), 'pay'],
  [
    'charge-before-approval',
    licencePackage,
    all(
      drop('take-old', 'print-form'),
      (pkg) => (pkg.manifest.optional = ['signature-pad']),
      ...['approve', 'make-licence', 'give-licence', 'confirm'].map((id) => when(id, expiry)),
    ),
    'pay',
  ],
  ['charge-on', licencePackage, (pkg) => (pkg.manifest.chargeOn = 'accepted'), 'approve'],
  [
    'charge-on',
    applicationPackage,
    (pkg) =>
      pkg.policy.rows.push({
        ...feeRow('hh.idapply', 'id-loss', 1),
        ...{ id: 'charge', kind: 'chargeOn', variant: null, value: 'approved', unit: 'code' },
      }),
    'charge',
  ],
  ['charge-without-fee', applicationPackage, all(drop('fee'), (pkg) => delete step(pkg, 'pay').when), 'pay'],
  ['charged-twice', cardPackage, insert('produce', { id: 'pay-more', step: 'pay' }), 'pay-more'],
  ['charge-without-goods', applicationPackage, drop('issue'), 'pay'],
  ['goods-without-case', applicationPackage, move('issue', 'approve'), 'issue'],
  [
    'goods-without-case',
    permitPackage,
    (pkg) => {
      delete step(pkg, 'produce').when;
      delete step(pkg, 'verify').when;
    },
    'produce',
  ],
  ['produced-unpaid', cardPackage, move('produce', 'pay'), 'produce'],
  ['produced-unpaid', licencePackage, when('pay', expiry), 'make-licence'],
  ['produced-unpaid', violationPackage, (pkg) => (step(pkg, 'approve').settings = { item: 'simple' }), 'issue'],
  ['produced-unpaid', applicationPackage, unset('fee', 'waivedBy'), 'issue'],
  ['case-unconfirmed', cardPackage, drop('confirm'), 'approve'],
  ['case-unconfirmed', licencePackage, when('confirm', expiry), 'approve'],
  ['two-cases', cardPackage, insert('pay', { id: 'again', step: 'approve', settings: { item: 'endorse' } }), 'again'],
  ['confirm-without-case', permitPackage, (pkg) => delete step(pkg, 'confirm').when, 'confirm'],

  ['property-kept', cardPackage, drop('hand-over'), 'read-card'],
  ['property-kept', permitPackage, when('hand-over', { answer: 'mode', in: ['approved', 'reprint'] }), 'read-card'],
  [
    'property-late',
    cardPackage,
    all(insert('hand-over', { id: 'give', step: 'give-document' }), (pkg) => {
      pkg.manifest.needs.push('document-locker');
    }),
    'give',
  ],
  [
    'property-not-taken',
    applicationPackage,
    all(insert('confirm', { id: 'hand-over', step: 'hand-over' }), (pkg) => {
      pkg.manifest.needs.push('card-unit');
    }),
    'hand-over',
  ],
  ['old-before-new', licencePackage, move('take-old', 'make-licence'), 'take-old'],
  ['old-after-hand-over', licencePackage, move('take-old', 'print-form'), 'take-old'],
  ['goods-kept', licencePackage, drop('give-licence'), 'make-licence'],
  [
    'goods-not-made',
    applicationPackage,
    all(insert('confirm', { id: 'give', step: 'give-licence' }), (pkg) => {
      pkg.manifest.needs.push('licence-printer');
    }),
    'give',
  ],
  ['unverified', cardPackage, drop('verify'), 'hand-over'],

  ['device-undeclared', cardPackage, (pkg) => pkg.manifest.needs.pop(), 'pay'],
  ['device-undeclared', licencePackage, (pkg) => pkg.manifest.optional.pop(), 'print-form'],
  ['device-unguarded', licencePackage, (pkg) => delete step(pkg, 'print-form').when, 'print-form'],
  ['device-unguarded', licencePackage, when('print-form', { device: 'document-printer', usable: false }), 'print-form'],
  ['device-unguarded', applicationPackage, unset('read-id', 'typed'), 'read-id'],
  ['device-unused', cardPackage, (pkg) => pkg.manifest.needs.push('qr-reader'), 'manifest.json qr-reader'],
  ['device-twice', cardPackage, (pkg) => pkg.manifest.optional.push('card-unit'), 'manifest.json card-unit'],

  [
    'policy-needed',
    cardPackage,
    (pkg) => pkg.manifest.needsPolicy.push({ kind: 'hours', variant: null }),
    'manifest.json hours',
  ],
  ['policy-undeclared', licencePackage, (pkg) => pkg.manifest.needsPolicy.shift(), 'fee'],
  ['policy-undeclared', licencePackage, (pkg) => pkg.manifest.needsPolicy.pop(), 'photo'],
  ['policy-missing', licencePackage, (pkg) => pkg.policy.rows.splice(2, 1), 'age'],
  ['policy-id', licencePackage, row(1, { id: 'fee.lic-expiry' }), 'fee.lic-expiry'],
  ['policy-service', cardPackage, row(0, { serviceId: 'exit.pay' }), 'fee.once'],
  [
    'policy-overlap',
    cardPackage,
    (pkg) => pkg.policy.rows.push({ ...feeRow('exit.endorse', 'once', 9), id: 'b' }),
    'b',
  ],
  [
    'policy-overlap',
    cardPackage,
    (pkg) =>
      pkg.policy.rows.push({
        ...feeRow('exit.endorse', 'once', 9),
        ...{ id: 'b', effectiveFrom: '2000-01-01', effectiveTo: '2017-07-01' },
      }),
    'b',
  ],
  ['policy-dates', cardPackage, row(0, { effectiveTo: '2017-06-30' }), 'fee.once'],
  ['policy-fee', cardPackage, row(0, { value: 0 }), 'fee.once'],
  ['policy-fee', cardPackage, row(0, { value: '1500' }), 'fee.once'],
  ['policy-fee', cardPackage, row(0, { unit: 'count' }), 'fee.once'],
  [
    'policy-hours',
    cardPackage,
    (pkg) =>
      pkg.policy.rows.push({
        ...feeRow('exit.endorse', 'once', 9),
        ...{ id: 'h', kind: 'hours', variant: null, value: '9-17', unit: 'text' },
      }),
    'h',
  ],
  [
    'policy-draft',
    cardPackage,
    (pkg) => pkg.policy.rows.push({ ...feeRow('exit.endorse', 'once', 9), id: 'b', status: 'draft' }),
    'b',
  ],
  ['policy-placeholder', cardPackage, row(0, { status: 'placeholder' }), 'fee.once'],
  ['policy-placeholder', cardPackage, row(0, { source: 'a placeholder' }), 'fee.once'],

  ['text-key', cardPackage, inBoth((texts) => (texts['Title'] = 'x')), 'texts.zh-CN.json Title'],
  [
    'text-key',
    cardPackage,
    inBoth((texts) => (texts[`x${'y'.repeat(80)}`] = 'x')),
    `texts.zh-CN.json x${'y'.repeat(80)}`,
  ],
  ['text-parity', cardPackage, (pkg) => delete pkg.texts.en['title'], 'texts.en.json title'],
  ['text-parity', cardPackage, (pkg) => (pkg.texts.en['guide.note.1'] = 'x'), 'texts.zh-CN.json guide.note.1'],
  ...[
    ...(['title', 'guide.who', 'consent.face.text', 'choose.kind', 'count.multi3yPlus', 'label.holder'] as const),
    ...(['warning.cancelsValid', 'window.hours'] as const),
  ].map((key) => ['text-missing', cardPackage, inBoth((texts) => delete texts[key]), key] as const),
  ['text-missing', licencePackage, inBoth((texts) => delete texts['reason.loss']), 'reason.loss'],
  ['text-missing', licencePackage, inBoth((texts) => delete texts['sign.application']), 'sign.application'],
  ['text-missing', violationPackage, inBoth((texts) => delete texts['warning.stands']), 'warning.stands'],
  ['text-missing', cardPackage, inBoth((texts) => (texts['guide.bring.3'] = 'x')), 'guide.bring.2'],
  ['text-length', cardPackage, (pkg) => (pkg.texts.en['title'] = 'x'.repeat(201)), 'texts.en.json title'],
];

/** Thirteen typed answers, each guarding a step: 2 to the 13th ways. */
function manyForms(pkg: GoodPackage): void {
  const forms: Step[] = Array.from({ length: 13 }, (_, at) => ({
    id: `q${at}`,
    step: 'choose',
    settings: { question: 'reason', options: ['expiry', 'loss'] },
  }));
  insert('take-old', ...forms.map((form) => ({ ...form, settings: { ...form.settings } })))(pkg);
  drop(...forms.map((form) => form.id))(pkg);
  insert('read-id', ...forms)(pkg);
}

describe('a good package', () => {
  for (const good of GOOD) {
    it(`breaks no rule: ${good().manifest.id}`, () => {
      expect(checkPackage(good())).toEqual([]);
    });
  }
});

describe('a package with one mistake', () => {
  for (const [rule, good, change, where] of BROKEN) {
    it(`breaks ${rule} at ${where.slice(0, 60)}, and no other rule`, () => {
      const pkg = good();
      change(pkg);
      const found = checkPackage(pkg);
      expect(new Set(found.map((one) => one.rule))).toEqual(new Set([rule]));
      expect(found.map((one) => one.where)).toContain(where);
      for (const one of found) {
        expect(one.level).toBe(RULES[rule].level);
        expect(one.message.length).toBeGreaterThan(5);
        expect(one.remedy).toBe(RULES[rule].remedy);
      }
    });
  }

  it('stands in the table above for every rule there is', () => {
    expect(new Set(BROKEN.map(([rule]) => rule))).toEqual(new Set(Object.keys(RULES)));
  });
});

describe('a package that is none', () => {
  const nothing = { manifest: null, workflow: [], policy: 'x', texts: { 'zh-CN': 1, en: undefined } };

  it('is five files that do not fit', () => {
    const found = checkPackage(nothing);
    expect(found.map(({ rule, where }) => `${rule} ${where}`)).toEqual(
      ['manifest', 'workflow', 'policy', 'texts.zh-CN', 'texts.en'].map((file) => `schema ${file}.json`),
    );
  });

  it('takes no rule of the other files away', () => {
    const pkg = cardPackage();
    drop('hand-over')(pkg);
    expect(checkPackage({ ...pkg, policy: null }).map((one) => one.rule)).toEqual(['schema', 'property-kept']);
  });

  it('may use words that every object knows, and is judged by them all the same', () => {
    const pkg = licencePackage();
    set('lookup', { request: 'constructor' })(pkg);
    set('age', { rules: ['valueOf'], toString: 'x' })(pkg);
    set('signature', { what: 'constructor' })(pkg);
    const rules = checkPackage(pkg).map((one) => one.rule);
    for (const rule of ['request', 'setting-value', 'setting-unknown', 'text-missing', 'guard-flag'])
      expect(rules).toContain(rule);
  });
});

describe('a real release', () => {
  it('refuses a placeholder', () => {
    const pkg = cardPackage();
    row(0, { status: 'placeholder' })(pkg);
    expect(checkPackage(pkg, { release: true })).toMatchObject([{ rule: 'policy-placeholder', level: 'error' }]);
  });
});

describe('the dry walk', () => {
  const waysOf = (pkg: GoodPackage): string[] =>
    walkAll(pkg.workflow).paths.map((path) => path.steps.map((one) => one.id).join(' '));

  it('takes every combination of answers, flags and devices that some guard reads', () => {
    const { paths, isComplete } = walkAll(licencePackage().workflow);
    expect([paths.length, isComplete]).toEqual([2 * 2 * 2, true]);
    expect(new Set(waysOf(licencePackage())).size).toBe(8);
    expect(paths[0]).toMatchObject({ answers: { reason: 'expiry' }, flags: { photoOk: true } });
    expect(walkAll(cardPackage().workflow).paths).toHaveLength(1);
  });

  it('never chooses what a lookup hid, and knows a flag only where its lookup was walked', () => {
    const pkg = permitPackage();
    when('find', { device: 'card-unit', usable: true })(pkg);
    when('face', { flag: 'no.reprint', is: false })(pkg);
    move('face', 'mode')(pkg);
    const { paths } = walkAll(pkg.workflow);
    expect(paths.filter((path) => path.flags['no.reprint'] === true).map((path) => path.answers['mode'])).not.toContain(
      'reprint',
    );
    const late = permitPackage();
    when('face', { flag: 'no.approved', is: true })(late);
    expect(new Set(walkAll(late.workflow).paths.map((path) => path.flags['no.approved']))).toEqual(
      new Set([false, undefined]),
    );
    expect(waysOf(late).some((way) => way.includes('face'))).toBe(false);
  });

  it('stops at its limit and says so', () => {
    const pkg = licencePackage();
    manyForms(pkg);
    const { paths, isComplete } = walkAll(pkg.workflow);
    expect([paths.length, isComplete]).toEqual([PATHS_MOST, false]);
  });
});

describe('a device that only some ways need', () => {
  const readerOptional = (optionDevices: readonly string[]): readonly string[] => {
    const pkg = licencePackage();
    pkg.manifest.needs = pkg.manifest.needs.filter((device) => device !== 'id-card-reader');
    pkg.manifest.optional.push('id-card-reader');
    set('reason', { optionDevices: [...optionDevices] })(pkg);
    when('read-id', { answer: 'reason', in: ['loss'] })(pkg);
    const found = checkPackage(pkg).map(({ rule, where }) => `${rule} ${where}`);
    return found.filter((told) => told.startsWith('device-'));
  };

  it('is optional when each of them is shown only while it can be used', () => {
    expect(readerOptional(['loss:id-card-reader'])).toEqual([]);
  });

  it('is missed on a way that is shown without it', () => {
    expect(readerOptional([])).toEqual(['device-unguarded read-id']);
    expect(readerOptional(['expiry:id-card-reader'])).toEqual(['device-unguarded read-id']);
  });
});
