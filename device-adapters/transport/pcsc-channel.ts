import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { LIMITS } from '../limits.table.ts';
import type { ByteChannel, CloseReason, OpenChannel } from './byte-channel.ts';
import { ChunkQueue } from './chunk-queue.ts';
import type { BridgeMessage } from './pcsc/bridge-messages.ts';
import { BRIDGE_ENTRY, startBridge, type BridgeProcess } from './pcsc/bridge-process.ts';
import { isDaemonThere } from './pcsc/daemon-socket.ts';
import type { PcscAddress } from './pcsc/pcsc-address.ts';
import { hungDaemonFault, NO_DAEMON, pcscFault } from './pcsc/pcsc-faults.ts';

export interface PcscOptions {
  readonly clock: Clock;
  /** The program that talks to the daemon, unless a test brings its own. */
  readonly entry?: string;
  /** Whether a daemon listens. */
  readonly findDaemon?: () => Promise<boolean>;
}

/** One reader, through its bridge. Lost when the bridge says so (reader or daemon gone, a command unanswered) or ends. */
class PcscChannel implements ByteChannel {
  readonly chunks: ChunkQueue;
  readonly closed: Promise<CloseReason>;
  readonly #bridge: BridgeProcess;
  readonly #clock: Clock;
  #reason: CloseReason | undefined;
  #settle: (reason: CloseReason) => void = () => undefined;
  #released: Promise<void> = Promise.resolve();

  constructor(bridge: BridgeProcess, clock: Clock) {
    this.#bridge = bridge;
    this.#clock = clock;
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
    const { stdin, stdout, ended } = bridge;
    this.chunks = new ChunkQueue(() => {
      if (this.chunks.bytes < LIMITS.channelQueueBytes) stdout.resume();
    });
    stdout.on('data', (chunk: Uint8Array) => {
      this.chunks.push(chunk);
      if (this.chunks.bytes >= LIMITS.channelQueueBytes) stdout.pause();
    });
    for (const stream of [stdin, stdout]) stream.on('error', (error: Error) => this.end(lost(error.message)));
    void ended.then((why) => this.end(lost(`the bridge to pcscd ended by ${why}`)));
  }

  write(bytes: Uint8Array): Promise<Result<void, Fault>> {
    if (this.#reason !== undefined) return Promise.resolve(err(pcscFault('offline', 'the channel is closed', 'reset')));
    const copy = Uint8Array.from(bytes);
    return new Promise((resolve) => {
      const cancel = this.#clock.after(LIMITS.channelWriteMs, () => {
        this.end(lost('write not taken in time'));
        resolve(err(pcscFault('offline', 'write not taken in time', 'reset')));
      });
      this.#bridge.stdin.write(copy, (error) => {
        cancel();
        resolve(error ? err(pcscFault('offline', error.message, 'reset')) : ok(undefined));
      });
    });
  }

  /** Resolves when the card is let go of and the bridge is gone. */
  async close(): Promise<void> {
    this.end({ why: 'closed' });
    await this.#released;
  }

  end(reason: CloseReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.chunks.end(reason.why === 'closed');
    this.#bridge.stdout.resume();
    this.#released = this.#bridge.stop();
    this.#settle(reason);
  }
}

/** Opens channels to one card reader of the PC/SC daemon. Each speaks the carrier of the travel-document driver
 *  (`apdu-carrier.ts`), so that driver, recordings and masks see no difference to any other line.
 *  @fault offline no daemon, none that answers, no such reader; deviceBusy another program keeps the reader;
 *  configuration a name that fits several, or a binding that is not built. The message says what to do. */
export function openPcsc({ reader, binding }: PcscAddress, options: PcscOptions): OpenChannel {
  const { clock, entry = BRIDGE_ENTRY, findDaemon = isDaemonThere } = options;
  return async (deadlineMs) => {
    if (!(await findDaemon())) return err(pcscFault('offline', NO_DAEMON, 'reset'));
    const first = Promise.withResolvers<BridgeMessage | PcscChannel | undefined>();
    let channel: PcscChannel | undefined;
    let isLate = false;
    const bridge = startBridge(entry, { binding, reader }, clock, (message) => {
      // Made here and now: the next message may already be its loss.
      if ('opened' in message && !isLate) channel = new PcscChannel(bridge, clock);
      first.resolve(channel ?? message);
      if ('lost' in message) channel?.end(lost(message.lost));
    });
    const cancel = clock.after(deadlineMs, () => {
      isLate = channel === undefined;
      first.resolve(undefined);
    });
    const said = await Promise.race([first.promise, bridge.ended]);
    cancel();
    if (said instanceof PcscChannel) return ok(said);
    // Nobody waits for a process that hangs.
    void bridge.stop();
    if (said === undefined) return err(hungDaemonFault());
    if (typeof said === 'string') return err(pcscFault('offline', `the bridge to pcscd ended by ${said}`, 'reset'));
    return err('fault' in said ? said.fault : pcscFault('offline', 'the bridge to pcscd is broken', 'reset'));
  };
}

function lost(detail: string): CloseReason {
  return { why: 'lost', detail: `pcsc: ${detail}`.slice(0, 120) };
}
