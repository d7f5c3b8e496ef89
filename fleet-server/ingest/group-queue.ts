import { AppError, err, ok, type Result } from '@yimen/contracts/base';
import type { GroupDone, GroupItem, StoreFault } from '../store/index.ts';
import { INGEST_LIMITS } from './limits.table.ts';

/** Commits a group; throws only on what the store calls a mistake of the program. */
export type CommitGroup = (items: readonly GroupItem[]) => Promise<Result<GroupDone, StoreFault>>;

interface Waiting {
  readonly item: GroupItem;
  readonly bytes: number;
  readonly settle: (result: Result<void, StoreFault>) => void;
}

/** Adaptive group commit: a commit starts as soon as the writer is free and something waits, with everything that came
 *  meanwhile. Idle, a message waits for nobody; loaded, up to a thousand share one sync (fleet design §4). */
export class GroupQueue {
  readonly #commit: CommitGroup;
  readonly #onDone: (done: GroupDone) => void;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #roomWanted: (() => void)[] = [];
  #running: Promise<void> | undefined;

  constructor(commit: CommitGroup, onDone: (done: GroupDone) => void) {
    this.#commit = commit;
    this.#onDone = onDone;
  }

  /** How full the queue is: 1 = callers wait before they may enter. */
  get load(): number {
    return Math.max(
      this.#waiting.length / INGEST_LIMITS.waitingMessages,
      this.#waitingBytes / INGEST_LIMITS.waitingBytes,
    );
  }

  /** Answers when `item` is committed. Waits first for room; its caller's socket is not read meanwhile. */
  async add(item: GroupItem, bytes: number): Promise<Result<void, StoreFault>> {
    while (this.load >= 1) await new Promise<void>((resolve) => this.#roomWanted.push(resolve));
    return new Promise((settle) => {
      this.#waiting.push({ item, bytes, settle });
      this.#waitingBytes += bytes;
      this.#running ??= this.#run();
    });
  }

  /** Answers when nothing waits any more. */
  async drain(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#take();
      await this.#commitAll(group);
      for (const enter of this.#roomWanted.splice(0)) enter();
    }
    this.#running = undefined;
  }

  #take(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const one of this.#waiting) {
      if (count > 0 && (count >= INGEST_LIMITS.groupMessages || bytes + one.bytes > INGEST_LIMITS.groupBytes)) break;
      bytes += one.bytes;
      count += 1;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  async #commitAll(group: readonly Waiting[]): Promise<void> {
    const result = await this.#tryCommit(group.map((one) => one.item));
    if (result !== undefined) {
      if (result.ok) this.#onDone(result.value);
      for (const one of group) one.settle(result.ok ? ok(undefined) : result);
      return;
    }
    // One item of the group cannot be stored. It is found by halving, so that it takes nobody else with it.
    const [only, second] = group;
    if (only === undefined) return;
    if (second === undefined) {
      const kept = await this.#tryCommit([asBroken(only.item)]);
      only.settle(
        kept?.ok === true ? ok(undefined) : err({ code: 'DATA_UNREADABLE', message: 'a message cannot be stored' }),
      );
      return;
    }
    const middle = Math.ceil(group.length / 2);
    await this.#commitAll(group.slice(0, middle));
    await this.#commitAll(group.slice(middle));
  }

  /** `undefined`: the store met something it cannot hold. */
  async #tryCommit(items: readonly GroupItem[]): Promise<Result<GroupDone, StoreFault> | undefined> {
    try {
      return await this.#commit(items);
    } catch (error) {
      if (error instanceof AppError) return undefined;
      throw error;
    }
  }
}

function asBroken(item: GroupItem): GroupItem {
  if (item.what === 'broken') return item;
  const [tid, leaf, at] =
    item.what === 'batch' ? [item.batch.tid, 'ev', item.batch.receivedAt] : [item.life.tid, 'life', item.life.at];
  return { what: 'broken', broken: { tid, leaf, reason: 'cannot be stored', raw: JSON.stringify(item), at } };
}
