import { describe, expect, it } from 'vitest';
import { closedReason, isOpen, opensAt, opensBy, readHours } from './opening-hours.ts';

const at = (local: string): number => Date.parse(`${local.replace(' ', 'T')}:00+08:00`);
const office = readHours('1-5 09:00-12:00,14:00-17:00');

describe('opening hours', () => {
  it.each([
    '',
    '1-5',
    '0-5 09:00-17:00',
    '5-1 09:00-17:00',
    '1-5 9:00-17:00',
    '1-5 17:00-09:00',
    '1-5 09:60-10:00',
    '1-5 09:00-25:00',
    '1-5 09:00-17:00 x',
  ])('refuses %j', (text) => {
    expect(readHours(text)).toBeUndefined();
  });

  it.each([
    ['2026-11-27 08:59', false, '2026-11-27 09:00'],
    ['2026-11-27 09:00', true, '2026-11-27 09:00'],
    ['2026-11-27 11:59', true, '2026-11-27 11:59'],
    ['2026-11-27 12:00', false, '2026-11-27 14:00'],
    // Friday evening: Monday.
    ['2026-11-27 17:00', false, '2026-11-30 09:00'],
    ['2026-11-29 02:00', false, '2026-11-30 09:00'],
  ])('at %s', (local, open, next) => {
    if (office === undefined) throw new Error('unread');
    expect(isOpen(office, at(local))).toBe(open);
    expect(opensAt(office, at(local))).toBe(next);
  });

  it('makes a code of when a closed service opens, and reads it back', () => {
    if (office === undefined) throw new Error('unread');
    expect(closedReason(office, at('2026-11-27 09:00'))).toBeUndefined();
    const reason = closedReason(office, at('2026-11-27 17:00')) ?? '';
    expect(reason).toBe('hours.2026-11-30.0900');
    expect(opensBy(reason)).toBe('2026-11-30 09:00');
    expect(['policy.hours', 'cardUnit.offline', 'hours', ''].map(opensBy)).toEqual(Array(4).fill(undefined));
  });

  it('knows a line that is never silent, and single days', () => {
    const always = readHours('1-7 00:00-24:00');
    const weekend = readHours('6,7 10:00-16:00');
    if (always === undefined || weekend === undefined) throw new Error('unread');
    expect(isOpen(always, at('2026-11-28 02:00'))).toBe(true);
    expect(opensAt(weekend, at('2026-11-27 12:00'))).toBe('2026-11-28 10:00');
  });
});
