import { describe, expect, it } from 'vitest';
import { aesBlock, aesCmac, aesKey, aesSessionKeys } from './simulated-chip-aes.ts';
import { chipZoneDigest } from './simulated-chip-crypto.ts';
import { mappedGenerator, paceToken } from './simulated-chip-pace.ts';
import {
  decodePoint,
  encodeCoordinate,
  encodePoint,
  multiplyPoint,
  simulatedCurve,
  toNumber,
  type CurvePoint,
} from './simulated-curve.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const curve = simulatedCurve(13);

function point(x: string, y: string): CurvePoint {
  const decoded = decodePoint(curve, hex(`04${x}${y}`));
  if (decoded === undefined) throw new Error('a point of the appendix is not on the curve');
  return decoded;
}

describe('CMAC of RFC 4493 §4', () => {
  const key = hex('2b7e151628aed2a6abf7158809cf4f3c');
  const message = hex(
    '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710',
  );

  it.each([
    [0, 'bb1d6929e95937287fa37d129b756746'],
    [16, '070a16b46b4d4144f79bdd9dd04a287c'],
    [40, 'dfa66747de9ae63030ca32611497c827'],
    [64, '51f0bebf7e3b9d92fc49741779363cfe'],
  ])('%i bytes', (length, mac) => {
    expect(aesCmac(key, message.subarray(0, length)).toString('hex')).toBe(mac);
  });
});

describe('ICAO 9303-11 Appendix G.1: ECDH, generic mapping, brainpoolP256r1', () => {
  const nonce = hex('3F00C4D39D153F2B2A214A078D899B22');
  const chipMapping = 0x498ff49756f2dc1587840041839a85982be7761d14715fb091efa7bce9058560n;
  const terminalMapping = point(
    '7ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E',
    '544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D',
  );
  const generator = point(
    '8CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E2',
    '8C879506743F8611AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522',
  );
  const chipSecret = 0x107cf58696ef6155053340fd633392ba81909df7b9706f226f32086c7aff974an;
  const chipKey = point(
    '9E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB',
    '7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F094',
  );
  const terminalKey = point(
    '2DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C',
    '3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB36462',
  );

  it('the key of the printed zone, and the nonce under it', () => {
    const key = aesKey(chipZoneDigest('T22000129', '640812', '101031'), 3);
    expect(key).toEqual(hex('89DED1B26624EC1E634C1989302849DD'));
    expect(aesBlock(key, nonce)).toEqual(hex('95A3A016522EE98D01E76CB6B98B42C3'));
  });

  it('the chip’s mapping key, and the mapped generator', () => {
    expect(multiplyPoint(curve, chipMapping, curve.g)).toEqual(
      point(
        '824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57',
        '30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54',
      ),
    );
    expect(mappedGenerator(curve, nonce, chipMapping, terminalMapping)).toEqual(generator);
  });

  it('the ephemeral key, the session keys and both tokens', () => {
    expect(multiplyPoint(curve, chipSecret, generator)).toEqual(chipKey);
    const shared = multiplyPoint(curve, chipSecret, terminalKey);
    const secret = encodeCoordinate(shared?.x ?? 0n);
    expect(secret).toEqual(hex('28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925'));
    const keys = aesSessionKeys(secret);
    expect(keys).toEqual({
      enc: hex('F5F0E35C0D7161EE6724EE513A0D9A7F'),
      mac: hex('FE251C7858B356B24514B3BD5F4297D1'),
    });
    expect(paceToken(keys.mac, encodePoint(chipKey))).toEqual(hex('C2B0BD78D94BA866'));
    expect(paceToken(keys.mac, encodePoint(terminalKey))).toEqual(hex('3ABB9674BCE93C08'));
  });

  it('a nonce of the order, or a mapping that cancels it, has no generator of its own', () => {
    expect(mappedGenerator(curve, encodeCoordinate(curve.n), 2n, curve.g)).toEqual(multiplyPoint(curve, 2n, curve.g));
    expect(mappedGenerator(curve, encodeCoordinate(curve.n - 2n), 2n, curve.g)).toBeUndefined();
    expect(toNumber(encodeCoordinate(curve.n))).toBe(curve.n);
  });
});
