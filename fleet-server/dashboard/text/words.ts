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

  /** A fault, refusal or reason, as staff should read it: what it is and what to do. A reason may name its module
   *  first (`cardUnit.mediaJam`) or what is missing (`policy.fee`, `package.damaged`). */
  fault(code: string): string {
    const dot = code.indexOf('.');
    const head = dot < 0 ? '' : code.slice(0, dot);
    if (head === 'policy') return this.text.reasons.policyMissing;
    if (head === 'package') return this.text.reasons.packageDamaged;
    if (Object.hasOwn(this.text.modules, head)) return `${this.module(head)} · ${this.fault(code.slice(dot + 1))}`;
    const row = errorRow(code);
    if (row !== undefined) return this.pick(row.staff);
    return lookUp<string>(this.text.reasons, code) ?? lookUp<string>(this.text.deviceStates, code) ?? code;
  }

  event(kind: string): string {
    if (!isEventKind(kind)) return kind;
    const meaning = this.pick(EVENTS[kind].meaning);
    return meaning.charAt(0).toUpperCase() + meaning.slice(1);
  }

  module(name: string): string {
    return lookUp<string>(this.text.modules, name) ?? name;
  }

  /** A stack, bin or roll; a device's own is written `cardUnit.bin`. */
  unit(name: string): string {
    const dot = name.indexOf('.');
    const own = name.slice(dot + 1);
    const word = lookUp<string>(this.text.units, own) ?? own;
    return dot < 0 ? word : `${this.module(name.slice(0, dot))} · ${word}`;
  }

  /** The device, supply or service an alarm is about; empty when it is about the terminal as a whole. */
  alarmPlace(module: string): string {
    if (Object.hasOwn(this.text.modules, module)) return this.module(module);
    if (this.service(module) !== module) return this.service(module);
    const isUnit = module.includes('.') || Object.hasOwn(this.text.units, module);
    return isUnit ? this.unit(module) : '';
  }

  /** A short code in an event's field. */
  code(word: string): string {
    return lookUp<string>(this.text.codes, word) ?? word;
  }

  /** The name of an event's field. */
  field(name: string): string {
    return lookUp<string>(this.text.fields, name) ?? name;
  }

  outcome(word: string): string {
    return lookUp<string>(this.text.outcomes, word) ?? word;
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
