import { errorRow } from '@yimen/contracts/base';
import type { Language } from '@yimen/contracts/ui';
import { en } from './en.ts';
import type { Words } from './words.ts';
import { zhCn } from './zh-cn.ts';

export const WORDS: Readonly<Record<Language, Words>> = { 'zh-CN': zhCn, en };

/** What a citizen is told about an error code: the screen's own words where the table speaks of another thing (a card where
 *  a code is scanned), the table's, or a plain sentence. Never the code itself. */
export function problemText(code: string, words: Words, own: Readonly<Record<string, string>> = {}): string {
  const known = new Map(Object.entries(own)).get(code);
  if (known !== undefined) return known;
  const citizen = errorRow(code)?.citizen;
  if (citizen == null) return words.unknownProblem;
  return words.lang === 'en' ? citizen.en : citizen.zh;
}
