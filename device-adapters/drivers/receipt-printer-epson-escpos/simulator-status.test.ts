import { describe, expect, it } from 'vitest';
import { automaticStatus, isOffline, isWorthTelling, paperBits, realtimeStatus } from './simulator-status.ts';
import type { PrinterCondition } from './simulator-status.ts';

const WELL: PrinterCondition = {
  paper: 'ok',
  isCoverOpen: false,
  isCoverError: false,
  isCutterJammed: false,
  isHeadHot: false,
  isBroken: false,
};

/** DLE EOT 1…4, the four automatic bytes, GS r 1: from the manual's bit tables; bit 2 of the first is the drawer pin. */
const TABLE: readonly [string, Partial<PrinterCondition>, string, string, string][] = [
  ['well', {}, '16121212', '1400000f', '00'],
  ['paper low', { paper: 'low' }, '1612121e', '1400030f', '03'],
  ['paper out', { paper: 'out' }, '1e32127e', '1c000f0f', '0f'],
  ['cover open', { isCoverOpen: true }, '1e161212', '3c00000f', '00'],
  ['cover opened while printing', { isCoverOpen: true, isCoverError: true }, '1e565212', '3c40000f', '00'],
  ['cutter', { isCutterJammed: true }, '1e521a12', '1c08000f', '00'],
  ['head hot', { isHeadHot: true }, '1e525212', '1c40000f', '00'],
  ['broken', { isBroken: true }, '1e523212', '1c20000f', '00'],
];

const hex = (bytes: readonly number[]): string => Buffer.from(bytes).toString('hex');

describe('status bytes', () => {
  it.each(TABLE)('%s', (_, change, realtime, automatic, paper) => {
    const condition = { ...WELL, ...change };
    expect(hex(([1, 2, 3, 4] as const).map((n) => realtimeStatus(n, condition)))).toBe(realtime);
    expect(hex([...automaticStatus(condition)])).toBe(automatic);
    expect(hex([paperBits(condition)])).toBe(paper);
  });

  it.each(TABLE)('%s: the fixed bits tell the two kinds apart', (_, change) => {
    const condition = { ...WELL, ...change };
    for (const n of [1, 2, 3, 4] as const) expect(realtimeStatus(n, condition) & 0x93).toBe(0x12);
    const [first = 0, ...next] = automaticStatus(condition);
    expect(first & 0x93).toBe(0x10);
    for (const byte of next) expect(byte & 0x90).toBe(0);
  });

  it('only a low roll keeps the printer on-line', () => {
    const offline = TABLE.filter(([, change]) => isOffline({ ...WELL, ...change })).map(([name]) => name);
    expect(offline).toEqual(TABLE.map(([name]) => name).filter((name) => name !== 'well' && name !== 'paper low'));
  });

  it('speaks up about what it was told to watch, and about nothing else', () => {
    const tells = (mask: number, change: Partial<PrinterCondition>): boolean =>
      isWorthTelling(mask, automaticStatus(WELL), automaticStatus({ ...WELL, ...change }));
    expect([0x02, 0x04, 0x08, 0x01, 0].map((mask) => tells(mask, { paper: 'low' }))).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
    expect([0x02, 0x04, 0x08, 0x01, 0].map((mask) => tells(mask, { isHeadHot: true }))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(tells(0xff, {})).toBe(false);
  });
});
