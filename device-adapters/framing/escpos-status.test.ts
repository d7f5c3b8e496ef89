import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEscposStatusCutter, ESCPOS_STATUS, type EscposMessage } from './escpos-status.ts';

const CLEAN = fromHex('10 00 00 0F');
const PAPER_OUT = fromHex('18 00 0C 0F');
const ONLINE = fromHex('12');
const COVER = fromHex('16');
const PROCESSED = fromHex('37 22 41 42 4F 43 00');
const CLEARED = fromHex('37 25 00');
const MODEL = concatBytes(fromHex('5F'), new TextEncoder().encode('TM-T88V'), fromHex('00'));

function show(message: EscposMessage): string {
  switch (message.kind) {
    case 'realtime':
      return `r${toHex(Uint8Array.of(message.byte))}`;
    case 'automatic':
      return `a${toHex(Uint8Array.from(message.bytes))}`;
    case 'information':
      return `i${message.text}`;
    case 'processId':
      return `p${message.id}`;
    case 'cleared':
      return 'c';
  }
}

function cutAll(...chunks: readonly Uint8Array[]): { said: string[]; dropped: number; held: number } {
  const cutter = createEscposStatusCutter();
  const said: string[] = [];
  for (const chunk of chunks) {
    for (const cut of cutter.push(chunk)) if (cut.kind === 'frame') said.push(...cut.frame.map(show));
  }
  return { said, dropped: cutter.discardedBytes, held: cutter.heldBytes };
}

const singly = (bytes: Uint8Array): Uint8Array[] => Array.from(bytes, (byte) => Uint8Array.of(byte));

describe('ESC/POS status cutter', () => {
  it('tells all sixteen real-time bytes and all first automatic bytes by their fixed bits', () => {
    for (let byte = 0; byte < 256; byte += 1) {
      const isRealtime = (byte & 0b1001_0011) === 0b0001_0010;
      const isAutomatic = (byte & 0b1001_0011) === 0b0001_0000;
      const said = cutAll(Uint8Array.of(byte, 0, 0, 0)).said;
      if (isRealtime) expect(said[0]).toBe(`r${toHex(Uint8Array.of(byte))}`);
      else if (isAutomatic) expect(said).toEqual([`a${toHex(Uint8Array.of(byte))}000000`]);
      else expect(said).toEqual(byte === 0x5f ? ['i'] : []);
    }
  });

  const mixed = concatBytes(CLEAN, ONLINE, PAPER_OUT, COVER, MODEL, ONLINE, PROCESSED, CLEARED);
  const saidMixed = ['a1000000f', 'r12', 'a18000c0f', 'r16', 'iTM-T88V', 'r12', 'pABOC', 'c'];

  it('sorts all kinds in one stream, whole, doubled, at every split point and byte by byte', () => {
    expect(cutAll(mixed)).toEqual({ said: saidMixed, dropped: 0, held: 0 });
    expect(cutAll(mixed, mixed).said).toEqual([...saidMixed, ...saidMixed]);
    for (let at = 0; at <= mixed.length; at += 1) {
      expect(cutAll(mixed.slice(0, at), mixed.slice(at)), `split at ${at}`).toEqual({
        said: saidMixed,
        dropped: 0,
        held: 0,
      });
    }
    expect(cutAll(...singly(mixed)).said).toEqual(saidMixed);
  });

  it('takes a real-time byte out of the middle of an automatic status', () => {
    for (let at = 1; at < 4; at += 1) {
      const bytes = concatBytes(CLEAN.slice(0, at), COVER, CLEAN.slice(at));
      expect(cutAll(bytes), `after ${at}`).toEqual({ said: ['r16', 'a1000000f'], dropped: 0, held: 0 });
      expect(cutAll(...singly(bytes)).said).toEqual(['r16', 'a1000000f']);
    }
  });

  it.each([
    ['process id', PROCESSED, 'pABOC'],
    ['clear response', CLEARED, 'c'],
  ])('takes a real-time byte out of the middle of a %s', (_, block, said) => {
    for (let at = 1; at < block.length; at += 1) {
      const bytes = concatBytes(block.slice(0, at), ONLINE, block.slice(at));
      expect(cutAll(bytes), `after ${at}`).toEqual({ said: ['r12', said], dropped: 0, held: 0 });
      expect(cutAll(...singly(bytes)).said).toEqual(['r12', said]);
    }
  });

  it('believes no other block, and finds the good one behind a damaged one', () => {
    // Unknown identifier, end that is none, a character that looks like a status byte, truncated.
    for (const hex of ['37 23 00', '37 25 01', '37 22 41 42 43 44 45', '37 22 41 00', '37 22 41 50', '37 22 41']) {
      expect(cutAll(concatBytes(fromHex(hex), PROCESSED)).said.at(-1), hex).toBe('pABOC');
    }
    expect(cutAll(fromHex('37 22 41 42 43 44 45')).said).toEqual([]);
  });

  it('gives up an automatic status with more between than four answers', () => {
    const bytes = concatBytes(CLEAN.slice(0, 1), fromHex('12 12 12 12 12'), CLEAN.slice(1));
    expect(cutAll(bytes).said).toEqual(['r12', 'r12', 'r12', 'r12', 'r12']);
  });

  it.each(['before', 'between', 'after'])('counts garbage %s', (where) => {
    const junk = fromHex('FF 91 13 E0');
    const parts =
      { before: [junk, CLEAN, ONLINE], between: [CLEAN, junk, ONLINE], after: [CLEAN, ONLINE, junk] }[where] ?? [];
    expect(cutAll(concatBytes(...parts))).toEqual({ said: ['a1000000f', 'r12'], dropped: 4, held: 0 });
  });

  it('finds the next message behind a truncated one', () => {
    for (let length = 1; length < 4; length += 1) {
      expect(cutAll(concatBytes(CLEAN.slice(0, length), PAPER_OUT)).said, `${length} bytes`).toEqual(['a18000c0f']);
    }
    const cutter = createEscposStatusCutter();
    cutter.push(CLEAN.slice(0, 2));
    expect(cutter.flush()).toEqual([{ kind: 'discarded', bytes: fromHex('10 00') }]);
    expect(cutter.heldBytes).toBe(0);
  });

  it('does not believe an information block that never ends', () => {
    const endless = concatBytes(fromHex('5F'), new Uint8Array(200).fill(0x21));
    expect(cutAll(endless)).toEqual({ said: [], dropped: 201, held: 0 });
    expect(cutAll(concatBytes(fromHex('5F 41 41'), ONLINE)).said).toEqual(['r12']);
  });

  it('neither throws nor grows on random bytes, and loses count of none', () => {
    const biased = fc.array(fc.constantFrom(0x10, 0x12, 0x16, 0x5f, 0x41, 0x00, 0x0f, 0xff, 0x37, 0x22, 0x25), {
      maxLength: 2000,
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 2000 }), biased), (junk) => {
        const cutter = createEscposStatusCutter();
        let said = 0;
        for (const cut of cutter.push(Uint8Array.from(junk))) {
          if (cut.kind === 'frame') for (const message of cut.frame) said += bytesOf(message);
        }
        expect(cutter.heldBytes).toBeLessThan(ESCPOS_STATUS.informationBytes);
        expect(said + cutter.discardedBytes + cutter.heldBytes).toBe(junk.length);
      }),
    );
  });
});

function bytesOf(message: EscposMessage): number {
  if (message.kind === 'information') return message.text.length + 2;
  return { realtime: 1, automatic: 4, processId: 7, cleared: 3 }[message.kind];
}
