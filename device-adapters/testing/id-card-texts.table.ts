import type { SyntheticIdCard } from '@yimen/contracts/testing';

/** What each kind of card is called. */
export const ID_CARD_NAMES: Readonly<Record<SyntheticIdCard['kind'], { readonly zh: string; readonly en: string }>> = {
  citizen: { zh: '居民身份证', en: 'ID card' },
  'hmt-resident': { zh: '港澳台居民居住证', en: 'Residence permit' },
  'foreigner-2017': { zh: '外国人永久居留身份证', en: 'Permanent residence card' },
  'foreigner-2023': { zh: '外国人永久居留身份证', en: 'Permanent residence card' },
};

/** The cards' notes for a Chinese reader. */
export const ID_CARD_NOTES_ZH: Readonly<Record<string, string>> = {
  'id-li-ming': '成年，一切正常',
  'id-li-na': '与李娜的通行证为同一人',
  'id-wang-wei': '证内无指纹，外省户籍',
  'id-chen-jing': '已搬家，芯片内有追加住址',
  'id-zhao-lei': '身份证已过期',
  'id-liang-guoqiang': '有效期为长期',
  'id-child': '未满十六周岁，有效期五年',
  'id-rare-name': '姓名含生僻字（䶮）',
  'id-surrogate-name': '姓名含扩展区生僻字（𬭎）',
  'id-long-name': '姓名写满十五个字符',
  'id-hmt-resident': '香港居民（J）',
  'id-taiwan-resident': '台湾居民（J）',
  'id-foreigner-2017': '2017 版（I），号码十五位',
  'id-foreigner-2023': '2023 版（Y），英文姓名分两段存放',
};
