import { concatBytes, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCAN_LIMITS } from '../../driver-kit/scan-limits.table.ts';
import type { HidposScan } from '../../framing/hidpos-report.ts';
import { CodeCollector, type Collected } from './code-collector.ts';

const AIM = Uint8Array.of(0x5d, 0x51, 0x31);
const OTHER_AIM = Uint8Array.of(0x5d, 0x43, 0x30);
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const scan = (data: Uint8Array, isMore = false, aim = AIM): HidposScan => ({
  kind: 'scan',
  aim,
  data,
  symbology: 0,
  isMore,
});

/** The reports of one code. */
function reportsOf(bytes: Uint8Array): HidposScan[] {
  const count = Math.max(1, Math.ceil(bytes.length / 56));
  return Array.from({ length: count }, (_, at) => scan(bytes.slice(at * 56, at * 56 + 56), at < count - 1));
}

function shown(collected: Collected): string {
  return collected.kind === 'code' ? toHex(collected.bytes) : collected.kind;
}

describe('a code', () => {
  it('of one report, and of several, is whole; control bytes and zeros are data', () => {
    const collector = new CodeCollector();
    expect(shown(collector.push(scan(Uint8Array.of(0, 0x1b, 2, 0))))).toBe('001b0200');
    const long = Uint8Array.from({ length: 200 }, (_, at) => at);
    expect(reportsOf(long).map((report) => shown(collector.push(report)))).toEqual([
      'more',
      'more',
      'more',
      toHex(long),
    ]);
    expect(collector.heldBytes).toBe(0);
    expect(collector.isInside).toBe(false);
  });

  it('of any length up to the cap is what was put in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: SCAN_LIMITS.codeBytes }), (bytes) => {
        const collector = new CodeCollector();
        const last = reportsOf(bytes)
          .map((report) => collector.push(report))
          .at(-1);
        expect(last).toEqual({ kind: 'code', bytes, aim: AIM });
      }),
    );
  });

  it('that is empty is none', () => {
    expect(shown(new CodeCollector().push(scan(new Uint8Array(0))))).toBe('over');
  });
});

describe('the cap', () => {
  it('2,048 bytes are a code; one more is too long, once, and the rest is swallowed to its last report', () => {
    const longest = new Uint8Array(SCAN_LIMITS.codeBytes).fill(0x41);
    const of = (bytes: Uint8Array): string[] => {
      const collector = new CodeCollector();
      return reportsOf(bytes).map((report) => {
        const collected = shown(collector.push(report));
        expect(collector.heldBytes).toBeLessThanOrEqual(SCAN_LIMITS.codeBytes + 1);
        return collected;
      });
    };
    expect(of(longest).at(-1)).toBe(toHex(longest));
    expect(of(concatBytes(longest, Uint8Array.of(0x41))).at(-1)).toBe('tooLong');
    const kinds = of(new Uint8Array(2_600).fill(0x41));
    expect(kinds.filter((kind) => kind === 'tooLong')).toHaveLength(1);
    expect(kinds.at(-1)).toBe('over');
  });

  it('a code without an end is bounded, and too long once', () => {
    const collector = new CodeCollector();
    let times = 0;
    for (let report = 0; report < 5_000; report += 1) {
      if (collector.push(scan(new Uint8Array(56).fill(7), true)).kind === 'tooLong') times += 1;
      expect(collector.heldBytes).toBeLessThanOrEqual(SCAN_LIMITS.codeBytes + 1);
    }
    expect(times).toBe(1);
    expect(collector.isInside).toBe(true);
    collector.tear();
    expect(shown(collector.push(scan(ascii('next'))))).toBe(toHex(ascii('next')));
  });

  it('says whether the code is over with it', () => {
    const collector = new CodeCollector();
    const results = reportsOf(new Uint8Array(SCAN_LIMITS.codeBytes + 1)).map((report) => collector.push(report));
    expect(results.at(-1)).toMatchObject({ kind: 'tooLong', isOver: true });
    expect(collector.isInside).toBe(false);
  });
});

describe('half a code is never given', () => {
  it('torn: the next one is whole', () => {
    const collector = new CodeCollector();
    collector.push(scan(ascii('half'), true));
    collector.tear();
    expect(collector.tornCodes).toBe(1);
    expect(shown(collector.push(scan(ascii('next'))))).toBe(toHex(ascii('next')));
    collector.tear();
    expect(collector.tornCodes).toBe(1);
  });

  it('another symbology in between begins another code', () => {
    const collector = new CodeCollector();
    collector.push(scan(ascii('half'), true));
    expect(shown(collector.push(scan(ascii('next'), false, OTHER_AIM)))).toBe(toHex(ascii('next')));
    expect(collector.tornCodes).toBe(1);
  });

  it('what is swallowed is nobody’s up to its last report', () => {
    const collector = new CodeCollector();
    collector.push(scan(ascii('former'), true));
    collector.swallow();
    expect([true, true, false].map((isMore) => shown(collector.push(scan(ascii('x'), isMore))))).toEqual([
      'more',
      'more',
      'over',
    ]);
    expect(shown(collector.push(scan(ascii('next'))))).toBe(toHex(ascii('next')));
  });
});
