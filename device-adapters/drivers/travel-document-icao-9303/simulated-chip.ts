import type { RandomBytes } from '@yimen/contracts/base';
import type { ChipOffers, SimulatedPermit } from '../../testing/card-path.ts';
import { ChipAgreement } from './simulated-chip-agreement.ts';
import { answerBasicAccess } from './simulated-chip-basic-access.ts';
import { readCommand } from './simulated-chip-command.ts';
import { chipZoneDigest } from './simulated-chip-crypto.ts';
import type { ChipFault } from './simulated-chip-faults.ts';
import { ChipFiles } from './simulated-chip-files.ts';
import { chipMemory, type ChipMemory } from './simulated-chip-keys.ts';
import { ChipMessaging, type ChipAnswer, type ChipCommand } from './simulated-chip-messaging.ts';
import { ChipPace } from './simulated-chip-pace.ts';
import { simulatedCurve } from './simulated-curve.ts';
import { cardAccessFile } from './simulated-security-infos.ts';

interface ChipParts {
  readonly card: SimulatedPermit;
  readonly random: RandomBytes;
  /** Read at each command: faults that begin while the chip is in the field are played from then on. */
  readonly faults: ReadonlySet<ChipFault>;
}

const APPLICATION = Buffer.from('a0000002471001', 'hex');
const MASTER_FILE = Buffer.from('3f00', 'hex');
const CARD_ACCESS = 0x011c;
/** After the first wrong password the next try waits this long, then twice as long each time (assumed). */
const FIRST_PENALTY_MS = 250;
const LONGEST_PENALTY_MS = 4_000;

/** A travel-document chip after ICAO 9303-10 and 9303-11: one power-on long. It refuses every file of the application
 *  (6982) until Basic Access Control or PACE has succeeded, checks the MAC of every protected command, and ends the
 *  session on the first that is wrong (6988), missing (6987) or not protected at all. */
export class SimulatedChip {
  readonly #random: RandomBytes;
  readonly #faults: ReadonlySet<ChipFault>;
  readonly #offers: ChipOffers;
  readonly #memory: ChipMemory;
  /** The secret keys it answers with, which a clone does not have. */
  readonly #keys: () => ChipMemory;
  readonly #files: ChipFiles;
  readonly #zoneDigest: Buffer;
  readonly #pace: ChipPace | undefined;
  readonly #agreement: ChipAgreement | undefined;
  #place: 'masterFile' | 'application' = 'masterFile';
  #file: Buffer | undefined;
  #challenge: Buffer | undefined;
  #messaging: ChipMessaging | undefined;
  #nextMessaging: ChipMessaging | undefined;
  #penaltyMs = 0;

  constructor({ card, random, faults }: ChipParts) {
    this.#random = random;
    this.#faults = faults;
    this.#offers = card.chipOffers ?? {};
    const { own, clone } = chipMemory(card);
    this.#memory = own;
    this.#keys = () => (faults.has('cloned-chip') ? clone : own);
    this.#files = new ChipFiles(card, faults);
    const passwords = passwordsOf(card, faults.has('wrong-password'));
    this.#zoneDigest = passwords.get(1) ?? Buffer.alloc(20);
    const { pace, chipAuthentication } = this.#offers;
    this.#pace = pace && new ChipPace({ curve: simulatedCurve(pace.parameter), passwords, random, faults });
    this.#agreement = chipAuthentication && new ChipAgreement(chipAuthentication, () => this.#keys().agreement.secret);
  }

  /** Answers one command with data and status word. */
  answer(command: Buffer): Buffer {
    this.#penaltyMs = 0;
    const isSecure = ((command[0] ?? 0) & 0x0c) === 0x0c;
    const { data, sw } = isSecure ? this.#secure(command) : this.#plain(command);
    return Buffer.concat([data, Buffer.from([sw >> 8, sw & 0xff])]);
  }

  /** How much longer than usual the last answer takes: wrong passwords before it slow a try down. */
  get penaltyMs(): number {
    return this.#penaltyMs;
  }

  #plain(bytes: Buffer): ChipAnswer {
    // An unprotected command ends secure messaging (9303-11 §9.8.1).
    this.#endSession();
    const command = readCommand(bytes);
    if (command.kind === 'refused') return status(command.sw);
    if (command.ins === 0x86 && this.#pace !== undefined) return this.#paceStep(this.#pace, command);
    this.#pace?.abandon();
    if (command.cla !== 0x00) return status(command.cla === 0x10 ? 0x6884 : 0x6e00);
    switch (command.ins) {
      case 0xa4:
        return this.#select(command, false);
      case 0xb0:
        return this.#read(command, false);
      case 0x22:
        return this.#choosePace(command);
      case 0x84:
        return this.#giveChallenge();
      case 0x82:
        return this.#basicAccess(command);
      default:
        return status(command.ins === 0x88 ? 0x6982 : 0x6d00);
    }
  }

  #secure(bytes: Buffer): ChipAnswer {
    const messaging = this.#messaging;
    if (messaging === undefined) return status(0x6982);
    const opened = messaging.open(bytes);
    if (opened.kind === 'refused') {
      this.#endSession();
      return status(opened.sw);
    }
    const answer = messaging.protect(this.#inside(opened.command));
    this.#messaging = this.#nextMessaging ?? messaging;
    this.#nextMessaging = undefined;
    return answer;
  }

  /** A command that came protected: access has been granted. */
  #inside(command: ChipCommand): ChipAnswer {
    if (command.cla !== 0x00) return status(0x6884);
    switch (command.ins) {
      case 0xa4:
        return this.#select(command, true);
      case 0xb0:
        return this.#read(command, true);
      case 0x22:
        return this.#agree((agreement) => agreement.manage(command));
      case 0x86:
        return this.#agree((agreement) => agreement.authenticate(command));
      case 0x88:
        return this.#signChallenge(command);
      default:
        return status(0x6d00);
    }
  }

  /** By name the application; by identifier an elementary file below the current directory, or the master file. */
  #select({ p1, p2, data }: ChipCommand, hasAccess: boolean): ChipAnswer {
    this.#file = undefined;
    if (p2 !== 0x0c) return status(0x6a86);
    if (p1 === 0x04) {
      if (!data.equals(APPLICATION)) return status(0x6a82);
      this.#place = 'application';
      return status(0x9000);
    }
    if (p1 === 0x00 && (data.length === 0 || data.equals(MASTER_FILE))) {
      this.#place = 'masterFile';
      return status(0x9000);
    }
    if (p1 !== 0x00 && p1 !== 0x02) return status(0x6a86);
    if (data.length !== 2) return status(0x6700);
    if (this.#place === 'application' && !hasAccess) return status(0x6982);
    this.#file = this.#fileOf(data.readUInt16BE());
    return status(this.#file === undefined ? 0x6a82 : 0x9000);
  }

  #fileOf(identifier: number): Buffer | undefined {
    if (this.#place === 'application') return this.#files.file(identifier);
    const { pace } = this.#offers;
    return identifier === CARD_ACCESS && pace !== undefined
      ? cardAccessFile(pace.parameter, this.#faults.has('pace-unknown'))
      : undefined;
  }

  /** READ BINARY: P1 with bit 8 names a file by its short identifier and selects it (ISO/IEC 7816-4 §11.3.3). */
  #read({ p1, p2, le }: ChipCommand, hasAccess: boolean): ChipAnswer {
    if (this.#place === 'application' && !hasAccess) return status(0x6982);
    const isShort = (p1 & 0x80) !== 0;
    if (isShort) this.#file = this.#fileOf(0x0100 | (p1 & 0x1f));
    if (this.#file === undefined) return status(isShort ? 0x6a82 : 0x6986);
    const offset = isShort ? p2 : p1 * 256 + p2;
    if (offset >= this.#file.length) return status(0x6b00);
    const data = this.#file.subarray(offset, offset + le);
    return { data, sw: data.length < le ? 0x6282 : 0x9000 };
  }

  #giveChallenge(): ChipAnswer {
    if (this.#offers.hasBasicAccess === false || this.#faults.has('bac-refused')) return status(0x6982);
    if (this.#place !== 'application') return status(0x6985);
    this.#challenge = Buffer.from(this.#random(8));
    return { data: this.#challenge, sw: 0x9000 };
  }

  #basicAccess({ data }: ChipCommand): ChipAnswer {
    const challenge = this.#challenge;
    this.#challenge = undefined;
    if (challenge === undefined) return status(0x6985);
    this.#slowDown();
    const step = answerBasicAccess(this.#zoneDigest, challenge, data, this.#random);
    this.#messaging = step.messaging;
    if (step.sw === 0x6300) this.#memory.wrongTries += 1;
    if (step.messaging !== undefined) this.#memory.wrongTries = 0;
    return step;
  }

  #choosePace({ p1, p2, data }: ChipCommand): ChipAnswer {
    if (this.#pace === undefined) return status(0x6d00);
    if (p1 === 0x41) return status(0x6982);
    if (p1 !== 0xc1 || p2 !== 0xa4) return status(0x6a86);
    if (this.#faults.has('pace-unknown')) return status(0x6a80);
    this.#slowDown();
    return this.#pace.choose(data);
  }

  #paceStep(pace: ChipPace, { cla, p1, p2, data }: ChipCommand): ChipAnswer {
    if (p1 !== 0 || p2 !== 0) {
      pace.abandon();
      return status(0x6a86);
    }
    const step = pace.step(cla === 0x10, data);
    if (step.isWrongPassword === true) this.#memory.wrongTries += 1;
    if (step.keys !== undefined) {
      this.#memory.wrongTries = 0;
      this.#messaging = ChipMessaging.aes(step.keys);
    }
    return step;
  }

  /** Chip authentication: the answer goes out under the old keys, what follows comes under the new ones. */
  #agree(act: (agreement: ChipAgreement) => ChipAnswer & { messaging?: ChipMessaging }): ChipAnswer {
    if (this.#agreement === undefined) return status(0x6d00);
    if (this.#place !== 'application') return status(0x6985);
    const step = act(this.#agreement);
    this.#nextMessaging = step.messaging;
    return step;
  }

  /** INTERNAL AUTHENTICATE: active authentication of eight bytes (9303-11 §6.1). */
  #signChallenge({ data }: ChipCommand): ChipAnswer {
    const kind = this.#offers.activeAuthentication;
    if (kind === undefined) return status(0x6d00);
    if (this.#place !== 'application') return status(0x6985);
    if (data.length !== 8) return status(0x6700);
    return { data: this.#keys().activeSignature(kind, data), sw: 0x9000 };
  }

  #slowDown(): void {
    const { wrongTries } = this.#memory;
    if (wrongTries > 0) this.#penaltyMs = Math.min(LONGEST_PENALTY_MS, FIRST_PENALTY_MS * 2 ** (wrongTries - 1));
  }

  #endSession(): void {
    // Without its session the chip also forgets the file it had open for it.
    if (this.#messaging !== undefined) this.#file = undefined;
    this.#messaging = undefined;
    this.#nextMessaging = undefined;
  }
}

/** Passwords by reference: 1 the printed zone, 2 the card access number (9303-11 §4.4.4.1). */
function passwordsOf(card: SimulatedPermit, isWrong: boolean): ReadonlyMap<number, Buffer> {
  const number = isWrong ? 'C00000000' : card.documentNumber;
  const passwords = new Map([[1, chipZoneDigest(number, card.birth, card.expiry)]]);
  const can = card.chipOffers?.pace?.can;
  if (can !== undefined) passwords.set(2, Buffer.from(isWrong ? can.replace(/\d/gu, otherDigit) : can, 'latin1'));
  return passwords;
}

function otherDigit(digit: string): string {
  return String((Number(digit) + 1) % 10);
}

function status(sw: number): ChipAnswer {
  return { data: Buffer.alloc(0), sw };
}
