import { readFileSync } from 'node:fs';
import { fromHex, toHex } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import { basicAccessKeys, printedPagePassword } from './access-keys.ts';
import { basicAccessCommand, basicAccessSecrets } from './basic-access.ts';
import { AES_128, TRIPLE_DES } from './cipher-suite.ts';
import { decodePoint, encodePoint, multiply } from './curves.ts';
import { readCom } from './data-groups.ts';
import { readCardAccess } from './pace/card-access.ts';
import { agreeKeys, authenticationToken, decryptNonce, mapGenerator, publicKey } from './pace/pace.ts';
import {
  decodeResponse,
  encodeCommand,
  externalAuthenticate,
  generalAuthenticate,
  getChallenge,
  readBinary,
  selectFile,
  setPace,
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
  const access = basicAccessKeys(PAGE);
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
    const seed = printedPagePassword(PAGE).subarray(0, 16);
    expect(toHex(seed).toUpperCase()).toBe('239AB9CB282DAF66231DC5A4DF6BFBAE');
    const keys = basicAccessKeys(PAGE);
    expect(toHex(keys.encryption).toUpperCase()).toBe('AB94FDECF2674FDFB9B391F85D7F76F2');
    expect(toHex(keys.mac).toUpperCase()).toBe('7962D9ECE03D1ACD4C76089DCE131543');
  });

  it('D.3: authentication and session keys', () => {
    const access = basicAccessKeys(PAGE);
    expect(encodeCommand(getChallenge())).toEqual(challenge);
    expect(response(challengeAnswer).data).toEqual(RND_IC);
    expect(encodeCommand(externalAuthenticate(basicAccessCommand(access, RND_IC, SHARE)))).toEqual(authenticate);
    const secrets = basicAccessSecrets(access, RND_IC, SHARE, response(authenticateAnswer).data);
    expect(secrets).toEqual({
      ok: true,
      value: {
        suite: TRIPLE_DES,
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

describe('ICAO 9303-11 Appendix G.1: ECDH, Generic Mapping, brainpoolP256r1, AES-128', () => {
  const password = printedPagePassword({ documentNumber: 'T22000129', birth: '640812', expiry: '101031' });
  const found = readCardAccess(fromHex('31143012060a04007f0007020204020202010202010d'));
  if (!found.ok || found.value === undefined) throw new Error('the example offers no way');
  const offer = found.value;
  const point = (x: string, y: string): Uint8Array => fromHex(`04${x}${y}`);
  const nonce = fromHex('3F00C4D39D153F2B2A214A078D899B22');
  const mappingKey = BigInt('0x7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99');
  const chipMapping = point(
    '824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57',
    '30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54',
  );
  const agreementKey = BigInt('0xA73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595');
  const ownPublicKey = point(
    '2DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C',
    '3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462',
  );
  const chipPublicKey = point(
    '9E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB',
    '7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F094',
  );
  const keys = {
    encryption: fromHex('F5F0E35C0D7161EE6724EE513A0D9A7F'),
    mac: fromHex('FE251C7858B356B24514B3BD5F4297D1'),
  };

  it('reads EF.CardAccess, and makes the first command of it', () => {
    expect(offer).toMatchObject({ suite: AES_128, curve: { name: 'brainpoolP256r1' }, parameterId: undefined });
    expect(toHex(encodeCommand(setPace(offer.protocol, 1, offer.parameterId)))).toBe(
      '0022c1a40f800a04007f00070202040202830101',
    );
    expect(toHex(encodeCommand(generalAuthenticate(new Uint8Array(0), false)))).toBe('10860000027c0000');
  });

  it('makes the key of the printed page and decrypts the nonce', () => {
    expect(toHex(password).toUpperCase()).toBe('7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD');
    expect(toHex(AES_128.deriveKey(password, 3)).toUpperCase()).toBe('89DED1B26624EC1E634C1989302849DD');
    expect(decryptNonce(offer, password, fromHex('95A3A016522EE98D01E76CB6B98B42C3'))).toEqual({
      ok: true,
      value: nonce,
    });
  });

  it('maps the nonce to the generator', () => {
    const { generator } = offer.curve;
    expect(publicKey(offer, generator, mappingKey)).toEqual({
      ok: true,
      value: point(
        '7ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E',
        '544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D',
      ),
    });
    const chipPoint = decodePoint(offer.curve, chipMapping);
    const agreed = chipPoint.ok ? multiply(offer.curve, chipPoint.value, mappingKey) : chipPoint;
    expect(agreed.ok && encodePoint(agreed.value)).toEqual(
      point(
        '60332EF2450B5D247EF6D3868397D398852ED6E8CAF6FFEEF6BF85CA57057FD5',
        '0840CA7415BAF3E43BD414D35AA4608B93A2CAF3A4E3EA4E82C9C13D03EB7181',
      ),
    );
    const mapped = mapGenerator(offer, nonce, mappingKey, chipMapping);
    expect(mapped.ok && encodePoint(mapped.value)).toEqual(
      point(
        '8CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E2',
        '8C879506743F8611AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522',
      ),
    );
    const own = mapped.ok ? publicKey(offer, mapped.value, agreementKey) : mapped;
    expect(own).toEqual({ ok: true, value: ownPublicKey });
  });

  it('agrees on the keys and makes both tokens', () => {
    expect(agreeKeys(offer, agreementKey, ownPublicKey, chipPublicKey)).toEqual({ ok: true, value: keys });
    expect(toHex(authenticationToken(offer, keys.mac, chipPublicKey)).toUpperCase()).toBe('C2B0BD78D94BA866');
    expect(toHex(authenticationToken(offer, keys.mac, ownPublicKey)).toUpperCase()).toBe('3ABB9674BCE93C08');
  });

  it('refuses our own key sent back, a point off the curve, a compressed one, and infinity', () => {
    expect(agreeKeys(offer, agreementKey, ownPublicKey, ownPublicKey)).toEqual({ ok: false, error: 'reflected' });
    const bent = Uint8Array.from(chipPublicKey);
    bent[64] = (bent[64] ?? 0) ^ 1;
    for (const wrong of [bent, chipPublicKey.subarray(0, 33), fromHex('00'), new Uint8Array(65), new Uint8Array(0)]) {
      expect(agreeKeys(offer, agreementKey, ownPublicKey, wrong)).toEqual({ ok: false, error: 'point' });
      expect(mapGenerator(offer, nonce, mappingKey, wrong)).toEqual({ ok: false, error: 'point' });
    }
  });

  it('refuses a nonce of no whole blocks, and one that maps to nothing', () => {
    for (const length of [0, 15, 17, 48])
      expect(decryptNonce(offer, password, new Uint8Array(length))).toEqual({ ok: false, error: 'nonce' });
    expect(mapGenerator(offer, new Uint8Array(16), mappingKey, chipMapping)).toEqual({ ok: false, error: 'point' });
  });
});

describe('what a session refuses', () => {
  it.each([0, 15, 31, 32, 39])('an authentication answer with byte %i changed', (at) => {
    const bent = Uint8Array.from(response(authenticateAnswer).data);
    bent[at] = (bent[at] ?? 0) ^ 0x10;
    const access = basicAccessKeys(PAGE);
    expect(basicAccessSecrets(access, RND_IC, SHARE, bent)).toEqual({ ok: false, error: 'authentication' });
  });

  it('an authentication answer to another challenge, or of another length', () => {
    const access = basicAccessKeys(PAGE);
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
