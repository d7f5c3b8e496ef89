import type { ByteChannel } from '../../../transport/byte-channel.ts';

/** An answer: status bytes and data as ASCII (`220`), or the two characters of an error (`A0!`). */
type Script = (cm: number, pm: number) => string;

const MARK = { positive: 0x50, negative: 0x4e } as const;

/** A unit that says what a test tells it to, also what no simulator would. It answers at once. */
export class ScriptedUnit {
  /** CM PM of all it heard, as hex. */
  readonly heard: string[] = [];
  script: Script;

  constructor(script: Script) {
    this.script = script;
  }

  attach(channel: ByteChannel): void {
    void this.#serve(channel);
  }

  async #serve(channel: ByteChannel): Promise<void> {
    for await (const chunk of channel.chunks) {
      if (chunk[0] !== 0xf2) continue;
      const [cm = 0, pm = 0] = chunk.subarray(5);
      this.heard.push(`${cm.toString(16)} ${pm.toString(16)}`);
      // Whether they arrive is the driver's to find out.
      void (await channel.write(Uint8Array.of(0x06)));
      void (await channel.write(this.#block(cm, pm)));
    }
  }

  #block(cm: number, pm: number): Uint8Array {
    const says = this.script(cm, pm);
    const isError = says.endsWith('!');
    const text = Array.from(isError ? says.slice(0, -1) : says, (character) => character.charCodeAt(0));
    const body = [isError ? MARK.negative : MARK.positive, cm, pm, ...text];
    const block = [0xf2, 0x00, body.length >> 8, body.length & 0xff, ...body, 0x03];
    return Uint8Array.from([...block, block.reduce((sum, byte) => sum ^ byte, 0)]);
  }
}
