import { readFileSync } from 'node:fs';
import { fromHex, toHex } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import { accessKeySeed, deriveKeys } from './access-keys.ts';
import { basicAccessCommand, basicAccessSecrets } from './basic-access.ts';
import { readCom } from './data-groups.ts';
import {
  decodeResponse,
  encodeCommand,
  externalAuthenticate,
  getChallenge,
  readBinary,
  selectFile,
  type CommandApdu,
  type ResponseApdu,
} from './protocol.ts';
import { SecureMessaging } from './secure-messaging.ts';
import { chipAccessKeys, chipDecrypt, chipEncrypt, chipMac, chipSessionKeys } from './simulated-chip-crypto.ts';

const lines = readFileSync(new URL('fixtures/basic-access.hex', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^[<>]/.test(line));
const [
  challenge,
  challengeAnswer,
  authenticate,
  authenticateAnswer,
  select,
  selectAnswer,
  read4,
  read4Answer,
  read18,
  read18Answer,
] = lines.map((line) => fromHex(line.slice(1))) as [Uint8Array, ...Uint8Array[]] & { length: 10 };

const PAGE = { documentNumber: 'L898902C', birth: '690806', expiry: '940623' };
const SHARE = { random: fromHex('781723860C06C226'), key: fromHex('0B795240CB7049B01C19B33E32804F0B') };
const RND_IC = fromHex('4608F91988702212');

function response(bytes: Uint8Array | undefined): ResponseApdu {
  const decoded = decodeResponse(bytes ?? new Uint8Array(0));
  if (!decoded.ok) throw new Error('fixture without status word');
  return decoded.value;
}

function session(): SecureMessaging {
  const access = deriveKeys(accessKeySeed(PAGE));
  const secrets = basicAccessSecrets(access, RND_IC, SHARE, response(authenticateAnswer).data);
  if (!secrets.ok) throw new Error('the worked example did not authenticate');
  return new SecureMessaging(secrets.value);
}

/** The command is sent as the fixture has it, and its answer opens. */
function exchange(
  messaging: SecureMessaging,
  command: CommandApdu,
  sent: Uint8Array | undefined,
  answer: Uint8Array | undefined,
): string {
  expect(encodeCommand(messaging.protect(command))).toEqual(sent);
  const opened = messaging.open(response(answer));
  if (!opened.ok) throw new Error(`answer refused: ${opened.error}`);
  expect(opened.value.statusWord).toBe(0x9000);
  return toHex(opened.value.data);
}

describe('ICAO 9303-11 Appendix D', () => {
  it('D.1, D.2: seed and access keys from the printed page', () => {
    const seed = accessKeySeed(PAGE);
    expect(toHex(seed).toUpperCase()).toBe('239AB9CB282DAF66231DC5A4DF6BFBAE');
    const keys = deriveKeys(seed);
    expect(toHex(keys.encryption).toUpperCase()).toBe('AB94FDECF2674FDFB9B391F85D7F76F2');
    expect(toHex(keys.mac).toUpperCase()).toBe('7962D9ECE03D1ACD4C76089DCE131543');
  });

  it('D.3: authentication and session keys', () => {
    const access = deriveKeys(accessKeySeed(PAGE));
    expect(encodeCommand(getChallenge())).toEqual(challenge);
    expect(response(challengeAnswer).data).toEqual(RND_IC);
    expect(encodeCommand(externalAuthenticate(basicAccessCommand(access, RND_IC, SHARE)))).toEqual(authenticate);
    const secrets = basicAccessSecrets(access, RND_IC, SHARE, response(authenticateAnswer).data);
    expect(secrets).toEqual({
      ok: true,
      value: {
        keys: {
          encryption: fromHex('979EC13B1CBFE9DCD01AB0FED307EAE5'),
          mac: fromHex('F1CB1F1FB5ADF208806B89DC579DC1F8'),
        },
        counter: fromHex('887022120C06C226'),
      },
    });
  });

  it('D.4: SELECT EF.COM and two READ BINARY under secure messaging', () => {
    const messaging = session();
    expect(exchange(messaging, selectFile(0x011e), select, selectAnswer)).toBe('');
    const head = exchange(messaging, readBinary(0, 4), read4, read4Answer);
    const rest = exchange(messaging, readBinary(4, 18), read18, read18Answer);
    expect(readCom(fromHex(head + rest))).toEqual({ ok: true, value: [0x61, 0x75] });
  });

  it('the simulated chip’s own arithmetic agrees with the appendix too', () => {
    const access = chipAccessKeys('L898902C', '690806', '940623');
    const cryptogram = Buffer.from(authenticate?.subarray(5, 37) ?? []);
    expect(chipMac(access.mac, cryptogram)).toEqual(Buffer.from(authenticate?.subarray(37, 45) ?? []));
    const plain = Buffer.concat([SHARE.random, RND_IC, SHARE.key]);
    expect(chipDecrypt(access.enc, cryptogram)).toEqual(plain);
    expect(chipEncrypt(access.enc, plain)).toEqual(cryptogram);
    const keys = chipSessionKeys(Buffer.from('0036D272F5C350ACAC50C3F572D23600', 'hex'));
    const message = Buffer.concat([
      Buffer.from('887022120C06C227', 'hex'),
      Buffer.from('0CA4020C800000008709016375432908C044F6', 'hex'),
    ]);
    expect(chipMac(keys.mac, message).toString('hex').toUpperCase()).toBe('BF8B92D635FF24F8');
  });
});

describe('what a session refuses', () => {
  it.each([0, 15, 31, 32, 39])('an authentication answer with byte %i changed', (at) => {
    const bent = Uint8Array.from(response(authenticateAnswer).data);
    bent[at] = (bent[at] ?? 0) ^ 0x10;
    const access = deriveKeys(accessKeySeed(PAGE));
    expect(basicAccessSecrets(access, RND_IC, SHARE, bent)).toEqual({ ok: false, error: 'authentication' });
  });

  it('an authentication answer to another challenge, or of another length', () => {
    const access = deriveKeys(accessKeySeed(PAGE));
    const { data } = response(authenticateAnswer);
    expect(basicAccessSecrets(access, new Uint8Array(8), SHARE, data).ok).toBe(false);
    expect(basicAccessSecrets(access, RND_IC, { ...SHARE, random: new Uint8Array(8) }, data).ok).toBe(false);
    expect(basicAccessSecrets(access, RND_IC, SHARE, data.subarray(1)).ok).toBe(false);
  });

  it('a protected answer with any single byte changed', () => {
    const good = read4Answer ?? new Uint8Array(0);
    for (let at = 0; at < good.length; at += 1) {
      const messaging = session();
      exchange(messaging, selectFile(0x011e), select, selectAnswer);
      messaging.protect(readBinary(0, 4));
      const bent = Uint8Array.from(good);
      bent[at] = (bent[at] ?? 0) ^ 0x01;
      expect(messaging.open(response(bent)).ok, `byte ${at}`).toBe(false);
    }
  });

  it('the answer to an earlier command, a second time', () => {
    const messaging = session();
    exchange(messaging, selectFile(0x011e), select, selectAnswer);
    messaging.protect(selectFile(0x011e));
    expect(messaging.open(response(selectAnswer))).toEqual({ ok: false, error: 'mac' });
  });

  it('an answer without protection', () => {
    const messaging = session();
    messaging.protect(selectFile(0x011e));
    expect(messaging.open(response(fromHex('9000')))).toEqual({ ok: false, error: 'unprotected' });
  });
});
