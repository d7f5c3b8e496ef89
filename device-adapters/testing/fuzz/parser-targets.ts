import { concatBytes } from '@yimen/contracts/base';
import { ApduMessageReader, encodeApduMessage } from '../../framing/apdu-message.ts';
import { createEscposStatusCutter, ESCPOS_STATUS } from '../../framing/escpos-status.ts';
import { createGm65AnswerCutter, encodeGm65Answer, GM65_FRAME } from '../../framing/gm65-answer.ts';
import { createModbusRtuCutter, encodeRtu, RTU_SIZES } from '../../framing/modbus-rtu.ts';
import {
  BCC_BODY_LIMIT_BYTES,
  createBccCutter,
  encodeBlock,
  type BccPiece,
} from '../../framing/preamble-length-bcc.ts';
import { createXorCutter, encodeXorFrame, XOR_BODY_LIMIT_BYTES } from '../../framing/preamble-length-xor.ts';
import { createYmr1Cutter, encodeYmr1, YMR1, type Ymr1Frame } from '../../framing/ymr1.ts';
import { crc16ModbusByBits, crc16XmodemByBits, exclusiveOrOf } from './checksums.ts';
import { fixtureFrames } from './fixture-frames.ts';
import { lineTarget } from './line-target.ts';
import { inPieces } from './mutate.ts';
import { promise, type FuzzTarget } from './target.ts';

const REFERENCE_DRIVERS = [
  'endorsement-printer-yimen-ref1',
  'payment-terminal-yimen-ref1',
  'fingerprint-yimen-ref1',
  'signature-pad-yimen-ref1',
  'licence-printer-yimen-ref1',
  'document-locker-yimen-ref1',
];

/** Frames of every reference device, both directions. */
export function referenceFrames(): readonly Uint8Array[] {
  return REFERENCE_DRIVERS.flatMap((driver) => [...fixtureFrames(driver), ...fixtureFrames(driver, '>')]);
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function ymr1Target(): FuzzTarget {
  return lineTarget<Ymr1Frame>({
    name: 'ymr1',
    seeds: referenceFrames(),
    good: encodeYmr1({ seq: 1, command: 2, data: new Uint8Array() }),
    create: createYmr1Cutter,
    limitBytes: YMR1.frameBytes,
    wireOf: ({ seq, command, data }) => {
      const covered = concatBytes(u16(seq), Uint8Array.of(command), u16(data.length), data);
      return concatBytes(Uint8Array.of(0x59, 0x4d, 0x52, 0x31), covered, u16(crc16XmodemByBits(covered)));
    },
  });
}

function xorTarget(): FuzzTarget {
  const driver = 'id-card-reader-gb-sdt';
  return lineTarget<Uint8Array>({
    name: 'xor',
    seeds: [...fixtureFrames(driver), ...fixtureFrames(driver, '>')],
    good: encodeXorFrame(Uint8Array.of(0, 0, 0x90)),
    create: createXorCutter,
    limitBytes: XOR_BODY_LIMIT_BYTES + 8,
    wireOf: (body) => {
      const covered = concatBytes(u16(body.length + 1), body);
      return concatBytes(Uint8Array.of(0xaa, 0xaa, 0xaa, 0x96, 0x69), covered, Uint8Array.of(exclusiveOrOf(covered)));
    },
  });
}

const BCC_CONTROLS = { ack: 0x06, nak: 0x15, eot: 0x04 } as const;

function bccTarget(): FuzzTarget {
  const driver = 'card-unit-creator-crt591';
  return lineTarget<BccPiece>({
    name: 'bcc',
    seeds: [...fixtureFrames(driver), ...fixtureFrames(driver, '>')],
    good: encodeBlock(0, Uint8Array.of(0x50, 0x31, 0x30, 0x30, 0x32, 0x30)),
    create: createBccCutter,
    limitBytes: BCC_BODY_LIMIT_BYTES + 6,
    wireOf: (piece) => {
      if (piece.kind !== 'block') return Uint8Array.of(BCC_CONTROLS[piece.kind]);
      const covered = concatBytes(
        Uint8Array.of(0xf2, piece.address),
        u16(piece.body.length),
        piece.body,
        Uint8Array.of(0x03),
      );
      return concatBytes(covered, Uint8Array.of(exclusiveOrOf(covered)));
    },
  });
}

function gm65Target(): FuzzTarget {
  return lineTarget<Uint8Array>({
    name: 'gm65-answer',
    seeds: fixtureFrames('qr-reader-hikvision-gm65'),
    good: encodeGm65Answer(Uint8Array.of(0x33)),
    create: () => createGm65AnswerCutter(() => 1),
    limitBytes: GM65_FRAME.answerHeadBytes + GM65_FRAME.dataBytes + GM65_FRAME.crcBytes,
    wireOf: (data) => {
      const covered = concatBytes(Uint8Array.of(0, data.length), data);
      return data.length === 1 ? concatBytes(Uint8Array.of(2, 0), covered, u16(crc16XmodemByBits(covered))) : undefined;
    },
  });
}

function modbusTarget(): FuzzTarget {
  const answers = [
    [3, 2, 0x12, 0x34],
    [1, 1, 0x05],
    [2, 2, 0xff, 0x01],
    [4, 4, 0, 1, 0, 2],
    [5, 0, 1, 0xff, 0],
    [16, 0, 2, 0, 1],
    [0x83, 2],
  ];
  const frames = answers.map((pdu) => encodeRtu({ unit: 1, pdu: Uint8Array.from(pdu) }));
  return lineTarget({
    name: 'modbus-rtu',
    seeds: frames,
    good: encodeRtu({ unit: 1, pdu: Uint8Array.of(3, 2, 0, 7) }),
    create: createModbusRtuCutter,
    limitBytes: RTU_SIZES.frameBytes,
    wireOf: ({ unit, pdu }) => {
      const covered = concatBytes(Uint8Array.of(unit), pdu);
      const crc = crc16ModbusByBits(covered);
      return concatBytes(covered, Uint8Array.of(crc & 0xff, crc >> 8));
    },
  });
}

/** Status bytes may fall between the bytes of a message, and have no check sum: only the bounds are asserted. */
function escposTarget(): FuzzTarget {
  const cutter = createEscposStatusCutter();
  const most = ESCPOS_STATUS.informationBytes;
  return {
    name: 'escpos-status',
    seeds: fixtureFrames('receipt-printer-epson-escpos'),
    run(damaged, random) {
      for (const piece of inPieces(damaged, random)) {
        for (const cut of cutter.push(piece)) {
          if (cut.kind !== 'frame') continue;
          for (const message of cut.frame)
            if (message.kind === 'information') promise(message.text.length < most, 'an information block is too long');
        }
        promise(cutter.heldBytes <= most, `holds ${cutter.heldBytes} bytes`);
      }
      cutter.flush();
      const [found] = cutter.push(Uint8Array.of(0x12));
      promise(found?.kind === 'frame', 'did not find a status byte after the nonsense');
    },
  };
}

/** No check sum and no preamble: what is promised is that it ends, and how. */
function apduTarget(): FuzzTarget {
  const limitBytes = 258;
  const payloads = [[], [4], [0x90, 0x00], Array.from({ length: 258 }, () => 0x5a)];
  return {
    name: 'apdu-message',
    seeds: payloads.map((payload) => encodeApduMessage(Uint8Array.from(payload))),
    run(damaged, random) {
      const reader = new ApduMessageReader(limitBytes);
      for (const piece of inPieces(damaged, random)) {
        const messages = reader.push(piece);
        promise(reader.heldBytes <= limitBytes + 2, `holds ${reader.heldBytes} bytes`);
        if (!messages.ok) {
          promise(!reader.push(piece).ok, 'went on after a length that cannot be');
          return;
        }
        for (const payload of messages.value) promise(payload.length <= limitBytes, 'gave a message over its limit');
      }
    },
  };
}

/** Every framer. */
export function framerTargets(): readonly FuzzTarget[] {
  return [ymr1Target(), xorTarget(), bccTarget(), gm65Target(), modbusTarget(), escposTarget(), apduTarget()];
}
