import { readFileSync } from 'node:fs';
import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockCheck, createBccCutter, encodeBlock } from '../../framing/preamble-length-bcc.ts';
import {
  COMMANDS,
  decodeBinCounter,
  decodeCardType,
  decodeReply,
  decodeSerial,
  decodeShutter,
  decodeVersion,
  encodeCommand,
} from './protocol.ts';

const lines = readFileSync(new URL('fixtures/exchanges.hex', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('>') || line.startsWith('<'))
  .map((line) => ({ toDevice: line.startsWith('>'), bytes: fromHex(line.slice(1)) }));
const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe('fixtures', () => {
  it('carry right check bytes and are cut whole, doubled and split anywhere', () => {
    const blocks = lines.filter((line) => line.bytes.length > 1);
    expect(blocks).toHaveLength(10);
    for (const { bytes } of blocks) {
      expect(bytes.at(-1)).toBe(blockCheck(bytes.subarray(0, -1)));
      for (let at = 0; at <= bytes.length; at += 1) {
        const cutter = createBccCutter();
        const cuts = [...cutter.push(bytes.slice(0, at)), ...cutter.push(concatBytes(bytes.slice(at), bytes))];
        expect(cuts.map((cut) => cut.kind)).toEqual(['frame', 'frame']);
      }
    }
  });

  it('are what the driver sends', () => {
    const sent = new Set(
      lines.filter((line) => line.toDevice && line.bytes.length > 1).map((line) => toHex(line.bytes)),
    );
    expect(sent).toEqual(
      new Set([COMMANDS.status, COMMANDS.initKeep, COMMANDS.toGate].map((command) => toHex(encodeCommand(command)))),
    );
  });

  it('are read as their comments say', () => {
    const body = (n: number): Uint8Array => {
      const bytes = lines.filter((line) => !line.toDevice && line.bytes.length > 1)[n]?.bytes ?? new Uint8Array(0);
      return bytes.slice(4, -2);
    };
    const none = { st1: 0x30, data: new Uint8Array(0) };
    expect(decodeReply(body(0), COMMANDS.status)).toEqual({ kind: 'positive', st0: 0x30, st2: 0x30, ...none });
    expect(decodeReply(body(1), COMMANDS.status)).toEqual({ kind: 'positive', st0: 0x31, st2: 0x31, ...none });
    expect(decodeReply(body(2), COMMANDS.initKeep)).toEqual({ kind: 'negative', errorCode: '10' });
    expect(decodeReply(body(3), COMMANDS.initKeep)).toEqual({ kind: 'negative', errorCode: '10' });
    expect(decodeReply(body(4), COMMANDS.toGate)).toMatchObject({ kind: 'positive', st0: 0x31 });
    // An answer to another command is nobody's.
    expect(decodeReply(body(4), COMMANDS.status)).toBeUndefined();
  });
});

describe('fields', () => {
  it('serial: length, then that many characters', () => {
    expect(decodeSerial(concatBytes(Uint8Array.of(4), ascii('A417zz')))).toBe('A417');
    expect(decodeSerial(concatBytes(Uint8Array.of(9), ascii('A417')))).toBeUndefined();
    expect(decodeSerial(Uint8Array.of(0))).toBeUndefined();
    expect(decodeSerial(new Uint8Array(0))).toBeUndefined();
    expect(decodeSerial(Uint8Array.of(2, 0x41, 0x07))).toBe('A?');
  });

  it('version, bin counter, shutter, card type', () => {
    expect(decodeVersion(ascii('V2.1'))).toBe('V2.1');
    expect(decodeBinCounter(ascii('017'))).toBe(17);
    expect(decodeBinCounter(ascii('1x'))).toBeUndefined();
    expect(decodeBinCounter(new Uint8Array(0))).toBeUndefined();
    expect(decodeShutter(ascii('0001'))).toBe('open');
    expect(decodeShutter(ascii('0000'))).toBe('closed');
    expect(decodeShutter(new Uint8Array(0))).toBe('unknown');
    expect(decodeCardType(ascii('30'))).toBe('30');
  });

  it('whatever a body holds, reading it does not throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(...Object.values(COMMANDS)), (body, command) => {
        const reply = decodeReply(body, command);
        if (reply?.kind === 'positive') {
          decodeSerial(reply.data);
          decodeVersion(reply.data);
          decodeBinCounter(reply.data);
          decodeShutter(reply.data);
        }
      }),
    );
  });

  it('a reply that is too short is none', () => {
    for (const hex of ['', '50', '50 31 30', '50 31 30 30 30', '4E 31 30 31'])
      expect(decodeReply(fromHex(hex), COMMANDS.status)).toBeUndefined();
    expect(encodeBlock(0, fromHex('50')).length).toBe(7);
  });
});
