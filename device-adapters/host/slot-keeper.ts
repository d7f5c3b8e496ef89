import type { CancelTimer, Clock } from '@yimen/contracts/base';
import type { DeviceSlot } from '../driver-kit/device-slot.ts';
import { LIMITS } from '../limits.table.ts';

/** Looks after one device: asks a healthy one now and then (a quiet line is not a healthy line), and keeps trying to
 *  reach a lost one, ever more slowly. Drivers connect when they are asked, so asking is all it takes. */
export class SlotKeeper {
  readonly #slot: DeviceSlot;
  readonly #clock: Clock;
  #cancel: CancelTimer = () => undefined;
  #pauseMs: number = LIMITS.reconnectFirstMs;
  #isStopped = false;

  constructor(slot: DeviceSlot, clock: Clock) {
    this.#slot = slot;
    this.#clock = clock;
  }

  start(): void {
    void this.#look();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  async #look(): Promise<void> {
    const status = await this.#slot.status(LIMITS.statusPollMaxAgeMs);
    if (this.#isStopped) return;
    const isHeard = status.source !== 'stale' && status.device !== 'offline';
    this.#pauseMs = isHeard ? LIMITS.reconnectFirstMs : Math.min(this.#pauseMs * 2, LIMITS.reconnectLongestMs);
    this.#cancel = this.#clock.after(isHeard ? LIMITS.statusPollMs : this.#pauseMs, () => void this.#look());
  }
}
