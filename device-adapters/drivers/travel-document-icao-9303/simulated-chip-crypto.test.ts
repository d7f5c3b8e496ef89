import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answerBasicAccess } from './simulated-chip-basic-access.ts';
import { readCommand } from './simulated-chip-command.ts';
import { chipAccessKeys, chipCheckDigit, chipPad, chipUnpad, chipZoneDigest } from './simulated-chip-crypto.ts';
import type { ChipMessaging } from './simulated-chip-messaging.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
/** The exchange of ICAO 9303-11 Appendix D, command and answer in turn. */
const EXCHANGE = readFileSync(new URL('fixtures/basic-access.hex', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^[<>]/.test(line))
  .map((line) => hex(line.slice(1).replaceAll(' ', '')));
const [
  ,
  challengeAnswer,
  authenticate,
  authenticateAnswer,
  select,
  selectAnswer,
  read4,
  read4Answer,
  read18,
  read18Answer,
] = EXCHANGE as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];

const ZONE = ['L898902C', '690806', '940623'] as const;
const CHIP_KEY = hex('0b4f80323eb3191cb04970cb4052790b');
const COM = hex('60145f0104303130365f36063034303030305c026175');

/** The chip's side of D.3, with the appendix's own random key. */
function authenticated(): { answer: Buffer; messaging: ChipMessaging } {
  const command = readCommand(authenticate);
  if (command.kind === 'refused') throw new Error('the fixture is no command');
  const step = answerBasicAccess(chipZoneDigest(...ZONE), challengeAnswer.subarray(0, 8), command.data, () => CHIP_KEY);
  if (step.messaging === undefined) throw new Error(`refused: ${step.sw}`);
  return { answer: step.data, messaging: step.messaging };
}

describe('ICAO 9303-11 Appendix D, from the chip’s side', () => {
  it('D.1, D.2: check digits, seed and access keys', () => {
    expect([chipCheckDigit('L898902C<'), chipCheckDigit('690806'), chipCheckDigit('940623')]).toEqual([3, 1, 6]);
    expect(chipZoneDigest(...ZONE).subarray(0, 16)).toEqual(hex('239ab9cb282daf66231dc5a4df6bfbae'));
    const bits = (key: Buffer): string => Buffer.from(key.map((byte) => byte & 0xfe)).toString('hex');
    const keys = chipAccessKeys(...ZONE);
    expect(bits(keys.enc)).toBe(bits(hex('ab94fdecf2674fdfb9b391f85d7f76f2')));
    expect(bits(keys.mac)).toBe(bits(hex('7962d9ece03d1acd4c76089dce131543')));
  });

  it('D.3: the answer to EXTERNAL AUTHENTICATE', () => {
    expect(Buffer.concat([authenticated().answer, hex('9000')])).toEqual(authenticateAnswer);
  });

  it('D.4: SELECT and two READ BINARY are understood, and their answers are the appendix’s', () => {
    const { messaging } = authenticated();
    const answered = (data: Buffer): Buffer =>
      Buffer.concat([messaging.protect({ data, sw: 0x9000 }).data, hex('9000')]);
    expect(messaging.open(select)).toMatchObject({
      kind: 'command',
      command: { cla: 0, ins: 0xa4, p1: 2, p2: 0x0c, data: hex('011e'), le: 0 },
    });
    expect(answered(Buffer.alloc(0))).toEqual(selectAnswer);
    expect(messaging.open(read4)).toMatchObject({ command: { ins: 0xb0, p1: 0, p2: 0, le: 4 } });
    expect(answered(COM.subarray(0, 4))).toEqual(read4Answer);
    expect(messaging.open(read18)).toMatchObject({ command: { ins: 0xb0, p1: 0, p2: 4, le: 18 } });
    expect(answered(COM.subarray(4))).toEqual(read18Answer);
  });

  it('wrong length, MAC, keys or challenge: 6700 or 6300, and no messaging', () => {
    const data = authenticate.subarray(5, 45);
    const bent = Buffer.from(data);
    bent.writeUInt8(bent.readUInt8(39) ^ 1, 39);
    const challenge = challengeAnswer.subarray(0, 8);
    const step = (digest: Buffer, given: Buffer, sent: Buffer) =>
      answerBasicAccess(digest, given, sent, () => CHIP_KEY);
    expect(step(chipZoneDigest(...ZONE), challenge, data.subarray(1))).toEqual({ data: Buffer.alloc(0), sw: 0x6700 });
    for (const refused of [
      step(chipZoneDigest(...ZONE), challenge, bent),
      step(chipZoneDigest('L898902D', '690806', '940623'), challenge, data),
      step(chipZoneDigest(...ZONE), Buffer.alloc(8), data),
    ])
      expect(refused).toEqual({ data: Buffer.alloc(0), sw: 0x6300 });
  });
});

describe('padding by method 2', () => {
  it.each([8, 16])('to blocks of %i, and back', (block) => {
    for (let length = 0; length <= 2 * block; length += 1) {
      const data = Buffer.alloc(length, 0x80);
      const padded = chipPad(data, block);
      expect(padded.length % block).toBe(0);
      expect(padded.length).toBeGreaterThan(length);
      expect(chipUnpad(padded)).toEqual(data);
    }
    expect(chipUnpad(Buffer.alloc(block))).toBeUndefined();
    expect(chipUnpad(Buffer.alloc(block, 1))).toBeUndefined();
  });
});
