import type { CardPlace, MoneyState } from '../machine/facts.ts';
import type { SessionTexts } from './session-texts.ts';

const yuan = (fen: number): string => `¥${(fen / 100).toFixed(2)}`;

function property(card: CardPlace): string {
  switch (card) {
    case 'none':
    case 'returned':
      return 'Your permit has been given back to you.';
    case 'held':
      return 'The machine keeps your permit safe. Collect it with the incident number.';
    case 'inside':
    case 'printer':
    case 'gate':
    case 'stuck':
    case 'unknown':
      return 'Your permit is still inside. Staff will take it out and return it.';
    default:
      return card satisfies never;
  }
}

function money(state: MoneyState, amountFen: number, delivered: boolean): string {
  switch (state) {
    case 'none':
    case 'open':
    case 'voided':
      return 'Nothing was charged.';
    case 'taken':
      return delivered
        ? `${yuan(amountFen)} was charged.`
        : `${yuan(amountFen)} is paid and kept for you; it is refunded if this cannot be finished.`;
    case 'unknown':
      return 'The payment is being checked. Please do not pay again.';
    default:
      return state satisfies never;
  }
}

export const en: SessionTexts = {
  minutes: (from, to) => `about ${from}–${to} minutes`,
  phoneLabel: 'Mobile number',
  phoneExample: 'Example: 138 0000 0000',
  phoneWrong: 'A mobile number has 11 digits and begins with 1. Please check it.',
  refusedAnyhow: 'This machine cannot do that. Nothing was charged.',
  whyOff: (why) =>
    why === 'coming'
      ? 'Coming soon'
      : why === 'office-away'
        ? 'The office system does not answer'
        : why === 'policy'
          ? 'Not offered in this hall'
          : 'A device is being repaired',
  stopHappened: {
    'approval-pending': 'Your application was received and is under review.',
    'paid-not-produced': 'You have paid, but the endorsement could not be printed.',
    'produced-not-taken': 'The endorsement is ready, but the permit was not taken.',
    'card-held': 'Your permit could not be given back.',
    unknown: 'The result of one step is not certain yet and is being checked.',
  },
  property,
  money,
  lineAlone: 'Call the 24-hour line {hotline}.',
  next: {
    again: 'You can start again.',
    hall: 'Continue at the nearest self-service hall:',
    window: 'Please go to a window:',
    bring: 'Please bring what is missing.',
    go: 'Please use another service.',
    line: 'Call the 24-hour line {hotline} and give the incident number.',
    later: 'Please check again later; you will be notified.',
  },
  slip: {
    title: 'Endorsement receipt',
    stopTitle: 'Service not finished',
    demo: 'Demonstration slip, not a document',
    item: 'Service',
    holder: 'Applicant',
    receiptNo: 'Receipt no.',
    billNo: 'Bill no.',
    amount: 'Amount',
    hall: 'Hall',
    time: 'Time',
    slipId: 'Slip no.',
    incident: 'Incident no.',
    hotline: '24-hour line',
    noInvoice: 'Invoices are issued at an exit-entry window.',
  },
};
