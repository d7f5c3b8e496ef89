import { concatBytes, fromHex } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import type { Cutter } from '../../framing/cutter.ts';
import { createXorCutter, encodeXorFrame } from '../../framing/preamble-length-xor.ts';
import { runFor, runUntil } from '../../testing/run-until.ts';
import { SDT_LIMITS } from './limits.table.ts';
import { SdtLink } from './link.ts';
import { COMMANDS } from './protocol.ts';
import { replyBody } from './testing/fixtures.ts';
import { ScriptedReader, type ScriptedReply } from './testing/scripted-reader.ts';

const CITIZEN = replyBody('citizen.hex', 'text and photo');
const GOOD = fromHex('00 00 90');
const WHOLE = encodeXorFrame(CITIZEN);

/** A link whose cutter remembers every piece it gave, whatever becomes of it. */
async function linkTo(reply: ScriptedReply) {
  const pieces: { kind: string; bytes: Uint8Array }[] = [];
  const clock = new ManualClock();
  const link = new SdtLink({
    open: new ScriptedReader().on('3001', reply).on('11ff', reply).open,
    clock,
    log: { debug: () => undefined },
    onLost: () => undefined,
    createCutter: () => remembering(createXorCutter(), pieces),
  });
  await link.up(1_000);
  const ask = (command: Parameters<SdtLink['exchange']>[0]) => runUntil(clock, link.exchange(command, 500));
  const left = (kind: string): boolean[] =>
    pieces.filter((piece) => piece.kind === kind).map(({ bytes }) => bytes.some((byte) => byte !== 0));
  return { clock, link, ask, left };
}

function remembering(cutter: Cutter<Uint8Array>, pieces: { kind: string; bytes: Uint8Array }[]): Cutter<Uint8Array> {
  const kept = (cuts: ReturnType<typeof cutter.push>): typeof cuts => {
    for (const cut of cuts) pieces.push({ kind: cut.kind, bytes: cut.kind === 'frame' ? cut.frame : cut.bytes });
    return cuts;
  };
  return {
    push: (chunk) => kept(cutter.push(chunk)),
    flush: () => kept(cutter.flush()),
    get heldBytes() {
      return cutter.heldBytes;
    },
    get discardedBytes() {
      return cutter.discardedBytes;
    },
  };
}

describe('what is left of a card', () => {
  it('the awaited reply is the caller’s, whole', async () => {
    const { ask, left } = await linkTo(CITIZEN);
    expect(await ask(COMMANDS.readText)).toMatchObject({ ok: true, value: { kind: 'good' } });
    expect(left('frame')).toEqual([true]);
  });

  it('a second copy behind it is nobody’s, and nothing is left of that one', async () => {
    const { ask, left } = await linkTo({ raw: concatBytes(WHOLE, WHOLE) });
    await ask(COMMANDS.readText);
    expect(left('frame')).toEqual([true, false]);
  });

  it('nothing of a reply to another request', async () => {
    const { ask, left } = await linkTo({ raw: concatBytes(WHOLE, encodeXorFrame(GOOD)) });
    expect(await ask(COMMANDS.samStatus)).toMatchObject({ ok: true, value: { kind: 'good' } });
    expect(left('frame')[0]).toBe(false);
  });

  it('nothing of a reply with a wrong checksum', async () => {
    const spoilt = Uint8Array.from(WHOLE);
    spoilt[spoilt.length - 1] = (spoilt.at(-1) ?? 0) ^ 0x01;
    const { ask, left } = await linkTo({ raw: spoilt });
    expect(await ask(COMMANDS.readText)).toMatchObject({ ok: false, error: { code: 'timeOut' } });
    expect(left('discarded')).toEqual([false]);
  });

  it.each(['drop', 'close'] as const)('nothing of half a reply that was held at %s', async (end) => {
    const { clock, left, link } = await linkTo({ raw: WHOLE.slice(0, 900) });
    const asked = link.exchange(COMMANDS.readText, 500);
    // Less than the gap after which it is given up anyway.
    await runFor(clock, SDT_LIMITS.gapMs / 2);
    await link[end]();
    expect((await asked).ok).toBe(false);
    expect(left('discarded')).toEqual([false]);
    expect(left('frame')).toEqual([]);
  });
});
