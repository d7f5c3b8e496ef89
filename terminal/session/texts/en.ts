import { opensBy } from '@yimen/contracts/service';
import type { CardPlace, MoneyState } from '../machine/facts.ts';
import type { SessionTexts, Things } from './session-texts.ts';

/** Rules of the vehicle register and of the published policy, as people call them. */
const RULES: Readonly<Record<string, string>> = {
  use: 'Private use',
  seats: 'Nine seats or fewer',
  age: 'Age',
  'age.min': 'Lowest age',
  'age.max': 'Highest age',
  manufacture: 'Registered within four years of being made',
  registered: 'Within six years of registration',
  casualty: 'No accident with casualties',
  insurance: 'Compulsory insurance',
  tax: 'Vehicle tax',
  violations: 'No open violations',
  due: 'Mark is due',
  status: 'Status of the vehicle',
  idWindow: 'May be renewed from',
  hukou: 'Household registration',
};

const yuan = (fen: number): string => `¥${(fen / 100).toFixed(2)}`;

function property(things: Things): string {
  return [cardSentence(things.card), goodsSentence(things), idCardSentence(things)]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function goodsSentence({ goods, goodsDevice }: Things): string {
  const what = goodsDevice === 'document-locker' ? 'document' : 'new licence';
  switch (goods) {
    case 'none':
      return '';
    case 'taken':
      return `You have taken your ${what}.`;
    case 'retracted':
      return `Your ${what} is kept safe in the machine. Collect it from staff with the incident number.`;
    case 'inside':
    case 'presented':
    case 'unknown':
      return `Your ${what} may still be inside. Staff will look and keep it for you.`;
    default:
      return goods satisfies never;
  }
}

function idCardSentence({ card, goods, idCard }: Things): string {
  if (idCard === 'onReader') return 'Please take your ID card from the reader.';
  return card === 'none' && goods === 'none' ? 'The machine holds nothing of yours.' : '';
}

function cardSentence(card: CardPlace): string {
  switch (card) {
    case 'none':
      return '';
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

const OFF: Readonly<Record<string, string>> = {
  coming: 'Coming soon',
  'office-away': 'The office system does not answer',
  policy: 'Not offered in this hall',
  package: 'This service is being updated',
};

function whyOff(why: string): string {
  const opens = opensBy(why);
  return opens === undefined ? (OFF[why.split('.')[0] ?? ''] ?? 'A device is being repaired') : `Opens ${opens}`;
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
  fields: {
    phone: {
      label: 'Mobile number',
      example: 'Example: 138 0000 0000',
      wrong: 'A mobile number has 11 digits and begins with 1. Please check it.',
    },
    plateNo: {
      label: 'Plate number',
      example: 'Example: 粤XA1001',
      wrong: 'A plate has a province character, a letter, and 5 or 6 letters or digits. Please check it.',
    },
    engineTail: {
      label: 'Last 4 characters of the engine number',
      example: 'It stands in the vehicle licence.',
      wrong: 'Please type exactly 4 letters or digits.',
    },
    receiptNo: {
      label: 'Receipt number',
      example: 'It stands under the code on your receipt.',
      wrong: 'This is not a receipt number. Please check it.',
    },
    idNo: {
      label: 'ID card number',
      example: '18 characters, the last may be X.',
      wrong: 'The check digit does not fit. Please check the number.',
    },
  },
  points: (points) => (points === 1 ? '1 point' : `${points} points`),
  feeChanged: (before, now) => `The fee changed today from ${yuan(before)} to ${yuan(now)}. Do you want to go on?`,
  payNew: 'Pay the new fee',
  payNot: 'Pay nothing and leave',
  allOf: (count) => `All ${count}`,
  taken: 'Taken',
  countOf: (count) => `${count} taken`,
  ruleResult: (rule, result) =>
    `${RULES[rule] ?? rule}: ${result === 'ok' ? 'in order' : result === 'missing' ? 'not found' : 'not fulfilled'}`,
  nodes: {
    applied: 'Applied, under review',
    accepted: 'Accepted, under review',
    reviewed: 'Approved',
    made: 'Made, on its way',
    ready: 'Ready to be collected',
    delivered: 'Handed over',
    refused: 'Refused',
    cancelled: 'Cancelled',
  },
  rule: (rule) => RULES[rule] ?? rule,
  refusedAnyhow: 'This machine cannot do that. Nothing was charged.',
  whyOff,
  stopHappened: {
    'approval-pending': 'Your application was received and is under review.',
    'paid-not-produced': 'You have paid, but it could not be made.',
    'produced-not-taken': 'It is ready, but was not taken.',
    'card-held': 'Your permit could not be given back.',
    unknown: 'The result of one step is not certain yet and is being checked.',
  },
  property,
  money,
  lineAlone: 'Call the 24-hour line {hotline}.',
  contacts: { keeper: 'The hall keeper answers now.', hotline: 'The night line answers now.' },
  comeThen: 'Please come again from that day on.',
  openNow: 'It is open now.',
  opensAt: (moment) => `It opens ${moment}.`,
  fetchAtWindow: 'What the machine keeps for you is handed out at the window:',
  next: {
    again: 'You can start again.',
    hall: 'Continue at the nearest self-service hall:',
    window: 'Please go to a window:',
    bring: 'Please bring what is missing.',
    go: 'Please use another service.',
    line: 'Call the 24-hour line {hotline} and give the incident number.',
    later: 'Please check again later; you will be notified.',
  },
  capture: {
    photoReceiptNo: {
      label: 'Photo receipt number',
      example: 'Example: PH20261101000001',
      wrong: 'This number is not right. It has letters and digits only, at least 8. Please check the photo receipt.',
    },
    padPrompt: 'Please sign, then press “Done”',
    photoTitle: {
      exit: 'Photo for exit-entry documents',
      licence: 'Photo for the driving licence',
      id: 'Photo for the ID card',
      any: 'Document photo',
    },
    photoRules: {
      size: 'Photo size as prescribed',
      bytes: 'File size as prescribed',
      light: 'Neither too dark nor too bright',
      background: 'White background with nothing else in it',
      head: 'Head in the middle, of the right size',
      eyes: 'Eyes open, looking into the camera',
    },
    scanWhat: { insurance: 'Compulsory insurance policy', tax: 'Vehicle tax certificate' },
  },
  slip: {
    title: 'Receipt',
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
    noInvoice: 'Invoices are issued at a window.',
    markNo: 'Mark no.',
    validUntil: 'Valid until',
    decisionNo: 'Decision no.',
    fine: 'Fine, pay by',
    expected: 'Expected',
    toPay: 'Still to pay',
    refunded: 'Refunded',
    paidFor: 'Paid for',
    sheetMissing: 'The sheet was not printed. Print it at any machine with this receipt.',
  },
};
