import { WIRE_FAULTS } from '../../testing/simulated-wire.ts';

/** Faults of the matrix and of this server; those of the cable are joined in `PRINT_FAULTS`. */
export const OWN_FAULTS = [
  /** Another printer answers here. */
  'F22',
  /** The tray is empty. */
  'F24',
  /** The next sheet jams; it is stuck until `clear`. */
  'F27',
  /** Nobody takes the sheets: the output tray fills. */
  'F32',
  /** Somebody else's job waits in the queue; whatever wakes the queue prints it first. */
  'F36',
  /** Toner is low, and enough for two sheets only. */
  'F37',
  /** The black cartridge is empty. */
  'toner-out',
  'cover-open',
  /** The tray is pulled out; it comes back with paper or with `clear`. */
  'tray-out',
  /** Other paper than the job wants: it hangs in `processing`, and no reason says why. */
  'wrong-media',
  /** The printer behind the queue is gone: only the message tells, and that only while a job is tried. */
  'dead-backend',
  /** A job that was printed whole ends as `completed` with `processing-to-stop-point`. */
  'stopped-reason',
  /** The server gives a job up: after the first sheet of several, before the only one. */
  'aborts',
  'not-accepting',
  /** Somebody has stopped the queue; Resume-Printer starts it again. */
  'paused',
  /** The fuser is too hot, until `clear`. */
  'hardware-broken',
  /** Jobs are completed, sheets counted; no paper moves. */
  'false-ok',
  /** The next Print-Job is done, its answer is lost. */
  'answer-lost',
  /** Ended jobs are not remembered. */
  'forgets',
  /** Something else than IPP answers here. */
  'web-page',
  'no-queue',
  'no-right',
] as const;
export type OwnFault = (typeof OWN_FAULTS)[number];

export const PRINT_FAULTS: readonly string[] = [...OWN_FAULTS, ...WIRE_FAULTS];
