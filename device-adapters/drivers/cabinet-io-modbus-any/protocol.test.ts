import { readFileSync } from 'node:fs';
import { fromHex, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createModbusRtuCutter, encodeRtu, type RtuFrame } from '../../framing/modbus-rtu.ts';
import { readRequest, writeCoilRequest, writeRegisterRequest, type RawRequest, type ReadFunction } from './protocol.ts';

const bitsOf = (text: string): number[] => Array.from(text.replaceAll(' ', ''), Number);

/** What each exchange of `fixtures/exchanges.hex` is, and what its answer says. */
const ROWS: Readonly<Record<string, readonly [unit: number, request: RawRequest<unknown>, answer: unknown]>> = {
  'read coils 20 to 38 (standard)': [17, readRequest(1, 0x13, 19), bitsOf('1011 0011 1101 0110 101')],
  'read inputs 197 to 218 (standard)': [17, readRequest(2, 0xc4, 22), bitsOf('0011 0101 1101 1011 1010 11')],
  'read holding registers 108 to 110 (standard)': [17, readRequest(3, 0x6b, 3), [0x022b, 0, 0x64]],
  'read input register 9 (standard)': [17, readRequest(4, 8, 1), [10]],
  'write coil 173 on (standard)': [17, writeCoilRequest(0xac, true), undefined],
  'write coil 8 off': [1, writeCoilRequest(8, false), undefined],
  'write register 16: slow flash': [1, writeRegisterRequest(16, 2), undefined],
  'inputs at rest': [1, readRequest(2, 0, 16), bitsOf('1111 1000 0100 1111')],
  identity: [1, readRequest(4, 0, 7), [0x5943, 1, 0x0102, 0x4341, 0x4230, 0x3030, 0x3137]],
  'values at rest': [1, readRequest(4, 16, 3), [245, 100, 20]],
  'exception 02: no such address': [1, readRequest(2, 16, 1), 'exception 2'],
  'exception 06 to a write: busy': [1, writeCoilRequest(0, true), 'exception 6'],
};

interface Exchange {
  readonly says: string;
  readonly sent: string;
  readonly received: Uint8Array;
}

const EXCHANGES: readonly Exchange[] = readFileSync(new URL('fixtures/exchanges.hex', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n\n')
  .slice(1)
  .map((block) => {
    const [says = '', sent = '', received = ''] = block.split('\n');
    return { says: says.slice(2), sent: toHex(fromHex(sent.slice(2))), received: fromHex(received.slice(2)) };
  });

function frameOf(bytes: Uint8Array): RtuFrame {
  const [cut, ...more] = createModbusRtuCutter().push(bytes);
  if (cut?.kind !== 'frame' || more.length > 0) throw new Error(`not one frame: ${toHex(bytes)}`);
  return cut.frame;
}

describe('requests and answers', () => {
  it('every fixture has its row', () => {
    expect(EXCHANGES.map(({ says }) => says)).toEqual(Object.keys(ROWS));
  });

  it.each(EXCHANGES)('$says', ({ says, sent, received }) => {
    const [unit, request, expected] = ROWS[says] ?? [];
    if (unit === undefined || request === undefined) throw new Error(`no row: ${says}`);
    expect(toHex(encodeRtu({ unit, pdu: request.pdu }))).toBe(sent);
    const frame = frameOf(received);
    expect(frame.unit).toBe(unit);
    const answer = request.take(frame.pdu);
    if (typeof expected === 'string') expect(answer).toEqual({ is: 'exception', code: Number(expected.slice(10)) });
    else {
      expect(answer).toEqual({ is: 'value', value: expected });
      expect(request.answerBytes).toBe(received.length);
    }
  });

  it('an answer is taken by no request of another function, length, address or value', () => {
    for (const { says, received } of EXCHANGES) {
      const { pdu } = frameOf(received);
      for (const [other, [, request]] of Object.entries(ROWS)) {
        if (other === says) continue;
        const isException = (pdu[0] ?? 0) >= 0x80;
        const isSameFunction = (request.pdu[0] ?? 0) === ((pdu[0] ?? 0) & 0x7f);
        // An exception names nothing but its function; reads of equal length look alike too.
        const mayTake = isSameFunction && (isException || request.answerBytes === received.length);
        const isWrite = [5, 16].includes(request.pdu[0] ?? 0);
        if (!mayTake || (isWrite && !isException)) expect(request.take(pdu), `${other} takes ${says}`).toBeUndefined();
      }
    }
  });

  it('an exception has its function and one byte, or it is none', () => {
    const { take } = readRequest(2, 0, 16);
    expect(take(fromHex('82 0B'))).toEqual({ is: 'exception', code: 11 });
    for (const text of ['82', '82 02 00', '81 02', '02 02', '02 03 00 00 00', '02 02 00', ''])
      expect(take(fromHex(text)), text).toBeUndefined();
  });

  it('bits and registers come out as they were put in, whatever their number', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<ReadFunction>(1, 2, 3, 4),
        fc.array(fc.nat(65_535), { minLength: 1, maxLength: 120 }),
        (fn, words) => {
          const isBits = fn <= 2;
          const values = isBits ? words.map((word) => word & 1) : words;
          const data = isBits
            ? Array.from({ length: Math.ceil(values.length / 8) }, (_, byte) =>
                Number.parseInt(
                  values
                    .slice(byte * 8, byte * 8 + 8)
                    .toReversed()
                    .join(''),
                  2,
                ),
              )
            : values.flatMap((word) => [word >> 8, word & 0xff]);
          const answer = readRequest(fn, 7, values.length).take(Uint8Array.of(fn, data.length, ...data));
          expect(answer).toEqual({ is: 'value', value: values });
        },
      ),
    );
  });

  it('any bytes are judged without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        for (const [, request] of Object.values(ROWS)) request.take(bytes);
      }),
    );
  });
});
