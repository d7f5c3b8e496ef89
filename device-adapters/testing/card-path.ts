import { err, ok, type Result } from '@yimen/contracts/base';

/** What a chip offers beyond EF.COM, DG1, DG2 and the counter behind Basic Access Control (ICAO 9303-10, 9303-11). */
export interface ChipOffers {
  /** Form of the zone in DG1: three lines of 30 (when absent), two of 44, or the permit's one line of 30. */
  readonly zone?: 'TD1' | 'TD3' | 'permitLine';
  /** PACE by generic mapping on P-256 (12) or brainpoolP256r1 (13); `can` is the card access number, six digits. */
  readonly pace?: { readonly parameter: 12 | 13; readonly can: string };
  /** `false`: the chip opens by PACE alone. */
  readonly hasBasicAccess?: boolean;
  /** DG11: name in the holder's own script, and the personal number. */
  readonly holder?: { readonly fullName: string; readonly personalNumber: string };
  /** DG14: ephemeral–static Diffie–Hellman on brainpoolP256r1, and the cipher of the session that follows it. */
  readonly chipAuthentication?: 'AES' | '3DES';
  /** DG15: ECDSA on P-256 with SHA-256, or RSA with ISO/IEC 9796-2 and the hash named. */
  readonly activeAuthentication?: 'ECDSA' | 'RSA-SHA1' | 'RSA-SHA256';
  /** Document security object under the simulated issuer (`simulatedTrustAnchors`). */
  readonly isSigned?: boolean;
}

/** A permit card of the simulated world. Everything on it is synthetic. */
export interface SimulatedPermit {
  /** Thing id of the bench: `permit-li-na`. */
  readonly thing: string;
  readonly documentNumber: string;
  /** Latin name as in DG1: `LI<<NA`. */
  readonly mrzName: string;
  readonly chineseName: string;
  readonly sex: 'M' | 'F';
  /** YYMMDD */
  readonly birth: string;
  /** YYMMDD */
  readonly expiry: string;
  /** The one line of 30 on the card's back. */
  readonly mrz: string;
  readonly faceImage: Uint8Array;
  chip: 'ok' | 'mute';
  /** Absent: the files behind Basic Access Control alone. */
  readonly chipOffers?: ChipOffers;
  endorsementCounter: number;
  /** What the rewritable panel shows now. */
  panel: string[];
}

export type CardPlace = 'outside' | 'gate' | 'readPosition' | 'printer' | 'bin' | 'jammed';

/** Where the one card of a session physically is. The card unit, the chip coupler and the endorsement printer are
 *  three devices on one path; each moves the card only across its own border. */
export class CardPath {
  #card: SimulatedPermit | undefined;
  #place: CardPlace = 'outside';
  readonly #bin: SimulatedPermit[] = [];
  readonly #listeners = new Set<() => void>();

  get card(): SimulatedPermit | undefined {
    return this.#card;
  }

  get place(): CardPlace {
    return this.#place;
  }

  /** Cards swallowed so far. */
  get bin(): readonly SimulatedPermit[] {
    return this.#bin;
  }

  onChange(fn: () => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  /** A customer pushes a card against the gate. */
  put(card: SimulatedPermit): Result<void, string> {
    if (this.#card !== undefined) return err('a card is already in the machine');
    this.#card = card;
    this.#set('gate');
    return ok(undefined);
  }

  /** A motor feeds a card out of a stack into the empty machine. */
  feed(card: SimulatedPermit, to: 'gate' | 'readPosition'): Result<void, string> {
    if (this.#card !== undefined) return err('a card is already in the machine');
    this.#card = card;
    this.#set(to);
    return ok(undefined);
  }

  /** A customer pulls the card out; only at the gate. */
  take(): Result<SimulatedPermit, string> {
    if (this.#card === undefined || this.#place !== 'gate') return err('no card at the gate');
    const card = this.#card;
    this.#card = undefined;
    this.#set('outside');
    return ok(card);
  }

  /** A motor moves the card. `bin` swallows it. Refused when there is no card or it is jammed. */
  move(to: 'gate' | 'readPosition' | 'printer' | 'bin'): Result<void, string> {
    if (this.#card === undefined) return err('no card');
    if (this.#place === 'jammed') return err('jammed');
    if (to === 'bin') {
      this.#bin.push(this.#card);
      this.#card = undefined;
      this.#set('outside');
      return ok(undefined);
    }
    this.#set(to);
    return ok(undefined);
  }

  jam(): void {
    if (this.#card !== undefined) this.#set('jammed');
  }

  /** Hall staff free a jammed card to where it can be reached from the gate side again. */
  unjam(to: 'gate' | 'readPosition'): void {
    if (this.#place === 'jammed') this.#set(to);
  }

  #set(place: CardPlace): void {
    this.#place = place;
    for (const fn of this.#listeners) fn();
  }
}
