import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createXorCutter, encodeXorFrame, XOR_BODY_LIMIT_BYTES } from '../../framing/preamble-length-xor.ts';
import { seededRandom } from '../../testing/contract-bench.ts';
import { SDT_BAUDS } from './limits.table.ts';
import {
  COMMANDS,
  decodeIdentity,
  decodeReply,
  decodeSamId,
  encodeCommand,
  longestReplyBytes,
  speedCommand,
  type RawCommand,
} from './protocol.ts';
import { bodyOf, readFixtures, replyBody } from './testing/fixtures.ts';

const ALL: readonly RawCommand[] = [...Object.values(COMMANDS), ...SDT_BAUDS.map((_, index) => speedCommand(index))];
const exchanges = readFixtures();
const frames = exchanges.flatMap(({ file, says, request, reply }) => [
  { name: `${file}, ${says}: request`, bytes: request },
  { name: `${file}, ${says}: reply`, bytes: reply },
]);
const NOISE = fromHex('00 AA AA 96 FF');
const STATUS = encodeCommand(COMMANDS.samStatus);

function bodies(...chunks: readonly Uint8Array[]): string[] {
  const cutter = createXorCutter();
  const cuts = [...chunks.flatMap((chunk) => cutter.push(chunk)), ...cutter.flush()];
  return cuts.flatMap((cut) => (cut.kind === 'frame' ? [toHex(cut.frame)] : []));
}

/** An XOR over bytes that shares nothing with the code under test. */
function isChecked(frame: Uint8Array): boolean {
  return frame.slice(5).reduce((sum, byte) => sum ^ byte, 0) === 0;
}

function commandOf(request: Uint8Array): RawCommand {
  const found = ALL.find((command) => toHex(encodeCommand(command)) === toHex(request));
  if (found === undefined) throw new Error(`nobody sends ${toHex(request)}`);
  return found;
}

describe('fixtures', () => {
  it('are 20 exchanges, all of which the driver sends, with right check bytes', () => {
    expect(exchanges).toHaveLength(20);
    for (const { name, bytes } of frames) expect(isChecked(bytes), name).toBe(true);
    for (const { request } of exchanges) expect(commandOf(request).name).not.toBe('');
  });

  it.each(frames)('$name: whole, doubled, and split at every point', ({ bytes }) => {
    const body = toHex(bodyOf(bytes));
    expect(bodies(bytes)).toEqual([body]);
    for (let at = 0; at <= bytes.length; at += 1)
      expect(bodies(bytes.slice(0, at), concatBytes(bytes.slice(at), bytes)), `split at ${at}`).toEqual([body, body]);
  });

  it.each(frames)('$name: garbage before and between, bad checksum, truncated, oversize', ({ bytes }) => {
    const body = toHex(bodyOf(bytes));
    const status = toHex(bodyOf(STATUS));
    expect(bodies(NOISE, bytes, NOISE, bytes)).toEqual([body, body]);
    const bad = Uint8Array.from(bytes);
    bad[bad.length - 1] = (bad.at(-1) ?? 0) ^ 0x01;
    expect(bodies(bad, bytes)).toEqual([body]);
    // What is missing is taken from the frame behind it: that one is found all the same.
    expect(bodies(bytes.slice(0, -1), STATUS)).toEqual([status]);
    const oversize = Uint8Array.from(bytes);
    oversize.set([(XOR_BODY_LIMIT_BYTES + 2) >> 8, (XOR_BODY_LIMIT_BYTES + 2) & 0xff], 5);
    expect(bodies(oversize, STATUS)).toEqual([status]);
  });

  it('20,000 mutated frames: nothing thrown, no wrong checksum accepted, the good one behind still found', () => {
    const random = seededRandom(467);
    const pick = (n: number): number => {
      const [a = 0, b = 0] = random(2);
      return ((a << 8) | b) % n;
    };
    let accepted = 0;
    for (let run = 0; run < 20_000; run += 1) {
      const chunk = mutate(frames[run % frames.length]?.bytes ?? STATUS, pick);
      const cutter = createXorCutter();
      // The gap belongs to it: eight bits of check sum fit by chance once in 256 over any false start.
      const got = [...cutter.push(chunk), ...cutter.flush()].flatMap((cut) =>
        cut.kind === 'frame' ? [toHex(cut.frame)] : [],
      );
      expect(cutter.push(STATUS), `run ${run}`).toEqual([{ kind: 'frame', frame: bodyOf(STATUS) }]);
      for (const body of got) {
        // Each accepted body stands in the stream as a whole frame whose bytes sum up.
        const frame = encodeXorFrame(fromHex(body));
        expect(toHex(chunk).includes(toHex(frame)) && isChecked(frame), `run ${run}`).toBe(true);
        for (const command of ALL) {
          const reply = decodeReply(fromHex(body), command);
          if (reply?.kind === 'good') decodeIdentity(reply.data, command);
        }
      }
      accepted += got.length;
    }
    // Most mutations hurt; some hit nothing, for instance noise before the frame.
    expect(accepted).toBeGreaterThan(2_000);
    expect(accepted).toBeLessThan(12_000);
  });
});

/** One to three small accidents of a line: a changed byte, a lost one, one too many, an end cut off, noise before. */
function mutate(frame: Uint8Array, pick: (n: number) => number): Uint8Array {
  let bytes = Array.from(frame);
  for (let times = 1 + pick(3); times > 0; times -= 1) {
    const at = pick(bytes.length + 1);
    const kind = pick(5);
    if (kind === 0) bytes[at] = pick(256);
    else if (kind === 1) bytes.splice(at, 1);
    else if (kind === 2) bytes.splice(at, 0, pick(256));
    else if (kind === 3) bytes = bytes.slice(0, at);
    else bytes = [pick(256), 0xaa, ...bytes];
  }
  return Uint8Array.from(bytes, (byte) => byte ?? 0);
}

describe('replies', () => {
  it('of the fixtures are good replies to their own request and to no other of another shape', () => {
    for (const { file, says, request, reply } of exchanges) {
      const own = decodeReply(bodyOf(reply), commandOf(request));
      expect(own, `${file}, ${says}`).toBeDefined();
      if (own?.kind !== 'good' || own.data.length < 16) continue;
      for (const short of [COMMANDS.find, COMMANDS.select, COMMANDS.samStatus, COMMANDS.resetSam])
        expect(decodeReply(bodyOf(reply), short), `${file}, ${says} for ${short.name}`).toBeUndefined();
    }
  });

  it('only one command has a reply of the SAM id’s shape: a late reply is never taken for it', () => {
    const late = exchanges.filter(({ request }) => commandOf(request) !== COMMANDS.samId);
    for (const { reply } of late) {
      const taken = decodeReply(bodyOf(reply), COMMANDS.samId);
      expect(taken?.kind).not.toBe('good');
    }
  });

  it('failures carry SW3, or all three status bytes when the first two are not 00', () => {
    expect(decodeReply(fromHex('00 00 41'), COMMANDS.readText)).toEqual({ kind: 'failed', code: '41' });
    expect(decodeReply(fromHex('00 00 07'), COMMANDS.find)).toEqual({ kind: 'failed', code: '07' });
    expect(decodeReply(fromHex('12 34 90'), COMMANDS.samStatus)).toEqual({ kind: 'failed', code: '123490' });
  });

  it.each([
    ['', COMMANDS.find],
    ['00 00', COMMANDS.find],
    ['20 01', COMMANDS.find],
    ['00 00 9F', COMMANDS.find],
    ['00 00 90 00 00 00 00', COMMANDS.find],
    ['00 00 9F 00 00 00 00', COMMANDS.select],
    ['00 00 90 00 00 00 00 00 00 00', COMMANDS.select],
    ['00 00 90 01', COMMANDS.samStatus],
    ['00 00 90', COMMANDS.readText],
    ['00 00 90', COMMANDS.cardNumber],
    ['00 00 41 00', COMMANDS.readText],
  ])('"%s" is no reply to %o', (body, command) => {
    expect(decodeReply(fromHex(body), command)).toBeUndefined();
  });

  it('the longest replies are those of the table', () => {
    expect(longestReplyBytes(COMMANDS.readText)).toBe(1_295);
    expect(longestReplyBytes(COMMANDS.readPrints)).toBe(2_321);
    expect(longestReplyBytes(COMMANDS.samId)).toBe(27);
    expect(longestReplyBytes(COMMANDS.find)).toBe(15);
    expect(longestReplyBytes(COMMANDS.resetSam)).toBe(11);
  });

  it('whatever a body holds, reading it does not throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(...ALL), (rest, command) => {
        const body = concatBytes(Uint8Array.of(0, 0, command.goodSw3), rest);
        const reply = decodeReply(body, command);
        if (reply?.kind === 'good') decodeIdentity(reply.data, command);
      }),
    );
  });
});

describe('data', () => {
  const TWO = replyBody('citizen.hex', 'text and photo').slice(3);
  const NO_PRINTS = replyBody('citizen.hex', 'text, photo and fingerprint').slice(3);
  const THREE = replyBody('foreigner-2023.hex', 'text').slice(3);

  it('SAM id is printed as every vendor prints it', () => {
    expect(decodeSamId(replyBody('sam.hex', 'SAM id').slice(3))).toBe('0503-20260417-0000000204');
    expect(decodeSamId(fromHex('FF FF 00 00 01 00 00 00 FF FF FF FF 00 00 00 00'))).toBe('6553500-00000001-4294967295');
    expect(decodeSamId(new Uint8Array(16).fill(0xff)).length).toBeLessThanOrEqual(40);
  });

  it('two lengths, three lengths, and a third that is zero', () => {
    expect(decodeIdentity(TWO, COMMANDS.readText)).toEqual({
      text: TWO.slice(4, 260),
      photo: TWO.slice(260),
      fingerprint: null,
    });
    expect(decodeIdentity(THREE, COMMANDS.readPrints)).toEqual({
      text: THREE.slice(6, 262),
      photo: THREE.slice(262, 1_286),
      fingerprint: THREE.slice(1_286),
    });
    expect(decodeIdentity(NO_PRINTS, COMMANDS.readPrints)).toEqual({
      text: TWO.slice(4, 260),
      photo: TWO.slice(260),
      fingerprint: null,
    });
  });

  it('a card without a photo is one', () => {
    const bare = concatBytes(fromHex('01 00 00 00'), TWO.slice(4, 260));
    expect(decodeIdentity(bare, COMMANDS.readText)).toMatchObject({ photo: null });
  });

  it.each([
    ['nothing', new Uint8Array(0), COMMANDS.readText],
    ['lengths alone', TWO.slice(0, 4), COMMANDS.readText],
    ['a byte short', TWO.slice(0, -1), COMMANDS.readText],
    ['a byte long', concatBytes(TWO, Uint8Array.of(0)), COMMANDS.readText],
    ['two lengths read as three', TWO, COMMANDS.readPrints],
    ['three lengths read as two', NO_PRINTS, COMMANDS.readText],
    ['another length of text', concatBytes(fromHex('00 FE 04 02'), TWO.slice(4)), COMMANDS.readText],
    ['a length beyond the data', concatBytes(fromHex('01 00 FF FF'), TWO.slice(4)), COMMANDS.readText],
    ['half a template', concatBytes(THREE.slice(0, 4), fromHex('02 00'), THREE.slice(6, -512)), COMMANDS.readPrints],
  ])('%s: no identity', (_, data, command) => {
    expect(decodeIdentity(data, command)).toBeUndefined();
  });
});
