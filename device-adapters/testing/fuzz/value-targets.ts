import {
  COMMANDS as CRT,
  decodeBinCounter,
  decodeCardType,
  decodeReply as decodeCrtReply,
  decodeSerial,
  decodeShutter,
  decodeVersion,
} from '../../drivers/card-unit-creator-crt591/protocol.ts';
import { decodeAskedSerial, decodePage, decodeReadSerial } from '../../drivers/document-locker-yimen-ref1/protocol.ts';
import { decodeAnswer, jobsOf, printerOf, unsupportedOf } from '../../drivers/document-printer-cups-ipp/protocol.ts';
import { decodeReadBack } from '../../drivers/endorsement-printer-yimen-ref1/protocol.ts';
import { decodeImage } from '../../drivers/fingerprint-yimen-ref1/protocol.ts';
import {
  COMMANDS as SDT,
  decodeIdentity,
  decodeReply as decodeSdtReply,
  decodeSamId,
} from '../../drivers/id-card-reader-gb-sdt/protocol.ts';
import { readTextFields } from '../../drivers/id-card-reader-gb-sdt/text-fields.ts';
import {
  decodeAskedDigest,
  decodeDigest,
  decodeSpoiled,
  decodeVerify,
} from '../../drivers/licence-printer-yimen-ref1/protocol.ts';
import { decodeCharge, decodeKeypad, decodePayment } from '../../drivers/payment-terminal-yimen-ref1/protocol.ts';
import { CodeCollector, scannedCode, withoutRepeats } from '../../drivers/qr-reader-hikvision-gm65/codes.ts';
import { decodeRef1Fields, type Ref1Fields } from '../../driver-kit/ref1-fields.ts';
import { rawChunkOf, rawObjectOf } from '../../driver-kit/ref1-object.ts';
import { rawEndOf, rawIdentityOf, rawMemoryOf, rawStatusOf } from '../../driver-kit/ref1-protocol.ts';
import { ref1Axes } from '../../driver-kit/ref1-status.ts';
import { readTlvList } from '../../framing/tlv.ts';
import { parseWhere } from '../../registry/discover.ts';
import { fixtureFrames } from './fixture-frames.ts';
import { inPieces } from './mutate.ts';
import { referenceFrames } from './parser-targets.ts';
import { promise, type FuzzTarget } from './target.ts';

/** Everything that reads the fields of a reference device's frame. */
const REF1_READERS: readonly ((fields: Ref1Fields) => unknown)[] = [
  rawEndOf,
  rawMemoryOf,
  rawIdentityOf,
  rawObjectOf,
  rawChunkOf,
  decodeReadBack,
  decodeImage,
  decodePayment,
  decodeCharge,
  decodeKeypad,
  decodePage,
  decodeReadSerial,
  decodeAskedSerial,
  decodeVerify,
  decodeDigest,
  decodeAskedDigest,
  decodeSpoiled,
];
const YMR1_HEAD_BYTES = 9;
const YMR1_TAIL_BYTES = 2;

function ref1Target(): FuzzTarget {
  return {
    name: 'ref1-fields',
    seeds: referenceFrames()
      .map((frame) => frame.subarray(YMR1_HEAD_BYTES, frame.length - YMR1_TAIL_BYTES))
      .filter((data) => data.length > 0),
    run(damaged) {
      const fields = decodeRef1Fields(damaged);
      if (fields === undefined) return;
      for (const read of REF1_READERS) read(fields);
      const status = rawStatusOf(fields);
      if (status !== undefined) ref1Axes(status, {});
    },
  };
}

const SDT_HEAD_BYTES = 7;

function sdtTarget(): FuzzTarget {
  return {
    name: 'sdt-replies',
    seeds: fixtureFrames('id-card-reader-gb-sdt').map((frame) => frame.subarray(SDT_HEAD_BYTES, frame.length - 1)),
    run(damaged) {
      for (const command of Object.values(SDT)) {
        const reply = decodeSdtReply(damaged, command);
        if (reply?.kind !== 'good') continue;
        if (command === SDT.samId) decodeSamId(reply.data);
        const identity = decodeIdentity(reply.data, command);
        if (identity !== undefined) readTextFields(identity.text);
      }
      // A card's text is the card's: whatever stands in it.
      readTextFields(damaged);
    },
  };
}

const BCC_HEAD_BYTES = 4;
const BCC_TAIL_BYTES = 2;

function crtTarget(): FuzzTarget {
  return {
    name: 'crt591-replies',
    seeds: fixtureFrames('card-unit-creator-crt591')
      .filter((frame) => frame.length > BCC_HEAD_BYTES + BCC_TAIL_BYTES)
      .map((frame) => frame.subarray(BCC_HEAD_BYTES, frame.length - BCC_TAIL_BYTES)),
    run(damaged) {
      for (const command of Object.values(CRT)) {
        const reply = decodeCrtReply(damaged, command);
        if (reply?.kind !== 'positive') continue;
        decodeSerial(reply.data);
        decodeVersion(reply.data);
        decodeBinCounter(reply.data);
        decodeShutter(reply.data);
        decodeCardType(reply.data);
      }
    },
  };
}

function codesTarget(): FuzzTarget {
  return {
    name: 'qr-codes',
    seeds: fixtureFrames('qr-reader-hikvision-gm65'),
    run(damaged, random) {
      const collector = new CodeCollector();
      for (const piece of inPieces(damaged, random)) {
        collector.push(piece);
        promise(collector.heldBytes <= 2_051, `holds ${collector.heldBytes} bytes of one code`);
      }
      collector.quiet();
      if (damaged.length === 0) return;
      const code = scannedCode(withoutRepeats(damaged), random.below(2) === 0);
      promise(Buffer.from(code.bytes, 'base64').length <= damaged.length, 'made a code longer than what was read');
    },
  };
}

function ippTarget(): FuzzTarget {
  const carrierHead = 10;
  return {
    name: 'ipp-answers',
    seeds: fixtureFrames('document-printer-cups-ipp').map((frame) => frame.subarray(carrierHead)),
    run(damaged) {
      const answer = decodeAnswer(damaged);
      if (answer === undefined) return;
      printerOf(answer);
      jobsOf(answer);
      unsupportedOf(answer);
    },
  };
}

function tlvTarget(): FuzzTarget {
  return {
    name: 'tlv',
    seeds: fixtureFrames('travel-document-icao-9303'),
    run(damaged) {
      const list = readTlvList(damaged, { valueBytes: 65_535, objects: 64 });
      if (!list.ok) return;
      const bytes = list.value.reduce((sum, { value }) => sum + value.length, 0);
      promise(bytes <= damaged.length, 'read more than there was');
    },
  };
}

function whereTarget(): FuzzTarget {
  const texts = [
    'tcp:127.0.0.1:9100',
    'serial:/dev/ttyUSB0@115200,8N1',
    'exec:socat - "a b"',
    'modbus:/dev/ttyS1@9600#1',
    'tcp:[::1]:80',
  ];
  return {
    name: 'where',
    seeds: texts.map((text) => new TextEncoder().encode(text)),
    run(damaged) {
      const where = parseWhere(new TextDecoder('latin1').decode(damaged));
      promise(where.ok || where.error.message.length <= 400, 'answered with a sentence that nobody reads');
    },
  };
}

/** Everything that makes values of what framers let through. */
export function valueTargets(): readonly FuzzTarget[] {
  return [ref1Target(), sdtTarget(), crtTarget(), codesTarget(), ippTarget(), tlvTarget(), whereTarget()];
}
