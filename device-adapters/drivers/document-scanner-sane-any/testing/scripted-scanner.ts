import { ok } from '@yimen/contracts/base';
import {
  createSaneMessageCutter,
  encodeSaneMessage,
  SANE_KIND,
  type SaneMessage,
} from '../../../framing/sane-message.ts';
import { decodeSaneRun, decodeSaneTake, encodeSaneEnd, type SaneEnd, type SaneRun } from '../../../framing/sane-run.ts';
import type { ByteChannel, OpenChannel } from '../../../transport/byte-channel.ts';
import { memoryChannelPair } from '../../../transport/memory-channel.ts';

/** How a run ends: only what differs from "exit 0, nothing said, no files". */
export type Reply = Partial<Omit<SaneEnd, 'files' | 'stdout'>> & {
  readonly stdout?: string;
  readonly files?: readonly (readonly [name: string, bytes: Uint8Array])[];
};
/** What comes of a run; `silence`: no answer. `hangUp`: the channel is lost. */
export type Script = (run: SaneRun) => Reply | 'silence' | 'hangUp';

export const LIST = 'test:0\tNoname\ttester\tvirtual device\n';
export const LOOK = `
All options specific to device \`test:0':
    --mode Gray|Color [Gray]
    --resolution 75|150|200|300dpi [75]
    --source Flatbed|ADF [Flatbed]
    -x 0..20mm (in steps of 1) [20]
    -y 0..30mm (in steps of 1) [30]
`;

/** A peer whose every answer a test can write. What a test does not write, it answers like a scanner of 20 × 30 mm that
 *  lists itself and is well. */
export class ScriptedScanner {
  readonly runs: SaneRun[] = [];
  readonly heard: number[] = [];
  list: string = LIST;
  look: Reply | 'silence' | 'hangUp' = { stdout: LOOK };
  scan: Script = () => ({});
  /** What a take is answered with in place of the bytes. */
  piece: ((file: number, offset: number) => Uint8Array | undefined) | undefined;
  /** Told when a run is to be cancelled; its reply ends the run that waits. */
  onCancel: () => Reply = () => ({ isCancelled: true, code: 9 });
  /** Told after each look that was answered. */
  afterLook: () => void = () => undefined;
  channels = 0;
  #channel: ByteChannel | undefined;
  #waiting: number | undefined;
  #files: Uint8Array[] = [];

  readonly open: OpenChannel = async () => {
    const [mine, its] = memoryChannelPair();
    this.channels += 1;
    this.#channel = mine;
    void this.#serve(mine);
    return ok(its);
  };

  hangUp(): void {
    void this.#channel?.close();
  }

  /** Files of the last run that were not forgotten. */
  get keptFiles(): number {
    return this.#files.length;
  }

  get lastArgs(): readonly string[] {
    return this.runs.at(-1)?.args ?? [];
  }

  async #serve(channel: ByteChannel): Promise<void> {
    const cutter = createSaneMessageCutter();
    for await (const chunk of channel.chunks)
      for (const cut of cutter.push(chunk)) if (cut.kind === 'frame') await this.#take(channel, cut.frame);
  }

  async #take(channel: ByteChannel, { kind, number, payload }: SaneMessage): Promise<void> {
    this.heard.push(kind);
    const answer = (as: number, bytes: Uint8Array): Promise<unknown> =>
      channel.write(encodeSaneMessage({ kind: as, number, payload: bytes }));
    if (kind === SANE_KIND.run) {
      const run = decodeSaneRun(payload);
      if (run !== undefined) await this.#run(channel, number, run);
    } else if (kind === SANE_KIND.cancel) {
      if (this.#waiting !== undefined) await this.#end(channel, this.#waiting, this.onCancel());
      this.#waiting = undefined;
    } else if (kind === SANE_KIND.take) {
      const { file, offset, most } = decodeSaneTake(payload) ?? { file: 0, offset: 0, most: 0 };
      const bytes = this.piece?.(file, offset) ?? this.#files[file]?.subarray(offset, offset + most);
      await answer(SANE_KIND.piece, bytes ?? new Uint8Array(0));
    } else {
      this.#files = [];
      await answer(SANE_KIND.forgotten, new Uint8Array(0));
    }
  }

  async #run(channel: ByteChannel, number: number, run: SaneRun): Promise<void> {
    this.runs.push(run);
    const reply = run.args[0] === '-f' ? { stdout: this.list } : run.args.includes('-A') ? this.look : this.scan(run);
    if (reply === 'hangUp') return channel.close();
    this.#waiting = reply === 'silence' ? number : undefined;
    if (reply !== 'silence') await this.#end(channel, number, reply);
    if (run.args.includes('-A')) this.afterLook();
  }

  async #end(channel: ByteChannel, number: number, reply: Reply): Promise<void> {
    const { stdout = '', files = [], ...more } = reply;
    this.#files = files.map(([, bytes]) => Uint8Array.from(bytes));
    const end: SaneEnd = {
      how: 'exited',
      code: 0,
      isKilledAtDeadline: false,
      isCancelled: false,
      isTooLarge: false,
      isKilledAtExit: false,
      stderr: '',
      ...more,
      stdout: new TextEncoder().encode(stdout),
      files: files.map(([name, bytes]) => ({ name, bytes: bytes.length })),
    };
    await channel.write(encodeSaneMessage({ kind: SANE_KIND.ended, number, payload: encodeSaneEnd(end) }));
  }
}
