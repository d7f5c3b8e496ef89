import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DocumentDesk } from './document-desk.ts';

const PDF = Buffer.from('%PDF-1.4 synthetic');
const SHA = createHash('sha256').update(PDF).digest('hex');
const NEVER = new AbortController().signal;

function load(
  desk: DocumentDesk,
  bytes: Buffer = PDF,
  more: object = {},
  signal = NEVER,
): ReturnType<DocumentDesk['load']> {
  const piece = { documentId: 'd', offset: 0, piece: bytes.toString('base64'), last: true };
  return desk.load({ ...piece, ...more }, signal);
}

function lent(desk: DocumentDesk): Uint8Array {
  const document = desk.lend('d', SHA);
  if (!document.ok) throw new Error(document.error.message);
  return document.value;
}

describe('documents in memory', () => {
  it('come in pieces, and with the last one their digest goes back', () => {
    const desk = new DocumentDesk();
    expect(load(desk, PDF.subarray(0, 5), { last: false })).toEqual({ ok: true, value: { bytes: 5, sha256: null } });
    expect(load(desk, PDF.subarray(5), { offset: 5 })).toEqual({ ok: true, value: { bytes: PDF.length, sha256: SHA } });
    expect(Buffer.from(lent(desk)).equals(PDF)).toBe(true);
  });

  it('a gap, an overlap and a piece behind the end are refused', () => {
    const desk = new DocumentDesk();
    load(desk, PDF.subarray(0, 5), { last: false });
    for (const offset of [4, 6]) expect(load(desk, PDF, { offset }).ok).toBe(false);
    load(desk, PDF.subarray(5), { offset: 5 });
    expect(load(desk, PDF, { offset: PDF.length }).ok).toBe(false);
    expect(load(desk, PDF, { documentId: 'other', offset: 3 }).ok).toBe(false);
  });

  it('more than 16 MiB is refused and nothing of it stays', () => {
    const desk = new DocumentDesk();
    const piece = Buffer.alloc(4 * 2 ** 20, 1);
    for (let n = 0; n < 4; n += 1) expect(load(desk, piece, { offset: n * piece.length, last: false }).ok).toBe(true);
    expect(load(desk, Buffer.of(1), { offset: 4 * piece.length })).toMatchObject({ error: { code: 'softwareError' } });
    expect(load(desk, Buffer.of(1), { offset: 4 * piece.length }).ok).toBe(false);
  });

  it('another digest, another id and a document that is not whole are not lent', () => {
    const desk = new DocumentDesk();
    load(desk, PDF.subarray(0, 5), { last: false });
    expect(desk.lend('d', SHA).ok).toBe(false);
    load(desk);
    expect(desk.lend('d', SHA.replace(/./, 'x')).ok).toBe(false);
    expect(desk.lend('e', SHA).ok).toBe(false);
  });

  it.each([
    ['when it was printed', (desk: DocumentDesk) => desk.giveBack(true)],
    ['when it is forgotten', (desk: DocumentDesk) => (desk.giveBack(false), desk.forget())],
    ['when another begins', (desk: DocumentDesk) => (desk.giveBack(false), load(desk, PDF, { documentId: 'e' }))],
    ['when it begins anew', (desk: DocumentDesk) => (desk.giveBack(false), load(desk, PDF))],
  ])('is overwritten %s', (_, end) => {
    const desk = new DocumentDesk();
    load(desk);
    const bytes = lent(desk);
    end(desk);
    expect(bytes.every((byte) => byte === 0)).toBe(true);
  });

  it('stays when nothing of it was sent', () => {
    const desk = new DocumentDesk();
    load(desk);
    lent(desk);
    desk.giveBack(false);
    expect(Buffer.from(lent(desk)).equals(PDF)).toBe(true);
  });

  it('goes when its lease ends; while it is sent, right after that', () => {
    const lease = new AbortController();
    const desk = new DocumentDesk();
    load(desk, PDF, {}, lease.signal);
    const bytes = lent(desk);
    expect(load(desk).ok).toBe(false);
    lease.abort();
    expect(Buffer.from(bytes).equals(PDF)).toBe(true);
    desk.giveBack(false);
    expect(bytes.every((byte) => byte === 0)).toBe(true);
    expect(desk.lend('d', SHA).ok).toBe(false);
    expect(load(desk, PDF, {}, lease.signal).ok).toBe(false);
  });

  it('the end of an older lease does not take a newer document', () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const desk = new DocumentDesk();
    load(desk, PDF, {}, first.signal);
    load(desk, PDF, { documentId: 'e' }, second.signal);
    load(desk, PDF, {}, second.signal);
    first.abort();
    expect(Buffer.from(lent(desk)).equals(PDF)).toBe(true);
  });
});
