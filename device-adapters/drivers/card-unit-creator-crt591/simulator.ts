import { err, ok, type Result } from '@yimen/contracts/base';
import { z } from 'zod';
import type { CardPath, SimulatedPermit } from '../../testing/card-path.ts';
import type { DeviceMemory, SimulatedDevice, SimulatorContext } from '../../testing/simulated-device.ts';
import { WIRE_FAULTS, type WireFault } from '../../testing/simulated-wire.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { binSchema, RetainBin } from './simulator-bin.ts';
import { Carriage } from './simulator-carriage.ts';
import { Entry } from './simulator-entry.ts';
import { OWN_FAULTS, type OwnFault } from './simulator-faults.table.ts';
import type { NegativeLetter } from './simulator-frames.ts';
import { Crt591Line } from './simulator-line.ts';
import { CARD_PACK, CardStack, isStackCard, stackCardOf, stackSchema } from './simulator-stack.ts';
import { Crt591Works, type InitRefusal } from './simulator-works.ts';

export interface SimulatedCrt591Options {
  /** The cards a person can hold in the hand, by thing id. */
  readonly permits?: readonly SimulatedPermit[];
  readonly serial?: string;
  readonly binCapacity?: number;
  /** Cards in the bin at the start. */
  readonly binCount?: number;
  /** Asked once for each card that comes to the gate from outside: does it come the wrong way round? */
  readonly isReversed?: (card: SimulatedPermit) => boolean;
  readonly negativeLetter?: NegativeLetter;
  /** New cards in the stack at the start; left out: no stack is fitted. */
  readonly stack?: number;
  readonly stackCapacity?: number;
  /** From here down the stack's sensor says "few". */
  readonly fewCards?: number;
  /** Where a fed card comes to rest: variants differ. */
  readonly feedsTo?: 'gate' | 'readPosition';
  /** A firmware that does not know the init with counter refuses it with this code. */
  readonly refusesCountingInit?: InitRefusal;
  /** Whether the sensor bytes have an eleventh, the shutter's. */
  readonly hasShutterSensor?: boolean;
}

const savedSchema = z.strictObject({
  bin: binSchema,
  stack: stackSchema.optional(),
  place: z.enum(['outside', 'gate', 'readPosition', 'printer', 'bin', 'jammed']),
});

/** The unit's side of the wire, written from the transcription named in README.md; shares no code with the driver.
 *  It keeps its own stack, bin and errors; the card inside lives on the card path. */
class SimulatedCrt591 implements SimulatedDevice, DeviceMemory {
  readonly id = 'card-unit-creator-crt591';
  readonly kind = 'card-unit';
  readonly faults: readonly string[] = [...OWN_FAULTS, ...WIRE_FAULTS];
  readonly #path: CardPath;
  readonly #permits: readonly SimulatedPermit[];
  readonly #on = new Set<OwnFault>();
  readonly #stack: CardStack | undefined;
  readonly #bin: RetainBin;
  readonly #fewCards: number;
  readonly #entry: Entry;
  readonly #works: Crt591Works;
  readonly #line: Crt591Line;
  readonly #listeners = new Set<() => void>();

  constructor(context: SimulatorContext, path: CardPath, options: SimulatedCrt591Options) {
    const faults = this.#on;
    const tell = (): void => this.#tell();
    const { isReversed } = options;
    this.#path = path;
    this.#permits = options.permits ?? [];
    this.#fewCards = options.fewCards ?? 10;
    this.#bin = new RetainBin(options.binCapacity ?? 50, options.binCount ?? 0);
    this.#stack = options.stack === undefined ? undefined : new CardStack(path, options.stackCapacity ?? 200);
    this.#stack?.fill(options.stack ?? 0);
    this.#entry = new Entry({
      path,
      faults,
      isReversed: (card) => !isStackCard(card.thing) && isReversed?.(card) === true,
      after: (ms, fn) => this.#line.after(ms, fn),
      tell,
    });
    const carriage = new Carriage({
      path,
      faults,
      stack: this.#stack,
      bin: this.#bin,
      feedsTo: options.feedsTo ?? 'readPosition',
      fewCards: this.#fewCards,
    });
    this.#works = new Crt591Works({
      path,
      faults,
      entry: this.#entry,
      carriage,
      bin: this.#bin,
      serial: options.serial ?? 'CRT591-000417',
      refusesCountingInit: options.refusesCountingInit,
      hasShutterSensor: options.hasShutterSensor ?? true,
    });
    this.#line = new Crt591Line({
      context,
      faults,
      negative: options.negativeLetter ?? 'N',
      act: (command) => this.#works.act(command),
      status: () => carriage.status,
      powerDip: () => this.powerDip(),
      tell,
    });
    path.onChange(() => this.#pathChanged());
  }

  attach(channel: ByteChannel): void {
    this.#line.attach(channel);
  }

  /** A citizen's card at the gate, or a pack of new cards into the stack. */
  put(thing: string): Result<void, string> {
    if (thing === CARD_PACK.thing) return this.#fill();
    const card = this.#permits.find((permit) => permit.thing === thing);
    if (card === undefined) return err(`no such card: ${thing}`);
    return this.#path.put(card);
  }

  take(): Result<{ thing: string }, string> {
    if (this.#on.has('F21')) return err('something in the throat holds the card');
    const taken = this.#path.take();
    return taken.ok ? ok({ thing: taken.value.thing }) : taken;
  }

  fault(name: string): Result<void, string> {
    const { faults } = this.#line.wire;
    if (name === 'F12') faults.add('silent');
    else if ((WIRE_FAULTS as readonly string[]).includes(name)) faults.add(name as WireFault);
    else if ((OWN_FAULTS as readonly string[]).includes(name)) this.#on.add(name as OwnFault);
    else return err(`no such fault: ${name}`);
    if (name === 'F04') this.#bin.fill();
    if (name === 'F05') this.#bin.pull();
    if (name === 'shutter-open') this.#entry.setShutter(true);
    if (name === 'error-B0') this.powerDip();
    if (name === 'F70') return this.#load();
    if (name === 'jammed-at-rest') {
      const loaded = this.#path.card === undefined ? this.#load() : ok(undefined);
      if (!loaded.ok) return loaded;
      this.#path.jam();
    }
    this.#tell();
    return ok(undefined);
  }

  /** Everything is mended: hall staff pulled a jammed card to the gate, emptied the bin and put it back, closed the
   *  shutter. The bin's counter is the host's to set. */
  clear(): void {
    this.#bin.putBack();
    if (this.#on.has('shutter-open')) this.#entry.setShutter(false);
    this.#on.clear();
    this.#line.wire.faults.clear();
    this.#entry.forgive();
    this.#path.unjam('gate');
    // A card that something held at an open entry is drawn in now.
    this.#entry.pathChanged();
    this.#tell();
  }

  unplug(): void {
    this.#line.wire.unplug();
  }

  plug(): void {
    this.#line.wire.plug();
  }

  /** Power gone and back: the card stays where it is, everything else is forgotten but the bin counter. */
  powerDip(): void {
    this.#line.powerLost();
    this.#works.powerLost();
    this.#entry.powerLost();
    this.#tell();
  }

  state(): Readonly<Record<string, unknown>> {
    const { wire } = this.#line;
    return {
      place: this.#path.place,
      card: this.#path.card?.thing ?? null,
      binCount: this.#bin.counter,
      binCapacity: this.#bin.capacity,
      entry: this.#entry.isOn ? 'on' : 'off',
      shutter: this.#entry.isShutterOpen ? 'open' : 'closed',
      motions: this.#line.motions,
      inits: this.#works.inits,
      units: {
        ...(this.#stack && { cards: { ...this.#stack.view(), threshold: this.#fewCards } }),
        bin: this.#bin.view(),
      },
      ...(this.#stack && { lastCards: this.#stack.last }),
      faults: [...this.#on, ...wire.faults],
      plugged: wire.isPlugged,
      connected: wire.isConnected,
    };
  }

  onChange(fn: () => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  save(): z.infer<typeof savedSchema> {
    return { bin: this.#bin.save(), stack: this.#stack?.save(), place: this.#path.place };
  }

  /** As after a power cut. A card out of the stack lies where it lay, unless the card path knows better. */
  restore(kept: unknown): void {
    const saved = savedSchema.safeParse(kept);
    if (!saved.success) return;
    const { bin, stack, place } = saved.data;
    this.#bin.restore(bin);
    if (stack === undefined || this.#stack === undefined) return;
    const [carried] = stack.carried;
    if (carried !== undefined && this.#path.card === undefined) this.#layBack(carried, place);
    this.#stack.restore(stack);
    // Somebody took it while the bench stood still.
    this.#stack.pathChanged();
    this.#tell();
  }

  #layBack(serial: string, place: CardPath['place']): void {
    this.#path.feed(stackCardOf(serial), place === 'gate' ? 'gate' : 'readPosition');
    if (place === 'printer') this.#path.move('printer');
    if (place === 'jammed') this.#path.jam();
  }

  #fill(): Result<void, string> {
    if (this.#stack === undefined) return err('this unit has no stack');
    if (this.#stack.fill(CARD_PACK.cards) === 0) return err('the stack is full');
    this.#tell();
    return ok(undefined);
  }

  #load(): Result<void, string> {
    const card = this.#permits[0];
    if (card === undefined) return err('no card to lie inside');
    const put = this.#path.put(card);
    return put.ok ? this.#path.move('readPosition') : put;
  }

  #pathChanged(): void {
    this.#stack?.pathChanged();
    this.#entry.pathChanged();
    this.#tell();
  }

  #tell(): void {
    for (const fn of [...this.#listeners]) fn();
  }
}

/** The simulated CRT-591 on one card path. `powerDip()` cuts its power for a moment. */
export function createSimulatedCrt591(
  context: SimulatorContext,
  path: CardPath,
  options: SimulatedCrt591Options = {},
): SimulatedDevice & DeviceMemory & { powerDip(): void } {
  return new SimulatedCrt591(context, path, options);
}
