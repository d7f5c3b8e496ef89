import { ID_CARDS, idNumberCheck, PEOPLE, SYNTHETIC_CODES } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { readMrz } from '../drivers/travel-document-icao-9303/mrz.ts';
import { idCardFaceOf, permitOf, REVERSED_THING, THINGS } from './things.ts';

describe('things of the bench', () => {
  it('are one permit for each synthetic person, ID cards, ways to pay, fingers, signatures and codes', () => {
    expect(THINGS.filter(({ type }) => type === 'permit').map(({ thing }) => thing)).toEqual(
      PEOPLE.map(({ thing }) => thing),
    );
    expect(THINGS.map(({ thing }) => thing)).toContain(REVERSED_THING);
    expect(new Set(THINGS.map(({ thing }) => thing)).size).toBe(THINGS.length);
    const counts = new Map<string, number>();
    for (const { device } of THINGS) counts.set(device, (counts.get(device) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toMatchObject({
      fingerprint: 6,
      'signature-pad': 3,
      'qr-reader': 5 + SYNTHETIC_CODES.length,
    });
    for (const { zh, en, noteZh, noteEn } of THINGS)
      for (const text of [zh, en, noteZh, noteEn]) expect(text).not.toBe('');
  });

  it('every permit has a zone that reads, and a small JPEG face of its own', () => {
    const faces = new Set<string>();
    for (const { thing, documentNumber } of PEOPLE) {
      const permit = permitOf(thing);
      expect(readMrz(permit.mrz)).toMatchObject({ ok: true, value: { documentNumber } });
      expect([...permit.faceImage.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
      expect(permit.faceImage.length).toBeLessThan(20_000);
      faces.add(Buffer.from(permit.faceImage).toString('base64'));
    }
    expect(faces.size).toBe(PEOPLE.length);
  });

  it('every ID card goes to the reader, and has the face of the same person’s permit or one of its own', () => {
    const things = THINGS.filter(({ type }) => type === 'id-card');
    expect(things.map(({ thing, device }) => [thing, device])).toEqual(
      ID_CARDS.map(({ thing }) => [thing, 'id-card-reader']),
    );
    const faces = ID_CARDS.map(({ thing }) => Buffer.from(idCardFaceOf(thing) ?? []));
    for (const face of faces)
      expect([face.subarray(0, 3).toString('hex'), face.length < 20_000]).toEqual(['ffd8ff', true]);
    expect(new Set(faces.map((face) => face.toString('base64'))).size).toBe(ID_CARDS.length);
    expect(idCardFaceOf('id-li-na')).toEqual(permitOf('permit-li-na').faceImage);
    expect(idCardFaceOf('permit-li-na')).toBeUndefined();
  });

  it('some chips offer PACE, a holder file and a security object; their personal numbers are sound and their ID card’s', () => {
    const rich = PEOPLE.map(({ thing }) => permitOf(thing)).filter(({ chipOffers }) => chipOffers !== undefined);
    expect(rich.map(({ thing }) => thing)).toEqual(['permit-reversed', 'permit-rare-name']);
    for (const { thing, birth, sex, chipOffers } of rich) {
      const { personalNumber = '' } = chipOffers?.holder ?? {};
      expect(idNumberCheck(personalNumber.slice(0, 17))).toBe(personalNumber.slice(17));
      expect(personalNumber.slice(8, 14)).toBe(birth);
      expect(Number(personalNumber[16]) % 2).toBe(sex === 'M' ? 1 : 0);
      const card = ID_CARDS.find(({ permit }) => permit === thing);
      if (card !== undefined)
        expect(chipOffers?.holder).toEqual({ fullName: card.fields.name, personalNumber: card.fields.idNumber });
      expect(chipOffers).toMatchObject({ isSigned: true, pace: { can: expect.stringMatching(/^\d{6}$/) } });
    }
  });

  it('two visits hold two cards, not one', () => {
    expect(permitOf('permit-li-na')).not.toBe(permitOf('permit-li-na'));
    expect(() => permitOf('nobody')).toThrow('no synthetic person');
  });
});
