import { describe, expect, it } from 'vitest';
import { createOpener, isSealed, sealFor, type SealedCall } from './sealing.ts';

const QUESTION = { lines: ['李娜', '440106199001010115'], pages: 2 };

function sealed(publicKey: string, question: unknown): SealedCall {
  const call = sealFor(publicKey, question);
  if (call === undefined) throw new Error('no key');
  return call;
}

/** The same message with one bit turned. */
function spoiled(message: { readonly sealed: string }, at: number): { sealed: string } {
  const bytes = Buffer.from(message.sealed, 'base64');
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  return { sealed: bytes.toString('base64') };
}

describe('what a session and a driver tell each other', () => {
  it.each([QUESTION, {}, null, undefined, ['𬭎', 0], 'x'.repeat(200_000)])('comes out as it went in (%#)', (value) => {
    const opener = createOpener();
    const call = sealed(opener.publicKey, value);
    expect(isSealed(call.sealed)).toBe(true);
    const opened = opener.open(call.sealed);
    expect(opened?.value).toEqual(value);
    const answer = opened?.seal({ name: '䶮', value });
    expect(call.open(answer)?.value).toEqual({ name: '䶮', value });
  });

  it('shows nothing on its way, and never looks the same twice', () => {
    const opener = createOpener();
    const [first, second] = [sealed(opener.publicKey, QUESTION), sealed(opener.publicKey, QUESTION)];
    const bytes = Buffer.from(first.sealed.sealed, 'base64');
    expect(bytes.includes('440106')).toBe(false);
    expect(bytes.includes('李娜')).toBe(false);
    expect(first.sealed).not.toEqual(second.sealed);
  });

  it('pictures do not grow beyond what a message may have', () => {
    const picture = Buffer.from(Array.from({ length: 60_000 }, (_, n) => (n * 7919) % 251)).toString('base64');
    const call = sealed(createOpener().publicKey, { picture });
    expect(call.sealed.sealed.length).toBeLessThan(1.1 * picture.length);
  });
});

describe('who cannot open it', () => {
  it('another process', () => {
    const call = sealed(createOpener().publicKey, QUESTION);
    expect(createOpener().open(call.sealed)).toBeUndefined();
  });

  it.each([0, 31, 32, 47, 48, -1])('anybody, when byte %i was changed', (at) => {
    const opener = createOpener();
    expect(opener.open(spoiled(sealed(opener.publicKey, QUESTION).sealed, at))).toBeUndefined();
  });

  it('anybody, when it is too short or no message', () => {
    const opener = createOpener();
    for (const text of ['', 'AAAA', Buffer.alloc(47).toString('base64')])
      expect(opener.open({ sealed: text })).toBeUndefined();
    expect(sealFor('AAAA', QUESTION)).toBeUndefined();
    expect(isSealed(QUESTION)).toBe(false);
    expect(isSealed({ sealed: 'AAAA', more: 1 })).toBe(false);
  });

  it('anybody, when the key is one that shares no secret', () => {
    const none = Buffer.alloc(32).toString('base64');
    expect(createOpener().open({ sealed: Buffer.alloc(200).toString('base64') })).toBeUndefined();
    expect(sealFor(none, QUESTION)).toBeUndefined();
  });

  it('the session, when an answer is to another question, is its own question, or is plain', () => {
    const opener = createOpener();
    const [mine, other] = [sealed(opener.publicKey, 1), sealed(opener.publicKey, 2)];
    const answer = opener.open(other.sealed)?.seal('for the other');
    expect(mine.open(answer)).toBeUndefined();
    expect(mine.open(mine.sealed)).toBeUndefined();
    expect(mine.open({ name: 'plain' })).toBeUndefined();
    expect(other.open(answer)).toEqual({ value: 'for the other' });
  });
});
