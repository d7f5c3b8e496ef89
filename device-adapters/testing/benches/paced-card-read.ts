import type { Clock } from '@yimen/contracts/base';
import { createSdtReader } from '../../drivers/id-card-reader-gb-sdt/driver.ts';
import { createSimulatedSdtReader } from '../../drivers/id-card-reader-gb-sdt/simulator.ts';
import { memoryChannelPair } from '../../transport/memory-channel.ts';
import { PacedDirection, pacedChannel } from './paced-line.ts';

const BAUD = 115_200;
const DEADLINE_MS = 10_000;
const CARD = 'id-li-na';

/** One request of the host and the reply, in bytes. */
interface Turn {
  sent: number;
  received: number;
}

export interface PacedReads {
  /** Lays the card on, lets the driver read it, lifts it. @returns milliseconds of the read
   *  @throws Error when the read fails */
  readCard(): Promise<number>;
  /** The bytes of the latest read once more over a line of the same pace, with nobody who reads them. */
  lineAlone(): Promise<number>;
  /** Bytes of the latest read, both directions. */
  readonly carriedBytes: number;
  close(): Promise<void>;
}

/** The ID card driver on its simulated reader, at the pace of 115,200 baud in real time. */
export async function openPacedReads(clock: Clock): Promise<PacedReads> {
  const random = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(7);
  const reader = createSimulatedSdtReader({ clock, random, speed: 'fast' });
  let turns: Turn[] = [];
  const carried = (direction: 'sent' | 'received', bytes: number): void => {
    const last = turns.at(-1);
    if (direction === 'received') {
      if (last !== undefined) last.received += bytes;
    } else if (last === undefined || last.received > 0) turns.push({ sent: bytes, received: 0 });
    else last.sent += bytes;
  };
  const driver = createSdtReader({
    open: async () => {
      const [host, device] = memoryChannelPair();
      reader.attach(device);
      return { ok: true, value: pacedChannel(host, BAUD, carried) };
    },
    clock,
    random,
    log: { debug: () => undefined },
    at: 'paced:115200',
    options: {},
  });
  // The line is opened and the reader asked who it is before anything is measured.
  await driver.status(0);
  return {
    async readCard() {
      turns = [];
      reader.put(CARD);
      const began = performance.now();
      const read = await driver.read(
        'readIdentity',
        DEADLINE_MS,
        { fingerprint: false },
        AbortSignal.timeout(DEADLINE_MS),
      );
      const ms = performance.now() - began;
      if (!read.ok) throw new Error(`the read failed: ${read.error.code} ${read.error.message}`);
      const kept = turns;
      reader.take();
      await driver.read('waitForRemoval', DEADLINE_MS, {}, AbortSignal.timeout(DEADLINE_MS));
      turns = kept;
      return ms;
    },
    lineAlone: () => carryAlone(turns),
    get carriedBytes() {
      return turns.reduce((sum, turn) => sum + turn.sent + turn.received, 0);
    },
    close: () => driver.close(),
  };
}

async function carryAlone(turns: readonly Turn[]): Promise<number> {
  const began = performance.now();
  for (const turn of turns) {
    await carry(turn.sent);
    await carry(turn.received);
  }
  return performance.now() - began;
}

function carry(bytes: number): Promise<void> {
  return new Promise((resolve) => {
    let left = bytes;
    const line = new PacedDirection(BAUD, (piece) => {
      left -= piece.length;
      if (left <= 0) resolve();
    });
    if (bytes === 0) resolve();
    line.send(new Uint8Array(bytes));
  });
}
