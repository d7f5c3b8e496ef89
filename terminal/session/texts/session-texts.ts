import type { FoundCase } from '@yimen/contracts/back-office';
import type { StopState } from '@yimen/contracts/journal';
import type { NextStep } from '@yimen/contracts/ui';
import type { Facts, MoneyState } from '../machine/facts.ts';

export interface CaptureTexts {
  /** The number of a photo receipt that its code did not give. */
  readonly photoReceiptNo: { readonly label: string; readonly example: string; readonly wrong: string };
  /** On the pad when what is signed is too long for it: at most 60 characters. */
  readonly padPrompt: string;
  /** By photo profile; `any` for one without its own words. */
  readonly photoTitle: Readonly<Record<'exit' | 'licence' | 'id' | 'any', string>>;
  readonly photoRules: Readonly<Record<'size' | 'bytes' | 'light' | 'background' | 'head' | 'eyes', string>>;
  readonly scanWhat: Readonly<Record<'insurance' | 'tax', string>>;
}

export type FieldName = 'phone' | 'plateNo' | 'engineTail' | 'receiptNo' | 'idNo';
/** Where the citizen's things and the goods are. */
export type Things = Pick<Facts, 'card' | 'goods' | 'goodsDevice' | 'idCard'>;

/** Sentences that the session itself says, in every language; a missing one fails the type check. */
export interface SessionTexts {
  readonly minutes: (from: number, to: number) => string;
  /** What each field of a form is called, an example, and what is wrong with what was typed. */
  readonly fields: Readonly<Record<FieldName, { label: string; example: string; wrong: string }>>;
  readonly points: (points: number) => string;
  /** The published fee changed while he was here. */
  readonly feeChanged: (beforeFen: number, nowFen: number) => string;
  readonly payNew: string;
  readonly payNot: string;
  readonly allOf: (count: number) => string;
  /** A picture was taken. */
  readonly taken: string;
  readonly countOf: (count: number) => string;
  /** How a rule of the vehicle register came out. */
  readonly ruleResult: (rule: string, result: 'ok' | 'failed' | 'missing') => string;
  /** The node at which a case stands. */
  readonly nodes: Readonly<Record<FoundCase['state'], string>>;
  /** A rule of the published policy, for whoever asks why. */
  readonly rule: (rule: string) => string;
  readonly refusedAnyhow: string;
  readonly whyOff: (why: string) => string;
  readonly stopHappened: Readonly<Record<StopState, string>>;
  readonly property: (things: Things) => string;
  readonly money: (money: MoneyState, amountFen: number, delivered: boolean) => string;
  /** The hotline where there is no incident number to give. */
  readonly lineAlone: string;
  /** Who answers at this hour. */
  readonly contacts: Readonly<Record<'keeper' | 'hotline', string>>;
  /** It can be done from a day on. */
  readonly comeThen: string;
  readonly openNow: string;
  /** `YYYY-MM-DD HH:MM` */
  readonly opensAt: (moment: string) => string;
  /** What the machine keeps is handed out there. */
  readonly fetchAtWindow: string;
  readonly next: Readonly<Record<NextStep['next'], string>>;
  /** What is laid on, held up, signed, photographed and scanned. */
  readonly capture: CaptureTexts;
  readonly slip: {
    readonly title: string;
    readonly stopTitle: string;
    readonly demo: string;
    readonly item: string;
    readonly holder: string;
    readonly receiptNo: string;
    readonly billNo: string;
    readonly amount: string;
    readonly hall: string;
    readonly time: string;
    readonly slipId: string;
    readonly incident: string;
    readonly hotline: string;
    readonly noInvoice: string;
    readonly markNo: string;
    readonly validUntil: string;
    readonly decisionNo: string;
    readonly fine: string;
    readonly expected: string;
    readonly toPay: string;
    readonly refunded: string;
    readonly paidFor: string;
    readonly sheetMissing: string;
  };
}
