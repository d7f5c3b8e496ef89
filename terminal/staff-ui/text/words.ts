import { ERROR_CODES } from '@yimen/contracts/base';
import { en } from './en.ts';
import { zhCn, type Words } from './zh-cn.ts';

export type Language = 'zh-CN' | 'en';

export function wordsOf(lang: Language): Words {
  return lang === 'en' ? en : zhCn;
}

/** A name from a list of words; what the list does not have is shown as it is. */
export function nameOf(names: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(names, name) ? (names[name] ?? name) : name;
}

/** Why an act was not done, in words with its code, so that it can be told by telephone. */
export function reasonOf(code: string | null, lang: Language): string {
  if (code === null) return '';
  const words = wordsOf(lang);
  if (Object.hasOwn(words.reasons, code)) return `${nameOf(words.reasons, code)} [${code}]`;
  const row = ERROR_CODES.find((one) => one.code === code);
  const text = lang === 'en' ? row?.staff.en : row?.staff.zh;
  return text === undefined ? `[${code}]` : `${text} [${code}]`;
}
