import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  scrypt,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import type { StaffCredential } from '@yimen/contracts/terminal';
import { CORE_LIMITS } from '../limits.table.ts';
import { writeAnswer } from './answer-code.ts';

type PinHash = StaffCredential['pin'];

/** Cost of a new PIN: some 60 ms on a kiosk. Six digits fall to whoever has the file and a day; the lock, the card and the
 *  key switch keep everybody else out. */
const NEW_PIN = { log2N: 15, r: 8, p: 1 } as const;

/** HMAC-SHA-256 of a card's number, base64url. */
export function cardHash(cardKey: string, card: string): string {
  return createHmac('sha256', Buffer.from(cardKey, 'base64url')).update(`card ${card}`).digest('base64url');
}

/** Whether two hashes of one length are equal, in a time that tells nothing. */
export function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Whether this is the PIN behind `of`. Takes its full time whatever the answer is. */
export async function isPin(of: PinHash, pin: string): Promise<boolean> {
  return sameHash(await pinHash(of, pin), of.hash);
}

/** Whether `signature` is this person's over `text` (Ed25519). */
export function isSignedBy(key: string, text: string, signature: Uint8Array): boolean {
  try {
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' });
    return verify(null, Buffer.from(text), publicKey, signature);
  } catch {
    // A key that is none has signed nothing.
    return false;
  }
}

/** What the office that issues credentials knows of one person; only the credential goes to a terminal. */
export interface NewStaff {
  readonly credential: StaffCredential;
  /** PKCS #8, PEM: stays on the person's own device. */
  readonly privateKey: string;
}

/** Makes a person's credential. @param given `random` as many bytes as it is asked for */
export async function newStaff(given: {
  readonly cardKey: string;
  readonly card: string;
  readonly pin: string;
  readonly level: StaffCredential['level'];
  readonly validFrom: number;
  readonly validTo: number;
  readonly random: (n: number) => Uint8Array;
  /** Cost of the PIN's hash; tests take less. */
  readonly log2N?: number;
}): Promise<NewStaff> {
  const { cardKey, card, pin, level, validFrom, validTo, random, log2N = NEW_PIN.log2N } = given;
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const salt = Buffer.from(random(16)).toString('base64url');
  const cost = { ...NEW_PIN, log2N };
  const hash = await pinHash({ ...cost, salt, hash: '' }, pin);
  return {
    credential: {
      who: Buffer.from(random(32)).toString('base64url'),
      level,
      card: cardHash(cardKey, card),
      pin: { ...cost, salt, hash },
      key: publicKey.export({ format: 'jwk' }).x ?? '',
      validFrom,
      validTo,
    },
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** What a person's own device makes of a challenge: the answer, as it is typed at the console. */
export function answerChallenge(privateKey: string, challenge: string): string {
  return writeAnswer(sign(null, Buffer.from(challenge), createPrivateKey(privateKey)));
}

function pinHash({ salt, log2N, r, p }: PinHash, pin: string): Promise<string> {
  const cost = { N: 2 ** log2N, r, p, maxmem: CORE_LIMITS.scryptBytes };
  return new Promise((resolve, reject) => {
    scrypt(pin, Buffer.from(salt, 'base64url'), 32, cost, (error, key) => {
      if (error === null) resolve(key.toString('base64url'));
      else reject(error);
    });
  });
}
