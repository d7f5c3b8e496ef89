/** Invented people of the simulated world: the bench puts their permits into the card slot, the sandbox back office
 *  knows the same numbers. Nobody here exists; the numbers are made up inside the published form (C + 8 digits). */
export interface SyntheticPerson {
  /** Thing id of the bench. The sandbox decides by it, too, how the office answers. */
  readonly thing: string;
  /** Hong Kong–Macau permit number: C + 8 digits. */
  readonly documentNumber: string;
  readonly chineseName: string;
  /** Primary and secondary identifier as in a machine-readable zone: `LI<<NA`. */
  readonly mrzName: string;
  readonly sex: 'M' | 'F';
  /** YYMMDD */
  readonly birth: string;
  /** YYMMDD */
  readonly expiry: string;
  readonly hukou: 'guangdong' | 'other';
  /** What is special, for the bench page and for whoever reads a test. */
  readonly note: string;
}

/** Every synthetic permit holder. Dates are fixed, so that two processes always agree; `permit-expiring` is short of
 *  validity until the date it bears, and expired after it. */
export const PEOPLE: readonly SyntheticPerson[] = [
  person(
    'permit-li-na',
    'C50000011',
    '李娜',
    'LI<<NA',
    'F',
    '900412',
    '350610',
    'guangdong',
    'adult, kinds G and L allowed, endorsed before',
  ),
  person(
    'permit-wang-wei',
    'C50000022',
    '王伟',
    'WANG<<WEI',
    'M',
    '850923',
    '350301',
    'other',
    'hukou outside the province: team travel (L) only',
  ),
  person(
    'permit-expiring',
    'C50000033',
    '陈静',
    'CHEN<<JING',
    'F',
    '880117',
    '270131',
    'guangdong',
    'permit ends too soon for the chosen endorsement: validity-short',
  ),
  person(
    'permit-expired',
    'C50000044',
    '赵磊',
    'ZHAO<<LEI',
    'M',
    '790830',
    '260630',
    'guangdong',
    'permit has expired: doc-expired',
  ),
  person('permit-child', 'C50000055', '何小雨', 'HE<<XIAOYU', 'F', '160601', '290531', 'guangdong', 'under 16: age'),
  person(
    'permit-elder',
    'C50000066',
    '梁国强',
    'LIANG<<GUOQIANG',
    'M',
    '520308',
    '340815',
    'guangdong',
    'over 70: age',
  ),
  person(
    'permit-first',
    'C50000077',
    '黄丽',
    'HUANG<<LI',
    'F',
    '010505',
    '360101',
    'guangdong',
    'never endorsed: first-or-booklet',
  ),
  person(
    'permit-registered',
    'C50000088',
    '林志明',
    'LIN<<ZHIMING',
    'M',
    '760214',
    '331120',
    'guangdong',
    'registered post: special-identity',
  ),
  person(
    'permit-recent',
    'C50000099',
    '马琳',
    'MA<<LIN',
    'F',
    '930728',
    '341009',
    'guangdong',
    'applied within the last two months: recent-application',
  ),
  person(
    'permit-pending-review',
    'C50000101',
    '吴芳',
    'WU<<FANG',
    'F',
    '820619',
    '340402',
    'guangdong',
    'the office reviews by hand: approval-pending',
  ),
  person(
    'permit-lost-answer',
    'C50000112',
    '郑凯',
    'ZHENG<<KAI',
    'M',
    '950103',
    '350725',
    'guangdong',
    'the office decides but its answer is lost',
  ),
  person(
    'permit-refused',
    'C50000123',
    '孙悦',
    'SUN<<YUE',
    'F',
    '870911',
    '330518',
    'guangdong',
    'the office refuses: refused',
  ),
  person(
    'permit-chip-full',
    'C50000134',
    '罗敏',
    'LUO<<MIN',
    'F',
    '811225',
    '320930',
    'guangdong',
    'all 255 endorsements of the chip are used: chip-full',
  ),
  person(
    'permit-mute-chip',
    'C50000145',
    '周强',
    'ZHOU<<QIANG',
    'M',
    '900716',
    '350220',
    'guangdong',
    'the chip does not answer: atrNotObtained',
  ),
  person(
    'permit-reversed',
    'C50000156',
    '徐倩',
    'XU<<QIAN',
    'F',
    '840330',
    '341212',
    'guangdong',
    'is put in the wrong way round until it is turned',
  ),
  person(
    'permit-rare-name',
    'C50000167',
    '陈䶮',
    'CHEN<<YAN',
    'M',
    '910219',
    '350118',
    'guangdong',
    'the register cannot process a character of the name: name-rare-char',
  ),
];

/** Check digit of a machine-readable zone: weights 7, 3, 1; digits count themselves, A–Z 10–35, `<` nothing.
 *  @throws RangeError on any other character.
 *  @source ICAO 9303-3 §4.9 */
export function mrzCheckDigit(text: string): string {
  let sum = 0;
  for (const [at, character] of Array.from(text).entries()) {
    const value = character === '<' ? 0 : '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf(character);
    if (value < 0) throw new RangeError(`no such character in a machine-readable zone: ${character}`);
    sum += value * ([7, 3, 1][at % 3] ?? 0);
  }
  return String(sum % 10);
}

/** The one line of 30 on the back of the card-type permit: `CS`, number and check, `<`, expiry and check, `<`, birth
 *  and check, `<`, overall check. That the overall digit covers number, expiry and birth with their own digits, in
 *  the line's order, is assumed: no full published sample was found. */
export function permitMrzLine(holder: Pick<SyntheticPerson, 'documentNumber' | 'birth' | 'expiry'>): string {
  const [number, expiry, birth] = [holder.documentNumber, holder.expiry, holder.birth].map(
    (field) => field + mrzCheckDigit(field),
  );
  const overall = mrzCheckDigit(`${number}${expiry}${birth}`);
  return `CS${number}<${expiry}<${birth}<${overall}`;
}

function person(
  thing: string,
  documentNumber: string,
  chineseName: string,
  mrzName: string,
  sex: 'M' | 'F',
  birth: string,
  expiry: string,
  hukou: 'guangdong' | 'other',
  note: string,
): SyntheticPerson {
  return { thing, documentNumber, chineseName, mrzName, sex, birth, expiry, hukou, note };
}
