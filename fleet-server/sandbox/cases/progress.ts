import type { FoundCase } from '@yimen/contracts/back-office';
import { maskedHolder, permitByThing, maskedName } from '../people.ts';
import { dayOf } from '../office-clock.ts';
import type { CaseFile } from './case-file.ts';

/** What an errand at a terminal is called when somebody asks how far it is. */
const TITLES: Readonly<Record<string, readonly [string, string]>> = {
  endorse: ['往来港澳通行证再次签注', 'Endorsement on a Hong Kong–Macau permit'],
  print: ['签注打印', 'Printing of an endorsement'],
  prereg: ['出入境证件预受理', 'Application for a travel document'],
  licence: ['机动车驾驶证换领、补领', 'Driving licence'],
  vlic: ['机动车行驶证换领、补领', 'Vehicle licence'],
  inspect: ['核发机动车检验标志', 'Inspection mark'],
  violation: ['交通违法处理', 'Camera violations'],
  idapply: ['居民身份证换领、补领', 'ID card'],
  simple: ['业务受理', 'Form'],
};

/** A case that was begun at a terminal and is no application of the office (yet), as one who follows it sees it. */
export function progressOf(file: CaseFile): FoundCase {
  const [titleZh, titleEn] = TITLES[file.item] ?? [file.item, file.item];
  const permit = permitByThing(file.person);
  return {
    receiptNo: file.receiptNo,
    titleZh,
    titleEn,
    holderMasked: permit === undefined ? maskedHolder(file.person) : maskedName(permit.chineseName),
    state: nodeOf(file),
    since: dayOf(file.begunAt),
    expected: null,
    items: [],
    hallId: null,
    approvalNo: null,
  };
}

function nodeOf({ decision, stage, handedOver }: CaseFile): FoundCase['state'] {
  if (stage === 'cancelled') return 'cancelled';
  if (decision === 'refused') return 'refused';
  if (stage === 'produced') return handedOver ? 'delivered' : 'made';
  return decision === 'pending' ? 'applied' : decision === 'accepted' ? 'accepted' : 'reviewed';
}
