import { fromHex, toHex } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import { aesMac } from './aes.ts';
import { AES_128, AES_192, AES_256, TRIPLE_DES, type CipherSuite } from './cipher-suite.ts';
import { encodeCommand, readBinary, selectFile, type CommandApdu } from './protocol.ts';
import { SecureMessaging } from './secure-messaging.ts';

const SUITES: readonly (readonly [string, CipherSuite, number])[] = [
  ['3DES', TRIPLE_DES, 16],
  ['AES-128', AES_128, 16],
  ['AES-192', AES_192, 24],
  ['AES-256', AES_256, 32],
];

describe('AES-CMAC, cut to 8 bytes', () => {
  // RFC 4493 §4, examples 1 and 2.
  const key = fromHex('2b7e151628aed2a6abf7158809cf4f3c');

  it.each([
    ['', 'bb1d6929e9593728'],
    ['6bc1bee22e409f96e93d7e117393172a', '070a16b46b4d4144'],
  ])('of %j', (message, mac) => {
    expect(toHex(aesMac(key, fromHex(message)))).toBe(mac);
  });
});

describe.each(SUITES)('secure messaging with %s', (_, suite, keyBytes) => {
  const secret = new Uint8Array(32).fill(7);
  const messaging = (): SecureMessaging =>
    new SecureMessaging({
      suite,
      keys: { encryption: suite.deriveKey(secret, 1), mac: suite.deriveKey(secret, 2) },
      counter: new Uint8Array(suite.blockBytes),
    });

  it('derives keys of its length, another for each counter', () => {
    const keys = ([1, 2, 3] as const).map((counter) => suite.deriveKey(secret, counter));
    expect(new Set(keys.map((key) => `${key.length} ${toHex(key)}`)).size).toBe(3);
    for (const key of keys) expect(key.length).toBe(keyBytes);
  });

  it('encrypts one command anew each time, and always within a short APDU', () => {
    const secure = messaging();
    const command: CommandApdu = { ...selectFile(0x0101), data: new Uint8Array(200).fill(3) };
    const sent = [1, 2].map(() => toHex(encodeCommand(secure.protect(command))));
    expect(sent[0]).not.toBe(sent[1]);
    for (const bytes of sent) expect(bytes.length / 2).toBeLessThanOrEqual(261);
  });

  it('asks in extended length only where more than 256 bytes are wanted', () => {
    const short = encodeCommand(messaging().protect(readBinary(0, 223)));
    expect([short[4], short.at(-1)]).toEqual([short.length - 6, 0]);
    const long = encodeCommand(messaging().protect({ ...readBinary(0, 4), le: 65_536 }));
    expect(toHex(long.subarray(4, 11))).toBe('00000e97020000');
    expect(toHex(long.subarray(-2))).toBe('0000');
  });

  it('refuses an answer that is bare, reflected, or of another counter', () => {
    const [secure, other] = [messaging(), messaging()];
    const { data = new Uint8Array(0) } = secure.protect(readBinary(0, 4));
    expect(secure.open({ data: new Uint8Array(0), statusWord: 0x9000 })).toEqual({ ok: false, error: 'unprotected' });
    other.protect(readBinary(0, 4));
    expect(other.open({ data, statusWord: 0x9000 })).toMatchObject({ ok: false });
  });
});
