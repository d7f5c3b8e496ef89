import { HID_MESSAGE } from '../../framing/hid-message.ts';
import { createHidposCutter } from '../../framing/hidpos-report.ts';
import { createIppMessageCutter, encodeIppMessage } from '../../framing/ipp-message.ts';
import { createSaneMessageCutter, encodeSaneMessage, SANE_KIND } from '../../framing/sane-message.ts';
import { decodeSaneEnd, decodeSaneRun, decodeSaneTake, encodeSaneEnd, encodeSaneRun } from '../../framing/sane-run.ts';
import { createV4l2MessageCutter, encodeV4l2Message, V4L2_KIND } from '../../framing/v4l2-message.ts';
import { fixtureFrames } from './fixture-frames.ts';
import { lineTarget } from './line-target.ts';
import { inPieces } from './mutate.ts';
import { promise, type FuzzTarget } from './target.ts';

const IPP_LIMIT_BYTES = 4_096;
const SERVICE_MESSAGE_BYTES = 49_162;

function ippMessageTarget(): FuzzTarget {
  return lineTarget({
    name: 'ipp-message',
    seeds: fixtureFrames('document-printer-cups-ipp'),
    good: encodeIppMessage({ number: 1, status: 200, payload: new Uint8Array(0) }),
    create: () => createIppMessageCutter(IPP_LIMIT_BYTES),
    limitBytes: IPP_LIMIT_BYTES + 10,
    wireOf: encodeIppMessage,
  });
}

function saneMessageTarget(): FuzzTarget {
  const run = encodeSaneRun({ deadlineMs: 30_000, outputBytes: 1_000_000, args: ['-d', 'test:0', '--format=png'] });
  const end = encodeSaneEnd({
    how: 'exited',
    code: 7,
    isKilledAtDeadline: false,
    isCancelled: false,
    isTooLarge: false,
    isKilledAtExit: false,
    stderr: 'scanimage: no documents',
    stdout: new Uint8Array(0),
    files: [{ name: 'page-1.png', bytes: 4_711 }],
  });
  const seeds = [
    encodeSaneMessage({ kind: SANE_KIND.run, number: 1, payload: run }),
    encodeSaneMessage({ kind: SANE_KIND.ended, number: 1, payload: end }),
    encodeSaneMessage({ kind: SANE_KIND.cancel, number: 2, payload: new Uint8Array(0) }),
  ];
  return lineTarget({
    name: 'sane-message',
    seeds,
    good: encodeSaneMessage({ kind: SANE_KIND.forget, number: 9, payload: new Uint8Array(0) }),
    create: createSaneMessageCutter,
    limitBytes: SERVICE_MESSAGE_BYTES,
    wireOf: encodeSaneMessage,
    onFrame: ({ payload }) => {
      decodeSaneRun(payload);
      decodeSaneEnd(payload);
      decodeSaneTake(payload);
    },
  });
}

function v4l2MessageTarget(): FuzzTarget {
  const payload = new TextEncoder().encode('{"isPresent":true,"name":"UVC"}');
  return lineTarget({
    name: 'v4l2-message',
    seeds: [
      encodeV4l2Message({ kind: V4L2_KIND.look, number: 1, payload: new Uint8Array(0) }),
      encodeV4l2Message({ kind: V4L2_KIND.seen, number: 1, payload }),
    ],
    good: encodeV4l2Message({ kind: V4L2_KIND.take, number: 9, payload: new Uint8Array(0) }),
    create: createV4l2MessageCutter,
    limitBytes: SERVICE_MESSAGE_BYTES,
    wireOf: encodeV4l2Message,
  });
}

/** A report has neither mark nor check sum: what is promised is that a pause brings the line into step again. */
function hidposTarget(): FuzzTarget {
  const seeds = fixtureFrames('qr-reader-any-hidpos');
  const good = seeds.find((frame) => frame.length === HID_MESSAGE.bytes && frame[0] === 2) ?? new Uint8Array(0);
  const cutter = createHidposCutter();
  return {
    name: 'hidpos-report',
    seeds,
    run(damaged, random) {
      for (const piece of inPieces(damaged, random)) {
        for (const cut of cutter.push(piece))
          if (cut.kind === 'frame' && cut.frame.kind === 'scan')
            promise(cut.frame.data.length <= 56, 'a report too long');
        promise(cutter.heldBytes < HID_MESSAGE.bytes, `holds ${cutter.heldBytes} bytes`);
      }
      cutter.flush();
      const [found] = cutter.push(good);
      promise(found?.kind === 'frame', 'did not find a good report after a pause');
    },
  };
}

/** What services and HID devices are carried in. */
export function messageTargets(): readonly FuzzTarget[] {
  return [ippMessageTarget(), saneMessageTarget(), v4l2MessageTarget(), hidposTarget()];
}
