import { concatBytes, fromHex } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import { encodeRef1Fields, type Ref1Field } from '../driver-kit/ref1-fields.ts';
import { encodeApduMessage } from '../framing/apdu-message.ts';
import type { RecordingMask } from '../framing/frame-mask.ts';
import { encodeGm65Answer, encodeGm65Command } from '../framing/gm65-answer.ts';
import { encodeHidIdentity, encodeHidOrder, HID_ORDER } from '../framing/hid-message.ts';
import { encodeHidposScan } from '../framing/hidpos-report.ts';
import { encodeIppMessage } from '../framing/ipp-message.ts';
import { encodeSaneMessage, SANE_KIND } from '../framing/sane-message.ts';
import { encodeSaneEnd, encodeSaneRun, encodeSaneTake } from '../framing/sane-run.ts';
import { encodeV4l2Message, V4L2_KIND } from '../framing/v4l2-message.ts';
import { encodeXorFrame } from '../framing/preamble-length-xor.ts';
import { encodeYmr1 } from '../framing/ymr1.ts';
import { CATALOGUE } from './catalogue.ts';
import {
  createApduMask,
  createGm65Mask,
  createHidposMask,
  createIppMask,
  createRef1Mask,
  createSdtMask,
  createV4l2Mask,
  recordingMaskOf,
} from './recording-masks.ts';

const received = (mask: RecordingMask, bytes: Uint8Array): Uint8Array => concatBytes(...mask.push('received', bytes));

describe('SDT', () => {
  const person = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(0x5a);
  /** Text with the layout's letter at 248. */
  const text = (): Uint8Array => person(256).with(248, 0x4a).with(249, 0);
  const maskedText = (): Uint8Array => new Uint8Array(256).with(248, 0x4a);
  const reply = (...parts: readonly Uint8Array[]): Uint8Array =>
    encodeXorFrame(concatBytes(Uint8Array.of(0, 0, 0x90), ...parts));

  it.each([
    ['text and photo', Uint8Array.of(1, 0, 4, 0), 1_024],
    ['text and photo, no fingerprint on the card', Uint8Array.of(1, 0, 4, 0, 0, 0), 1_024],
    ['text, photo and fingerprint', Uint8Array.of(1, 0, 4, 0, 4, 0), 2_048],
  ])('%s: only lengths and the layout’s letter stay', (_, lengths, rest) => {
    const [sent, kept] = [reply(lengths, text(), person(rest)), reply(lengths, maskedText(), new Uint8Array(rest))];
    expect(received(createSdtMask(), sent)).toEqual(kept);
  });

  it('card serial, added address and card number are zero', () => {
    for (const bytes of [8, 70, 12])
      expect(received(createSdtMask(), reply(person(bytes)))).toEqual(reply(new Uint8Array(bytes)));
  });

  it('the reader’s own number, failures and requests stay', () => {
    const samId = reply(person(16));
    const failed = encodeXorFrame(Uint8Array.of(0, 0, 0x41));
    for (const frame of [samId, failed]) expect(received(createSdtMask(), frame)).toEqual(frame);
    const request = encodeXorFrame(Uint8Array.of(0x30, 0x01));
    expect(createSdtMask().push('sent', request)).toEqual([request]);
  });
});

describe('cameras', () => {
  it('pictures are zero, also pieces of unknown kinds; everything else stays', () => {
    const picture = (kind: number, byte: number): Uint8Array =>
      encodeV4l2Message({ kind, number: 3, payload: new Uint8Array(40).fill(byte) });
    const mask = createV4l2Mask();
    for (const kind of [V4L2_KIND.piece, 0x77]) expect(received(mask, picture(kind, 0xd8))).toEqual(picture(kind, 0));
    for (const kind of [V4L2_KIND.seen, V4L2_KIND.grabbed])
      expect(received(mask, picture(kind, 0x20))).toEqual(picture(kind, 0x20));
    const take = encodeV4l2Message({ kind: V4L2_KIND.take, number: 4, payload: Uint8Array.of(0, 0, 128, 0) });
    expect(mask.push('sent', take)).toEqual([take]);
  });
});

describe('APDU', () => {
  it('of a command the head stays, of an answer the status word', () => {
    const mask = createApduMask();
    const command = Uint8Array.of(0x00, 0x82, 0, 0, 0x28, 1, 2, 3);
    expect(mask.push('sent', encodeApduMessage(command))).toEqual([
      encodeApduMessage(Uint8Array.of(0x00, 0x82, 0, 0, 0x28, 0, 0, 0)),
    ]);
    expect(received(mask, encodeApduMessage(Uint8Array.of(7, 7, 7, 0x90, 0)))).toEqual(
      encodeApduMessage(Uint8Array.of(0, 0, 0, 0x90, 0)),
    );
  });

  it.each([
    ['GENERAL AUTHENTICATE of PACE', 0x10, 0x86, 0x45],
    ['MSE:Set AT', 0x00, 0x22, 0x0f],
    ['a command under AES secure messaging', 0x0c, 0xb0, 0x0d],
    ['a chained one', 0x1c, 0x86, 0x60],
  ])('of %s neither data nor answer stays', (_, cla, ins, length) => {
    const mask = createApduMask();
    const secret = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(0x5a);
    const head = Uint8Array.of(cla, ins, 0, 0, length);
    expect(mask.push('sent', encodeApduMessage(concatBytes(head, secret(length + 1))))).toEqual([
      encodeApduMessage(concatBytes(head, new Uint8Array(length + 1))),
    ]);
    expect(received(mask, encodeApduMessage(concatBytes(secret(242), Uint8Array.of(0x90, 0))))).toEqual(
      encodeApduMessage(concatBytes(new Uint8Array(242), Uint8Array.of(0x90, 0))),
    );
  });

  it('of a command and an answer in extended length neither data nor answer stays', () => {
    const mask = createApduMask();
    const long = concatBytes(Uint8Array.of(0x0c, 0x88, 0, 0, 0), new Uint8Array(40).fill(0x5a));
    expect(mask.push('sent', encodeApduMessage(long))).toEqual([
      encodeApduMessage(concatBytes(long.subarray(0, 5), new Uint8Array(40))),
    ]);
    const answer = concatBytes(new Uint8Array(550).fill(0x5a), Uint8Array.of(0x69, 0x88));
    expect(received(mask, encodeApduMessage(answer))).toEqual(
      encodeApduMessage(concatBytes(new Uint8Array(550), Uint8Array.of(0x69, 0x88))),
    );
  });

  it('what the reader says of itself stays; of a chip’s ATR nothing does', () => {
    const mask = createApduMask();
    const identity = encodeApduMessage(new TextEncoder().encode('reader;1;2'));
    mask.push('sent', encodeApduMessage(Uint8Array.of(5)));
    expect(received(mask, identity)).toEqual(identity);
    mask.push('sent', encodeApduMessage(Uint8Array.of(4)));
    expect(received(mask, encodeApduMessage(Uint8Array.of(0x3b, 0x88, 1, 2)))).toEqual(
      encodeApduMessage(Uint8Array.of(0, 0, 1, 2)),
    );
    mask.push('received', Uint8Array.of(0, 9, 1));
    expect(mask.flush('received')).toEqual([new Uint8Array(3)]);
  });
});

describe('GM65', () => {
  const code = new TextEncoder().encode('R7K2M9QX4T\r\n');
  const trigger = encodeGm65Command(8, 2, Uint8Array.of(1));
  const done = encodeGm65Answer(Uint8Array.of(0));

  it('commands and their answers stay; a code, also around an answer, is zero', () => {
    const mask = createGm65Mask();
    expect(received(mask, concatBytes(code, done))).toEqual(new Uint8Array(code.length + done.length));
    expect(mask.push('sent', trigger)).toEqual([trigger]);
    expect(received(mask, concatBytes(code, done, code))).toEqual(
      concatBytes(new Uint8Array(code.length), done, new Uint8Array(code.length)),
    );
  });

  it('the beginning of an answer that does not come is zero too', () => {
    const mask = createGm65Mask();
    mask.push('sent', encodeGm65Command(7, 0, Uint8Array.of(7)));
    expect(received(mask, Uint8Array.of(0x41, 2, 0, 0, 7, 9))).toEqual(new Uint8Array(1));
    expect(mask.flush('received')).toEqual([new Uint8Array(5)]);
    expect(mask.flush('sent')).toEqual([]);
  });
});

describe('HID-POS', () => {
  const aim = Uint8Array.of(0x5d, 0x51, 0x31);
  const scan = (data: Uint8Array): Uint8Array => encodeHidposScan({ aim, data, symbology: 0x73, isMore: true });
  const code = new TextEncoder().encode('R7K2M9QX4T');

  it('of a report all but its data stays; orders and what the carrier says of the reader stay', () => {
    const mask = createHidposMask();
    expect(received(mask, scan(code))).toEqual(scan(new Uint8Array(code.length)));
    const identity = encodeHidIdentity(new TextEncoder().encode('0c2e:0b61;;;;;'));
    expect(received(mask, identity)).toEqual(identity);
    const order = encodeHidOrder(HID_ORDER.output, Uint8Array.of(4, 1));
    expect(mask.push('sent', order)).toEqual([order]);
  });

  it('data behind the length, other reports, broken orders and an unfinished report are zero', () => {
    const mask = createHidposMask();
    const behind = scan(code).with(1, 2);
    expect(received(mask, behind)).toEqual(scan(new Uint8Array(code.length)).with(1, 2));
    expect(received(mask, scan(code).with(0, 3))).toEqual(new Uint8Array(64));
    expect(received(mask, scan(code).with(0, 0))).toEqual(new Uint8Array(64));
    expect(mask.push('sent', scan(code))).toEqual([new Uint8Array(64)]);
    mask.push('received', scan(code).slice(0, 20));
    expect(mask.flush('received')).toEqual([new Uint8Array(20)]);
  });
});

describe('reference protocol', () => {
  const frame = (fields: Parameters<typeof encodeRef1Fields>[0]): Uint8Array =>
    encodeYmr1({ seq: 7, command: 0x93, data: encodeRef1Fields(fields) });

  it('named fields are zero, in part or whole, the others and the check sum as they should be', () => {
    const mask = createRef1Mask({ 0x04: 2, 0x41: 0 });
    const of = (detail: number, line: number): Uint8Array =>
      frame([
        [0x02, Uint8Array.of(0)],
        [0x04, Uint8Array.of(5, 1, detail, detail)],
        [0x41, Uint8Array.of(line, line)],
      ]);
    expect(received(mask, of(9, 9))).toEqual(of(0, 0));
    expect(concatBytes(...mask.push('sent', of(9, 9)))).toEqual(of(0, 0));
  });

  it('a damaged tail counts as personal', () => {
    const data = Uint8Array.of(0x02, 0, 1, 0, 0x44, 0xff, 0xff, 1, 2);
    const kept = Uint8Array.of(0x02, 0, 1, 0, 0, 0, 0, 0, 0);
    expect(received(createRef1Mask({}), encodeYmr1({ seq: 1, command: 1, data }))).toEqual(
      encodeYmr1({ seq: 1, command: 1, data: kept }),
    );
  });
});

describe('IPP', () => {
  const attributes = fromHex('0101 0002 00000001 02 21 0006 636f70696573 0004 00000001 03');
  const document = new TextEncoder().encode('%PDF- synthetic');
  const message = (payload: Uint8Array): Uint8Array => encodeIppMessage({ number: 1, status: 0, payload });

  it('attributes stay, the document is zero, in pieces too', () => {
    const mask = createIppMask();
    const bytes = message(concatBytes(attributes, document));
    const out = [...mask.push('sent', bytes.slice(0, 30)), ...mask.push('sent', bytes.slice(30))];
    expect(concatBytes(...out)).toEqual(message(concatBytes(attributes, new Uint8Array(document.length))));
    expect(received(mask, message(attributes))).toEqual(message(attributes));
  });

  it('what is not IPP, and what is in no message, is zero', () => {
    const mask = createIppMask();
    expect(received(mask, message(document))).toEqual(message(new Uint8Array(document.length)));
    expect(received(mask, document)).toEqual(new Uint8Array(document.length));
    expect(mask.push('sent', message(document).slice(0, 14))).toEqual([]);
    expect(concatBytes(...mask.flush('sent'))).toEqual(new Uint8Array(14));
  });
});

describe('which drivers may be recorded', () => {
  it('those with a mask and those that carry nothing personal; no other', () => {
    expect(recordingMaskOf({ kind: 'card-unit' })).toEqual({ ok: true, value: undefined });
    expect(recordingMaskOf({ kind: 'cabinet-io' })).toEqual({ ok: true, value: undefined });
    for (const kind of ['id-card-reader', 'travel-document', 'receipt-printer'] as const)
      expect(recordingMaskOf({ kind })).toMatchObject({ ok: false });
    expect(recordingMaskOf({ kind: 'id-card-reader', mask: createSdtMask })).toEqual({
      ok: true,
      value: createSdtMask,
    });
  });

  it('of a fingerprint and a signature neither chunk, digest nor prompt is recorded; which and how many is', () => {
    const fields = (isMasked: boolean): readonly Ref1Field[] => {
      const person = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(isMasked ? 0 : 0x5a);
      return [
        [0x32, Uint8Array.of(0, 9)],
        [0x33, person(7_500)],
        [0x34, person(32)],
        [0x45, Uint8Array.of(1)],
      ];
    };
    const frame = (of: readonly Ref1Field[]): Uint8Array =>
      encodeYmr1({ seq: 7, command: 0x91, data: encodeRef1Fields(of) });
    const maskOf = (id: string): RecordingMask => CATALOGUE[id]?.mask?.() ?? createRef1Mask({});
    for (const id of ['fingerprint-yimen-ref1', 'signature-pad-yimen-ref1'])
      expect(received(maskOf(id), frame(fields(false)))).toEqual(frame(fields(true)));
    const [prompt, finger] = [frame([[0x40, Uint8Array.of(0x5a)]]), frame([[0x40, Uint8Array.of(2)]])];
    expect(received(maskOf('signature-pad-yimen-ref1'), prompt)).toEqual(frame([[0x40, Uint8Array.of(0)]]));
    expect(received(maskOf('fingerprint-yimen-ref1'), finger)).toEqual(finger);
  });

  it('of a licence texts and digests are not recorded, of a finished document no serial number', () => {
    const frame = (tags: readonly number[], byte: number): Uint8Array => {
      const fields = tags.map((tag): Ref1Field => [tag, new Uint8Array(9).fill(byte)]);
      return encodeYmr1({ seq: 7, command: 0x90, data: encodeRef1Fields(fields) });
    };
    const evidence = (detail: number): Uint8Array =>
      encodeYmr1({ seq: 7, command: 0x90, data: encodeRef1Fields([[0x04, Uint8Array.of(5, 1, detail)]]) });
    for (const [id, hidden, kept] of [
      ['licence-printer-yimen-ref1', [0x42, 0x45, 0x4c], [0x40, 0x41, 0x43, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b]],
      ['document-locker-yimen-ref1', [0x42, 0x44, 0x46, 0x4c], [0x40, 0x41, 0x43, 0x45, 0x47, 0x48, 0x49, 0x4a]],
    ] as const) {
      const mask = CATALOGUE[id]?.mask?.() ?? createRef1Mask({});
      expect(received(mask, frame(hidden, 0x5a)), id).toEqual(frame(hidden, 0));
      expect(received(mask, frame(kept, 0x5a)), id).toEqual(frame(kept, 0x5a));
      expect(received(mask, evidence(0x5a)), id).toEqual(evidence(0));
    }
  });

  it('of a scanner no page is recorded; arguments, exit codes, lists and sizes are', () => {
    const mask = (): RecordingMask => CATALOGUE['document-scanner-sane-any']?.mask?.() ?? createRef1Mask({});
    const message = (kind: number, payload: Uint8Array): Uint8Array => encodeSaneMessage({ kind, number: 7, payload });
    const page = new Uint8Array(300).fill(0x5a);
    const ended = (stdout: Uint8Array): Uint8Array =>
      message(
        SANE_KIND.ended,
        encodeSaneEnd({
          how: 'exited',
          code: 7,
          isKilledAtDeadline: false,
          isCancelled: false,
          isTooLarge: false,
          isKilledAtExit: false,
          stderr: 'out of documents',
          stdout,
          files: [{ name: '1.png', bytes: 300 }],
        }),
      );
    const list = ended(new TextEncoder().encode('test:0\tNoname\n    --mode Gray|Color [Gray]\n扫描仪\n'));
    const run = message(SANE_KIND.run, encodeSaneRun({ deadlineMs: 1, outputBytes: 2, args: ['-d', 'test:0'] }));
    const take = message(SANE_KIND.take, encodeSaneTake({ file: 0, offset: 1, most: 2 }));
    for (const open of [list, run, take]) expect(received(mask(), open)).toEqual(open);
    expect(received(mask(), message(SANE_KIND.piece, page))).toEqual(message(SANE_KIND.piece, new Uint8Array(300)));
    // A page on stdout, an end that is none, a kind that nobody knows.
    expect(received(mask(), ended(Uint8Array.of(0x89, 0x50, 0x4e, 0x47)))).toEqual(ended(new Uint8Array(4)));
    expect(received(mask(), message(SANE_KIND.ended, page))).toEqual(message(SANE_KIND.ended, new Uint8Array(300)));
    expect(received(mask(), message(0x90, page))).toEqual(message(0x90, new Uint8Array(300)));
  });

  it('a travel document’s and an endorsement printer’s driver have one', () => {
    for (const id of ['travel-document-icao-9303', 'endorsement-printer-yimen-ref1'])
      expect(CATALOGUE[id]?.mask).toBeDefined();
  });
});
