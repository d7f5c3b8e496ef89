import { fromHex, toHex } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { blockCheck, encodeBlock } from '../../../framing/preamble-length-bcc.ts';
import { CardPath } from '../../../testing/card-path.ts';
import { seededRandom } from '../../../testing/contract-bench.ts';
import { runFor } from '../../../testing/run-until.ts';
import type { ByteChannel } from '../../../transport/byte-channel.ts';
import { memoryChannelPair } from '../../../transport/memory-channel.ts';
import { permitOf } from '../../../testing/things.ts';
import { createSimulatedCrt591, type SimulatedCrt591Options } from '../simulator.ts';

/** Longer than a motion and its reply. */
const MOTION_MS = 1_300;

/** The simulated unit on a card path of its own, a bare line to it, and a clock that stands still. */
export class SimulatorWorld {
  readonly clock = new ManualClock();
  readonly path = new CardPath();
  readonly unit: ReturnType<typeof createSimulatedCrt591>;
  #host: ByteChannel;
  #heard = '';

  constructor(options: SimulatedCrt591Options = {}) {
    const context = { clock: this.clock, random: seededRandom(5), speed: 'real' } as const;
    this.unit = createSimulatedCrt591(context, this.path, { permits: [permitOf('permit-li-na')], ...options });
    this.#host = this.#connect();
  }

  /** One command, `3231` or `a531303030`, as long as a motion takes; the reply's body without its check byte, '' when there was
   *  none. The ACK must have come first.
   *  @throws when what came is not an ACK and one whole block */
  async ask(command: string): Promise<string> {
    const said = await this.say(frameOf(command), MOTION_MS);
    if (said === '') return '';
    const block = fromHex(said.slice(2));
    const isWhole = said.startsWith('06f200') && blockCheck(block.subarray(0, -1)) === block.at(-1);
    if (!isWhole || block.length !== 6 + (block[3] ?? 0)) throw new Error(`not an ACK and a reply: ${said}`);
    await this.say('06', 0);
    return toHex(block.subarray(4, -2));
  }

  /** ST0 ST1 ST2 as digits, or the error code: `200`, `e10`. */
  async status(): Promise<string> {
    return readable(await this.ask('3130'));
  }

  /** Sends a motion and says how it ended, in the words of `status`. */
  async move(pm: string): Promise<string> {
    return readable(await this.ask(`32${pm}`));
  }

  /** Bytes as they are; what was heard until `ms` later. */
  async say(hex: string, ms = 60): Promise<string> {
    await this.#host.write(fromHex(hex));
    await runFor(this.clock, ms, 10);
    const said = this.#heard;
    this.#heard = '';
    return said;
  }

  /** The counters of a unit, as the page shows them. */
  unitState(name: 'cards' | 'bin'): Readonly<Record<string, unknown>> {
    return (this.unit.state()['units'] as Record<string, Record<string, unknown>>)[name] ?? {};
  }

  #connect(): ByteChannel {
    const [host, end] = memoryChannelPair(1_000_000);
    this.unit.attach(end);
    void (async () => {
      for await (const chunk of host.chunks) this.#heard += toHex(chunk);
    })();
    return host;
  }
}

/** A unit that was initialised, counting. */
export async function readyWorld(options: SimulatedCrt591Options = {}): Promise<SimulatorWorld> {
  const world = new SimulatorWorld(options);
  await world.ask('3037');
  return world;
}

/** `C`, CM, PM and data in a whole block, in hex. */
export function frameOf(command: string, address = 0): string {
  return toHex(encodeBlock(address, fromHex(`43${command}`)));
}

function readable(body: string): string {
  const bytes = fromHex(body);
  if (bytes.length === 0) return '';
  const text = String.fromCharCode(...bytes.subarray(3, bytes[0] === 0x50 ? 6 : 5));
  return bytes[0] === 0x50 ? text : `e${text}`;
}
