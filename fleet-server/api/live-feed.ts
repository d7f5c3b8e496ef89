import { err, ok, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
import { limits } from '../limits.table.ts';
import type { FleetChange, FleetChanges } from '../store/fleet-reads.ts';
import type { StreamSink } from './api-route.ts';
import type { Refusal } from './refusal.ts';

interface Reader {
  readonly sink: StreamSink;
  readonly staffId: string;
  readonly sessionHash: string | null;
}

interface Deps {
  readonly changes: FleetChanges;
  readonly clock: Clock;
  /** Whether a session still stands; asked at each heartbeat, so that an ended one stops listening. */
  readonly isLive: (sessionHash: string) => Promise<boolean>;
}

/** Server-sent events (HTML Living Standard §9.2) for open pages. A message names what changed, never the data:
 *  `changed` with a list of changes, `resync` when there were too many to list, `heartbeat` with the server's time.
 *  Bounded: readers in all and per person, waiting changes, and bytes a slow reader may owe before it is cut. */
export class LiveFeed {
  readonly #deps: Deps;
  readonly #readers = new Set<Reader>();
  readonly #pending = new Map<string, FleetChange>();
  readonly #unsubscribe: () => void;
  #tooMany = false;
  #cancelFlush: CancelTimer | undefined;
  #cancelBeat: CancelTimer;
  #id = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#unsubscribe = deps.changes.subscribe((change) => this.#note(change));
    this.#cancelBeat = deps.clock.after(limits.heartbeatMs, () => this.#beat());
  }

  /** Open streams: for the metrics and the tests. */
  get readers(): number {
    return this.#readers.size;
  }

  /** Takes a reader on. `open` is called only when there is room. */
  open(
    person: { readonly staffId: string; readonly sessionHash: string | null },
    open: () => StreamSink,
  ): Result<undefined, Refusal> {
    const own = [...this.#readers].filter((reader) => reader.staffId === person.staffId).length;
    if (this.#readers.size >= limits.liveStreams || own >= limits.liveStreamsPerPerson) {
      return err({
        code: 'SERVER_BUSY',
        message: 'Too many pages are open; close one and try again',
        retryAfterSec: 30,
      });
    }
    const reader: Reader = { sink: open(), staffId: person.staffId, sessionHash: person.sessionHash };
    this.#readers.add(reader);
    reader.sink.onClose(() => this.#readers.delete(reader));
    this.#send(reader, this.#heartbeat());
    return ok(undefined);
  }

  /** Ends the streams of one session at once. */
  endSession(sessionHash: string): void {
    for (const reader of this.#readers) if (reader.sessionHash === sessionHash) this.#drop(reader, 'done');
  }

  close(): void {
    this.#unsubscribe();
    this.#cancelBeat();
    this.#cancelFlush?.();
    for (const reader of this.#readers) this.#drop(reader, 'done');
  }

  #note(change: FleetChange): void {
    if (this.#readers.size === 0) return;
    if (this.#pending.size >= limits.livePendingChanges) this.#tooMany = true;
    else this.#pending.set(keyOf(change), change);
    this.#cancelFlush ??= this.#deps.clock.after(limits.liveGatherMs, () => this.#flush());
  }

  #flush(): void {
    this.#cancelFlush = undefined;
    const text = this.#tooMany
      ? this.#message('resync', {})
      : this.#message('changed', { changes: [...this.#pending.values()].map(nameOnly) });
    this.#pending.clear();
    this.#tooMany = false;
    for (const reader of this.#readers) this.#send(reader, text);
  }

  #beat(): void {
    this.#cancelBeat = this.#deps.clock.after(limits.heartbeatMs, () => this.#beat());
    const text = this.#heartbeat();
    for (const reader of this.#readers) {
      this.#send(reader, text);
      void this.#checkSession(reader);
    }
  }

  async #checkSession(reader: Reader): Promise<void> {
    if (reader.sessionHash === null) return;
    try {
      if (!(await this.#deps.isLive(reader.sessionHash))) this.#drop(reader, 'done');
    } catch {
      // The store is away: a stream whose right to listen cannot be checked does not go on.
      this.#drop(reader, 'done');
    }
  }

  #send(reader: Reader, text: string): void {
    if (reader.sink.waitingBytes() + text.length > limits.liveWaitingBytes) this.#drop(reader, 'cut');
    else reader.sink.write(text);
  }

  #drop(reader: Reader, how: 'done' | 'cut'): void {
    if (this.#readers.delete(reader)) reader.sink.end(how);
  }

  #heartbeat(): string {
    return this.#message('heartbeat', { now: this.#deps.clock.wallMs() });
  }

  #message(event: string, data: object): string {
    this.#id += 1;
    return `id: ${this.#id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  }
}

function keyOf(change: FleetChange): string {
  return `${change.what} ${change.tid}`;
}

/** Event kinds serve to merge; a page reads the list again and needs only to know whose. */
function nameOnly(change: FleetChange): { what: FleetChange['what']; tid: string } {
  return { what: change.what, tid: change.tid };
}
