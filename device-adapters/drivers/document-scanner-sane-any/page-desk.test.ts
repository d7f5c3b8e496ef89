import { describe, expect, it } from 'vitest';
import { PageDesk } from './page-desk.ts';

const page = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(7);
const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

function desk(pages: readonly Uint8Array[]): { desk: PageDesk; lease: AbortController } {
  const made = new PageDesk();
  const lease = new AbortController();
  made.keep('s1', pages, lease.signal);
  return { desk: made, lease };
}

describe('pages that are kept', () => {
  it('go out in pieces of half a MiB; with the last piece the page is overwritten, the others are not', () => {
    const [one, two] = [page(524_289), page(3)];
    const { desk: kept } = desk([one, two]);
    const first = kept.read('s1', 0, 0);
    expect(first.ok && [Buffer.from(first.value.piece, 'base64').length, first.value.end]).toEqual([524_288, false]);
    expect(isZero(one)).toBe(false);
    const last = kept.read('s1', 0, 524_288);
    expect(last.ok && [last.value.piece, last.value.end]).toEqual(['Bw==', true]);
    expect([isZero(one), isZero(two)]).toEqual([true, false]);
    expect(kept.read('s1', 0, 0)).toMatchObject({ ok: false, error: { code: 'softwareError' } });
    expect(kept.read('s1', 1, 0)).toMatchObject({ ok: true, value: { end: true } });
  });

  it('are given only to who names the scan, the page and a place in it', () => {
    const { desk: kept } = desk([page(3)]);
    for (const [scan, number, offset] of [
      ['s2', 0, 0],
      ['s1', 1, 0],
      ['s1', 0, 3],
    ] as const)
      expect(kept.read(scan, number, offset)).toMatchObject({ ok: false, error: { code: 'softwareError' } });
    expect(kept.read('s1', 0, 2)).toMatchObject({ ok: true });
  });

  it('are overwritten when told, when others come, and when their lease ends', () => {
    const [one, two, three] = [page(3), page(3), page(3)];
    const { desk: kept, lease } = desk([one]);
    kept.keep('s2', [two], lease.signal);
    expect(isZero(one)).toBe(true);
    kept.forget();
    expect(isZero(two)).toBe(true);
    kept.keep('s3', [three], lease.signal);
    lease.abort();
    expect(isZero(three)).toBe(true);
    const late = page(3);
    kept.keep('s4', [late], lease.signal);
    expect(isZero(late)).toBe(true);
    expect(kept.read('s4', 0, 0)).toMatchObject({ ok: false });
  });

  it('the end of an older lease does not take the pages of a newer one', () => {
    const two = page(3);
    const { desk: kept, lease } = desk([page(3)]);
    kept.keep('s2', [two], new AbortController().signal);
    lease.abort();
    expect(isZero(two)).toBe(false);
  });
});
