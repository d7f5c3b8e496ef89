import { fromHex, toHex } from '@yimen/contracts/base';
import { EffectMemory, type Completion } from './effect-memory.ts';
import { u8, type DeviceFields } from './fields.ts';
import type { DeviceFrame } from './frame.ts';
import { RESULT, type Ref1Model, type RunningEffect, type Verdict } from './model.ts';

const SELF_TEST = 0x03;
const RESET = 0x05;
const PHASE = { running: 1, ended: 2, interrupted: 3 } as const;

/** What the desk needs of the device around it. */
export interface EffectSurroundings {
  readonly faults: ReadonlySet<string>;
  isStarting(): boolean;
  accept(frame: DeviceFrame, result: number): void;
  complete(seq: number, command: number, completion: Completion): void;
  /** The memory was written. */
  remembered(): void;
  changed(): void;
}

interface Running {
  readonly effect: RunningEffect;
  /** Every command that waits for its end: the same id may come more than once. */
  readonly seqs: number[];
}

/** Effects from the command to the end: one at a time, each id once, all of them remembered (README.md, "Accepted,
 *  completed" and "Memory"). */
export class EffectDesk {
  readonly memory = new EffectMemory();
  readonly #model: Ref1Model;
  readonly #around: EffectSurroundings;
  readonly #running = new Map<string, Running>();

  constructor(model: Ref1Model, around: EffectSurroundings) {
    this.#model = model;
    this.#around = around;
  }

  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** Takes a command that should move something. */
  take(frame: DeviceFrame, fields: DeviceFields): void {
    const look = this.#lookOf(frame.command);
    if (look === undefined) return this.#around.accept(frame, RESULT.unknownCommand);
    const bytes = fields.bytes(0x01, 16);
    if (bytes === undefined) return this.#around.accept(frame, RESULT.doesNotFit);
    const id = toHex(bytes);
    if (this.#isKnown(frame, id)) return;
    const verdict = this.#refusal(frame.command, id) ?? look(fields);
    if (typeof verdict === 'number') return this.#around.accept(frame, verdict);
    this.#begin(frame, id, verdict);
  }

  /** 06: the host no longer waits for this effect. Nothing to do when it does not run. */
  stop(id: string): void {
    const running = this.#running.get(id);
    if (running !== undefined) this.#model.stop(running.effect);
  }

  /** 04: what is known of an id. */
  recall(id: string): Completion {
    const known = this.memory.find(id);
    const forgotten = this.memory.highestForgotten;
    const highest = forgotten === undefined ? [] : [{ tag: 0x08, value: fromHex(forgotten) }];
    if (known === undefined) return { result: RESULT.well, fields: [u8(0x05, 0), ...highest] };
    const head = [u8(0x05, PHASE[known.phase]), u8(0x06, known.command)];
    const { phase, completion } = known;
    if (phase !== 'ended' || completion === undefined) return { result: RESULT.well, fields: [...head, ...highest] };
    return { ...completion, fields: [...head, ...(completion.fields ?? []), ...highest] };
  }

  /** Whatever runs is cut off without a word. */
  powerLost(): void {
    this.#running.clear();
    this.memory.interruptAll();
    this.#forget();
  }

  #begin(frame: DeviceFrame, id: string, act: (effect: RunningEffect) => void): void {
    this.memory.begin(id, frame.command);
    const effect = this.#makeEffect(id, frame.command);
    this.#running.set(id, { effect, seqs: [frame.seq] });
    // Whoever keeps the memory writes it now: before the host knows, and before anything moves.
    this.#around.remembered();
    this.#around.accept(frame, RESULT.well);
    this.#around.changed();
    if (frame.command === RESET) this.#afterAll(effect, () => act(effect));
    else act(effect);
  }

  /** The same id a second time moves nothing: the first one's end is told again, or once it comes. */
  #isKnown(frame: DeviceFrame, id: string): boolean {
    const known = this.memory.find(id);
    if (known === undefined) return false;
    const isSame = known.command === frame.command;
    this.#around.accept(frame, isSame ? RESULT.well : RESULT.doesNotFit);
    if (!isSame) return true;
    const running = this.#running.get(id);
    if (running !== undefined) running.seqs.push(frame.seq);
    else this.#tellEnd(frame.seq, frame.command, known.completion ?? { result: RESULT.stopped, motion: 2 });
    return true;
  }

  #lookOf(command: number): ((fields: DeviceFields) => Verdict) | undefined {
    if (command === SELF_TEST) return () => this.#model.selfTest();
    if (command !== RESET) return this.#model.effects.get(command);
    return (fields) => {
      const destination = fields.number(0x07, 1);
      const isOne = destination !== undefined && destination >= 1 && destination <= 3;
      return isOne ? this.#model.reset(destination) : RESULT.doesNotFit;
    };
  }

  /** What refuses every effect, whatever the kind. */
  #refusal(command: number, id: string): number | undefined {
    // It was carried out or not: nobody here knows any more, so it must not move.
    if (id <= (this.memory.highestForgotten ?? '')) return RESULT.doesNotFit;
    if (this.#around.isStarting()) return RESULT.starting;
    if (this.#around.faults.has('hardware-broken')) return RESULT.hardware;
    if (this.#around.faults.has('stuck-busy')) return RESULT.busy;
    const isTakenBeside = command === RESET || this.#model.besides.has(command);
    return this.isBusy && !isTakenBeside ? RESULT.busy : undefined;
  }

  #makeEffect(id: string, command: number): RunningEffect {
    const waiting: (() => void)[] = [];
    let isOver = false;
    const end = (phase: 'ended' | 'interrupted', completion: Completion): void => {
      if (isOver) return;
      isOver = true;
      this.#end(id, phase, completion);
      for (const fn of waiting.splice(0)) fn();
    };
    return {
      id,
      command,
      get isOver() {
        return isOver;
      },
      finish: (completion) => end('ended', completion),
      interrupt: (completion) => end('interrupted', completion),
      whenOver: (fn) => void (isOver ? fn() : waiting.push(fn)),
    };
  }

  #end(id: string, phase: 'ended' | 'interrupted', completion: Completion): void {
    const running = this.#running.get(id);
    // The power went in between: nobody waits, and the memory has said what it knows.
    if (running === undefined) return;
    this.#running.delete(id);
    this.memory.end(id, phase, completion);
    this.#forget();
    for (const seq of running.seqs) this.#tellEnd(seq, running.effect.command, completion);
    this.#around.changed();
  }

  #tellEnd(seq: number, command: number, completion: Completion): void {
    const isLost = this.#around.faults.has('answer-lost') && this.#model.losable.has(command);
    if (!isLost) this.#around.complete(seq, command, completion);
  }

  #forget(): void {
    if (this.#around.faults.has('forgets')) this.memory.loseEnded();
  }

  /** A reset begins when everything before it has ended. */
  #afterAll(reset: RunningEffect, begin: () => void): void {
    const others = [...this.#running.values()].map(({ effect }) => effect).filter((effect) => effect !== reset);
    let left = others.length;
    if (left === 0) return begin();
    for (const effect of others) {
      effect.whenOver(() => {
        left -= 1;
        if (left === 0) begin();
      });
    }
    for (const effect of others) this.#model.interrupt(effect);
  }
}
