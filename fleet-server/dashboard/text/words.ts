import { errorRow } from '@yimen/contracts/base';
import { EVENTS, isEventKind } from '@yimen/contracts/journal';
import { CATALOGUE } from '@yimen/contracts/service';
import type { Texts } from './zh.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

const money = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The texts of a language. */
export function textsOf(language: Language): Texts {
  return language === 'en' ? en : zh;
}

/** The language of a page whose address names none: what the browser asks for. */
export function preferredLanguage(wanted: readonly string[]): Language {
  return wanted
    .find((tag) => /^(?:zh|en)\b/i.test(tag))
    ?.toLowerCase()
    .startsWith('en') === true
    ? 'en'
    : 'zh-CN';
}

/** Names that come from the contracts' tables, so that a new service, event or fault has its words at once. A code
 *  that no table knows (a maker's own) is shown as it is. */
export class Words {
  readonly text: Texts;
  readonly #side: 'zh' | 'en';

  constructor(language: Language) {
    this.text = textsOf(language);
    this.#side = language === 'en' ? 'en' : 'zh';
  }

  /** One of two texts that travel together in an answer. */
  pick(both: { readonly zh: string; readonly en: string }): string {
    return both[this.#side];
  }

  service(id: string): string {
    const row = CATALOGUE.find((service) => service.id === id);
    return row === undefined ? id : this.pick(row);
  }

  services(ids: readonly string[]): string {
    return ids.map((id) => this.service(id)).join(this.text.listComma);
  }

  /** A fault or refusal, as staff should read it: what it is and what to do. */
  fault(code: string): string {
    const row = errorRow(code);
    return row === undefined ? code : this.pick(row.staff);
  }

  event(kind: string): string {
    return isEventKind(kind) ? this.pick(EVENTS[kind].meaning) : kind;
  }

  module(name: string): string {
    return lookUp(this.text.modules, name) ?? name;
  }

  unit(name: string): string {
    return lookUp(this.text.units, name) ?? name;
  }

  outcome(word: string): string {
    return lookUp(this.text.outcomes, word) ?? word;
  }

  /** What an alarm means, and what to do next. */
  alarm(code: string): { readonly what: string; readonly next: string | undefined } {
    const row = lookUp<readonly [string, string]>(this.text.alarmCodes, code);
    return row === undefined ? { what: code, next: undefined } : { what: row[0], next: row[1] };
  }

  yuan(fen: number): string {
    return this.text.yuan(money.format(fen / 100));
  }
}

function lookUp<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
