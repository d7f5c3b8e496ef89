import { err, ok, type Result } from '@yimen/contracts/base';
import type { CardPath, SimulatedPermit } from '../../testing/card-path.ts';
import type { SimulatedDevice, SimulatorContext } from '../../testing/simulated-device.ts';
import { SimulatedWire, WIRE_FAULTS, type WireFault } from '../../testing/simulated-wire.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { OWN_FAULTS, type OwnFault } from './simulator-faults.table.ts';

export interface SimulatedCrt591Options {
  /** The cards a person can hold in the hand, by thing id. */
  readonly permits?: readonly SimulatedPermit[];
  readonly serial?: string;
  readonly binCapacity?: number;
  /** Cards in the bin at the start. */
  readonly binCount?: number;
  /** Asked once for each card that comes to the gate from outside: does it come the wrong way round? */
  readonly isReversed?: (card: SimulatedPermit) => boolean;
  /** How this firmware begins a negative reply: sources differ. */
  readonly negativeLetter?: 'N' | 'E';
}

/** Milliseconds, as a citizen sees them. */
const TIMES = { ack: 8, reply: 25, draw: 900, motion: 1_100, init: 600 } as const;

/** Error codes E1 E0, as the error table prints them. */
const ERROR = {
  undefinedCommand: '00',
  parameter: '01',
  jam: '10',
  long: '13',
  short: '14',
  pulled: '40',
  chip: '65',
} as const;

type Answer = { readonly data?: readonly number[] } | { readonly error: string };

/** The unit's side of the wire, written from the transcription named in README.md; shares no code with the driver.
 *  It keeps its own bin and errors; the card itself lives on the card path. */
class SimulatedCrt591 implements SimulatedDevice {
  readonly id = 'card-unit-creator-crt591';
  readonly kind = 'card-unit';
  readonly faults: readonly string[] = [...OWN_FAULTS, ...WIRE_FAULTS];
  readonly #context: SimulatorContext;
  readonly #path: CardPath;
  readonly #wire: SimulatedWire;
  readonly #options: Required<SimulatedCrt591Options>;
  readonly #on = new Set<OwnFault>();
  readonly #listeners = new Set<() => void>();
  #received: number[] = [];
  #binCount: number;
  #isInitialised = false;
  #motions = 0;
  #inits = 0;
  #isEntryOn = false;
  #isShutterOpen = false;
  #isDrawing = false;
  #met: SimulatedPermit | undefined;
  #isReversed = false;
  #error: string | undefined;

  constructor(context: SimulatorContext, path: CardPath, options: SimulatedCrt591Options) {
    this.#context = context;
    this.#path = path;
    this.#options = {
      permits: [],
      serial: 'CRT591-000417',
      binCapacity: 50,
      binCount: 0,
      negativeLetter: 'N',
      isReversed: () => false,
      ...options,
    };
    this.#binCount = this.#options.binCount;
    const tell = (): void => this.#tell();
    this.#wire = new SimulatedWire(context, (chunk) => this.#hear(chunk), tell);
    path.onChange(() => {
      // A short or long card is the citizen's to take back; then the error is gone with it.
      if (path.place === 'outside' && (this.#error === ERROR.short || this.#error === ERROR.long))
        this.#error = undefined;
      this.#meet();
      this.#tryToDraw();
      this.#tell();
    });
  }

  attach(channel: ByteChannel): void {
    this.#received = [];
    this.#wire.attach(channel);
  }

  put(thing: string): Result<void, string> {
    const card = this.#options.permits.find((permit) => permit.thing === thing);
    if (card === undefined) return err(`no such card: ${thing}`);
    return this.#path.put(card);
  }

  take(): Result<{ thing: string }, string> {
    const taken = this.#path.take();
    return taken.ok ? ok({ thing: taken.value.thing }) : taken;
  }

  fault(name: string): Result<void, string> {
    if (name === 'F12') this.#wire.faults.add('silent');
    else if ((WIRE_FAULTS as readonly string[]).includes(name)) this.#wire.faults.add(name as WireFault);
    else if ((OWN_FAULTS as readonly string[]).includes(name)) this.#on.add(name as OwnFault);
    else return err(`no such fault: ${name}`);
    if (name === 'F04') this.#binCount = this.#options.binCapacity;
    if (name === 'shutter-open') this.#isShutterOpen = true;
    if (name === 'F70') return this.#load();
    if (name === 'jammed-at-rest') {
      const loaded = this.#path.card === undefined ? this.#load() : ok(undefined);
      if (!loaded.ok) return loaded;
      this.#path.jam();
    }
    this.#tell();
    return ok(undefined);
  }

  /** Everything is mended: hall staff pulled a jammed card to the gate, emptied a full bin, closed the shutter. */
  clear(): void {
    if (this.#on.has('F04')) this.#binCount = 0;
    if (this.#on.has('shutter-open')) this.#isShutterOpen = false;
    this.#on.clear();
    this.#wire.faults.clear();
    this.#error = undefined;
    this.#path.unjam('gate');
    this.#tell();
  }

  unplug(): void {
    this.#wire.unplug();
  }

  plug(): void {
    this.#wire.plug();
  }

  /** Power gone and back: the card stays where it is, everything else is forgotten but the bin counter. */
  powerDip(): void {
    this.#isInitialised = false;
    this.#isEntryOn = false;
    this.#error = undefined;
    this.#received = [];
    this.#tell();
  }

  state(): Readonly<Record<string, unknown>> {
    return {
      place: this.#path.place,
      card: this.#path.card?.thing ?? null,
      binCount: this.#binCount,
      binCapacity: this.#options.binCapacity,
      entry: this.#isEntryOn ? 'on' : 'off',
      shutter: this.#isShutterOpen ? 'open' : 'closed',
      motions: this.#motions,
      inits: this.#inits,
      faults: [...this.#on, ...this.#wire.faults],
      plugged: this.#wire.isPlugged,
      connected: this.#wire.isConnected,
    };
  }

  onChange(fn: () => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  /** A card that was outside a moment ago lies as the hand has put it in. */
  #meet(): void {
    const { card, place } = this.#path;
    if (card !== undefined && this.#met === undefined && place === 'gate')
      this.#isReversed = this.#options.isReversed(card);
    this.#met = card;
  }

  #tell(): void {
    for (const fn of [...this.#listeners]) fn();
  }

  #load(): Result<void, string> {
    const card = this.#options.permits[0];
    if (card === undefined) return err('no card to lie inside');
    const put = this.#path.put(card);
    return put.ok ? this.#path.move('readPosition') : put;
  }

  #after(ms: number, fn: () => void): void {
    if (this.#context.speed === 'fast') fn();
    else this.#context.clock.after(ms, fn);
  }

  /** Collects F2 … BCC; a lone 04 clears the line, a lone 06 is the host's thanks. */
  #hear(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (this.#received.length === 0 && byte !== 0xf2) continue;
      this.#received.push(byte);
      const [, , high = 0, low = 0] = this.#received;
      const length = 4 + ((high << 8) | low) + 2;
      if (this.#received.length === 4 && length > 600) this.#received = [];
      if (this.#received.length < 4 || this.#received.length < length) continue;
      const block = this.#received;
      this.#received = [];
      this.#block(block);
    }
  }

  #block(block: readonly number[]): void {
    const isMotion = block[5] === 0x32;
    if (isMotion && this.#on.delete('miss-once')) return;
    const sum = block.slice(0, -1).reduce((all, byte) => all ^ byte, 0);
    const isWhole = block.at(-2) === 0x03 && block.at(-1) === sum && block[4] === 0x43;
    if (!isWhole || (isMotion && this.#on.has('stuck-busy'))) {
      this.#wire.send(Uint8Array.of(0x15));
      return;
    }
    const [cm = 0, pm = 0] = block.slice(5);
    if (isMotion) this.#motions += 1;
    const isWordless = isMotion && this.#on.delete('wordless');
    if (!isWordless) this.#after(TIMES.ack, () => this.#wire.send(Uint8Array.of(0x06)));
    const isMotor = cm === 0x32 || cm === 0x30;
    this.#after(cm === 0x30 ? TIMES.init : isMotor ? TIMES.motion : TIMES.reply, () => {
      const isLost = cm === 0x32 && (this.#on.delete('no-reply') || this.#on.has('no-reply-no-move'));
      const answer = this.#act(cm, pm);
      if (!isLost && !isWordless) this.#answer(cm, pm, answer);
    });
  }

  #act(cm: number, pm: number): Answer {
    if (!this.#isInitialised && cm !== 0x30) return { error: 'B0' };
    switch (cm) {
      case 0x30:
        return this.#initialise(pm);
      case 0x31:
        return this.#status(pm);
      case 0x32:
        return this.#move(pm);
      case 0x33:
        return this.#entry(pm);
      case 0x50:
        return { data: ascii(this.#isSeenByCoil() ? '30' : '00') };
      case 0x60:
        return this.#chip();
      case 0xa2:
        return { data: [this.#serial().length, ...ascii(this.#serial())] };
      case 0xa4:
        return { data: ascii('CRT-591-M001 V2.1') };
      case 0xa5:
        return { data: ascii(String(this.#binCount).padStart(3, '0')) };
      default:
        return { error: ERROR.undefinedCommand };
    }
  }

  #serial(): string {
    return this.#on.has('F22') ? 'CRT591-999999' : this.#options.serial;
  }

  #initialise(pm: number): Answer {
    if (pm !== 0x33 && pm !== 0x31 && pm !== 0x30) return { error: ERROR.parameter };
    this.#isInitialised = true;
    this.#inits += 1;
    this.#setEntry(false);
    if (this.#path.place === 'jammed') return { error: ERROR.jam };
    this.#error = undefined;
    return pm === 0x31 && this.#st0() !== 0x30 ? this.#move(0x33) : {};
  }

  #status(pm: number): Answer {
    if (pm === 0x31) return { data: [...ascii('0000000000'), this.#isShutterOpen ? 0x31 : 0x30] };
    if (this.#path.place === 'jammed') return { error: ERROR.jam };
    return this.#error === undefined ? {} : { error: this.#error };
  }

  #move(pm: number): Answer {
    if (this.#path.place === 'jammed') return { error: ERROR.jam };
    if (this.#st0() === 0x30) return { error: '02' };
    if (this.#on.has('false-ok') || this.#on.delete('no-reply-no-move')) return {};
    switch (pm) {
      case 0x30:
      case 0x39:
        return this.#moveTo('gate', 'jam-on-eject');
      case 0x31:
      case 0x32:
        return this.#moveTo('readPosition', 'F01');
      case 0x33:
        return this.#toBin();
      default:
        return { error: ERROR.parameter };
    }
  }

  #moveTo(to: 'gate' | 'readPosition', jam: OwnFault): Answer {
    if (this.#on.has(jam)) {
      this.#path.jam();
      return { error: ERROR.jam };
    }
    this.#path.move(to);
    return {};
  }

  #toBin(): Answer {
    if (this.#isBinFull()) return { error: 'A1' };
    if (this.#on.has('jam-on-capture')) {
      this.#path.jam();
      return { error: ERROR.jam };
    }
    if (this.#on.has('pulled-on-capture')) {
      this.#path.move('gate');
      this.#path.take();
      return { error: ERROR.pulled };
    }
    this.#path.move('bin');
    this.#binCount += 1;
    return {};
  }

  #entry(pm: number): Answer {
    if (pm !== 0x30 && pm !== 0x31) return { error: ERROR.parameter };
    this.#setEntry(pm === 0x30);
    this.#tryToDraw();
    return {};
  }

  #setEntry(isOn: boolean): void {
    this.#isEntryOn = isOn;
    if (!this.#on.has('F06') && !this.#on.has('shutter-open')) this.#isShutterOpen = isOn;
  }

  /** A card at the gate of an open entry is drawn in. */
  #tryToDraw(): void {
    const isWaiting = this.#isEntryOn && this.#isShutterOpen && this.#path.place === 'gate';
    if (!isWaiting || this.#isDrawing) return;
    this.#isDrawing = true;
    this.#after(TIMES.draw, () => {
      this.#isDrawing = false;
      if (this.#path.place === 'gate') this.#draw();
    });
  }

  #draw(): void {
    if (this.#on.has('F07-short') || this.#on.has('F07-long')) {
      this.#error = this.#on.has('F07-short') ? ERROR.short : ERROR.long;
      this.#setEntry(false);
    } else if (this.#on.has('F01')) {
      this.#path.jam();
    } else {
      this.#path.move('readPosition');
    }
    this.#tell();
  }

  #chip(): Answer {
    return this.#isSeenByCoil() && this.#path.card?.chip === 'ok' ? { data: ascii('30') } : { error: ERROR.chip };
  }

  #isSeenByCoil(): boolean {
    return this.#path.place === 'readPosition' && !this.#isReversed && !this.#on.has('F07');
  }

  #st0(): number {
    if (this.#path.place === 'gate') return 0x31;
    return this.#path.place === 'readPosition' ? 0x32 : 0x30;
  }

  #isBinFull(): boolean {
    return this.#binCount >= this.#options.binCapacity;
  }

  #answer(cm: number, pm: number, answer: Answer): void {
    const body =
      'error' in answer
        ? [this.#options.negativeLetter === 'N' ? 0x4e : 0x45, cm, pm, ...ascii(answer.error)]
        : [0x50, cm, pm, this.#st0(), 0x30, this.#isBinFull() ? 0x31 : 0x30, ...(answer.data ?? [])];
    const block = [0xf2, 0x00, body.length >> 8, body.length & 0xff, ...body, 0x03];
    this.#wire.send(Uint8Array.from([...block, block.reduce((sum, byte) => sum ^ byte, 0)]));
  }
}

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

/** The simulated CRT-591 on one card path. `powerDip()` cuts its power for a moment. */
export function createSimulatedCrt591(
  context: SimulatorContext,
  path: CardPath,
  options: SimulatedCrt591Options = {},
): SimulatedDevice & { powerDip(): void } {
  return new SimulatedCrt591(context, path, options);
}
