import { ID_CARDS, SYNTHETIC_CODES } from '@yimen/contracts/testing';

/** What one scripted citizen brings and chooses for a service: things of the bench, and answers by question or field.
 *  A question that is not named gets its first option, an optional field is left out. */
export interface Visit {
  readonly permit: string;
  readonly idCard: string;
  /** The code he holds before the window. */
  readonly code: string;
  /** Right thumb first. */
  readonly fingers: readonly string[];
  readonly signature: string;
  readonly old: string;
  readonly original: string;
  readonly answers: Readonly<Record<string, string>>;
}

const LI_NA: Visit = {
  permit: 'permit-li-na',
  idCard: 'id-li-na',
  code: 'qr-pay',
  fingers: ['finger-li-na-thumb', 'finger-li-na-thumb'],
  signature: 'signature-li-na',
  old: 'old-driving-licence',
  original: 'id-copy',
  answers: { plateNo: '粤XA1001', engineTail: 'E001', idNo: numberOf('id-li-na') },
};

/** One visit of each service that goes its straight way in a fresh demonstration. */
const VISITS: Readonly<Record<string, Partial<Visit>>> = {
  'exit.prereg': { answers: { docKind: 'tw-permit' } },
  'exit.card': { answers: { mode: 'approved' } },
  'exit.collect': { code: 'qr-collect' },
  'veh.vlic': { old: 'old-vehicle-licence' },
  'veh.violation': { idCard: 'id-li-na', answers: { plateNo: '粤XA1006', engineTail: 'E006' } },
  'hh.idapply': { code: 'qr-photo', answers: { reason: 'loss' } },
  'hh.idcollect': { code: 'qr-collect-id' },
};

/** The visit of a service, with what the command line says otherwise. */
export function visitOf(service: string, over: Partial<Visit>): Visit {
  const own = VISITS[service] ?? {};
  const named = Object.fromEntries(Object.entries(over).filter(([, value]) => value !== undefined));
  const visit = { ...LI_NA, ...own, ...named };
  return { ...visit, answers: { ...printedOn(visit.code), ...LI_NA.answers, ...own.answers, ...over.answers } };
}

/** The number that stands beside the code on his slip: he types it where no code can be read. */
function printedOn(thing: string): Readonly<Record<string, string>> {
  const text = SYNTHETIC_CODES.find((code) => code.thing === thing)?.text;
  return text === undefined ? {} : { receiptNo: text, photoReceiptNo: text };
}

function numberOf(thing: string): string {
  return ID_CARDS.find((card) => card.thing === thing)?.fields.idNumber ?? '';
}
