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
  #isLooking = false;
  #unsubscribe: () => void = () => undefined;

  constructor(slot: DeviceSlot, clock: Clock) {
    this.#slot = slot;
    this.#clock = clock;
  }

  start(): void {
    // A line that breaks between two polls is tried again soon, not at the next poll.
    this.#unsubscribe = this.#slot.onStatus((changed) => {
      if (changed.device === 'offline' && !this.#isLooking) this.#lookAfter(LIMITS.reconnectFirstMs);
    });
    void this.#look();
  }

  stop(): void {
    this.#isStopped = true;
    this.#unsubscribe();
    this.#cancel();
  }

  #lookAfter(ms: number): void {
    this.#cancel();
    if (!this.#isStopped) this.#cancel = this.#clock.after(ms, () => void this.#look());
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    const status = await this.#slot.status(LIMITS.statusPollMaxAgeMs);
    this.#isLooking = false;
    const isHeard = status.source !== 'stale' && status.device !== 'offline';
    this.#pauseMs = isHeard ? LIMITS.reconnectFirstMs : Math.min(this.#pauseMs * 2, LIMITS.reconnectLongestMs);
    const isHeld = status.media !== undefined && status.media !== 'notPresent';
    const pollMs = isHeld ? LIMITS.heldPollMs : LIMITS.statusPollMs;
    this.#lookAfter(isHeard ? pollMs : this.#pauseMs);
  }
}
