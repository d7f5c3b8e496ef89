import { errorRow } from '@yimen/contracts/base';
import type { Language } from '@yimen/contracts/ui';
import { en } from './en.ts';
import type { Words } from './words.ts';
import { zhCn } from './zh-cn.ts';

export const WORDS: Readonly<Record<Language, Words>> = { 'zh-CN': zhCn, en };

/** What a citizen is told about an error code: the table's words, or a plain sentence. Never the code itself. */
export function problemText(code: string, words: Words): string {
  const citizen = errorRow(code)?.citizen;
  if (citizen == null) return words.unknownProblem;
  return words.lang === 'en' ? citizen.en : citizen.zh;
}
