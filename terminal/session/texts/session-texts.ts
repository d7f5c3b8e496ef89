import type { StopState } from '@yimen/contracts/journal';
import type { NextStep } from '@yimen/contracts/ui';
import type { CardPlace, MoneyState } from '../machine/facts.ts';

/** Sentences that the session itself says, in every language; a missing one fails the type check. */
export interface SessionTexts {
  readonly minutes: (from: number, to: number) => string;
  readonly phoneLabel: string;
  readonly phoneExample: string;
  readonly phoneWrong: string;
  readonly refusedAnyhow: string;
  readonly whyOff: (why: string) => string;
  readonly stopHappened: Readonly<Record<StopState, string>>;
  readonly property: (card: CardPlace) => string;
  readonly money: (money: MoneyState, amountFen: number, delivered: boolean) => string;
  /** The hotline where there is no incident number to give. */
  readonly lineAlone: string;
  readonly next: Readonly<Record<NextStep['next'], string>>;
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
  };
}
