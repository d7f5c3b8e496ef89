import type { Identity, IdCardKind } from '@yimen/contracts/device';

export type IdFieldName = keyof Identity['fields'];

/** Offset and length in bytes. */
type Piece = readonly [offset: number, length: number];

export interface TextLayout {
  /** The character at byte offset 248. */
  readonly mark: string;
  /** A field in more than one piece is joined before it is trimmed. */
  readonly fields: Readonly<Partial<Record<IdFieldName, readonly Piece[]>>>;
}

/** Where the character stands that says which layout a card has. */
export const LAYOUT_MARK_AT = 248;

/** The four layouts of a card's 256 bytes of text (GA 490 family, README.md). Reserved bytes are not read. */
export const TEXT_LAYOUTS: Readonly<Record<IdCardKind, TextLayout>> = {
  // 居民身份证
  citizen: {
    mark: ' ',
    fields: {
      name: [[0, 30]],
      sex: [[30, 2]],
      nation: [[32, 4]],
      birth: [[36, 16]],
      address: [[52, 70]],
      idNumber: [[122, 36]],
      issuer: [[158, 30]],
      validFrom: [[188, 16]],
      validTo: [[204, 16]],
    },
  },
  // 港澳台居民居住证; the letter is assumed. Bytes 32–35, a citizen's `nation`, are reserved.
  'hmt-resident': {
    mark: 'J',
    fields: {
      name: [[0, 30]],
      sex: [[30, 2]],
      birth: [[36, 16]],
      address: [[52, 70]],
      idNumber: [[122, 36]],
      issuer: [[158, 30]],
      validFrom: [[188, 16]],
      validTo: [[204, 16]],
      passNumber: [[220, 18]],
      issueCount: [[238, 4]],
    },
  },
  // 外国人永久居留身份证, form of 2017
  'foreigner-2017': {
    mark: 'I',
    fields: {
      englishName: [[0, 120]],
      sex: [[120, 2]],
      idNumber: [[122, 30]],
      nationality: [[152, 6]],
      chineseName: [[158, 30]],
      validFrom: [[188, 16]],
      validTo: [[204, 16]],
      birth: [[220, 16]],
      cardVersion: [[236, 4]],
      authority: [[240, 8]],
    },
  },
  // the same card, form of 2023; the name's characters 36–46 stand behind the dates
  'foreigner-2023': {
    mark: 'Y',
    fields: {
      chineseName: [[0, 30]],
      sex: [[30, 2]],
      renewCount: [[32, 4]],
      birth: [[36, 16]],
      englishName: [
        [52, 70],
        [220, 22],
      ],
      idNumber: [[122, 36]],
      validFrom: [[188, 16]],
      validTo: [[204, 16]],
      nationality: [[242, 6]],
      oldNumberLink: [[250, 6]],
    },
  },
};
