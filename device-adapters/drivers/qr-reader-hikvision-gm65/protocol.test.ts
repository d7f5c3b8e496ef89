import { concatBytes, toHex } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import { createGm65AnswerCutter, gm65AnswerBytes } from '../../framing/gm65-answer.ts';
import {
  COMMANDS,
  decodeIdentity,
  decodeOutput,
  decodeSettings,
  hexOf,
  isReading,
  REGISTERS,
  readCommand,
  wantedRegisters,
  writeCommand,
  type RawCommand,
} from './protocol.ts';
import { answerData, fixture, readFixtures } from './testing/fixtures.ts';

const ROWS: readonly (readonly [says: string, command: RawCommand])[] = [
  ['read 000A', readCommand(0x000a, 1)],
  ['write 000A', writeCommand(0x000a, 0x3e)],
  ['save', COMMANDS.save],
  ['trigger', COMMANDS.trigger],
  ['dark', COMMANDS.dark],
  ['settings', COMMANDS.readSettings],
  ['tail', COMMANDS.readTail],
  ['aim', COMMANDS.readAim],
  ['output', COMMANDS.readOutput],
  ['identity', COMMANDS.readIdentity],
];

describe('commands', () => {
  it.each(ROWS)('%s is sent as the fixture has it', (says, command) => {
    expect(toHex(command.bytes)).toBe(toHex(fixture(says).sent));
    expect(gm65AnswerBytes(command.bytes)).toBe(command.answerBytes);
  });

  it('what is wanted is written as the fixtures have it, AIM only when it is wanted', () => {
    for (const { address, value } of wantedRegisters(true))
      expect(toHex(writeCommand(address, value).bytes)).toBe(toHex(fixture(`write ${hexOf(address)}`).sent));
    const addresses = (isAim: boolean): number[] => wantedRegisters(isAim).map(({ address }) => address);
    expect(addresses(true)).toEqual([...addresses(false), REGISTERS.aim]);
    expect(addresses(false).map(hexOf)).toEqual(['0000', '0003', '0006', '0060']);
  });

  it('names say what is done, never a value', () => {
    expect(writeCommand(0x60, 0x21).name).toBe('write 0060');
    expect(COMMANDS.readSettings.name).toBe('read 0000 7');
  });
});

describe('answers', () => {
  it('settings: every register at its address', () => {
    const settings = decodeSettings(answerData('settings: by command'));
    expect(settings).toHaveLength(7);
    for (const { address, value } of wantedRegisters(false).filter(({ address: at }) => at <= 6))
      expect(settings[address]).toEqual({ address, value });
    expect(isReading(settings)).toBe(false);
    expect(isReading(decodeSettings(Uint8Array.of(0xd5, 0, 1)))).toBe(true);
    expect(isReading([])).toBe(false);
  });

  it('identity and output', () => {
    expect(decodeIdentity(answerData('identity: GM65'))).toEqual({
      model: 0x41,
      hardware: 0x64,
      software: 0x64,
      date: '2020-10-31',
    });
    expect(decodeOutput(answerData('output serial'))).toBe('serial');
    expect(decodeOutput(answerData('output keyboard'))).toBe('keyboard');
    expect([0, 1, 2, 3, 0xff].map((byte) => decodeOutput(Uint8Array.of(byte)))).toEqual([
      'serial',
      'keyboard',
      'both',
      'virtual-serial',
      'virtual-serial',
    ]);
  });
});

describe('fixtures', () => {
  const cutAll = (awaited: number | undefined, ...chunks: readonly Uint8Array[]): { answers: string; code: string } => {
    const cutter = createGm65AnswerCutter(() => awaited);
    const cuts = [...chunks.flatMap((chunk) => cutter.push(chunk)), ...cutter.flush()];
    const hexes = (kind: 'frame' | 'discarded'): string =>
      cuts.map((cut) => (cut.kind === kind ? toHex(cut.kind === 'frame' ? cut.frame : cut.bytes) : '')).join('');
    return { answers: hexes('frame'), code: hexes('discarded') };
  };

  it.each(readFixtures().map((one) => [one.says, one] as const))(
    '%s: one answer, whole, doubled and split at every point',
    (_, { sent, received }) => {
      const awaited = gm65AnswerBytes(sent);
      const whole = cutAll(awaited, received);
      expect(whole.answers).toHaveLength((awaited ?? 0) * 2);
      expect(whole.answers.length / 2 + 6 + whole.code.length / 2).toBe(received.length);
      for (let at = 0; at <= received.length; at += 1)
        expect(cutAll(awaited, received.slice(0, at), received.slice(at)), `split at ${at}`).toEqual(whole);
      const doubled = cutAll(awaited, concatBytes(received, received));
      expect(doubled).toEqual({ answers: whole.answers.repeat(2), code: whole.code.repeat(2) });
    },
  );
});
