import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BACK_OFFICE_REQUESTS, FIND_PURPOSES } from '@yimen/contracts/back-office';
import {
  CATALOGUE,
  manifestSchema,
  OFFICE_OF_DOMAIN,
  PACKAGE_FILES,
  placeChain,
  policyFileSchema,
  releaseSchema,
  resolvePolicy,
  STEPS,
  textsSchema,
  workflowSchema,
  type Manifest,
  type PolicyRow,
  type ServiceTexts,
  type StepRow,
  type Workflow,
} from '@yimen/contracts/service';

interface Package {
  readonly manifest: Manifest;
  readonly steps: Workflow['steps'];
  readonly rows: readonly PolicyRow[];
  readonly zh: ServiceTexts;
  readonly en: ServiceTexts;
}
type Step = Package['steps'][number];
type Check = (pkg: Package) => readonly string[];

const TODAY = '2026-11-27';
/** The ten towns of Shunde. */
const TOWNS = ['003', '004', '005', '006', '101', '102', '103', '104', '105', '106'].map((town) => `440606${town}`);
const ORGANISATION = '11440100696927671X';
const PAD_CHARS = 60;

/** Flags that a query sets; a guard on another would never hold. */
const FLAGS_OF: Readonly<Record<string, readonly string[]>> = {
  'exitEntry.person.check': ['fingersNeeded', 'photoOnFile'],
  'vehicle.licence.lookup': ['photoOk', 'healthOk'],
  'vehicle.car.lookup': ['noInsurance', 'noTax'],
  'household.person.check': ['waived'],
};
/** Lines of a review that are more than an answer. */
const ENGINE_LINES =
  'holder phone photo fingers permit licence car rules violations casePay permitExpiry endorsements'.split(' ');
const ENDORSEMENT_LINES = ['destination', 'kind', 'count', 'validUntil'];
const ENDORSEMENT_TEXTS = [
  ...['destination', 'kind', 'count'].map((question) => `choose.${question}`),
  ...['HKG', 'MAC', 'both'].map((place) => `destination.${place}`),
  ...['kind.G', 'kind.L', 'kind.G.detail', 'kind.L.detail'],
  ...['once', 'twice', 'multi1y', 'multi2y', 'multi3y', 'multi3yPlus'].map((count) => `count.${count}`),
  ...['validUntil', 'label.permitExpiry', 'warning.cancelsValid'],
];
const RULE_ROWS: Readonly<Record<string, readonly [PolicyRow['kind'], string]>> = {
  age: ['age', 'min'],
  hukou: ['eligibility', 'hukou'],
  idWindow: ['margin', 'renewBeforeMonths'],
};
/** Published prices in fen: the offices of the demonstration have the same. */
const FEES: Readonly<Record<string, number>> = {
  once: 1_500,
  twice: 3_000,
  multi1y: 8_000,
  multi2y: 12_000,
  multi3y: 16_000,
  multi3yPlus: 24_000,
  passport: 12_000,
  'hkm-permit': 6_000,
  'tw-permit': 6_000,
  licence: 1_000,
  vlic: 1_000,
  'id-expiry': 2_000,
  'id-loss': 4_000,
  'id-damage': 4_000,
};
/** Refusals that speak of a date: the package says what the date is. */
const DATED: Readonly<Record<string, readonly string[]>> = {
  'exit.endorse': ['validity-short', 'doc-expired', 'recent-application', 'still-valid'],
  'exit.prereg': ['already-open', 'doc-expired'],
  'exit.pay': ['already-paid', 'void-unpaid', 'doc-expired'],
  'exit.card': ['doc-expired'],
  'exit.collect': ['not-ready', 'kept-too-long', 'doc-expired'],
  'veh.licence': ['lapsed', 'too-early', 'doc-expired'],
  'veh.vlic': ['doc-expired'],
  'veh.inspect': ['too-early', 'doc-expired'],
  'veh.violation': ['doc-expired'],
  'hh.idapply': ['too-early', 'unpaid-void'],
  'hh.idcollect': ['not-ready', 'kept-too-long'],
};

const fileOf = (id: string, file: string): Buffer => readFileSync(join(import.meta.dirname, id, file));
const json = (id: string, file: string): unknown => JSON.parse(fileOf(id, file).toString('utf8'));

function load(id: string): Package {
  return {
    manifest: manifestSchema.parse(json(id, 'manifest.json')),
    steps: workflowSchema.parse(json(id, 'workflow.json')).steps,
    rows: policyFileSchema.parse(json(id, 'policy.json')).rows,
    zh: textsSchema.parse(json(id, 'texts.zh-CN.json')),
    en: textsSchema.parse(json(id, 'texts.en.json')),
  };
}

const setting = (step: Step, name: string): string => String(step.settings?.[name] ?? '');
function listOf(step: Step, name: string): readonly string[] {
  const value = step.settings?.[name];
  return Array.isArray(value) ? value : [];
}
const rowOf = (step: Step): StepRow => STEPS[step.step];

/** Answers that a step asks for, with the values it can give; null: any. */
function asks(step: Step): readonly (readonly [string, readonly string[] | null])[] {
  switch (step.step) {
    case 'choose':
      return [[setting(step, 'question'), setting(step, 'source') === '' ? listOf(step, 'options') : null]];
    case 'form':
      return [[setting(step, 'field'), null]];
    case 'scan-code':
      return [[setting(step, 'what') === 'receipt' ? 'receiptNo' : 'photoReceiptNo', null]];
    default:
      return [];
  }
}

/** What was learned by the steps before place `at`. */
function before(
  { steps }: Package,
  at: number,
): { answers: Map<string, readonly string[] | null>; flags: Set<string> } {
  const earlier = steps.slice(0, at);
  const flags = earlier.flatMap((step) => (step.step === 'lookup' ? (FLAGS_OF[setting(step, 'request')] ?? []) : []));
  return { answers: new Map(earlier.flatMap(asks)), flags: new Set(flags) };
}

const settingFaults: Check = ({ steps }) =>
  steps.flatMap((step) => {
    const known = rowOf(step).settings;
    const given = step.settings ?? {};
    return [
      ...Object.keys(given).filter((name) => known[name] === undefined),
      ...Object.entries(known).flatMap(([name, { type, required, oneOf }]) => {
        const value = given[name];
        if (value === undefined) return required ? [name] : [];
        const is = Array.isArray(value) ? 'list' : typeof value === 'string' ? 'text' : typeof value;
        return is !== type || (oneOf !== undefined && !oneOf.includes(String(value))) ? [name] : [];
      }),
      ...(step.step === 'choose' && (given['options'] === undefined) === (given['source'] === undefined)
        ? ['options or source']
        : []),
    ].map((name) => `${step.id}: ${name}`);
  });

const guardFaults: Check = (pkg) =>
  pkg.steps.flatMap((step, at) => {
    const { answers, flags } = before(pkg, at);
    return (step.when ?? []).flatMap((guard) => {
      if ('flag' in guard) return flags.has(guard.flag) ? [] : [`${step.id}: flag ${guard.flag}`];
      if ('device' in guard)
        return rowOf(step).devices.includes(guard.device) || step.step === 'signature' ? [] : [step.id];
      const values = answers.get(guard.answer);
      if (values === undefined) return [`${step.id}: nobody asks ${guard.answer}`];
      return guard.in.filter((value) => values?.includes(value) === false).map((value) => `${step.id}: ${value}`);
    });
  });

const orderFaults: Check = ({ steps }) => {
  const ids = steps.map((step) => step.id);
  const place = (kind: string): number => steps.findIndex((step) => step.step === kind);
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  const wrong = [
    place('approve') < place('review') ? ['approve before review'] : [],
    place('pay') >= 0 && place('pay') < place('approve') ? ['pay before approve'] : [],
    place('confirm') < place('approve') ? ['confirm before approve'] : [],
    place('take-old') >= 0 && place('take-old') < place('make-licence') ? ['old one taken before the new one'] : [],
    place('give-licence') >= 0 && place('give-licence') < place('make-licence') ? ['given before made'] : [],
  ].flat();
  return [...twice, ...wrong, ...(ids[0] === 'guide' && ids[1] === 'consent' ? [] : ['begins otherwise'])];
};

const requestFaults: Check = ({ manifest, steps }) => {
  const office = OFFICE_OF_DOMAIN[manifest.domain];
  const begin = BACK_OFFICE_REQUESTS[`${office}.case.begin`].body;
  return steps.flatMap((step) => {
    if (step.step === 'approve') {
      const issues = begin.safeParse({ item: setting(step, 'item') }).error?.issues ?? [];
      return issues.some((issue) => issue.path[0] === 'item') ? [`${step.id}: item`] : [];
    }
    if (step.step !== 'lookup') return [];
    const request = setting(step, 'request');
    const kind = Object.entries(BACK_OFFICE_REQUESTS).find(([name]) => name === request)?.[1];
    const isFind = request.endsWith('.case.find');
    const purpose = FIND_PURPOSES.find((one) => one === setting(step, 'purpose'));
    return kind?.nature === 'query' && request.startsWith(`${office}.`) && (!isFind || purpose !== undefined)
      ? []
      : [step.id];
  });
};

const reviewFaults: Check = (pkg) =>
  pkg.steps.flatMap((step, at) => {
    if (step.step !== 'review') return [];
    const { answers } = before(pkg, at);
    const hasEndorsement = pkg.steps.some(({ step: kind }) => kind === 'choose-endorsement');
    const known = [...ENGINE_LINES, ...answers.keys(), ...(hasEndorsement ? ENDORSEMENT_LINES : [])];
    const lines = listOf(step, 'lines');
    const edits = listOf(step, 'edits').filter((edit) => {
      const [line = '', target] = edit.split(':');
      const from = pkg.steps.findIndex(({ id }) => id === target);
      // To change a line nobody reads a card or shows a face once more.
      const again = pkg.steps
        .slice(Math.max(from, 0), at)
        .some(({ step: kind }) => rowOf({ id: '', step: kind }).phase === 'read' || kind === 'face');
      return !lines.includes(line) || from < 0 || from >= at || (again && !guarded(pkg.steps, from, at));
    });
    return [...lines.filter((line) => !known.includes(line)), ...edits].map((name) => `${step.id}: ${name}`);
  });

/** Whether what would be read again lies behind a guard that the citizen himself chooses. */
function guarded(steps: readonly Step[], from: number, to: number): boolean {
  return steps
    .slice(from, to)
    .filter((step) => rowOf(step).phase === 'read' || step.step === 'face')
    .every((step) => step.when?.some((guard) => 'answer' in guard) === true);
}

/** Text keys that a package's own data asks for. */
function impliedTexts({ manifest, steps, rows }: Package): readonly string[] {
  const ofSteps = steps.flatMap((step) => {
    const question = setting(step, 'question');
    if (step.step === 'choose')
      return [`choose.${question}`, 'label.holder', ...listOf(step, 'options').map((value) => `${question}.${value}`)];
    if (step.step === 'choose-endorsement') return ENDORSEMENT_TEXTS;
    if (step.step === 'signature') return [setting(step, 'what')];
    if (step.step !== 'review') return [];
    const warning = setting(step, 'warning');
    return [...listOf(step, 'lines').map((line) => `label.${line}`), ...(warning === '' ? [] : [warning])];
  });
  const counts = steps.some((step) => step.step === 'choose-endorsement') ? 'count' : 'fee';
  return [
    ...['title', 'guide.who', 'guide.bring.1', 'guide.fee', 'guide.note.1', 'slip.title'],
    ...['window.name', 'window.address', 'window.hours'],
    ...manifest.consents.flatMap(({ id }) => [`consent.${id}.title`, `consent.${id}.text`]),
    ...rows.filter(({ kind }) => kind === 'fee').map(({ variant }) => `${counts}.${variant}`),
    ...(DATED[manifest.id] ?? []).map((code) => `refused.${code}`),
    ...ofSteps,
  ];
}

const textFaults: Check = (pkg) => {
  const implied = new Set(impliedTexts(pkg));
  const isKnown = (key: string): boolean =>
    implied.has(key.replace(/\.detail$/u, '')) ||
    /^(?:guide\.(?:bring|note)\.\d|decision\.\w+|refused\.[a-z0-9-]+)$/u.test(key);
  const missing = [...implied].filter((key) => pkg.zh[key] === undefined || pkg.en[key] === undefined);
  const strays = Object.keys({ ...pkg.zh, ...pkg.en }).filter((key) => !isKnown(key));
  const lonely = Object.keys({ ...pkg.zh, ...pkg.en }).filter((key) => !(key in pkg.zh) || !(key in pkg.en));
  const wrongTongue = Object.keys(pkg.zh).filter(
    (key) => !/\p{Script=Han}/u.test(pkg.zh[key] ?? '') || /\p{Script=Han}/u.test(pkg.en[key] ?? ''),
  );
  // A signature pad shows at most so much of what is signed.
  const long = [...implied].filter(
    (key) => key.startsWith('sign.') && [pkg.zh[key], pkg.en[key]].some((words) => (words ?? '').length > PAD_CHARS),
  );
  return [...missing, ...strays, ...lonely, ...wrongTongue, ...long];
};

const deviceFaults: Check = ({ manifest: { needs, optional }, steps }) => {
  // `id-card:id-card-reader`: that way is chosen only where the reader is.
  const ways = new Map(
    steps.flatMap(({ settings }) =>
      ((settings?.['optionDevices'] as readonly string[] | undefined) ?? []).map((pair) => {
        const [option = '', device = ''] = pair.split(':');
        return [`${String(settings?.['question'])} ${option}`, device] as const;
      }),
    ),
  );
  const isSpared = (step: Step): boolean =>
    step.when?.some((guard) => {
      if ('device' in guard) return guard.usable;
      if (!('answer' in guard)) return false;
      const devices: readonly string[] = rowOf(step).devices;
      return guard.in.every((value) => devices.includes(ways.get(`${guard.answer} ${value}`) ?? ''));
    }) === true;
  const needed = new Set(steps.filter((step) => !isSpared(step)).flatMap((step) => rowOf(step).devices));
  const spared = new Set(steps.filter(isSpared).flatMap((step) => rowOf(step).devices));
  if (steps.some((step) => step.step === 'signature')) spared.add('signature-pad');
  // A code can be typed where the reader is away.
  if (steps.some((step) => step.step === 'scan-code')) spared.add('qr-reader');
  spared.add('receipt-printer');
  const differ = (named: readonly string[], real: ReadonlySet<string>): readonly string[] => [
    ...named.filter((kind) => !real.has(kind)),
    ...[...real].filter((kind) => !named.includes(kind)),
  ];
  return [...differ(needs, needed), ...differ(optional, spared)];
};

const policyFaults: Check = ({ manifest, steps, rows }) => {
  const needs = (kind: PolicyRow['kind'], variant: string): boolean =>
    manifest.needsPolicy.some((need) => need.kind === kind && need.variant === variant);
  const asked = steps.flatMap((step): (readonly [PolicyRow['kind'], string])[] => {
    if (step.step === 'photo') return [['photoProfile', setting(step, 'profile')]];
    if (step.step === 'check') return listOf(step, 'rules').map((rule) => RULE_ROWS[rule] ?? ['text', rule]);
    if (step.step !== 'fee' || setting(step, 'source') !== 'policy') return [];
    const variant = setting(step, 'variant');
    const question = /\{(\w+)\}/u.exec(variant)?.[1];
    const values = steps.flatMap(asks).find(([name]) => name === question)?.[1] ?? [''];
    return values.map((value) => ['fee', variant.replace(`{${question ?? ''}}`, value)]);
  });
  const absent = TOWNS.flatMap((town) =>
    manifest.needsPolicy.filter(
      ({ kind, variant }) =>
        resolvePolicy(rows, { kind, variant, places: placeChain(town, 'hall'), date: TODAY }) === undefined,
    ),
  );
  const charge = rows.filter(({ kind }) => kind === 'chargeOn').map(({ value }) => value);
  return [
    ...asked.filter(([kind, variant]) => !needs(kind, variant)).map(([kind, variant]) => `${kind} ${variant}`),
    ...absent.map(({ kind, variant }) => `no ${kind} ${variant ?? ''}`),
    ...charge.filter((value) => value !== manifest.chargeOn).map(String),
    ...rows.filter((row) => row.serviceId !== manifest.id || !isWellFormed(row)).map((row) => row.id),
    ...rows
      .filter((row, at) => rows.some((other, n) => n < at && overlap(row, other)))
      .map((row) => `overlaps: ${row.id}`),
  ];
};

function isWellFormed({ kind, variant, value, unit, status, source, effectiveTo }: PolicyRow): boolean {
  // Nobody takes a guess for a published rule.
  if (status === 'placeholder' && !/placeholder|to be confirmed|assumed/u.test(source)) return false;
  if (kind === 'fee')
    return unit === 'fen' && typeof value === 'number' && (effectiveTo !== null || value === FEES[variant ?? '']);
  if (kind === 'photoProfile') return /^\d+x\d+;dpi=\d+;kb=\d+-\d+;face=\d+-\d+$/u.test(String(value));
  return kind === 'age' ? unit === 'years' && typeof value === 'number' : status !== 'draft';
}

function overlap(a: PolicyRow, b: PolicyRow): boolean {
  const isSame = a.kind === b.kind && a.variant === b.variant && a.place === b.place;
  const ends = (row: PolicyRow): string => row.effectiveTo ?? '9999-12-31';
  return a.id === b.id || (isSame && a.effectiveFrom <= ends(b) && b.effectiveFrom <= ends(a));
}

const consentFaults: Check = ({ manifest: { consents }, steps }) => {
  const has = (kind: string): boolean => steps.some((step) => step.step === kind);
  const asked = ['data', ...(has('face') ? ['face'] : []), ...(has('pay') ? ['fee'] : [])];
  const told = consents.map(({ id }) => id);
  return asked.join() === told.join() && consents.every(({ id, face }) => face === (id === 'face')) ? [] : asked;
};

const CHECKS = {
  settingFaults,
  guardFaults,
  orderFaults,
  requestFaults,
  reviewFaults,
  textFaults,
  deviceFaults,
  policyFaults,
  consentFaults,
} as const satisfies Record<string, Check>;

describe('the service packages', () => {
  it('are those of the catalogue, each with an item code of its own', () => {
    const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map((entry) => entry.name).toSorted()).toEqual(
      [...CATALOGUE.map(({ id }) => id as string), 'query.progress'].toSorted(),
    );
    const codes = CATALOGUE.map(({ id }) => load(id).manifest.itemCode);
    expect(new Set(codes).size).toBe(CATALOGUE.length);
    expect(codes.filter((code) => !code.startsWith(ORGANISATION))).toEqual([]);
  });
});

describe.each(CATALOGUE)('$id', ({ id, domain, zh }) => {
  it('is canonical and as its release says, nothing besides', () => {
    const release = releaseSchema.parse(json(id, 'release.json'));
    const { manifest } = load(id);
    expect([release.id, release.release]).toEqual([manifest.id, manifest.release]);
    expect(release.files.map((file) => file.path)).toEqual([...PACKAGE_FILES]);
    expect(readdirSync(join(import.meta.dirname, id)).toSorted()).toEqual(
      [...PACKAGE_FILES, 'release.json'].toSorted(),
    );
    for (const { path, bytes, sha256 } of release.files) {
      const content = fileOf(id, path);
      expect(content.toString('utf8'), path).toBe(`${JSON.stringify(json(id, path), null, 2)}\n`);
      expect([content.length, createHash('sha256').update(content).digest('hex')], path).toEqual([bytes, sha256]);
    }
  });

  it('has the name and the office of the catalogue', () => {
    const pkg = load(id);
    expect([pkg.manifest.id, pkg.manifest.domain, pkg.zh['title']]).toEqual([id, domain, zh]);
    expect(pkg.manifest.minutes.from).toBeLessThan(pkg.manifest.minutes.to);
  });

  it.each(Object.entries(CHECKS))('stands: %s', (_name, check) => {
    expect(check(load(id))).toEqual([]);
  });
});

describe('each check refuses what is broken', () => {
  const licence = load('veh.licence');
  const changed = (id: string, over: Partial<Step>, pkg: Package = licence): Package => ({
    ...pkg,
    steps: pkg.steps.map((step) => (step.id === id ? { ...step, ...over } : step)),
  });
  /** The step `id` in front of the step `before`. */
  const moved = (id: string, before: string): Package => ({
    ...licence,
    steps: licence.steps.flatMap((step) =>
      step.id === id ? [] : step.id === before ? [...licence.steps.filter((one) => one.id === id), step] : [step],
    ),
  });
  const without = (key: string): ServiceTexts =>
    Object.fromEntries(Object.entries(licence.zh).filter(([name]) => name !== key));
  const broken: readonly (readonly [string, Check, Package])[] = [
    ['a setting nobody knows', settingFaults, changed('pay', { settings: { speed: 2 } })],
    ['a setting that is missing', settingFaults, changed('approve', { settings: {} })],
    ['a setting of another type', settingFaults, changed('photo', { settings: { profile: 3 } })],
    ['a value that is not allowed', settingFaults, changed('contact', { settings: { field: 'email' } })],
    ['a question without options', settingFaults, changed('reason', { settings: { question: 'reason' } })],
    ['a guard on what nobody asked', guardFaults, changed('take-old', { when: [{ answer: 'mood', in: ['good'] }] })],
    ['a guard on no option', guardFaults, changed('take-old', { when: [{ answer: 'reason', in: ['whim'] }] })],
    ['a guard on a later question', guardFaults, changed('consent', { when: [{ answer: 'reason', in: ['loss'] }] })],
    ['a guard on an unset flag', guardFaults, changed('photo', { when: [{ flag: 'waived', is: false }] })],
    ['two steps of one name', orderFaults, changed('photo', { id: 'face' })],
    ['the old one taken first', orderFaults, moved('take-old', 'make-licence')],
    ['money before the approval', orderFaults, moved('pay', 'approve')],
    ['an approval of what nobody has seen', orderFaults, moved('approve', 'review')],
    ['consent after the reading', orderFaults, moved('read-id', 'consent')],
    ['an item of another office', requestFaults, changed('approve', { settings: { item: 'endorse' } })],
    ['an effect as a lookup', requestFaults, changed('lookup', { settings: { request: 'vehicle.case.begin' } })],
    ['a line of nothing', reviewFaults, changed('review', { settings: { lines: ['colour'] } })],
    [
      'a way back to the reader',
      reviewFaults,
      changed('review', { settings: { lines: ['reason'], edits: ['reason:reason'] } }),
    ],
    [
      'an edit that leads nowhere',
      reviewFaults,
      changed('review', { settings: { lines: ['phone'], edits: ['phone:none'] } }),
    ],
    ['a text that is missing', textFaults, { ...licence, zh: without('reason.loss') }],
    [
      'a text that nothing asks for',
      textFaults,
      { ...licence, zh: { ...licence.zh, 'reason.whim': '随便' }, en: { ...licence.en, 'reason.whim': 'whim' } },
    ],
    ['a text left in the other language', textFaults, { ...licence, en: { ...licence.en, title: '驾驶证' } }],
    [
      'a sentence too long for the pad',
      textFaults,
      { ...licence, en: { ...licence.en, 'sign.application': 'I apply. '.repeat(7) } },
    ],
    [
      'a device that it forgot',
      deviceFaults,
      { ...licence, manifest: { ...licence.manifest, needs: ['licence-printer'] } },
    ],
    ['a fee without a row', policyFaults, { ...licence, rows: licence.rows.filter(({ kind }) => kind !== 'fee') }],
    ['a fee not asked of the place', policyFaults, { ...licence, manifest: { ...licence.manifest, needsPolicy: [] } }],
    ['a row twice', policyFaults, { ...licence, rows: [...licence.rows, ...licence.rows] }],
    [
      'a guess sold as a rule',
      policyFaults,
      { ...licence, rows: licence.rows.map((row) => ({ ...row, source: 'x' })) },
    ],
    ['a face without consent', consentFaults, { ...licence, manifest: { ...licence.manifest, consents: [] } }],
  ];
  it.each(broken)('%s', (_what, check, pkg) => {
    expect(check(pkg)).not.toEqual([]);
  });
});
