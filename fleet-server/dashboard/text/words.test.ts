import { ERROR_CODES } from '@yimen/contracts/base';
import { DEVICE_STATES, moduleOf, PORTS } from '@yimen/contracts/device';
import { FLEET_KINDS } from '@yimen/contracts/journal';
import { CATALOGUE } from '@yimen/contracts/service';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, preferredLanguage, textsOf, Words } from './words.ts';

/** Every text of a language with its path; texts that take something are asked with samples. */
function allTexts(node: unknown, path = ''): [string, string][] {
  if (typeof node === 'string') return [[path, node]];
  if (typeof node === 'function') return [[path, String((node as (...input: unknown[]) => unknown)('7', 7, 7))]];
  return Object.entries(node as object).flatMap(([key, value]) => allTexts(value, `${path}.${key}`));
}

describe('texts', () => {
  it('are there in both languages, each in its own script', () => {
    const chinese = allTexts(textsOf('zh-CN'));
    const english = allTexts(textsOf('en'));
    expect(english.map(([path]) => path)).toEqual(chinese.map(([path]) => path));
    expect(english.filter(([, text]) => text === '' || /\p{Script=Han}/u.test(text))).toEqual([]);
    const withoutWords = new Set(['.lang', '.listComma', '.terminal.supplyOf']);
    expect(chinese.filter(([path, text]) => !withoutWords.has(path) && !/\p{Script=Han}/u.test(text))).toEqual([]);
  });

  it.each(LANGUAGES)('name every service, event, fault and device state in %s', (language) => {
    const words = new Words(language);
    for (const { id } of CATALOGUE) expect(words.service(id)).not.toBe(id);
    for (const kind of FLEET_KINDS) expect(words.event(kind)).not.toBe(kind);
    for (const { code } of ERROR_CODES) expect(words.fault(code)).not.toBe(code);
    for (const kind of Object.keys(PORTS)) expect(words.module(moduleOf(kind))).not.toBe(moduleOf(kind));
    for (const state of DEVICE_STATES) expect(words.text.deviceStates[state]).toBeTruthy();
  });

  it('show a code that no table knows as it is, also one that every object has', () => {
    const words = new Words('en');
    expect([
      words.service('x.new'),
      words.fault('E-17'),
      words.event('made-up'),
      words.module('constructor'),
      words.alarm('toString').what,
    ]).toEqual(['x.new', 'E-17', 'made-up', 'constructor', 'toString']);
  });

  it('read a reason with its module, and what is missing', () => {
    const words = new Words('en');
    expect(words.fault('cardUnit.mediaJam')).toBe('Card unit · Medium jammed: open the cabinet, clear the path');
    expect(words.fault('camera.noDevice')).toBe('Camera · Not fitted');
    expect(words.fault('cardUnit.E-17')).toBe('Card unit · E-17');
    expect(words.fault('policy.fee')).toMatch(/^A rule or fee/);
    expect([words.unit('cardUnit.bin'), words.unit('receiptPaper'), words.unit('newUnit')]).toEqual([
      'Card unit · Retain bin',
      'Receipt paper',
      'newUnit',
    ]);
    expect(words.alarmPlace('exit.pay')).toBe(words.service('exit.pay'));
    expect([words.alarmPlace('cardUnit'), words.alarmPlace('receiptPaper'), words.alarmPlace('money')]).toEqual([
      'Card unit',
      'Receipt paper',
      '',
    ]);
  });

  it('follow the browser when the address names no language', () => {
    expect(preferredLanguage(['fr', 'en-GB', 'zh'])).toBe('en');
    expect(preferredLanguage(['zh-TW', 'en'])).toBe('zh-CN');
    expect(preferredLanguage(['fr'])).toBe('zh-CN');
  });
});
