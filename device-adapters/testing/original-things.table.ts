import type { Thing } from './thing.ts';

/** What a hand lays into the scanner's feeder or onto its glass: drawn sheets of nobody. */
export const ORIGINAL_THINGS: readonly Thing[] = [
  original('form-a4', '申请表', 'An application form', '一张，放入送稿器', 'one sheet, into the feeder'),
  original('form-3-pages', '三页申请表', 'A form of three pages', '三张，放入送稿器', 'three sheets, into the feeder'),
  original('id-copy', '身份证复印件', 'A copy of an ID card', '放在玻璃板上', 'onto the glass'),
  original('household-page', '户口簿内页', 'A page of a household register', '放在玻璃板上', 'onto the glass'),
];

function original(thing: string, zh: string, en: string, noteZh: string, noteEn: string): Thing {
  return { thing, type: 'original', device: 'document-scanner', zh, en, noteZh, noteEn };
}
