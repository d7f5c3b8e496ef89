import { concatBytes, toHex } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { crc16Modbus } from '../../../framing/modbus-rtu.ts';
import { seededRandom } from '../../../testing/contract-bench.ts';
import { runFor } from '../../../testing/run-until.ts';
import type { DeviceMemory, SimulatedDevice } from '../../../testing/simulated-device.ts';
import type { ByteChannel } from '../../../transport/byte-channel.ts';
import { memoryChannelPair } from '../../../transport/memory-channel.ts';
import { createSimulatedCabinet, type SimulatedCabinetOptions } from '../simulator.ts';

const LINE_BYTES = 1_000_000;
/** After a frame: longer than the silence that ends one. */
const PAUSE_MS = 40;

/** The simulated cabinet, a bare line to it, and a clock that stands still. CRCs are those of `framing/`: the board counts
 *  its own. */
export class SimulatorWorld {
  readonly clock: ManualClock;
  readonly cabinet: SimulatedDevice & DeviceMemory;
  #host: ByteChannel;
  #heard = '';

  constructor(
    speed: 'real' | 'fast' = 'fast',
    options: SimulatedCabinetOptions = {},
    clock: ManualClock = new ManualClock(),
  ) {
    this.clock = clock;
    this.cabinet = createSimulatedCabinet({ clock, random: seededRandom(47), speed }, options);
    this.#host = this.#connect();
  }

  /** One request by its PDU in hex; the answer's PDU in hex, '' when there was none.
   *  @throws when the answer's CRC or unit is wrong */
  async ask(pdu: string, unit = 1): Promise<string> {
    const said = await this.say(frameOf(pdu, unit));
    if (said === '') return '';
    const bytes = Buffer.from(said, 'hex');
    if (bytes[0] !== unit || crc16Modbus(bytes) !== 0) throw new Error(`not an answer of unit ${unit}: ${said}`);
    return said.slice(2, -4);
  }

  /** Bytes as they are; what was heard since the last look. */
  async say(hex: string, ms = PAUSE_MS): Promise<string> {
    await this.#host.write(Buffer.from(hex, 'hex'));
    return this.pass(ms);
  }

  async pass(ms: number): Promise<string> {
    await runFor(this.clock, ms, 10);
    const said = this.#heard;
    this.#heard = '';
    return said;
  }

  /** Another host at the same line. */
  reconnect(): void {
    this.#host = this.#connect();
  }

  state(): Readonly<Record<string, unknown>> {
    return this.cabinet.state();
  }

  #connect(): ByteChannel {
    const [host, end] = memoryChannelPair(LINE_BYTES);
    this.cabinet.attach(end);
    void (async () => {
      for await (const chunk of host.chunks) this.#heard += toHex(chunk);
    })();
    return host;
  }
}

/** A whole request, in hex. */
export function frameOf(pdu: string, unit = 1): string {
  const body = concatBytes(Uint8Array.of(unit), Buffer.from(pdu, 'hex'));
  const crc = crc16Modbus(body);
  return toHex(concatBytes(body, Uint8Array.of(crc & 0xff, crc >> 8)));
}
