import { err, ok, type CancelTimer, type Result } from '@yimen/contracts/base';
import { ID_CARDS, type SyntheticIdCard } from '@yimen/contracts/testing';
import type { DeviceMemory, SimulatedDevice, SimulatorContext } from '../../testing/simulated-device.ts';
import { SimulatedWire, WIRE_FAULTS } from '../../testing/simulated-wire.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { isSdtFault, SAM_WORDS, SDT_FAULTS, type SdtFault } from './simulator-faults.table.ts';
import { SdtEar, sdtReply, type SdtHeard } from './simulator-frames.ts';
import { isIdentity, SimulatedSam, SW, type CardVisit, type SdtAnswer, type SdtRequest } from './simulator-sam.ts';

export interface SimulatedSdtOptions {
  /** The cards a person can lay on it, by thing id. */
  readonly cards?: readonly SyntheticIdCard[];
}

/** A request that stops in the middle is given up after this long (assumed). */
const GAP_MS = 1_000;
/** Start bit, eight bits, stop bit. */
const BITS_PER_BYTE = 10;
/** Printed `0503-20260417-0000000204`: kind and maker, date, number; nobody knows the last word's use. */
const SAM_ID = [5, 3, 20_260_417, 204, 3_735_928_559] as const;
const OTHER_SAM_ID = [5, 3, 20_260_417, 999_999, 1] as const;

/** What the lamp beside the antenna shows. */
type Lamp = 'off' | 'ready' | 'card' | 'read' | 'failed';

/** The reader's side of the wire, written from the protocol document and README.md; shares no code with the driver.
 *  Its power comes through the cable: plugged in again, it has forgotten what it found. */
class SimulatedSdtReader implements SimulatedDevice, DeviceMemory {
  readonly id = 'id-card-reader-gb-sdt';
  readonly kind = 'id-card-reader';
  readonly faults: readonly string[] = [...SDT_FAULTS, ...WIRE_FAULTS];
  readonly #context: SimulatorContext;
  readonly #cards: readonly SyntheticIdCard[];
  readonly #wire: SimulatedWire;
  readonly #ear = new SdtEar();
  readonly #sam: SimulatedSam;
  readonly #on = new Set<SdtFault>();
  readonly #listeners = new Set<() => void>();
  #cancelGap: CancelTimer | undefined;
  /** Counts the hosts that came, and the times that the power did. */
  #line = 0;
  /** When the last answer under way will have left. */
  #busyUntilMs = 0;
  #visit: CardVisit | undefined;
  #shown: 'card' | 'read' | 'failed' = 'card';
  #reads = 0;

  constructor(context: SimulatorContext, { cards = ID_CARDS }: SimulatedSdtOptions) {
    this.#context = context;
    this.#cards = cards;
    this.#sam = new SimulatedSam({
      visit: () => (this.#on.has('no-card') ? undefined : this.#visit),
      has: (fault) => this.#on.has(fault),
      samId: () => samIdBytes(this.#on.has('F22') ? OTHER_SAM_ID : SAM_ID),
    });
    this.#wire = new SimulatedWire(
      context,
      (chunk) => this.#hear(chunk),
      () => this.#tell(),
    );
  }

  attach(channel: ByteChannel): void {
    this.#beginLine();
    this.#wire.attach(channel);
  }

  put(thing: string): Result<void, string> {
    const card = this.#cards.find((candidate) => candidate.thing === thing);
    if (card === undefined) return err(`no such ID card: ${thing}`);
    if (this.#visit !== undefined) return err('a card lies on the reader already');
    this.#lay({ card });
    return ok(undefined);
  }

  take(): Result<{ thing: string }, string> {
    if (this.#visit === undefined) return err('no card lies on the reader');
    const { thing } = this.#visit.card;
    this.#lay(undefined);
    return ok({ thing });
  }

  fault(name: string): Result<void, string> {
    const wire = WIRE_FAULTS.find((fault) => fault === name);
    if (name === 'F12') this.#wire.faults.add('silent');
    else if (wire !== undefined) this.#wire.faults.add(wire);
    else if (isSdtFault(name)) this.#on.add(name);
    else return err(`no such fault: ${name}`);
    this.#tell();
    return ok(undefined);
  }

  clear(): void {
    this.#on.clear();
    this.#wire.faults.clear();
    if (this.#shown === 'failed') this.#shown = 'card';
    this.#tell();
  }

  unplug(): void {
    this.#beginLine();
    this.#wire.unplug();
  }

  plug(): void {
    this.#sam.powerOn();
    this.#wire.plug();
  }

  state(): Readonly<Record<string, unknown>> {
    return {
      card: this.#visit?.card.thing ?? null,
      lamp: this.#lamp(),
      reads: this.#reads,
      baud: this.#sam.baud,
      rfBytes: this.#sam.rfBytes,
      faults: [...this.#on, ...this.#wire.faults],
      plugged: this.#wire.isPlugged,
      connected: this.#wire.isConnected,
    };
  }

  onChange(fn: () => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  save(): { readonly card: string | null } {
    return { card: this.#visit?.card.thing ?? null };
  }

  /** The card still lies where it lay; the reader itself starts anew. */
  restore(kept: unknown): void {
    const thing = typeof kept === 'object' && kept !== null && 'card' in kept ? kept.card : null;
    const card = this.#cards.find((candidate) => candidate.thing === thing);
    if (card !== undefined) this.#lay({ card });
  }

  #lay(visit: CardVisit | undefined): void {
    this.#visit = visit;
    this.#shown = 'card';
    this.#tell();
  }

  #lamp(): Lamp {
    if (!this.#wire.isPlugged) return 'off';
    if (SAM_WORDS.some(([fault]) => this.#on.has(fault))) return 'failed';
    return this.#visit === undefined ? 'ready' : this.#shown;
  }

  #tell(): void {
    for (const fn of [...this.#listeners]) fn();
  }

  /** What a host asked that is gone is not answered to the next one. */
  #beginLine(): void {
    this.#cancelGap?.();
    this.#ear.forget();
    this.#line += 1;
    this.#busyUntilMs = 0;
  }

  #hear(chunk: Uint8Array): void {
    this.#cancelGap?.();
    for (const heard of this.#ear.push(chunk)) this.#serve(heard);
    if (this.#ear.isWaiting) this.#cancelGap = this.#context.clock.after(GAP_MS, () => this.#giveUp());
  }

  #giveUp(): void {
    this.#ear.forget();
    this.#send({ sw3: SW.length }, this.#sam.baud);
  }

  #serve(heard: SdtHeard): void {
    const { baud } = this.#sam;
    if (heard.is === 'bad-length') this.#send({ sw3: SW.length }, baud);
    else if (heard.is === 'bad-checksum' || this.#on.delete('checksum-at-sam')) this.#send({ sw3: SW.checksum }, baud);
    else if (isIdentity(heard.command, heard.para)) this.#readIdentity(heard);
    else this.#send(this.#seen(heard, this.#sam.answer(heard)), baud);
    this.#tell();
  }

  /** Text and photo take as long as they take on the line; a card that is lifted meanwhile gives nothing. */
  #readIdentity(request: SdtRequest): void {
    if (this.#on.delete('power-dip')) {
      this.#beginLine();
      this.#sam.powerOn();
      return;
    }
    const answer = this.#sam.answer(request);
    const visit = this.#visit;
    if (answer.sw3 === SW.ok && this.#on.delete('lifted-mid-read')) this.#lay(undefined);
    this.#send(answer, this.#sam.baud, (read) => {
      const isLifted = read.sw3 === SW.ok && this.#visit !== visit;
      return this.#seen(request, isLifted ? { sw3: SW.readFailed } : read);
    });
  }

  /** What the lamp shows of an answer, and the count of whole reads. */
  #seen({ command, para }: SdtRequest, answer: SdtAnswer): SdtAnswer {
    const isRead = isIdentity(command, para);
    if (isRead) this.#shown = answer.sw3 === SW.ok ? 'read' : 'failed';
    if (isRead && answer.sw3 === SW.ok) this.#reads += 1;
    if (answer.sw3 === SW.selectFailed) this.#shown = 'failed';
    return answer;
  }

  /** Answers in the order of the requests, each as long under way as its bytes take.
   *  @param atLast looks at the answer again in the moment when it is complete. */
  #send(answer: SdtAnswer, baud: number, atLast: (answer: SdtAnswer) => SdtAnswer = (same) => same): void {
    const line = this.#line;
    const leave = (): void => {
      if (line !== this.#line) return;
      const { sw3, data } = atLast(answer);
      this.#wire.send(sdtReply(sw3, data));
    };
    if (this.#context.speed === 'fast') return leave();
    const { clock } = this.#context;
    const bytes = sdtReply(answer.sw3, answer.data).length;
    const ms = Math.round((bytes * BITS_PER_BYTE * 1_000) / baud);
    this.#busyUntilMs = Math.max(this.#busyUntilMs, clock.monoMs()) + ms;
    clock.after(this.#busyUntilMs - clock.monoMs(), () => {
      leave();
      this.#tell();
    });
  }
}

/** u16 u16 u32 u32 u32, the lower byte first. */
function samIdBytes([kind, maker, date, number, last]: typeof SAM_ID | typeof OTHER_SAM_ID): Uint8Array {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16LE(kind, 0);
  bytes.writeUInt16LE(maker, 2);
  [date, number, last].forEach((word, at) => bytes.writeUInt32LE(word, 4 + at * 4));
  return bytes;
}

/** The simulated ID card reader. The bench keeps the card that lies on it over a restart. */
export function createSimulatedSdtReader(
  context: SimulatorContext,
  options: SimulatedSdtOptions = {},
): SimulatedDevice & DeviceMemory {
  return new SimulatedSdtReader(context, options);
}
