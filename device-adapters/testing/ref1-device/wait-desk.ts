import type { CancelTimer } from '@yimen/contracts/base';
import type { Completion } from './effect-memory.ts';
import type { DeviceFields } from './fields.ts';
import type { DeviceFrame } from './frame.ts';
import { RESULT, type WaitingRead, type WaitVerdict } from './model.ts';

const LONGEST_WAIT_S = 300;

/** What the desk needs of the device around it. */
export interface WaitSurroundings {
  accept(frame: DeviceFrame, result: number): void;
  complete(seq: number, command: number, completion: Completion): void;
  wait(ms: number, fn: () => void): CancelTimer;
  changed(): void;
}

interface Waiting {
  readonly number: number;
  readonly read: WaitingRead;
  /** Ends it without a word. */
  forget(): void;
}

/** The one read that waits for a person (README.md, "Larger objects, and reads that wait"). */
export class WaitDesk {
  readonly #around: WaitSurroundings;
  #waiting: Waiting | undefined;

  constructor(around: WaitSurroundings) {
    this.#around = around;
  }

  /** Takes a command that waits; the one that waited before it is ended first. */
  take(frame: DeviceFrame, fields: DeviceFields, look: (fields: DeviceFields) => WaitVerdict): void {
    const number = fields.number(0x35, 4);
    const seconds = fields.number(0x36, 2);
    const hasTimes = number !== undefined && seconds !== undefined && seconds >= 1 && seconds <= LONGEST_WAIT_S;
    const verdict = hasTimes ? look(fields) : RESULT.doesNotFit;
    if (!hasTimes || typeof verdict === 'number')
      return this.#around.accept(frame, typeof verdict === 'number' ? verdict : RESULT.doesNotFit);
    this.end({ result: RESULT.stopped });
    this.#around.accept(frame, RESULT.well);
    const waiting = this.#make(frame, number, seconds * 1_000, (wait) => verdict.timeOver(wait));
    this.#waiting = waiting;
    waiting.read.renew();
    verdict.begin(waiting.read);
    this.#around.changed();
  }

  /** 06 with a wait's number; nothing to do when another one waits, or none. */
  stop(number: number): void {
    if (this.#waiting?.number === number) this.end({ result: RESULT.stopped });
  }

  /** Ends what waits, if anything does. */
  end(completion: Completion): void {
    this.#waiting?.read.end(completion);
  }

  /** No power, or another line: nobody is told. */
  forget(): void {
    this.#waiting?.forget();
  }

  #make(frame: DeviceFrame, number: number, ms: number, timeOver: (wait: WaitingRead) => void): Waiting {
    const over: (() => void)[] = [];
    let isOver = false;
    let cancelTimer: CancelTimer | undefined;
    const leave = (): boolean => {
      if (isOver) return false;
      isOver = true;
      cancelTimer?.();
      this.#waiting = undefined;
      for (const fn of over.splice(0)) fn();
      return true;
    };
    const read: WaitingRead = {
      get isOver() {
        return isOver;
      },
      end: (completion) => {
        if (!leave()) return;
        this.#around.complete(frame.seq, frame.command, completion);
        this.#around.changed();
      },
      renew: () => {
        cancelTimer?.();
        cancelTimer = isOver ? undefined : this.#around.wait(ms, () => timeOver(read));
      },
      whenOver: (fn) => void (isOver ? fn() : over.push(fn)),
    };
    return { number, read, forget: () => void leave() };
  }
}
