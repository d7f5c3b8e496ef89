import { ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { ByteChannel, OpenChannel } from '../transport/byte-channel.ts';

export interface ReopenableWay {
  /** What the driver is handed. */
  readonly open: OpenChannel;
  /** Closes the channel that is open now under the driver, which sees a line that ended and makes a new one with its
   *  next question, as after any loss. Without an open channel there is nothing to give up. */
  giveUp(): Promise<Result<void, Fault>>;
}

/** A way to a device that can be given up from outside its driver: a driver that waits for a port which will never speak
 *  again need not know that this exists. */
export function reopenable(open: OpenChannel): ReopenableWay {
  let current: ByteChannel | undefined;
  return {
    open: async (deadlineMs) => {
      const opened = await open(deadlineMs);
      if (opened.ok) current = opened.value;
      return opened;
    },
    giveUp: async () => {
      const channel = current;
      current = undefined;
      await channel?.close();
      await channel?.closed;
      return ok(undefined);
    },
  };
}
