import type { SyntheticIdCard } from '@yimen/contracts/testing';
import { cardAddress, cardBodyNumber, cardFingerprint, cardPhoto, cardText } from './simulator-card.ts';
import { SAM_WORDS, type SdtFault } from './simulator-faults.table.ts';
import type { SdtHeard } from './simulator-frames.ts';

/** SW3, as the manual's table prints it. */
export const SW = {
  checksum: 0x10,
  length: 0x11,
  badCommand: 0x21,
  notPermitted: 0x23,
  notFoundYet: 0x34,
  readFailed: 0x41,
  randomFailed: 0x47,
  findFailed: 0x80,
  selectFailed: 0x81,
  ok: 0x90,
  noContent: 0x91,
  found: 0x9f,
} as const;

/** Bits per second by the parameter of command 60. */
const BAUDS = [115_200, 57_600, 38_400, 19_200, 9_600] as const;
/** The most bytes that one frame to a card may have; what 61 may set. */
const RF_BYTES = 0x50;
/** Some readers give the serial of the card's chip, many give zeros; zeros are what a driver must bear. */
const CARD_SERIAL = new Uint8Array(8);

/** One stay of a card on the reader: the same card laid on again is another visit. */
export interface CardVisit {
  readonly card: SyntheticIdCard;
}

/** What the SAM sees and suffers. */
export interface SamWorld {
  /** The card in the field. */
  visit(): CardVisit | undefined;
  has(fault: SdtFault): boolean;
  /** As 12 FF tells it. */
  samId(): Uint8Array;
}

export type SdtRequest = Extract<SdtHeard, { is: 'request' }>;
export interface SdtAnswer {
  readonly sw3: number;
  readonly data?: Uint8Array;
}

/** The security module: which card it has found and selected, and what it lets out of it. */
export class SimulatedSam {
  readonly #world: SamWorld;
  #baud: number = BAUDS[0];
  #rfBytes: number = RF_BYTES;
  /** The card that has answered *find* since the field is on: it is quiet until it is lifted. */
  #answered: CardVisit | undefined;
  #found: CardVisit | undefined;
  #isSelected = false;

  constructor(world: SamWorld) {
    this.#world = world;
  }

  get baud(): number {
    return this.#baud;
  }

  get rfBytes(): number {
    return this.#rfBytes;
  }

  /** As after power-on. */
  powerOn(): void {
    this.#baud = BAUDS[0];
    this.#rfBytes = RF_BYTES;
    this.#fieldOffAndOn();
  }

  /** Obeys one request. */
  answer({ command, para, data }: SdtRequest): SdtAnswer {
    const word = SAM_WORDS.find(([fault]) => this.#world.has(fault))?.[1];
    if (word !== undefined) return { sw3: word };
    if (data.length !== (command === 0x61 ? 1 : 0)) return { sw3: SW.length };
    switch ((command << 8) | para) {
      case 0x10_ff:
        this.#fieldOffAndOn();
        return { sw3: SW.ok };
      case 0x11_ff:
        return { sw3: SW.ok };
      case 0x12_ff:
        return { sw3: SW.ok, data: this.#world.samId() };
      case 0x20_01:
        return this.#find();
      case 0x20_02:
        return this.#select();
      case 0x61_ff:
        return this.#limitRf(data[0] ?? 0);
      default:
        return command === 0x60 ? this.#setBaud(para) : this.#read(command, para);
    }
  }

  /** A reset switches the field off and on: a card that lies there answers anew (assumed). */
  #fieldOffAndOn(): void {
    this.#answered = undefined;
    this.#found = undefined;
    this.#isSelected = false;
  }

  /** A card answers once, then not until it has been lifted (assumed, as real readers do). */
  #find(): SdtAnswer {
    const visit = this.#world.visit();
    if (visit === undefined || visit === this.#answered) return { sw3: SW.findFailed };
    this.#answered = visit;
    this.#found = visit;
    this.#isSelected = false;
    return { sw3: SW.found, data: new Uint8Array(4) };
  }

  /** A selected card does not hear *select* again (assumed). */
  #select(): SdtAnswer {
    const visit = this.#world.visit();
    const isAlone = !this.#world.has('F08');
    if (visit === undefined || visit !== this.#found || this.#isSelected || !isAlone) return { sw3: SW.selectFailed };
    this.#isSelected = true;
    return { sw3: SW.ok, data: CARD_SERIAL };
  }

  #read(command: number, para: number): SdtAnswer {
    const content = command === 0x30 ? CONTENTS.get(para) : undefined;
    if (content === undefined) return { sw3: SW.badCommand };
    // The number of the card's body is not the holder's: what keeps a person's data back does not keep it.
    const isPersonal = para !== 0x05;
    if (isPersonal && this.#world.has('not-permitted')) return { sw3: SW.notPermitted };
    if (this.#found === undefined || !this.#isSelected) return { sw3: SW.notFoundYet };
    const isAlone = !this.#world.has('F08');
    if (this.#world.visit() !== this.#found || !isAlone) return { sw3: SW.readFailed };
    if (isPersonal && this.#world.has('random-failed')) return { sw3: SW.randomFailed };
    if (this.#world.has('read-fails') && isIdentity(command, para)) return { sw3: SW.readFailed };
    const letter = this.#world.has('unknown-type') ? 'X' : undefined;
    const data = content(this.#found.card, letter);
    return data === undefined ? { sw3: SW.noContent } : { sw3: SW.ok, data };
  }

  #setBaud(para: number): SdtAnswer {
    const baud = BAUDS[para];
    if (baud === undefined) return { sw3: SW.badCommand };
    this.#baud = baud;
    return { sw3: SW.ok };
  }

  #limitRf(bytes: number): SdtAnswer {
    if (bytes === 0 || bytes > RF_BYTES) return { sw3: SW.badCommand };
    this.#rfBytes = bytes;
    return { sw3: SW.ok };
  }
}

/** Whether it is one of the two reads of a whole card: 30 01, 30 10. */
export function isIdentity(command: number, para: number): boolean {
  return command === 0x30 && (para === 0x01 || para === 0x10);
}

/** What each parameter of command 30 reads; `undefined` means the card has none. */
const CONTENTS: ReadonlyMap<number, (card: SyntheticIdCard, letter?: string) => Uint8Array | undefined> = new Map([
  [0x01, (card: SyntheticIdCard, letter?: string) => pieces(cardText(card, letter), cardPhoto(card))],
  [
    0x10,
    (card: SyntheticIdCard, letter?: string) => pieces(cardText(card, letter), cardPhoto(card), cardFingerprint(card)),
  ],
  [0x03, cardAddress],
  [0x05, cardBodyNumber],
]);

/** The lengths of all pieces (two bytes each, the higher first), then the pieces. */
function pieces(...parts: readonly Uint8Array[]): Uint8Array {
  const lengths = parts.flatMap(({ length }) => [length >> 8, length & 0xff]);
  return Buffer.concat([Uint8Array.from(lengths), ...parts]);
}
