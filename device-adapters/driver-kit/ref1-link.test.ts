import { expect, it } from 'vitest';
import { encodeYmr1 } from '../framing/ymr1.ts';
import { runFor, runUntil } from '../testing/run-until.ts';
import { REF1_LIMITS } from './ref1-limits.table.ts';
import { Ref1Link, type Ref1Change, type Ref1Sent } from './ref1-link.ts';
import { ref1Context, ScriptedRef1, type Heard } from './testing/scripted-ref1.ts';

async function bench(randomBytes = [0x00, 0x04]) {
  const peer = new ScriptedRef1();
  const context = ref1Context(peer);
  const changes: Ref1Change[] = [];
  const lost: string[] = [];
  const link = new Ref1Link({
    ...context,
    random: () => Uint8Array.from(randomBytes),
    onChange: (change) => changes.push(change),
    onLost: (detail) => lost.push(detail),
  });
  expect(await link.up(1_000)).toEqual({ ok: true, value: 'fresh' });
  const { clock } = context;
  return {
    peer,
    clock,
    link,
    changes,
    lost,
    run: <T>(promise: Promise<T>): Promise<T> => runUntil(clock, promise),
    send: async (command: number): Promise<Ref1Sent> => {
      const sent = await link.send(command, [], 10_000);
      if (!sent.ok) throw new Error(sent.error.message);
      return sent.value;
    },
    last: (): Heard => {
      const heard = peer.heard.at(-1);
      if (heard === undefined) throw new Error('nothing was heard');
      return heard;
    },
  };
}

it('counts up from the number it drew, and skips 0', async () => {
  const { link, peer, run } = await bench([0xff, 0xfd]);
  for (let i = 0; i < 4; i += 1) expect(await run(link.ask(0x01))).toMatchObject({ heard: 'completed' });
  expect(peer.heard.map((heard) => heard.seq)).toEqual([0xfffe, 0xffff, 1, 2]);
});

it('gives both answers to whoever sent the command, also when they overtake each other', async () => {
  const { send, peer, run, last, link } = await bench();
  const first = await send(0x10);
  await run(Promise.resolve());
  const one = last();
  const second = await send(0x11);
  await run(Promise.resolve());
  const two = last();
  peer.accept(two);
  peer.complete(one);
  peer.accept(one);
  peer.complete(two);
  for (const sent of [first, second]) {
    expect(await run(sent.accepted)).toEqual({ ok: true, value: 0 });
    expect(await run(sent.completed)).toMatchObject({ ok: true });
  }
  expect(link.counters.lateAnswers).toBe(0);
});

it('answers of another number or command are nobody’s, and doubled ones are counted', async () => {
  const { send, peer, run, last, link } = await bench();
  const sent = await send(0x10);
  await run(Promise.resolve());
  const heard = last();
  peer.complete({ ...heard, seq: heard.seq + 1 });
  peer.complete({ ...heard, command: 0x11 });
  peer.accept(heard);
  peer.accept(heard);
  peer.complete(heard, [[0x44, Uint8Array.of(7)]]);
  peer.complete(heard);
  const completed = await run(sent.completed);
  expect(completed.ok && completed.value.get(0x44)).toEqual([Uint8Array.of(7)]);
  await run(Promise.resolve());
  expect(link.counters.lateAnswers).toBe(4);
});

it('a refusal is the only answer', async () => {
  const { send, peer, run, last, clock } = await bench();
  const sent = await send(0x10);
  await run(Promise.resolve());
  peer.accept(last(), 0x22);
  const before = clock.monoMs();
  expect(await run(sent.accepted)).toEqual({ ok: true, value: 0x22 });
  expect(await run(sent.completed)).toMatchObject({ ok: false });
  expect(clock.monoMs() - before).toBeLessThan(100);
  expect(clock.waiting).toBe(0);
});

it('an answer whose data cannot be read is no answer', async () => {
  const { send, peer, run, last } = await bench();
  const sent = await send(0x10);
  await run(Promise.resolve());
  const { seq } = last();
  peer.write(encodeYmr1({ seq, command: 0x50, data: Uint8Array.of(0x02, 0, 9) }));
  expect(await run(sent.accepted)).toMatchObject({ ok: false, error: { code: 'timeOut' } });
});

it('an effect is sent once, whatever is heard', async () => {
  const { send, peer, run } = await bench();
  const sent = await send(0x10);
  expect(await run(sent.accepted)).toMatchObject({ ok: false, error: { code: 'timeOut' } });
  expect(await run(sent.completed)).toMatchObject({ ok: false });
  expect(peer.times(0x10)).toBe(1);
});

it('a read that is not accepted is sent once more: the same bytes', async () => {
  const { link, peer, run } = await bench();
  expect(await run(link.ask(0x13, [[0x40, Uint8Array.of(1)]]))).toMatchObject({
    heard: 'silent',
    fault: { code: 'timeOut' },
  });
  expect(peer.heard).toHaveLength(2);
  expect(peer.heard[1]).toEqual(peer.heard[0]);
  peer.on.set(0x13, (heard) => {
    if (peer.times(0x13) === 4) peer.answer(heard);
  });
  expect(await run(link.ask(0x13))).toMatchObject({ heard: 'completed' });
});

it('a read that is accepted and then not answered is not sent again', async () => {
  const { link, peer, run } = await bench();
  peer.on.set(0x13, (heard) => peer.accept(heard));
  expect(await run(link.ask(0x13))).toMatchObject({ heard: 'silent' });
  expect(peer.times(0x13)).toBe(1);
  peer.on.set(0x13, (heard) => peer.accept(heard, 0x20));
  expect(await run(link.ask(0x13))).toEqual({ heard: 'refused', result: 0x20 });
});

it('hands on status changes, readable or not, and calls none of them late', async () => {
  const { peer, changes, run, link } = await bench();
  peer.change();
  peer.write(encodeYmr1({ seq: 99, command: 0xf0, data: Uint8Array.of(0x10) }));
  await run(Promise.resolve());
  expect(changes.map(({ changeNumber, fields }) => [changeNumber, fields !== undefined])).toEqual([
    [8, true],
    [99, false],
  ]);
  expect(link.counters.lateAnswers).toBe(0);
});

it('bears noise, half frames and wrong checksums before an answer', async () => {
  const { link, peer, run, clock } = await bench();
  peer.on.set(0x13, (heard) => {
    peer.write(Uint8Array.of(0xff, 0x59, 0x4d));
    const frame = encodeYmr1({ seq: heard.seq, command: 0x53, data: Uint8Array.of(0x02, 0, 1, 0) });
    peer.write(frame.slice(0, -3));
    peer.write(Uint8Array.from(frame, (byte, i) => (i === frame.length - 1 ? byte ^ 1 : byte)));
    peer.answer(heard);
  });
  expect(await run(link.ask(0x13))).toMatchObject({ heard: 'completed' });
  expect(link.counters.discardedBytes).toBeGreaterThan(20);
  // A frame that stays half is given up after the gap, and the next one is whole.
  peer.on.set(0x14, (heard) => {
    peer.write(Uint8Array.of(0x59, 0x4d, 0x52, 0x31, 0, 1, 2, 0x1f));
    clock.after(REF1_LIMITS.quietMs + 50, () => peer.answer(heard));
  });
  expect(await run(link.ask(0x14))).toMatchObject({ heard: 'completed' });
});

it('a lost line ends every wait at once; nothing is sent over no line', async () => {
  const { send, link, peer, run, clock, lost } = await bench();
  const sent = await send(0x10);
  await run(Promise.resolve());
  peer.unplug();
  const before = clock.monoMs();
  expect(await run(sent.accepted)).toMatchObject({ ok: false, error: { code: 'offline' } });
  expect(await run(sent.completed)).toMatchObject({ ok: false, error: { code: 'offline' } });
  expect(clock.monoMs() - before).toBeLessThan(100);
  expect(lost).toHaveLength(1);
  expect(await link.send(0x10, [], 100)).toMatchObject({ ok: false, error: { code: 'offline' } });
  expect(await link.ask(0x02)).toMatchObject({ heard: 'unsent', fault: { code: 'offline' } });
  peer.plug();
  expect(await run(link.up(1_000))).toEqual({ ok: true, value: 'fresh' });
  expect(await run(link.ask(0x02))).toMatchObject({ heard: 'completed' });
});

it('keeps no more commands under way than its bound, and frees them', async () => {
  const { send, link, clock, run } = await bench();
  for (let i = 0; i < REF1_LIMITS.pendingCommands; i += 1) await send(0x10);
  expect(await link.send(0x10, [], 100)).toMatchObject({ ok: false, error: { code: 'deviceBusy' } });
  expect(await link.ask(0x02)).toMatchObject({ heard: 'unsent', fault: { code: 'deviceBusy' } });
  await runFor(clock, 10_100, 500);
  expect(await run(link.ask(0x02))).toMatchObject({ heard: 'completed' });
});
