import { err, type Result } from '@yimen/contracts/base';
import { z } from 'zod';
import { Ref1Device, unknownFault } from '../../testing/ref1-device/device.ts';
import { effectMemorySchema, type Completion } from '../../testing/ref1-device/effect-memory.ts';
import { text, u32, u8, type DeviceField, type DeviceFields } from '../../testing/ref1-device/fields.ts';
import { RESULT, STATE, type ReadVerdict, type Ref1Model, type Verdict } from '../../testing/ref1-device/model.ts';
import { MotionRunner } from '../../testing/ref1-device/motion.ts';
import type { DeviceMemory, SimulatedDevice, SimulatorContext } from '../../testing/simulated-device.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { bookSchema, ChargeBook } from './simulator-charges.ts';
import { TERMINAL_FAULTS } from './simulator-faults.table.ts';
import { CHANNEL, TERMINAL_RESULT } from './simulator-results.table.ts';
import { Till } from './simulator-till.ts';

/** Milliseconds. */
const TIMES = { look: 120, refund: 2_000, selfTest: 3_000, reset: 2_000 } as const;
const LONGEST_WAIT_S = 600;
const CHARGE_STATE = { waiting: 1, captured: 3, declined: 4, cancelled: 5, refunded: 6, unknown: 7 } as const;
const KEYPAD = { works: 0, failed: 1, tampered: 2 } as const;
const NO_MEDIUM = 4;

const savedSchema = z.strictObject({
  effects: effectMemorySchema,
  bootCount: z.int().min(0).max(0xffff),
  book: bookSchema,
});

/** The terminal's side of the wire, written from README.md; shares no code with the driver. It keeps its own money: what
 *  it took stays taken, over power-off and over a restart of the bench. */
class SimulatedPaymentTerminal implements SimulatedDevice, DeviceMemory {
  readonly id = 'payment-terminal-yimen-ref1';
  readonly kind = 'payment-terminal';
  readonly faults = TERMINAL_FAULTS;
  readonly #device: Ref1Device;
  readonly #motor: MotionRunner;
  readonly #book = new ChargeBook();
  readonly #till: Till;

  constructor(context: SimulatorContext) {
    this.#device = new Ref1Device(context, this.#model());
    this.#motor = new MotionRunner(this.#device);
    this.#till = new Till(this.#device, this.#book);
  }

  attach(channel: ByteChannel): void {
    this.#device.attach(channel);
  }

  put(thing: string): Result<void, string> {
    return this.#till.tap(thing);
  }

  take(): Result<{ thing: string }, string> {
    return err('the pad keeps nothing: phones and cards are only held against it');
  }

  fault(name: string): Result<void, string> {
    if (!TERMINAL_FAULTS.includes(name)) return unknownFault(name);
    const switched = this.#device.switchOn(name);
    if (name === 'customer-cancels') this.#till.pressCancel();
    if (name === 'tampered' || name === 'hardware-broken') this.#till.giveUp('failed', RESULT.hardware);
    return switched;
  }

  clear(): void {
    this.#device.switchOff();
  }

  unplug(): void {
    this.#device.unplug();
  }

  plug(): void {
    this.#device.plug();
  }

  state(): Readonly<Record<string, unknown>> {
    const { charge } = this.#till;
    return {
      shows: this.#device.power === 'on' ? this.#till.shows : 'dark',
      waiting: charge === undefined ? null : { billRef: charge.billRef, amountFen: charge.amountFen },
      charges: this.#book.save().charges,
      keypad: this.#till.keypad,
      progress: this.#motor.progress,
      ...this.#device.state(),
    };
  }

  onChange(fn: () => void): () => void {
    return this.#device.onChange(fn);
  }

  save(): z.infer<typeof savedSchema> {
    return { effects: this.#device.saveEffects(), bootCount: this.#device.bootCount, book: this.#book.save() };
  }

  /** As after a power cut: no amount is shown any more, and the money is where it was. */
  restore(kept: unknown): void {
    const saved = savedSchema.safeParse(kept);
    if (!saved.success) return;
    this.#device.comeBack(saved.data.effects, saved.data.bootCount);
    this.#book.restore(saved.data.book);
    this.#book.powerLost();
  }

  #model(): Ref1Model {
    return {
      id: this.id,
      kind: this.kind,
      model: 'YM-PT1',
      serial: 'YMPT-000058',
      mediaAtPowerOff: NO_MEDIUM,
      evidenceKinds: [],
      condition: () => this.#trouble(),
      statusFields: () => [u8(0x47, KEYPAD[this.#till.keypad])],
      reads: new Map([[0x12, (fields: DeviceFields) => this.#query(fields)]]),
      effects: new Map([
        [0x10, (fields: DeviceFields) => this.#charge(fields)],
        [0x11, (fields: DeviceFields) => this.#cancel(fields)],
        [0x13, (fields: DeviceFields) => this.#refund(fields)],
      ]),
      besides: new Set([0x11]),
      losable: new Set([0x10]),
      selfTest: () => this.#selfTest(),
      reset: () => this.#reset(),
      stop: (effect) => {
        if (this.#till.isOf(effect)) this.#till.giveUp('cancelled', RESULT.stopped);
      },
      // Money that is being asked for is not left hanging: a reset waits for the provider's answer.
      interrupt: (effect) => {
        if (this.#till.isOf(effect)) this.#till.giveUp('cancelled', RESULT.stopped, 'interrupt');
      },
      powerLost: () => {
        this.#till.powerLost();
        this.#motor.forget();
      },
    };
  }

  #trouble(): { readonly state: number; readonly fault: number } {
    if (this.#till.keypad === 'tampered') return { state: STATE.fraudAttempt, fault: RESULT.hardware };
    if (this.#device.faults.has('provider-away')) return { state: STATE.online, fault: TERMINAL_RESULT.offline };
    return { state: STATE.online, fault: this.#till.keypad === 'works' ? 0 : TERMINAL_RESULT.keypadFailed };
  }

  /** What refuses money at once. */
  #blocked(): number | undefined {
    if (this.#till.keypad === 'tampered') return RESULT.hardware;
    return this.#device.faults.has('provider-away') ? TERMINAL_RESULT.offline : undefined;
  }

  #charge(fields: DeviceFields): Verdict {
    const bill = billOf(fields);
    const amountFen = fields.number(0x41, 4);
    const waits = fields.number(0x45, 2);
    const hasQr = fields.text(0x42, 300) !== undefined;
    if (bill === undefined || !amountFen || !hasQr || !waits || waits > LONGEST_WAIT_S) return RESULT.doesNotFit;
    const blocked = this.#blocked();
    if (blocked !== undefined) return blocked;
    const before = this.#book.lastOf(bill)?.state;
    // A bill may be shown again only when it is proved that no money moved the last time.
    if (before !== undefined && before !== 'declined' && before !== 'cancelled') return TERMINAL_RESULT.chargedAlready;
    return (effect) => this.#till.show(effect, this.#book.open(bill, amountFen), waits * 1_000);
  }

  #cancel(fields: DeviceFields): Verdict {
    const bill = billOf(fields);
    if (bill === undefined) return RESULT.doesNotFit;
    return (effect) => {
      const waiting = this.#till.waitingFor(bill);
      if (waiting?.isAsking) return waiting.effect.whenOver(() => effect.finish(this.#nothingWaits(bill)));
      if (waiting === undefined) return effect.finish(this.#nothingWaits(bill));
      this.#till.giveUp('cancelled', RESULT.stopped);
      effect.finish({ result: RESULT.well, motion: 1 });
    };
  }

  /** What a cancel that found nothing to end says of the bill. */
  #nothingWaits(bill: string): Completion {
    const state = this.#book.lastOf(bill)?.state;
    if (state === 'captured') return { result: TERMINAL_RESULT.tooLate, motion: 0 };
    return state === 'unknown' ? { result: TERMINAL_RESULT.tooLate, motion: 2 } : { result: RESULT.well, motion: 0 };
  }

  #query(fields: DeviceFields): ReadVerdict {
    const bill = billOf(fields);
    if (bill === undefined) return RESULT.doesNotFit;
    return { ms: TIMES.look, answer: () => ({ result: RESULT.well, fields: this.#chargeFields(bill) }) };
  }

  #chargeFields(bill: string): readonly DeviceField[] {
    const charge = this.#book.lastOf(bill);
    const isUnreadable = this.#device.faults.has('book-unreadable');
    if (charge === undefined || isUnreadable)
      return [u8(0x46, isUnreadable ? CHARGE_STATE.unknown : 0), u32(0x41, 0), u8(0x43, CHANNEL.none)];
    const { state, amountFen, channel, trace } = charge;
    const isPaid = trace !== '';
    return [
      u8(0x46, CHARGE_STATE[state]),
      u32(0x41, amountFen),
      u8(0x43, isPaid ? CHANNEL[channel] : CHANNEL.none),
      ...(isPaid ? [text(0x44, trace)] : []),
    ];
  }

  #refund(fields: DeviceFields): Verdict {
    const bill = billOf(fields);
    const amountFen = fields.number(0x41, 4);
    if (bill === undefined || !amountFen) return RESULT.doesNotFit;
    const charge = this.#book.lastOf(bill);
    if (charge?.state !== 'captured' || charge.amountFen !== amountFen) return TERMINAL_RESULT.noCharge;
    const end = (): Completion => {
      if (this.#device.faults.has('provider-away')) return { result: TERMINAL_RESULT.offline, motion: 0 };
      charge.state = 'refunded';
      return { result: RESULT.well, motion: 1, fields: [text(0x44, this.#book.nextTrace())] };
    };
    return this.#blocked() ?? ((effect) => this.#motor.run(effect, { name: 'refund', ms: TIMES.refund, end }));
  }

  #selfTest(): Verdict {
    if (this.#till.keypad === 'tampered') return RESULT.hardware;
    const result = (): number => (this.#till.keypad === 'works' ? RESULT.well : TERMINAL_RESULT.keypadFailed);
    const end = (): Completion => ({ result: result(), motion: 1 });
    return (effect) => this.#motor.run(effect, { name: 'self-test', ms: TIMES.selfTest, end });
  }

  /** Only a technician ends a tamper. */
  #reset(): Verdict {
    const end = (): Completion => {
      this.#till.display('idle');
      return { result: this.#till.keypad === 'tampered' ? RESULT.hardware : RESULT.well, motion: 1 };
    };
    return (effect) => this.#motor.run(effect, { name: 'reset', ms: TIMES.reset, end });
  }
}

function billOf(fields: DeviceFields): string | undefined {
  return fields.text(0x40, 40);
}

/** The simulated payment terminal. It remembers its effects and its money. */
export function createSimulatedPaymentTerminal(context: SimulatorContext): SimulatedDevice & DeviceMemory {
  return new SimulatedPaymentTerminal(context);
}
