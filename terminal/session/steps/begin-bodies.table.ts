import { Buffer } from 'node:buffer';
import type { GoodsKind } from '@yimen/contracts/back-office';
import { idNoOf, chosenViolations } from '../machine/facts.ts';
import type { StepEnv } from '../machine/step-machine.ts';

/** What a case of one item is begun with, and the goods that its reserve gives. */
interface Item {
  readonly body: (env: StepEnv) => Readonly<Record<string, unknown>>;
  readonly goods: GoodsKind;
}

const answer = (env: StepEnv, name: string): string => env.facts.answers[name] ?? '';
const idNo = (env: StepEnv): string => idNoOf(env.facts) ?? '';

/** Strokes as JSON, base64. */
function signature(env: StepEnv): string | null {
  const { signature: signed } = env.facts;
  return signed === null ? null : Buffer.from(JSON.stringify(signed)).toString('base64');
}

function receiptNo(env: StepEnv): string {
  return answer(env, 'case') === '' ? answer(env, 'receiptNo') : answer(env, 'case');
}

const car = (env: StepEnv): { plateType: string; plateNo: string } => ({
  plateType: answer(env, 'plateType'),
  plateNo: answer(env, 'plateNo'),
});

/** Items of the three offices (contracts/back-office). */
export const ITEMS: Readonly<Record<string, Item>> = {
  endorse: {
    goods: 'endorsement',
    body: ({ facts: { document, choice, phone } }) => ({
      permitNo: document?.documentNumber ?? '',
      destinations: [...(choice?.destinations ?? [])],
      kind: choice?.kind ?? 'G',
      countCode: choice?.countCode ?? 'once',
      phone,
      photoDigest: null,
    }),
  },
  prereg: {
    goods: 'registration',
    body: (env) => ({
      idNo: idNo(env),
      name: env.facts.identity?.fields.name ?? env.facts.identity?.fields.chineseName ?? '',
      docKind: answer(env, 'docKind'),
      reason: answer(env, 'reason'),
      photo: env.facts.photo,
      photoReceiptNo: env.facts.answers['photoReceiptNo'] ?? null,
      fingers: [...env.facts.fingers],
      phone: env.facts.phone,
      delivery: answer(env, 'delivery'),
      // Sent to where the holder is registered: an address is not typed at a machine that others may watch.
      address: answer(env, 'delivery') === 'ems' ? (env.facts.identity?.fields.address ?? null) : null,
      signature: signature(env) ?? '',
    }),
  },
  print: {
    goods: 'endorsement',
    body: (env) => ({
      permitNo: env.facts.document?.documentNumber ?? '',
      mode: answer(env, 'mode') === 'reprint' ? 'reprint' : 'approved',
      approvalNo: approvalOf(env),
    }),
  },
  collect: {
    goods: 'document',
    body: (env) => ({ receiptNo: receiptNo(env), idNo: idNoOf(env.facts), signature: signature(env) }),
  },
  pay: { goods: 'payment', body: (env) => ({ receiptNo: receiptNo(env) }) },
  licence: {
    goods: 'licence',
    body: (env) => ({
      idNo: idNo(env),
      licenceNo: env.facts.lookups['vehicle.licence.lookup']?.licenceNo ?? '',
      reason: answer(env, 'reason'),
      phone: env.facts.phone,
      photo: env.facts.photo,
      signature: signature(env) ?? '',
    }),
  },
  vlic: {
    goods: 'licence',
    body: (env) => ({ idNo: idNo(env), ...car(env), reason: answer(env, 'reason'), signature: signature(env) ?? '' }),
  },
  inspect: {
    goods: 'mark',
    body: (env) => ({
      idNo: idNo(env),
      ...car(env),
      materials: env.facts.scans.map(({ what, png }) => ({ what, page: png })),
    }),
  },
  violation: {
    goods: 'decisions',
    body: (env) => ({
      idNo: idNo(env),
      licenceNo: env.facts.lookups['vehicle.licence.lookup']?.licenceNo ?? '',
      violationIds: chosenViolations(env.facts).map((one) => one.violationId),
      signature: signature(env) ?? '',
    }),
  },
  idapply: {
    goods: 'registration',
    body: (env) => ({
      idNo: idNo(env),
      reason: answer(env, 'reason'),
      photoReceiptNo: answer(env, 'photoReceiptNo'),
      fingers: [...env.facts.fingers],
      phone: env.facts.phone,
      collection: answer(env, 'collection'),
      signature: signature(env) ?? '',
    }),
  },
  idcollect: { goods: 'document', body: (env) => ({ receiptNo: receiptNo(env), idNo: idNoOf(env.facts) }) },
  simple: {
    goods: 'paper',
    body: (env) => ({
      idNo: idNoOf(env.facts),
      answers: { ...env.facts.answers },
      phone: env.facts.phone,
      signature: signature(env),
    }),
  },
};

function approvalOf(env: StepEnv): string {
  if (answer(env, 'mode') === 'reprint') return 'reprint';
  const found = env.facts.lookups['exitEntry.case.find']?.cases ?? [];
  return found.find((one) => one.receiptNo === answer(env, 'case'))?.approvalNo ?? '';
}
