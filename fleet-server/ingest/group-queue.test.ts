import { AppError, err, ok, type Result } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import type { GroupDone, GroupItem, StoreFault } from '../store/index.ts';
import { GroupQueue } from './group-queue.ts';
import { INGEST_LIMITS } from './limits.table.ts';

const item = (no: number): GroupItem => ({
  what: 'life',
  life: { kind: 'lost', tid: `SD-TEST-${no}`, at: 0, linkSession: no },
});
const done: GroupDone = { acks: [], changes: [], inserted: 0, repeated: 0 };

/** A writer whose commits end when the test says so. */
class HeldWriter {
  readonly groups: (readonly GroupItem[])[] = [];
  #ends: ((result: Result<GroupDone, StoreFault>) => void)[] = [];

  commit = (items: readonly GroupItem[]): Promise<Result<GroupDone, StoreFault>> => {
    this.groups.push(items);
    return new Promise((resolve) => this.#ends.push(resolve));
  };

  async end(result: Result<GroupDone, StoreFault> = ok(done)): Promise<void> {
    this.#ends.shift()?.(result);
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
  }

  get sizes(): number[] {
    return this.groups.map((group) => group.length);
  }
}

describe('GroupQueue', () => {
  it('commits the first at once and what came meanwhile together', async () => {
    const writer = new HeldWriter();
    const queue = new GroupQueue(writer.commit, () => undefined);
    const all = [1, 2, 3, 4].map((no) => queue.add(item(no), 10));
    await Promise.resolve();
    expect(writer.sizes).toEqual([1]);
    await writer.end();
    expect(writer.sizes).toEqual([1, 3]);
    await writer.end();
    expect(await Promise.all(all)).toEqual([ok(undefined), ok(undefined), ok(undefined), ok(undefined)]);
  });

  it('answers nobody before the commit', async () => {
    const writer = new HeldWriter();
    const queue = new GroupQueue(writer.commit, () => undefined);
    let answered = false;
    void queue.add(item(1), 10).then(() => (answered = true));
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
    expect(answered).toBe(false);
    await writer.end();
    expect(answered).toBe(true);
  });

  it('bounds a group by messages and by bytes', async () => {
    const writer = new HeldWriter();
    const queue = new GroupQueue(writer.commit, () => undefined);
    for (let no = 0; no < INGEST_LIMITS.groupMessages + 500; no += 1) void queue.add(item(no), 1);
    await Promise.resolve();
    await writer.end();
    expect(writer.sizes).toEqual([1, INGEST_LIMITS.groupMessages]);
    await writer.end();
    await writer.end();
    await queue.drain();
    for (let no = 0; no < 5; no += 1) void queue.add(item(no), INGEST_LIMITS.groupBytes / 2);
    for (let no = 0; no < 3; no += 1) await writer.end();
    expect(writer.sizes.slice(3)).toEqual([1, 2, 2]);
  });

  it('lets nobody in while it is full', async () => {
    const writer = new HeldWriter();
    const queue = new GroupQueue(writer.commit, () => undefined);
    void queue.add(item(0), 1);
    void queue.add(item(1), INGEST_LIMITS.waitingBytes);
    expect(queue.load).toBeGreaterThanOrEqual(1);
    void queue.add(item(2), 1);
    await writer.end();
    expect(writer.sizes).toEqual([1, 1]);
    await writer.end();
    expect(writer.sizes).toEqual([1, 1, 1]);
  });

  it('tells all of a group that it was not kept', async () => {
    const writer = new HeldWriter();
    const queue = new GroupQueue(writer.commit, () => undefined);
    const all = [1, 2].map((no) => queue.add(item(no), 10));
    const full = err({ code: 'DISK_FULL' as const, message: 'full' });
    await writer.end(full);
    await writer.end(full);
    expect(await Promise.all(all)).toEqual([full, full]);
  });

  it('finds the one item that cannot be stored and keeps it as broken', async () => {
    const kept: string[] = [];
    const commit = (items: readonly GroupItem[]): Promise<Result<GroupDone, StoreFault>> => {
      if (items.some((one) => one.what === 'life' && one.life.tid === 'SD-TEST-3'))
        return Promise.reject(new AppError('STORE_BROKEN', 'no'));
      kept.push(...items.map((one) => (one.what === 'life' ? one.life.tid : one.what)));
      return Promise.resolve(ok(done));
    };
    const queue = new GroupQueue(commit, () => undefined);
    const results = await Promise.all([0, 1, 2, 3, 4, 5].map((no) => queue.add(item(no), 10)));
    expect(results.every((one) => one.ok)).toBe(true);
    expect(kept.toSorted()).toEqual(['SD-TEST-0', 'SD-TEST-1', 'SD-TEST-2', 'SD-TEST-4', 'SD-TEST-5', 'broken']);
  });
});
