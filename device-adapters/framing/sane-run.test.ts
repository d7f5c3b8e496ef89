import { fromHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeSaneEnd,
  decodeSaneRun,
  decodeSaneTake,
  encodeSaneEnd,
  encodeSaneRun,
  encodeSaneTake,
  stdoutRange,
  type SaneEnd,
} from './sane-run.ts';

const RUN = { deadlineMs: 5_000, outputBytes: 0x0200_0000, args: ['-d', '扫:0', ''] };
const END: SaneEnd = {
  how: 'signalled',
  code: 9,
  isKilledAtDeadline: true,
  isCancelled: false,
  isTooLarge: true,
  isKilledAtExit: false,
  stderr: 'no',
  stdout: Uint8Array.of(0x41, 0x0a),
  files: [{ name: '1.png', bytes: 0x01020304 }],
};
const END_BYTES = '01 09 05 01 0002 6e6f 0002 410a 05 312e706e67 01020304';

describe('payloads of the SANE carrier', () => {
  it('have the bytes that the README says', () => {
    expect(encodeSaneRun(RUN)).toEqual(fromHex('00001388 02000000 03 0002 2d64 0005 e689ab3a30 0000'));
    expect(encodeSaneTake({ file: 1, offset: 0x0304, most: 0x8000 })).toEqual(fromHex('01 00000304 00008000'));
    expect(encodeSaneEnd(END)).toEqual(fromHex(END_BYTES));
  });

  it('come back as they went', () => {
    expect(decodeSaneRun(encodeSaneRun(RUN))).toEqual(RUN);
    expect(decodeSaneEnd(encodeSaneEnd(END))).toEqual(END);
    const exited: SaneEnd = {
      ...END,
      how: 'exited',
      isKilledAtDeadline: false,
      isCancelled: true,
      isTooLarge: false,
      isKilledAtExit: true,
    };
    expect(decodeSaneEnd(encodeSaneEnd(exited))).toEqual(exited);
    expect(decodeSaneTake(encodeSaneTake({ file: 0, offset: 0, most: 1 }))).toEqual({ file: 0, offset: 0, most: 1 });
  });

  it('cut off anywhere, or longer by a byte, they are none', () => {
    for (const [bytes, decode] of [
      [encodeSaneRun(RUN), decodeSaneRun],
      [encodeSaneEnd(END), decodeSaneEnd],
      [encodeSaneTake({ file: 0, offset: 0, most: 1 }), decodeSaneTake],
    ] as const) {
      for (let at = 0; at < bytes.length; at += 1) expect(decode(bytes.subarray(0, at)), `${at}`).toBeUndefined();
      expect(decode(Uint8Array.of(...bytes, 0))).toBeUndefined();
    }
  });

  it('what no field may hold is none', () => {
    expect(decodeSaneTake(fromHex('00 00000000 00000000'))).toBeUndefined();
    expect(decodeSaneTake(fromHex('00 00000000 00008001'))).toBeUndefined();
    expect(decodeSaneEnd(fromHex('02 00 00 00 0000 0000'))).toBeUndefined();
    expect(decodeSaneEnd(fromHex('00 00 00 21 0000 0000'))).toBeUndefined();
  });

  it('of much stderr the end stays, of much stdout the beginning', () => {
    const stdout = new Uint8Array(40_000).fill(0x42);
    stdout[0] = 0x41;
    const end = decodeSaneEnd(encodeSaneEnd({ ...END, stderr: `${'x'.repeat(5_000)}last`, stdout }));
    expect(end?.stderr).toHaveLength(2_048);
    expect(end?.stderr.endsWith('last')).toBe(true);
    expect(end?.stdout).toEqual(stdout.subarray(0, 32_768));
  });

  it('says where stdout stands', () => {
    const [from, to] = stdoutRange(encodeSaneEnd(END));
    expect(encodeSaneEnd(END).subarray(from, to)).toEqual(END.stdout);
  });

  it('random bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const decode of [decodeSaneRun, decodeSaneEnd, decodeSaneTake]) decode(bytes);
      }),
    );
  });
});
