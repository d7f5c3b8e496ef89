import type { Manifest, ServiceTexts, Workflow } from '../../package.ts';
import type { PolicyRow } from '../../policy.ts';

/** A package that no rule objects to, for tests to break. */
export interface GoodPackage {
  manifest: Manifest;
  workflow: Workflow;
  policy: { rows: PolicyRow[] };
  texts: { 'zh-CN': ServiceTexts; en: ServiceTexts };
}

const STEPS_OF = (...steps: Workflow['steps']): Workflow => ({ steps });

/** The citizen's own card, printed on; one step only where the fingers are asked for. */
export function cardPackage(): GoodPackage {
  const id = 'exit.endorse';
  return {
    manifest: manifest(id, 'exit-entry', {
      needs: ['card-unit', 'endorsement-printer', 'travel-document', 'payment-terminal'],
      optional: ['receipt-printer'],
      needsPolicy: [{ kind: 'fee', variant: 'once' }],
    }),
    workflow: STEPS_OF(
      { id: 'guide', step: 'guide' },
      { id: 'consent', step: 'consent' },
      { id: 'read-card', step: 'read-card' },
      { id: 'face', step: 'face' },
      { id: 'lookup', step: 'lookup', settings: { request: 'exitEntry.permit.lookup' } },
      { id: 'choose', step: 'choose-endorsement' },
      { id: 'contact', step: 'form', settings: { field: 'phone', optional: true } },
      { id: 'review', step: 'review', settings: { lines: ['holder', 'kind'], edits: ['kind:choose'] } },
      { id: 'approve', step: 'approve', settings: { item: 'endorse' } },
      { id: 'pay', step: 'pay' },
      { id: 'produce', step: 'produce' },
      { id: 'verify', step: 'verify' },
      { id: 'hand-over', step: 'hand-over' },
      { id: 'confirm', step: 'confirm' },
      { id: 'receipt', step: 'receipt' },
      { id: 'rate', step: 'rate' },
    ),
    policy: { rows: [feeRow(id, 'once', 1500)] },
    texts: texts(
      ...['destination', 'kind', 'count'].map((question) => `choose.${question}`),
      ...['destination.HKG', 'destination.MAC', 'destination.both', 'kind.G', 'kind.L', 'warning.cancelsValid'],
      ...['once', 'twice', 'multi1y', 'multi2y', 'multi3y', 'multi3yPlus'].map((count) => `count.${count}`),
      ...['label.holder', 'label.kind'],
    ),
  };
}

/** A licence that is made here; the old one is taken in unless it is lost. */
export function licencePackage(): GoodPackage {
  const id = 'veh.licence';
  return {
    manifest: manifest(id, 'vehicle', {
      needs: ['id-card-reader', 'payment-terminal', 'licence-printer'],
      optional: ['signature-pad', 'document-printer'],
      needsPolicy: [
        { kind: 'fee', variant: 'lic-expiry' },
        { kind: 'fee', variant: 'lic-loss' },
        { kind: 'photoProfile', variant: 'licence' },
      ],
    }),
    workflow: STEPS_OF(
      { id: 'guide', step: 'guide' },
      { id: 'consent', step: 'consent' },
      { id: 'reason', step: 'choose', settings: { question: 'reason', options: ['expiry', 'loss'] } },
      { id: 'read-id', step: 'read-id' },
      { id: 'face', step: 'face' },
      { id: 'age', step: 'check', settings: { rules: ['age'] } },
      { id: 'lookup', step: 'lookup', settings: { request: 'vehicle.licence.lookup' } },
      { id: 'photo', step: 'photo', when: [{ flag: 'photoOk', is: false }], settings: { profile: 'licence' } },
      { id: 'fee', step: 'fee', settings: { source: 'policy', variant: 'lic-{reason}' } },
      { id: 'signature', step: 'signature', settings: { what: 'sign.application' } },
      { id: 'approve', step: 'approve', settings: { item: 'licence' } },
      { id: 'pay', step: 'pay' },
      { id: 'make-licence', step: 'make-licence' },
      {
        id: 'take-old',
        step: 'take-old',
        when: [{ answer: 'reason', in: ['expiry'] }],
        settings: { what: 'driving' },
      },
      { id: 'give-licence', step: 'give-licence' },
      {
        id: 'print-form',
        step: 'print-form',
        when: [{ device: 'document-printer', usable: true }],
        settings: { document: 'application' },
      },
      { id: 'confirm', step: 'confirm' },
      { id: 'receipt', step: 'receipt' },
    ),
    policy: {
      rows: [
        feeRow(id, 'lic-expiry', 1000),
        feeRow(id, 'lic-loss', 1000),
        { ...feeRow(id, 'min', 18), id: 'age.min', kind: 'age', unit: 'years' },
        { ...feeRow(id, 'licence', 1), id: 'photo.licence', kind: 'photoProfile', unit: 'none', value: '260x378' },
      ],
    },
    texts: texts('choose.reason', 'reason.expiry', 'reason.loss', 'sign.application'),
  };
}

/** Decisions that stand paid or not. */
export function violationPackage(): GoodPackage {
  const id = 'veh.violation';
  return {
    manifest: manifest(id, 'vehicle', { needs: ['id-card-reader', 'payment-terminal'] }),
    workflow: STEPS_OF(
      { id: 'guide', step: 'guide' },
      { id: 'consent', step: 'consent' },
      { id: 'lookup', step: 'lookup', settings: { request: 'vehicle.violation.list' } },
      { id: 'violation', step: 'choose', settings: { question: 'violation', source: 'violations' } },
      { id: 'licence', step: 'lookup', settings: { request: 'vehicle.licence.lookup' } },
      { id: 'sign', step: 'signature', settings: { what: 'sign.decision' } },
      { id: 'read-id', step: 'read-id' },
      { id: 'face', step: 'face' },
      { id: 'fee', step: 'fee', settings: { source: 'violations' } },
      { id: 'payWhen', step: 'choose', settings: { question: 'payWhen', options: ['now', 'later'] } },
      { id: 'review', step: 'review', settings: { lines: ['violation'], warning: 'warning.stands' } },
      { id: 'approve', step: 'approve', settings: { item: 'violation' } },
      { id: 'pay', step: 'pay', when: [{ answer: 'payWhen', in: ['now'] }] },
      { id: 'issue', step: 'issue' },
      { id: 'confirm', step: 'confirm' },
      { id: 'receipt', step: 'receipt' },
      { id: 'rate', step: 'rate' },
    ),
    policy: { rows: [] },
    texts: texts(
      ...['choose.violation', 'choose.payWhen', 'payWhen.now', 'payWhen.later', 'label.violation', 'warning.stands'],
      'sign.decision',
    ),
  };
}

/** A permit that is looked at, or printed on when something waits; free for whoever is waived elsewhere. */
export function permitPackage(): GoodPackage {
  const id = 'exit.card';
  const printing: Workflow['steps'][number]['when'] = [{ answer: 'mode', in: ['approved', 'reprint'] }];
  return {
    manifest: manifest(id, 'exit-entry', { needs: ['card-unit', 'endorsement-printer', 'travel-document'] }),
    workflow: STEPS_OF(
      { id: 'guide', step: 'guide' },
      { id: 'consent', step: 'consent' },
      { id: 'read-card', step: 'read-card' },
      { id: 'face', step: 'face' },
      { id: 'lookup', step: 'lookup', settings: { request: 'exitEntry.permit.lookup', purpose: 'view' } },
      { id: 'find', step: 'lookup', settings: { request: 'exitEntry.case.find', purpose: 'print' } },
      { id: 'mode', step: 'choose', settings: { question: 'mode', options: ['view', 'approved', 'reprint'] } },
      {
        id: 'case',
        step: 'choose',
        when: [{ answer: 'mode', in: ['approved'] }],
        settings: { question: 'case', source: 'cases' },
      },
      { id: 'approve', step: 'approve', when: printing, settings: { item: 'print' } },
      { id: 'produce', step: 'produce', when: printing },
      { id: 'verify', step: 'verify', when: printing },
      { id: 'hand-over', step: 'hand-over' },
      { id: 'confirm', step: 'confirm', when: printing },
      { id: 'receipt', step: 'receipt' },
    ),
    policy: { rows: [] },
    texts: texts('choose.mode', 'mode.view', 'mode.approved', 'mode.reprint', 'choose.case'),
  };
}

/** An application that is paid when it was taken in; some are free, and some have no fingers to give. */
export function applicationPackage(): GoodPackage {
  const id = 'hh.idapply';
  return {
    manifest: manifest(id, 'household', {
      needs: ['fingerprint', 'payment-terminal'],
      optional: ['id-card-reader', 'qr-reader'],
      needsPolicy: [{ kind: 'fee', variant: 'id-loss' }],
      chargeOn: 'accepted',
    }),
    workflow: STEPS_OF(
      { id: 'guide', step: 'guide' },
      { id: 'consent', step: 'consent' },
      { id: 'reason', step: 'choose', settings: { question: 'reason', options: ['loss'] } },
      { id: 'read-id', step: 'read-id', settings: { typed: true } },
      { id: 'photo', step: 'scan-code', settings: { what: 'photo-receipt' } },
      { id: 'face', step: 'face' },
      { id: 'lookup', step: 'lookup', settings: { request: 'household.person.check' } },
      { id: 'collection', step: 'choose', settings: { question: 'collection', options: ['office', 'ems'] } },
      { id: 'sign', step: 'signature', settings: { what: 'sign.application' } },
      { id: 'fingers', step: 'fingerprint', settings: { fingers: 2 } },
      { id: 'fee', step: 'fee', settings: { source: 'policy', variant: 'id-loss', waivedBy: 'waived' } },
      { id: 'approve', step: 'approve', settings: { item: 'idapply' } },
      { id: 'pay', step: 'pay', when: [{ flag: 'waived', is: false }] },
      { id: 'issue', step: 'issue' },
      { id: 'confirm', step: 'confirm' },
      { id: 'receipt', step: 'receipt' },
    ),
    policy: { rows: [feeRow(id, 'id-loss', 4000)] },
    texts: texts(
      ...['choose.reason', 'reason.loss', 'choose.collection', 'collection.office', 'collection.ems'],
      'sign.application',
    ),
  };
}

/** An application without a fee: only what its office cannot do without. */
export function registrationPackage(): GoodPackage {
  return {
    manifest: manifest('exit.prereg', 'exit-entry', { needs: ['id-card-reader'] }),
    workflow: STEPS_OF(
      { id: 'guide', step: 'guide' },
      { id: 'consent', step: 'consent' },
      { id: 'read-id', step: 'read-id' },
      { id: 'face', step: 'face' },
      { id: 'docKind', step: 'choose', settings: { question: 'docKind', options: ['passport', 'tw-permit'] } },
      { id: 'reason', step: 'choose', settings: { question: 'reason', options: ['new', 'renew'] } },
      { id: 'delivery', step: 'choose', settings: { question: 'delivery', options: ['window', 'ems'] } },
      { id: 'sign', step: 'signature', settings: { what: 'sign.application' } },
      { id: 'approve', step: 'approve', settings: { item: 'prereg' } },
      { id: 'issue', step: 'issue' },
      { id: 'confirm', step: 'confirm' },
      { id: 'receipt', step: 'receipt' },
    ),
    policy: { rows: [] },
    texts: texts(
      ...['choose.docKind', 'docKind.passport', 'docKind.tw-permit', 'choose.reason', 'reason.new', 'reason.renew'],
      ...['choose.delivery', 'delivery.window', 'delivery.ems', 'sign.application'],
    ),
  };
}

function manifest(id: string, domain: Manifest['domain'], over: Partial<Manifest>): Manifest {
  return {
    id,
    release: 1,
    domain,
    itemCode: '11440100696927671X3442111817001',
    catalogueVersion: 1,
    minutes: { from: 3, to: 5 },
    needs: [],
    optional: [],
    needsPolicy: [],
    consents: [{ id: 'face', version: 1, face: true }],
    chargeOn: 'approved',
    ...over,
  };
}

export function feeRow(serviceId: string, variant: string, value: number): PolicyRow {
  return {
    id: `fee.${variant}`,
    kind: 'fee',
    serviceId,
    variant,
    place: 'CN',
    effectiveFrom: '2017-07-01',
    effectiveTo: null,
    value,
    unit: 'fen',
    source: '发改价格[2017]1186',
    status: 'active',
  };
}

function texts(...more: string[]): GoodPackage['texts'] {
  const keys = [
    'title',
    ...['guide.who', 'guide.bring.1', 'guide.fee', 'consent.face.title', 'consent.face.text'],
    ...['window.name', 'window.address', 'window.hours'],
    ...more,
  ];
  const all = (text: string): ServiceTexts => Object.fromEntries(keys.map((key) => [key, text]));
  return { 'zh-CN': all('示例'), en: all('Example') };
}
