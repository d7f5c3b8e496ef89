import { readFileSync } from 'node:fs';
import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import type { Slip, SlipLine } from '@yimen/contracts/device';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { createEscposStatusCutter, type EscposMessage } from '../../framing/escpos-status.ts';
import { printable } from './charset.ts';
import { NO_GLYPHS } from './glyph-source.ts';
import { layOut } from './layout.ts';
import {
  COMMANDS,
  decodeAutomatic,
  decodeRealtime,
  encodeInformationQuestion,
  encodeProcessId,
  encodeSlip,
  encodeStatusQuestion,
  INFORMATION,
  processId,
  STATUS_QUESTIONS,
} from './protocol.ts';

const linesOf = (name: string): string[] =>
  readFileSync(new URL(`fixtures/${name}.hex`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
const exchanges = linesOf('exchanges').map((line) => ({
  toPrinter: line.startsWith('>'),
  bytes: fromHex(line.slice(1)),
}));
const answers = exchanges.filter((line) => !line.toPrinter).map((line) => line.bytes);
const slipBytes = concatBytes(...linesOf('slip').map(fromHex));

function cut(...chunks: readonly Uint8Array[]): EscposMessage[] {
  const cutter = createEscposStatusCutter();
  return chunks.flatMap((chunk) => cutter.push(chunk)).flatMap((c) => (c.kind === 'frame' ? [...c.frame] : []));
}

function encode(lines: readonly SlipLine[], columns = 48, chunkBytes?: number): Uint8Array[] {
  const laid = layOut({ lines: [...lines] }, { columns, glyphs: NO_GLYPHS, qr: 'printer' });
  if (!laid.ok) throw new Error(laid.error.message);
  return encodeSlip(laid.value, chunkBytes);
}

describe('fixtures', () => {
  it('answers are cut whole, doubled, split anywhere, behind garbage, and behind a truncated one', () => {
    for (const bytes of answers) {
      const whole = cut(bytes);
      expect(whole.length).toBeGreaterThan(0);
      expect(cut(bytes, bytes)).toEqual([...whole, ...whole]);
      for (let at = 0; at <= bytes.length; at += 1) {
        expect(cut(bytes.slice(0, at), bytes.slice(at)), `${toHex(bytes)} split at ${at}`).toEqual(whole);
        const last = whole.at(-1);
        expect(cut(concatBytes(bytes.slice(0, at), fromHex('FF'), bytes)).at(-1), `truncated at ${at}`).toEqual(last);
      }
    }
  });

  it('questions and commands are what the driver sends', () => {
    const sent = new Set(exchanges.filter((line) => line.toPrinter).map((line) => toHex(line.bytes)));
    const ours = [
      ...STATUS_QUESTIONS.map(encodeStatusQuestion),
      COMMANDS.clearBuffers,
      COMMANDS.initialise,
      ...Object.values(INFORMATION).map(encodeInformationQuestion),
      encodeProcessId(processId(1)),
      encodeProcessId(processId(2)),
    ];
    expect(sent).toEqual(new Set(ours.map(toHex)));
    expect(toHex(COMMANDS.recover)).toBe('100502');
  });

  it('answers are read as their comments say', () => {
    const bytes = answers.filter((answer) => answer.length === 1).map((answer) => answer[0] ?? 0);
    const [clean, paper, cover, cutter] = [0, 4, 8, 12].map((from) => decodeRealtime(bytes.slice(from, from + 4)));
    const well = {
      isOffline: false,
      isCoverOpen: false,
      isPaperEnd: false,
      isPaperNearEnd: false,
      hasCutterError: false,
      hasRecoverableError: false,
      hasUnrecoverableError: false,
      hasPassingError: false,
      isConsistent: true,
    };
    expect(clean).toEqual(well);
    expect(paper).toEqual({ ...well, isOffline: true, isPaperEnd: true, isPaperNearEnd: true });
    expect(cover).toEqual({ ...well, isOffline: true, isCoverOpen: true, hasPassingError: true });
    expect(cutter).toEqual({ ...well, isOffline: true, hasCutterError: true });
    const automatic = answers.flatMap((answer) => cut(answer)).filter((message) => message.kind === 'automatic');
    expect(automatic.map((message) => decodeAutomatic(message.bytes))).toEqual([
      well,
      { ...well, isOffline: true, isPaperEnd: true, isPaperNearEnd: true },
      { ...well, isOffline: true, isCoverOpen: true },
    ]);
    expect(cut(...answers).filter((message) => message.kind === 'processId')).toEqual([
      { kind: 'processId', id: processId(1) },
      { kind: 'processId', id: processId(2) },
    ]);
  });

  it('a slip is encoded to the byte', () => {
    const lines: SlipLine[] = [
      { kind: 'title', text: '回执' },
      { kind: 'rule' },
      { kind: 'pair', label: '金额', value: '¥8' },
      { kind: 'text', text: '𠮷' },
      { kind: 'qr', data: 'Hi' },
    ];
    expect(toHex(concatBytes(...encode(lines, 32)))).toBe(toHex(slipBytes));
    // However it is cut into chunks, it is the same slip.
    for (const chunkBytes of [1, 8, 40, 100]) {
      const chunks = encode(lines, 32, chunkBytes);
      expect(toHex(concatBytes(...chunks))).toBe(toHex(slipBytes));
    }
  });
});

describe('status bits', () => {
  it.each([
    [[0x5a, 0x1a, 0x12, 0x12], { isOffline: true, isConsistent: true }],
    [[0x3a, 0x12, 0x12, 0x12], { isOffline: true, isConsistent: true }],
    [[0x1a, 0x12, 0x12, 0x12], { isOffline: true, isConsistent: false }],
    [[0x1a, 0x52, 0x16, 0x12], { hasRecoverableError: true, isConsistent: true }],
    [[0x1a, 0x52, 0x32, 0x12], { hasUnrecoverableError: true, isConsistent: true }],
    [[0x1a, 0x52, 0x52, 0x12], { hasPassingError: true, isConsistent: true }],
    [[0x12, 0x12, 0x12, 0x1e], { isPaperNearEnd: true, isPaperEnd: false, isConsistent: true }],
    // An error without a cause is one all the same.
    [[0x1a, 0x52, 0x12, 0x12], { hasRecoverableError: true, isConsistent: false }],
    // On-line with the cover open; a cause without the error bit: something changed in between.
    [[0x12, 0x16, 0x12, 0x12], { isCoverOpen: true, isConsistent: false }],
    [[0x1a, 0x12, 0x1a, 0x12], { hasCutterError: true, isConsistent: false }],
  ])('%j', (bytes, wanted) => {
    expect(decodeRealtime(bytes)).toMatchObject(wanted);
  });

  it.each([
    [[0x18, 0x04, 0, 0x0f] as const, { hasRecoverableError: true }],
    [[0x18, 0x08, 0, 0x0f] as const, { hasCutterError: true }],
    [[0x18, 0x20, 0, 0x0f] as const, { hasUnrecoverableError: true }],
    [[0x18, 0x40, 0, 0x0f] as const, { hasPassingError: true }],
    [[0x10, 0, 0x03, 0x0f] as const, { isPaperNearEnd: true, isPaperEnd: false, isOffline: false }],
  ])('automatic %j', (bytes, wanted) => {
    expect(decodeAutomatic(bytes)).toMatchObject(wanted);
  });

  it('process ids are four letters that look like no status byte, all different', () => {
    const ids = Array.from({ length: 50_625 }, (_, n) => processId(n));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^[A-O]{4}$/.test(id))).toBe(true);
    expect(processId(50_625)).toBe(processId(0));
  });
});

const hanzi = fc.integer({ min: 0x4e00, max: 0x9fa5 }).map((code) => String.fromCodePoint(code));
const ascii = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCodePoint(code));
const gbkText = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.oneof(hanzi, ascii, fc.constantFrom('，', '。', '￥', '（', '）')), maxLength });
const anyText = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: 'binary', maxLength }).map((text) => text.slice(0, maxLength));

function slipOf(text: (maxLength: number) => fc.Arbitrary<string>): fc.Arbitrary<Slip> {
  const line: fc.Arbitrary<SlipLine> = fc.oneof(
    fc.record({ kind: fc.constant('title' as const), text: text(60) }),
    fc.record({ kind: fc.constant('text' as const), text: text(400) }),
    fc.record({ kind: fc.constant('pair' as const), label: text(40), value: text(120) }),
    fc.record({ kind: fc.constant('rule' as const) }),
    fc.record({ kind: fc.constant('qr' as const), data: text(400) }),
  );
  return fc.record({ lines: fc.array(line, { minLength: 1, maxLength: 12 }) });
}

const columnsOfPaper = fc.integer({ min: 32, max: 64 });

describe('random slips', () => {
  it('of GBK text come back as the same text, and the same QR data', () => {
    fc.assert(
      fc.property(slipOf(gbkText), columnsOfPaper, (slip, columns) => {
        const read = readBack(concatBytes(...encode(slip.lines, columns)));
        expect(read.text).toBe(wantedText(slip, columns));
        const qr = slip.lines.flatMap((line) => (line.kind === 'qr' && line.data !== '' ? [line.data] : []));
        expect(read.qr).toEqual(qr);
      }),
    );
  });

  it('of any text at all: what can be printed comes back, nothing in them is a command', () => {
    fc.assert(
      fc.property(slipOf(anyText), columnsOfPaper, (slip, columns) => {
        const laid = layOut(slip, { columns, glyphs: NO_GLYPHS, qr: 'printer' });
        if (!laid.ok) {
          expect(laid.error.code).toBe('softwareError');
          return;
        }
        const bytes = concatBytes(...encodeSlip(laid.value));
        expect(readBack(bytes).text).toBe(wantedText(slip, columns));
        expect(isExecutedInside(bytes)).toBe(false);
      }),
    );
  });

  it('of each length of QR data: no length byte begins a real-time command', () => {
    for (let length = 1; length <= 400; length += 1) {
      for (const unit of ['a', 'é', '好']) {
        const bytes = concatBytes(...encode([{ kind: 'qr', data: unit.repeat(length) }]));
        expect(isExecutedInside(bytes), `${length} × ${unit}`).toBe(false);
      }
    }
  });

  it('end each chunk where a command ends, within the bound but for a QR code', () => {
    fc.assert(
      fc.property(slipOf(gbkText), (slip) => {
        for (const chunk of encode(slip.lines)) {
          // Reads without a rest: no command is cut in two.
          readBack(chunk);
          if (chunk.length > 1_024) expect(readBack(chunk)).toMatchObject({ text: '', qr: [expect.anything()] });
        }
      }),
    );
  });

  it('control: the bytes that are looked for are found', () => {
    for (const hex of ['41 10 04 01', '10 05 02', '10 14 08 01 03 14 01 06 02 08', '1D 72 01'])
      expect(isExecutedInside(fromHex(hex))).toBe(true);
  });
});

/** Real-time commands, and GS r: none may be in a slip. DLE EOT knows n = 1…4, 7, 8 and 18. */
function isExecutedInside(bytes: Uint8Array): boolean {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return /10 04 (?:0[1-8]|12)|10 05|10 14|1d 72/.test(hex);
}

function wantedText(slip: Slip, columns: number): string {
  const texts = slip.lines.map((line) => {
    if (line.kind === 'pair') return printable(line.label) + printable(line.value);
    if (line.kind === 'rule') return '-'.repeat(columns);
    return line.kind === 'qr' ? '' : printable(line.text);
  });
  return texts.join('').replace(/\s/gu, '');
}

/** Parameter bytes behind the commands that a slip is made of. */
const PARAMETERS: Readonly<Record<string, number>> = {
  '1b40': 0,
  '1b52': 1,
  '1b61': 1,
  '1b45': 1,
  '1c26': 0,
  '1c2e': 0,
  '1d61': 1,
  '1d21': 1,
  '1d56': 2,
};

/** Reads a slip's bytes as the command reference says: its text without spaces and line ends, its QR data.
 *  @throws on anything that no slip is made of, or a command without its end. */
function readBack(bytes: Uint8Array): { text: string; qr: string[] } {
  const text: number[] = [];
  const qr: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x0a || byte >= 0x20) {
      text.push(byte);
      at += 1;
      continue;
    }
    const name = toHex(bytes.slice(at, at + 2));
    if (name === '1d28') {
      const length = (bytes[at + 3] ?? 0) + 256 * (bytes[at + 4] ?? 0);
      const body = bytes.slice(at + 5, at + 5 + length);
      expect([bytes[at + 2], body[0], body.length]).toEqual([0x6b, 0x31, length]);
      if (body[1] === 0x50) qr.push(new TextDecoder().decode(body.slice(3)));
      at += 5 + length;
      continue;
    }
    expect(PARAMETERS[name], name).toBeDefined();
    at += 2 + (PARAMETERS[name] ?? 0);
  }
  expect(at).toBe(bytes.length);
  return { text: iconv.decode(Uint8Array.from(text), 'gbk').replace(/\s/gu, ''), qr };
}
