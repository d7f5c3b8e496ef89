import { readFileSync } from 'node:fs';
import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockCheck, createBccCutter, encodeBlock } from '../../framing/preamble-length-bcc.ts';
import {
  ACK,
  COMMANDS,
  decodeBinCounter,
  decodeCardType,
  decodeReply,
  decodeSerial,
  decodeShutter,
  decodeVersion,
  encodeCommand,
  EOT,
  setBinCounter,
  type RawCommand,
} from './protocol.ts';

const text = readFileSync(new URL('fixtures/exchanges.hex', import.meta.url), 'utf8').split('\n');
const lines = text
  .filter((line) => line.startsWith('>') || line.startsWith('<'))
  .map((line) => ({ toDevice: line.startsWith('>'), bytes: fromHex(line.slice(1)) }));
/** The body of the block that answers under this title, and the command it answers. */
function answerUnder(title: string): { readonly body: Uint8Array; readonly command: Uint8Array } {
  const from = text.findIndex((line) => line.startsWith(`# ${title}`));
  const under = text.slice(from + 1, text.indexOf('', from + 1));
  const blockOf = (mark: string): Uint8Array =>
    fromHex(under.find((line) => line.startsWith(mark) && line.length > 5)?.slice(1) ?? '');
  return { body: blockOf('<').slice(4, -2), command: blockOf('>') };
}
const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe('fixtures', () => {
  it('carry right check bytes and are cut whole, doubled and split anywhere', () => {
    const blocks = lines.filter((line) => line.bytes.length > 1);
    expect(blocks).toHaveLength(47);
    for (const { bytes } of blocks) {
      expect(bytes.at(-1)).toBe(blockCheck(bytes.subarray(0, -1)));
      for (let at = 0; at <= bytes.length; at += 1) {
        const cutter = createBccCutter();
        const cuts = [...cutter.push(bytes.slice(0, at)), ...cutter.push(concatBytes(bytes.slice(at), bytes))];
        expect(cuts.map((cut) => cut.kind)).toEqual(['frame', 'frame']);
      }
    }
  });

  it('are all that the driver sends', () => {
    const sent = new Set(lines.filter((line) => line.toDevice).map((line) => toHex(line.bytes)));
    const commands = [...Object.values(COMMANDS), setBinCounter(0)].map((command) => toHex(encodeCommand(command)));
    expect(sent).toEqual(new Set([...commands, toHex(ACK), toHex(EOT)]));
  });

  it.each([
    ['init, keep card, count the bin', COMMANDS.initCounting, { st0: 0x30, st1: 0x31, st2: 0x30 }],
    ['sensors: card at the gate, ten', COMMANDS.sensors, { st0: 0x31, st1: 0x32 }],
    ['feed from the stack: card at', COMMANDS.fromStack, { st0: 0x32, st1: 0x32 }],
    ['entry on', COMMANDS.enableEntry, { st0: 0x30 }],
    ['entry off', COMMANDS.disableEntry, { st0: 0x30 }],
    ['set the bin counter to 0', setBinCounter(0), { st0: 0x30, data: new Uint8Array(0) }],
    ['a command that was damaged', COMMANDS.toBin, { st0: 0x30 }],
  ] as const)('%s: positive', (title, command, reads) => {
    const answer = answerUnder(title);
    expect(answer.command).toEqual(encodeCommand(command));
    expect(decodeReply(answer.body, command)).toMatchObject({ kind: 'positive', ...reads });
  });

  it.each([
    ['the same at a unit that does not know it', COMMANDS.initCounting, '01'],
    ['any command before the first init', COMMANDS.status, 'B0'],
    ['feed from the stack: stack empty', COMMANDS.fromStack, 'A0'],
    ['to RF position: card moved by hand', COMMANDS.toReadPosition, '45'],
    ['to bin: bin full', COMMANDS.toBin, 'A1'],
    ['power the contactless chip', COMMANDS.openChip, '65'],
  ] as const)('%s: negative', (title, command, errorCode) => {
    const answer = answerUnder(title);
    expect(answer.command).toEqual(encodeCommand(command));
    expect(decodeReply(answer.body, command)).toEqual({ kind: 'negative', errorCode });
  });

  it('data: sensors, card type, serial, version, counter', () => {
    const data = (title: string, command: RawCommand): Uint8Array => {
      const reply = decodeReply(answerUnder(title).body, command);
      return reply?.kind === 'positive' ? reply.data : new Uint8Array(0);
    };
    expect(decodeShutter(data('sensors: card at the gate, ten', COMMANDS.sensors))).toBe('unknown');
    expect(decodeShutter(data('sensors: the same, and the shutter open', COMMANDS.sensors))).toBe('open');
    expect(decodeCardType(data('contactless card type', COMMANDS.cardType))).toBe('00');
    expect(decodeSerial(data('serial number', COMMANDS.serial))).toBe('CRT591-000417');
    expect(decodeVersion(data('version', COMMANDS.version))).toBe('CRT-591-M001 V2.1');
    expect(decodeBinCounter(data('bin counter: 17', COMMANDS.binCounter))).toBe(17);
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
    expect(decodeShutter(ascii('00000000001'))).toBe('open');
    expect(decodeShutter(ascii('00000000000'))).toBe('closed');
    expect(decodeShutter(ascii('00000000002'))).toBe('unknown');
    // The eight or ten bytes of a unit without such a sensor end with a card sensor.
    for (const bytes of ['', '00000001', '0000000000']) expect(decodeShutter(ascii(bytes))).toBe('unknown');
    expect(decodeCardType(ascii('30'))).toBe('30');
  });

  it('the counter is set with three digits', () => {
    expect(toHex(encodeCommand(setBinCounter(7)))).toBe(toHex(fromHex('F2 00 00 06 43 A5 31 30 30 37 03 17')));
    expect(setBinCounter(999).data).toEqual(ascii('999'));
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
