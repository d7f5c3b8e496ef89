import { err, ok, type RandomBytes } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { createYmr1Cutter, encodeYmr1 } from '../../framing/ymr1.ts';
import type { ByteChannel, OpenChannel } from '../../transport/byte-channel.ts';
import { memoryChannelPair } from '../../transport/memory-channel.ts';
import { offlineFault } from '../device-faults.ts';
import type { DriverContext } from '../driver.ts';
import { decodeRef1Fields, encodeRef1Fields, ref1Value, type Ref1Field, type Ref1Fields } from '../ref1-fields.ts';

/** One command as the peer heard it. */
export interface Heard {
  readonly seq: number;
  readonly command: number;
  readonly fields: Ref1Fields;
}

const { u8, u16, text } = ref1Value;

/** The other end of a reference device's line, whose every answer a test writes by hand. It identifies itself and tells
 *  its status by itself; all other commands get what `on` says, and silence where it says nothing. */
export class ScriptedRef1 {
  readonly heard: Heard[] = [];
  readonly on = new Map<number, (heard: Heard) => void>();
  kind = 'endorsement-printer';
  serial = 'S-1';
  edition = 1;
  state = 0;
  changeNumber = 7;
  bootCount = 3;
  /** The kind's own fields of a status. */
  statusFields: readonly Ref1Field[] = [];
  /** Hears, and says nothing at all. */
  isMute = false;
  #channel: ByteChannel | undefined;
  #isPlugged = true;
  opens = 0;

  readonly open: OpenChannel = async () => {
    if (!this.#isPlugged) return err(offlineFault('no cable'));
    this.opens += 1;
    const [host, end] = memoryChannelPair();
    this.#channel = end;
    void this.#pump(end);
    return ok(host);
  };

  constructor() {
    this.on.set(0x01, (heard) => this.answer(heard, this.identityFields()));
    this.on.set(0x02, (heard) => this.answer(heard, this.currentStatus()));
  }

  identityFields(): readonly Ref1Field[] {
    return [
      [0x20, text(this.kind)],
      [0x21, text('Scripted')],
      [0x22, text(this.serial)],
      [0x23, text('1.0')],
      [0x24, u8(3)],
      [0x25, Uint8Array.of(3, 5, 99)],
      [0x26, u8(this.edition)],
    ];
  }

  currentStatus(): readonly Ref1Field[] {
    return [[0x10, u8(this.state)], [0x14, u16(this.changeNumber)], [0x15, u16(this.bootCount)], ...this.statusFields];
  }

  /** How often a command was heard. */
  times(command: number): number {
    return this.heard.filter((heard) => heard.command === command).length;
  }

  accept(heard: Heard, result = 0): void {
    this.send(heard.seq, heard.command | 0x40, [[0x02, u8(result)]]);
  }

  /** The second answer, well unless `fields` say otherwise. */
  complete(heard: Heard, fields: readonly Ref1Field[] = []): void {
    const isJudged = fields.some(([tag]) => tag === 0x02);
    this.send(heard.seq, heard.command | 0x80, isJudged ? fields : [[0x02, u8(0)], ...fields]);
  }

  answer(heard: Heard, fields: readonly Ref1Field[] = []): void {
    this.accept(heard);
    this.complete(heard, fields);
  }

  /** A status change that nobody asked for; the number grows by `step`. */
  change(step = 1, fields?: readonly Ref1Field[]): void {
    this.changeNumber = (this.changeNumber + step) & 0xffff;
    this.send(this.changeNumber, 0xf0, fields ?? this.currentStatus());
  }

  send(seq: number, command: number, fields: readonly Ref1Field[]): void {
    this.write(encodeYmr1({ seq, command, data: encodeRef1Fields(fields) }));
  }

  write(bytes: Uint8Array): void {
    if (!this.isMute) void this.#channel?.write(bytes);
  }

  /** The cable is pulled. */
  unplug(): void {
    this.#isPlugged = false;
    void this.#channel?.close();
  }

  plug(): void {
    this.#isPlugged = true;
  }

  async #pump(channel: ByteChannel): Promise<void> {
    const cutter = createYmr1Cutter();
    for await (const chunk of channel.chunks) {
      for (const cut of cutter.push(chunk)) {
        if (cut.kind !== 'frame') continue;
        const { seq, command, data } = cut.frame;
        const heard: Heard = { seq, command, fields: decodeRef1Fields(data) ?? new Map() };
        this.heard.push(heard);
        this.on.get(command)?.(heard);
      }
    }
  }
}

/** A driver's context on a peer, with a clock that stands still. Random bytes are the same in every test. */
export function ref1Context(peer: ScriptedRef1, expectSerial?: string): DriverContext & { clock: ManualClock } {
  const random: RandomBytes = (n) => Uint8Array.from({ length: n }, (_, i) => i);
  return {
    open: peer.open,
    clock: new ManualClock(),
    random,
    log: { debug: () => undefined },
    at: 'memory',
    options: {},
    expectSerial,
  };
}
