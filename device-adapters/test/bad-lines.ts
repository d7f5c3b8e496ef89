import type { Clock } from '@yimen/contracts/base';
import type { SimulatedDevice } from '../testing/simulated-device.ts';
import type { ByteChannel } from '../transport/byte-channel.ts';

/** What a host can find at the other end of a line instead of its device. */
export type LineEnd = Pick<SimulatedDevice, 'attach'>;

const NOISE_EVERY_MS = 50;
const NOISE_BYTES = 64;
const NOISE_ENDS_MS = 120_000;

/** Takes bytes and never says anything: switched off behind a serial server, or another cable. */
export function silence(): LineEnd {
  return { attach: (channel) => void hear(channel, () => undefined) };
}

/** Bytes without a sense, all the time, the same ones for the same seed. */
export function noise(clock: Clock, seed = 4_711): LineEnd {
  let state = seed;
  const next = (): number => ((state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 16) & 0xff;
  return {
    attach(channel) {
      const endsAt = clock.monoMs() + NOISE_ENDS_MS;
      let isOver = false;
      void channel.closed.then(() => (isOver = true));
      const go = (): void => {
        if (isOver || clock.monoMs() > endsAt) return;
        void channel.write(Uint8Array.from({ length: NOISE_BYTES }, next));
        clock.after(NOISE_EVERY_MS, go);
      };
      void hear(channel, () => undefined);
      go();
    },
  };
}

/** Answers whatever it hears with the same whole and right message of some protocol. */
export function answering(message: Uint8Array): LineEnd {
  return { attach: (channel) => void hear(channel, () => void channel.write(message)) };
}

/** A device on a line whose two ends run at different speeds. */
export function atAnotherSpeed(device: LineEnd, hostBaud: number, deviceBaud: number): LineEnd {
  return {
    attach: (channel) =>
      device.attach({
        chunks: garbled(channel.chunks, hostBaud, deviceBaud),
        closed: channel.closed,
        close: () => channel.close(),
        write: (bytes) => channel.write(readAtAnotherSpeed(bytes, deviceBaud, hostBaud)),
      }),
  };
}

/** What a UART (8 data bits, no parity, one stop bit) reads at `readBaud` of bytes sent back to back at `sentBaud`. It waits
 *  for a low level, takes it for the start bit and samples the middle of each bit after it; a stop bit that is low is a
 *  framing error, of which a driver in its usual mode hands the byte over all the same. */
export function readAtAnotherSpeed(bytes: Uint8Array, sentBaud: number, readBaud: number): Uint8Array {
  const bits = [...bytes].flatMap((byte) => [0, ...Array.from({ length: 8 }, (_, n) => (byte >> n) & 1), 1]);
  /** Level on the wire `at` so many of the reader's bits after the first start bit; the line rests high. */
  const level = (at: number): number => bits[Math.floor((at * sentBaud) / readBaud)] ?? 1;
  const length = (bits.length * readBaud) / sentBaud;
  const step = Math.min(1, readBaud / sentBaud) / 4;
  const read: number[] = [];
  for (let at = 0; at < length;) {
    if (level(at) === 1) {
      at += step;
      continue;
    }
    read.push(Array.from({ length: 8 }, (_, n) => level(at + 1.5 + n) << n).reduce((sum, bit) => sum + bit, 0));
    at += 9.5;
    // After a framing error the reader waits until the line is at rest once.
    while (at < length && level(at) === 0) at += step;
  }
  return Uint8Array.from(read);
}

async function* garbled(chunks: AsyncIterable<Uint8Array>, sent: number, read: number): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) {
    const heard = readAtAnotherSpeed(chunk, sent, read);
    if (heard.length > 0) yield heard;
  }
}

async function hear(channel: ByteChannel, onBytes: () => void): Promise<void> {
  for await (const _ of channel.chunks) onBytes();
}
