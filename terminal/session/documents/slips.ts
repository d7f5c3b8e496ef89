import type { Slip, SlipLine } from '@yimen/contracts/device';
import type { StepEnv } from '../machine/step-machine.ts';

const yuan = (fen: number): string => `¥${(fen / 100).toFixed(2)}`;

/** What the slip and the receipt screen say: time, hall, item, numbers, amount. Masked: a name's first character only. */
export function receiptLines(env: StepEnv): { id: string; label: string; value: string }[] {
  const { facts, say, assignment } = env;
  const item = env.texts['title'] ?? env.pkg.manifest.id;
  return [
    { id: 'item', label: say.slip.item, value: item },
    { id: 'holder', label: say.slip.holder, value: facts.lookup?.holderMasked ?? '' },
    { id: 'receiptNo', label: say.slip.receiptNo, value: facts.case?.receiptNo ?? '' },
    ...(facts.bill === null ? [] : [{ id: 'billNo', label: say.slip.billNo, value: facts.bill.billNo }]),
    { id: 'amount', label: say.slip.amount, value: yuan(facts.bill?.amountFen ?? 0) },
    {
      id: 'hall',
      label: say.slip.hall,
      value: env.lang === 'en' ? assignment.terminal.hallEn : assignment.terminal.hallZh,
    },
    { id: 'time', label: say.slip.time, value: shanghaiTime(env.wallMs) },
    { id: 'receiptId', label: say.slip.slipId, value: facts.receiptId },
  ].filter((line) => line.value !== '');
}

/** The QR of a finished case: the random slip number and the receipt number for the window, nothing of the person. */
export function receiptQr(env: StepEnv): string {
  return `yimen:${env.facts.receiptId};${env.facts.case?.receiptNo ?? ''}`;
}

export function stopQr(env: StepEnv): string {
  return `yimen:${env.facts.incident};${env.facts.case?.receiptNo ?? ''};${env.facts.stop ?? ''}`;
}

export function finishedSlip(env: StepEnv): Slip {
  return {
    lines: [
      ...head(env, env.say.slip.title),
      ...receiptLines(env).map(pair),
      { kind: 'rule' },
      { kind: 'text', text: env.say.slip.noInvoice },
      { kind: 'qr', data: receiptQr(env) },
      hotline(env),
    ],
  };
}

/** The slip of a session that stopped: the incident number first, then where the card is and what was charged. */
export function stopSlip(env: StepEnv): Slip {
  const { facts, say } = env;
  const state = facts.stop ?? 'unknown';
  const amount = facts.bill?.amountFen ?? facts.fee?.amountFen ?? 0;
  return {
    lines: [
      ...head(env, say.slip.stopTitle),
      { kind: 'pair', label: say.slip.incident, value: facts.incident },
      { kind: 'text', text: say.stopHappened[state] },
      { kind: 'text', text: say.property(facts.card) },
      { kind: 'text', text: say.money(facts.money, amount, facts.production === 'done') },
      ...(facts.case === null || facts.case.receiptNo === ''
        ? []
        : [{ kind: 'pair', label: say.slip.receiptNo, value: facts.case.receiptNo } as const]),
      ...(facts.bill === null || facts.bill.billNo === ''
        ? []
        : [{ kind: 'pair', label: say.slip.billNo, value: facts.bill.billNo } as const]),
      { kind: 'pair', label: say.slip.time, value: shanghaiTime(env.wallMs) },
      { kind: 'qr', data: stopQr(env) },
      hotline(env),
    ],
  };
}

function head(env: StepEnv, title: string): SlipLine[] {
  return [
    { kind: 'title', text: title },
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

/** Wall time as people in the hall read it: Asia/Shanghai has no daylight saving. */
function shanghaiTime(wallMs: number): string {
  return new Date(wallMs + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
}
export function shanghaiDay(wallMs: number): string {
  return new Date(wallMs + 8 * 3_600_000).toISOString().slice(0, 10);
}
