import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { canariesOf, newGiven, numbersSeen } from './canaries.ts';
import { scanFolder } from './files.ts';
import { planVisit } from './guest.ts';
import { PatternSet, type Pattern } from './pattern-set.ts';
import { isName, isWord, payloadOf, plantFiles, plantProcess } from './planting.ts';
import { scanProcess } from './process-memory.ts';
import { Scanner } from './scanner.ts';

/** A person with a rare character of two UTF-16 units, and all that such a citizen brings, types and shows. */
const CANARIES = [
  ...canariesOf(planVisit('exit.prereg', { idCard: 'id-surrogate-name', permit: 'permit-rare-name' }), newGiven()),
  ...numbersSeen(['4406202611280000001', '442026112800000001']),
];
const { patterns } = new PatternSet(CANARIES);

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'yimen-privacy-'));
  return () => {
    rmSync(root, { recursive: true, force: true });
  };
});

/** Pairs of canary and encoding that lie in a place and were not reported there. */
function missed(scanner: Scanner, place: RegExp, planted: readonly Pattern[]): readonly string[] {
  const found = new Set(scanner.hits.filter((hit) => place.test(hit.place)).flatMap(({ labels }) => labels));
  return planted.flatMap(({ labels }) => labels).filter((label) => !found.has(label));
}

describe('the scanner finds every canary in every encoding', () => {
  it('of every kind', () => {
    const encodings = new Set(patterns.flatMap(({ labels }) => labels.map((label) => label.split(' / ')[1])));
    for (const encoding of ['utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'utf-8 hex', 'utf-8 HEX', 'bcd', 'bcd shifted'])
      expect(encodings).toContain(encoding);
    for (const encoding of [
      'utf-8 base64+0',
      'utf-8 base64+1',
      'utf-8 base64+2',
      'utf-8 base64url+1',
      'percent',
      '\\u',
    ])
      expect(encodings).toContain(encoding);
    for (const encoding of [
      'quoted-printable',
      'spaced',
      'dashed',
      'reversed',
      'md5',
      'sha1 hex',
      'sha256 base64',
      'sm3',
    ])
      expect(encodings).toContain(encoding);
    expect(patterns.length).toBeGreaterThan(800);
  });

  it('in files: plain, across pieces, packed, in documents, databases, spools, profiles, names, links', () => {
    const folder = join(root, 'files');
    const scanner = new Scanner(CANARIES);
    const places = plantFiles(folder, patterns);
    expect(scanFolder(scanner, folder, 'planted').unread).toEqual([]);
    const all = places.flatMap((place) =>
      missed(scanner, new RegExp(`^file planted/${place}/`, 'u'), patterns).map((label) => `${place}: ${label}`),
    );
    expect(all).toEqual([]);
    expect(places).toHaveLength(19);
    expect(missed(scanner, /^name of file planted\/names/u, patterns.filter(isName))).toEqual([]);
    expect(missed(scanner, /^link file planted\/links/u, patterns.filter(isName))).toEqual([]);
  });

  it('in a process: memory, arguments, environment, a file without a name', async () => {
    const scanner = new Scanner(CANARIES);
    const child = await plantProcess(join(root, 'process'), patterns);
    try {
      expect(scanProcess(scanner, child.pid ?? 0, 'planted')).toEqual([]);
    } finally {
      child.kill('SIGKILL');
    }
    expect(missed(scanner, /^memory planted/u, patterns)).toEqual([]);
    expect(missed(scanner, /^arguments planted/u, patterns.filter(isWord))).toEqual([]);
    expect(missed(scanner, /^environment planted/u, patterns.filter(isWord))).toEqual([]);
    expect(missed(scanner, /^open file of planted .*payload/u, patterns)).toEqual([]);
    expect(scanner.hits.filter(({ at }) => at.includes('(gzip)')).length).toBeGreaterThanOrEqual(patterns.length);
  });
});

describe('controls', () => {
  it('one spoiled byte is missed by its name, and nothing else is', () => {
    const scanner = new Scanner(CANARIES);
    const spoiled = patterns.find(({ labels }) => labels.includes('phone / sha256 hex'));
    expect(spoiled).toBeDefined();
    const planted = patterns.map((one) =>
      one === spoiled ? { ...one, bytes: Uint8Array.from(one.bytes, (byte, n) => (n === 5 ? byte ^ 1 : byte)) } : one,
    );
    scanner.whole('place', payloadOf(planted));
    expect(missed(scanner, /place/u, patterns)).toEqual(spoiled?.labels);
  });

  it('a megabyte of what a terminal holds anyway gives nothing', () => {
    const scanner = new Scanner(CANARIES);
    const masked = '周** ********0115 138****0000 442026****0001 SD-DALIANG-01 2026-11-28T01:13:46 粤X*****\n';
    scanner.whole('place', Buffer.from(masked.repeat(10_000)));
    expect(scanner.hits).toEqual([]);
  });
});
