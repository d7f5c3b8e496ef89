/** How a process that is watched shows that it lives, and when it does not (faults design R18: found within 10 s). */
export interface WatchTimes {
  /** A process says this often that its event loop turns. */
  readonly pulseMs: number;
  /** Whoever watches looks this often, and counts looks, not time: a watcher that was itself kept from working (a busy
   *  machine, a lid that was shut) has looked less often, and accuses nobody. */
  readonly lookMs: number;
  /** Looks without a pulse after which a process hangs. */
  readonly silentLooks: number;
  /** The same before it is ready, or has spoken: a start may have a damaged journal of some gigabytes to read and copy. */
  readonly startLooks: number;
  /** Resident memory above which a process is started again when nobody is served: some times what it has after a day. */
  readonly grownMb: number;
}

export const WATCH_TIMES: WatchTimes = {
  pulseMs: 2_000,
  lookMs: 1_000,
  silentLooks: 8,
  startLooks: 600,
  grownMb: 700,
};

/** A watched process is told by this variable how often it shall speak. */
export const PULSE_VARIABLE = 'YIMEN_PULSE_MS';
