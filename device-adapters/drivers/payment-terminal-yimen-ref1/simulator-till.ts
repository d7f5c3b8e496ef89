import { err, ok, type CancelTimer, type Result } from '@yimen/contracts/base';
import type { Ref1Device } from '../../testing/ref1-device/device.ts';
import type { Completion } from '../../testing/ref1-device/effect-memory.ts';
import { text, u8 } from '../../testing/ref1-device/fields.ts';
import { RESULT, type RunningEffect } from '../../testing/ref1-device/model.ts';
import type { ChargeBook, SimulatedCharge } from './simulator-charges.ts';
import { CHANNEL, TERMINAL_RESULT } from './simulator-results.table.ts';

/** Milliseconds, as a customer sees them: a PIN, half of the provider's answer, how long a result is shown; the hand of
 *  `pays-at-once`, the moment of a power dip. */
const TIMES = { pin: 3_000, half: 450, result: 4_000, hand: 400, dip: 1_000 } as const;
const PHONES: readonly string[] = ['phone-alipay', 'phone-wechat', 'phone-declined'];

/** What the pad's display shows. */
export type Shown =
  | 'idle'
  | 'amount'
  | 'pin'
  | 'asking'
  | 'paid'
  | 'declined'
  | 'cancelled'
  | 'timed-out'
  | 'offline'
  | 'failed';

interface Waiting {
  readonly effect: RunningEffect;
  readonly charge: SimulatedCharge;
  /** `asking`: the provider has been asked and will answer; nothing can call that back. */
  phase: 'shown' | 'pin' | 'asking';
  readonly timers: CancelTimer[];
}

/** The pad in front of a customer: the one charge that waits, its display, and what comes of a phone or a card. */
export class Till {
  readonly #device: Ref1Device;
  readonly #book: ChargeBook;
  #waiting: Waiting | undefined;
  #shows: Shown = 'idle';
  #toIdle: CancelTimer | undefined;

  constructor(device: Ref1Device, book: ChargeBook) {
    this.#device = device;
    this.#book = book;
  }

  get shows(): Shown {
    return this.#shows;
  }

  get charge(): Readonly<SimulatedCharge> | undefined {
    return this.#waiting?.charge;
  }

  get keypad(): 'works' | 'failed' | 'tampered' {
    if (this.#device.faults.has('tampered')) return 'tampered';
    return this.#device.faults.has('F49') ? 'failed' : 'works';
  }

  /** Shows an amount and waits for a customer. */
  show(effect: RunningEffect, charge: SimulatedCharge, waitsMs: number): void {
    const waiting: Waiting = { effect, charge, phase: 'shown', timers: [] };
    this.#waiting = waiting;
    this.display('amount');
    waiting.timers.push(
      this.#device.wait(waitsMs, () => this.giveUp('timed-out', TERMINAL_RESULT.timeOut)),
      this.#device.wait(TIMES.hand, () => this.#hand()),
      this.#device.wait(TIMES.dip, () => this.#dip()),
    );
  }

  /** A customer holds something against the pad; it fits while an amount is shown. */
  tap(thing: string): Result<void, string> {
    const waiting = this.#waiting;
    if (waiting === undefined) return err(`nothing to pay: the pad shows ${this.#shows}`);
    if (waiting.phase !== 'shown') return err('a payment is under way already');
    if (thing === 'bank-card') return this.#tapCard(waiting);
    if (!PHONES.includes(thing)) return err(`the pad does not take ${thing}`);
    this.#ask(waiting, 'qr', thing === 'phone-declined');
    return ok(undefined);
  }

  /** The customer presses cancel: now, or as soon as the next amount is shown. */
  pressCancel(): void {
    const isHeard = this.giveUp('cancelled', TERMINAL_RESULT.customerCancelled);
    if (isHeard) this.#device.faults.delete('customer-cancels');
  }

  /** Ends a charge that nobody has paid yet; one about which the provider was asked goes on.
   *  @returns whether there was one to end */
  giveUp(shown: Shown, result: number, how: 'finish' | 'interrupt' = 'finish'): boolean {
    const waiting = this.#waiting;
    if (waiting === undefined || waiting.phase === 'asking') return false;
    waiting.charge.state = 'cancelled';
    this.#end(waiting, shown, { result, motion: 0 }, how);
    return true;
  }

  /** The effect of the charge that waits, when it is this bill's. */
  waitingFor(billRef: string): { readonly effect: RunningEffect; readonly isAsking: boolean } | undefined {
    const waiting = this.#waiting;
    if (waiting?.charge.billRef !== billRef) return undefined;
    return { effect: waiting.effect, isAsking: waiting.phase === 'asking' };
  }

  isOf(effect: RunningEffect): boolean {
    return this.#waiting?.effect === effect;
  }

  display(shown: Shown): void {
    this.#toIdle?.();
    this.#shows = shown;
    this.#device.changed();
  }

  powerLost(): void {
    this.#book.powerLost();
    this.#waiting = undefined;
    this.#shows = 'idle';
  }

  #hand(): void {
    if (this.#device.faults.has('customer-cancels')) this.pressCancel();
    else if (this.#device.faults.has('pays-at-once')) this.tap('phone-alipay');
  }

  #dip(): boolean {
    const isDue = this.#device.faults.delete('power-dip');
    if (isDue) this.#device.powerDip();
    return isDue;
  }

  #tapCard(waiting: Waiting): Result<void, string> {
    if (this.keypad !== 'works') return err('the keypad has failed: no cards are taken, QR still works');
    waiting.phase = 'pin';
    this.display('pin');
    this.#device.pace(TIMES.pin, () => {
      if (this.#waiting !== waiting) return;
      if (this.keypad === 'works') this.#ask(waiting, 'card', false);
      else this.giveUp('failed', TERMINAL_RESULT.keypadFailed);
    });
    return ok(undefined);
  }

  /** The provider is asked: from here on only its answer ends the charge. */
  #ask(waiting: Waiting, channel: 'qr' | 'card', isDeclined: boolean): void {
    waiting.phase = 'asking';
    // Written down before it is asked: after a power cut it tells "may be paid" from "only waited".
    waiting.charge.channel = channel;
    this.display('asking');
    this.#device.pace(TIMES.half, () => {
      if (this.#dip()) return;
      this.#device.pace(TIMES.half, () => this.#decide(waiting, isDeclined));
    });
  }

  #decide(waiting: Waiting, isDeclined: boolean): void {
    const { faults } = this.#device;
    if (faults.has('provider-away')) return this.#unpaid(waiting, 'cancelled', 'offline', TERMINAL_RESULT.offline);
    if (isDeclined || faults.has('declines'))
      return this.#unpaid(waiting, 'declined', 'declined', TERMINAL_RESULT.declined);
    const { charge } = waiting;
    charge.state = 'captured';
    charge.trace = this.#book.nextTrace();
    const channel = charge.channel === 'card' ? CHANNEL.card : CHANNEL.qr;
    const fields = [u8(0x43, channel), text(0x44, charge.trace)];
    this.#end(waiting, 'paid', { result: RESULT.well, motion: 1, fields }, 'finish');
  }

  #unpaid(waiting: Waiting, state: 'cancelled' | 'declined', shown: Shown, result: number): void {
    waiting.charge.channel = 'none';
    waiting.charge.state = state;
    this.#end(waiting, shown, { result, motion: 0 }, 'finish');
  }

  #end(waiting: Waiting, shown: Shown, completion: Completion, how: 'finish' | 'interrupt'): void {
    for (const cancelTimer of waiting.timers) cancelTimer();
    this.#waiting = undefined;
    this.display(shown);
    this.#toIdle = this.#device.wait(TIMES.result, () => this.display('idle'));
    waiting.effect[how](completion);
  }
}
