import type { Clock } from '@yimen/contracts/base';
import type { Direction, RecordingMask } from '../framing/frame-mask.ts';
import type { ByteChannel, OpenChannel } from './byte-channel.ts';

/** What happened on a recorded line. `atMs` is monotonic, from the recording's beginning. */
export type RecordedEvent =
  | { readonly atMs: number; readonly event: 'opened' }
  | { readonly atMs: number; readonly event: 'refused' | 'closed' | 'lost'; readonly detail: string }
  | { readonly atMs: number; readonly event: Direction; readonly bytes: Uint8Array };

export interface RecordingOptions {
  readonly clock: Clock;
  /** The monotonic moment that counts as 0. */
  readonly beganMs: number;
  /** Takes out what is personal; left out for devices that carry nothing of the kind. One per channel. */
  readonly createMask?: (() => RecordingMask) | undefined;
  readonly onEvent: (event: RecordedEvent) => void;
}

/** A recorder around a live line: hands everything on unchanged, and tells what went over it, masked. With a mask bytes
 *  are told when their frame is whole. For tools only: who calls it makes sure that no production program does. */
export function recordingOpener(open: OpenChannel, options: RecordingOptions): OpenChannel {
  const atMs = (): number => options.clock.monoMs() - options.beganMs;
  return async (deadlineMs) => {
    const opened = await open(deadlineMs);
    if (!opened.ok) {
      options.onEvent({ atMs: atMs(), event: 'refused', detail: opened.error.message });
      return opened;
    }
    options.onEvent({ atMs: atMs(), event: 'opened' });
    return { ok: true, value: recorded(opened.value, options, atMs) };
  };
}

function recorded(channel: ByteChannel, options: RecordingOptions, atMs: () => number): ByteChannel {
  const mask = options.createMask?.();
  const tell = (direction: Direction, pieces: readonly Uint8Array[]): void => {
    for (const bytes of pieces) options.onEvent({ atMs: atMs(), event: direction, bytes });
  };
  const take = (direction: Direction, bytes: Uint8Array): void =>
    // Copied: whoever is handed the bytes may overwrite them.
    tell(direction, mask === undefined ? [Uint8Array.from(bytes)] : mask.push(direction, bytes));
  const drained = Promise.withResolvers<void>();
  async function* teed(): AsyncGenerator<Uint8Array, void, void> {
    try {
      for await (const chunk of channel.chunks) {
        take('received', chunk);
        yield chunk;
      }
    } finally {
      drained.resolve();
    }
  }
  void channel.closed.then(async (reason) => {
    // What a lost line still holds is read, and told, before its end.
    if (reason.why === 'lost') await drained.promise;
    for (const direction of ['sent', 'received'] as const) tell(direction, mask?.flush(direction) ?? []);
    const detail = reason.why === 'lost' ? reason.detail : 'by the driver';
    options.onEvent({ atMs: atMs(), event: reason.why, detail });
  });
  return {
    chunks: teed(),
    closed: channel.closed,
    write: (bytes) => {
      take('sent', bytes);
      return channel.write(bytes);
    },
    close: () => channel.close(),
  };
}
