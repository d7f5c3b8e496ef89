import { ok } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import type { ByteChannel } from '../transport/byte-channel.ts';
import { memoryChannelPair } from '../transport/memory-channel.ts';
import { reopenable } from './reopenable.ts';

function bench() {
  const opened: ByteChannel[] = [];
  const way = reopenable(async () => {
    const [near] = memoryChannelPair();
    opened.push(near);
    return ok(near);
  });
  return { way, opened };
}

describe('a way that can be given up', () => {
  it('closes the channel under its driver, and the next question makes a new one', async () => {
    const { way, opened } = bench();
    await way.open(100);
    expect(await way.giveUp()).toEqual(ok(undefined));
    expect(await opened[0]?.closed).toEqual({ why: 'closed' });
    await way.open(100);
    expect(await opened[1]?.write(Uint8Array.of(1))).toEqual(ok(undefined));
  });

  it('has nothing to give up before it was opened, and gives up the newest channel only', async () => {
    const { way, opened } = bench();
    expect(await way.giveUp()).toEqual(ok(undefined));
    expect(opened).toEqual([]);
    await way.open(100);
    await way.giveUp();
    await way.open(100);
    await way.giveUp();
    expect(await Promise.all(opened.map((channel) => channel.closed))).toEqual([{ why: 'closed' }, { why: 'closed' }]);
  });
});
