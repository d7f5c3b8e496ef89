import type { Slip, SlipLine } from '@yimen/contracts/device';
import { shanghaiTime } from './shanghai-time.ts';
import { receiptCode } from './receipt-check.ts';
import { chosenCase, foundCases, holderMasked } from '../machine/facts.ts';
import type { StepEnv } from '../machine/step-machine.ts';

const yuan = (fen: number): string => `¥${(fen / 100).toFixed(2)}`;

interface Line {
  readonly id: string;
  readonly label: string;
  readonly value: string;
}

/** What the slip and the receipt screen say: time, hall, item, numbers, amount, what comes next. Masked: a name's first
 *  character only. */
export function receiptLines(env: StepEnv): Line[] {
  const { facts, say, assignment } = env;
  return [
    { id: 'item', label: say.slip.item, value: env.texts['title'] ?? env.pkg.manifest.id },
    { id: 'holder', label: say.slip.holder, value: holderMasked(facts) },
    { id: 'receiptNo', label: say.slip.receiptNo, value: facts.case?.receiptNo ?? '' },
    ...goodsLines(env),
    ...progressLines(env),
    ...(facts.bill === null ? [] : [{ id: 'billNo', label: say.slip.billNo, value: facts.bill.billNo }]),
    ...(facts.case === null ? [] : [{ id: 'amount', label: say.slip.amount, value: yuan(paidFen(env)) }]),
    ...(facts.refundedFen === 0 ? [] : [{ id: 'refunded', label: say.slip.refunded, value: yuan(facts.refundedFen) }]),
    {
      id: 'hall',
      label: say.slip.hall,
      value: env.lang === 'en' ? assignment.terminal.hallEn : assignment.terminal.hallZh,
    },
    { id: 'time', label: say.slip.time, value: shanghaiTime(env.wallMs) },
    { id: 'receiptId', label: say.slip.slipId, value: facts.receiptId },
  ].filter((line) => line.value !== '');
}

/** What was paid, also when it went back. */
function paidFen({ facts }: StepEnv): number {
  return facts.money === 'taken' ? (facts.bill?.amountFen ?? 0) : facts.refundedFen;
}

/** Cases that a citizen has asked about, with nothing begun: the slip says how they stand and what went back. */
const FOLLOWED = 3;
function progressLines({ facts, pkg, say }: StepEnv): Line[] {
  const isFollowed = pkg.workflow.steps.some(({ settings }) => settings?.['purpose'] === 'progress');
  if (!isFollowed || facts.case !== null) return [];
  return foundCases(facts)
    .slice(0, FOLLOWED)
    .flatMap(({ receiptNo, state, since, refund }, at) => [
      { id: `followed.${at}`, label: say.slip.receiptNo, value: receiptNo },
      { id: `node.${at}`, label: say.nodes[state], value: since },
      ...(refund == null
        ? []
        : [{ id: `refund.${at}`, label: say.slip.refunded, value: `${yuan(refund.amountFen)} · ${refund.on}` }]),
    ]);
}

/** What the office gave, as far as it is a number or a date to keep. */
function goodsLines(env: StepEnv): Line[] {
  const { facts, say } = env;
  const goods = facts.reservation?.goods;
  switch (goods?.kind) {
    case 'mark':
      return [
        { id: 'markNo', label: say.slip.markNo, value: goods.markNo },
        { id: 'validUntil', label: say.slip.validUntil, value: goods.validUntil },
      ];
    case 'decisions':
      return goods.decisions.flatMap((one, at) => [
        { id: `decision.${at}`, label: say.slip.decisionNo, value: one.decisionNo },
        { id: `due.${at}`, label: say.slip.fine, value: `${yuan(one.fineFen)} · ${one.dueDate}` },
      ]);
    case 'registration':
      return [
        { id: 'expected', label: say.slip.expected, value: goods.expected ?? '' },
        ...(goods.items.length === 0 || facts.money === 'taken'
          ? []
          : [
              {
                id: 'toPay',
                label: say.slip.toPay,
                value: yuan(goods.items.reduce((sum, item) => sum + item.amountFen, 0)),
              },
            ]),
      ];
    case 'payment':
      return [{ id: 'case', label: say.slip.paidFor, value: chosenCase(facts)?.receiptNo ?? '' }];
    case 'endorsement':
    case 'licence':
    case 'document':
    case 'paper':
    case undefined:
      return [];
    default:
      return goods satisfies never;
  }
}

/** The number that a window or another machine finds the case by; the one paid for, where the case is only the payment. */
function numberOf({ facts }: StepEnv): string {
  return facts.case?.receiptNo ?? chosenCase(facts)?.receiptNo ?? '';
}

/** The QR of a finished case: the random slip number and the receipt number for the window, nothing of the person. */
export function receiptQr(env: StepEnv): string {
  return receiptCode(env.facts.receiptId, numberOf(env));
}

export function stopQr(env: StepEnv): string {
  return receiptCode(env.facts.incident, numberOf(env), env.facts.stop ?? 'unknown');
}

export function finishedSlip(env: StepEnv): Slip {
  const { facts, say, texts } = env;
  return {
    lines: [
      ...head(env, texts['slip.title'] ?? say.slip.title),
      ...receiptLines(env).map(pair),
      { kind: 'rule' },
      ...(facts.sheets === 0 ? [{ kind: 'text', text: say.slip.sheetMissing } as const] : []),
      ...(facts.money === 'taken' ? [{ kind: 'text', text: say.slip.noInvoice } as const] : []),
      { kind: 'qr', data: receiptQr(env) },
      hotline(env),
    ],
  };
}

/** The slip of a session that stopped: the incident number first, then where things are and what was charged. */
export function stopSlip(env: StepEnv): Slip {
  const { facts, say } = env;
  const state = facts.stop ?? 'unknown';
  const amount = facts.bill?.amountFen ?? facts.fee?.amountFen ?? 0;
  return {
    lines: [
      ...head(env, say.slip.stopTitle),
      { kind: 'pair', label: say.slip.incident, value: facts.incident },
      { kind: 'text', text: say.stopHappened[state] },
      { kind: 'text', text: say.property(facts) },
      { kind: 'text', text: say.money(facts.money, amount, facts.production === 'done') },
      ...(facts.case === null || facts.case.receiptNo === ''
        ? []
        : [{ kind: 'pair', label: say.slip.receiptNo, value: facts.case.receiptNo } as const]),
      ...(facts.bill === null || facts.bill.billNo === ''
        ? []
        : [{ kind: 'pair', label: say.slip.billNo, value: facts.bill.billNo } as const]),
      ...(facts.refundedFen === 0
        ? []
        : [{ kind: 'pair', label: say.slip.refunded, value: yuan(facts.refundedFen) } as const]),
      { kind: 'pair', label: say.slip.time, value: shanghaiTime(env.wallMs) },
      { kind: 'qr', data: stopQr(env) },
      hotline(env),
    ],
  };
}

function head(env: StepEnv, title: string): SlipLine[] {
  return [
    { kind: 'title', text: title.slice(0, 60) },
    { kind: 'rule' },
    ...(env.assignment.demo ? [{ kind: 'text', text: env.say.slip.demo } as const] : []),
  ];
}

function pair(line: { label: string; value: string }): SlipLine {
  return { kind: 'pair', label: line.label, value: line.value };
}

function hotline(env: StepEnv): SlipLine {
  return { kind: 'text', text: `${env.say.slip.hotline} ${env.assignment.terminal.hotline}` };
}
