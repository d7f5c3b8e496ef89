import { describe, expect, it } from 'vitest';
import { maskedRead, showCode, showFingerImage, showIdentity, showSignature } from './probe-show.ts';

const base64 = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64');
const IDENTITY = {
  kind: 'citizen',
  fields: { name: '李明', idNumber: '440606199001010010', issuer: '佛山市公安局', validTo: '' },
  photo: { wlt: base64(1_024), shown: base64(60) },
  fingerprint: base64(1_024),
};

describe('an ID card', () => {
  it('is shown with its fields; of picture and fingerprint only how much there is', () => {
    const shown = showIdentity(IDENTITY);
    expect(shown).toEqual({
      kind: 'citizen',
      fields: IDENTITY.fields,
      photo: { bytes: 1_024, format: 'wlt' },
      fingerprint: { bytes: 1_024 },
    });
    expect(Object.keys(shown)).toEqual(['kind', 'fields', 'photo', 'fingerprint']);
    expect(showIdentity({ ...IDENTITY, photo: null, fingerprint: null })).toMatchObject({
      photo: null,
      fingerprint: null,
    });
  });

  it('masked, says of every field only how long it is', () => {
    expect(maskedRead(showIdentity(IDENTITY), [])).toEqual({
      kind: 'citizen',
      fields: { name: '*** (2)', idNumber: '*** (18)', issuer: '*** (6)', validTo: '*** (0)' },
      photo: { bytes: 1_024, format: 'wlt' },
      fingerprint: { bytes: 1_024 },
    });
  });
});

describe('a fingerprint and a signature', () => {
  const image = { image: base64(128), width: 16, height: 8, dpi: 500, quality: 81, hint: 'dry' };
  const signature = {
    widthMm: 120,
    heightMm: 60,
    strokes: [
      [[1, 2, 3, 0]],
      [
        [4, 5, 6, 7],
        [8, 9, 10, 11],
      ],
    ],
  };

  it('say how good and how much, and never what', () => {
    const { image: _, ...about } = image;
    expect(showFingerImage(image)).toEqual({ fields: { ...about, image: { bytes: 128 } } });
    expect(showSignature(signature)).toEqual({ fields: { widthMm: 120, heightMm: 60, strokes: 2, points: 3 } });
  });

  it('masked, still say that', () => {
    for (const [shown, open] of [
      [showFingerImage(image), ['hint']],
      [showSignature(signature), []],
    ] as const)
      expect(maskedRead(shown, open)).toEqual(shown);
  });
});

describe('a scanned code', () => {
  const code = {
    bytes: Buffer.from('a\u001b[2J\u009bé').toString('base64'),
    text: 'a\u001b[2J\u009bé',
    symbology: ']Q1',
  };

  it('is shown without anything that a terminal would obey', () => {
    expect(showCode(code)).toEqual({
      length: 9,
      fields: { bytes: code.bytes, text: 'a\u001b[2J\uFFFDé', symbology: ']Q1' },
    });
    expect(showCode({ ...code, text: null, symbology: null })).toMatchObject({
      fields: { text: null, symbology: null },
    });
  });

  it('masked, says how long it is and of which kind', () => {
    const masked = maskedRead(showCode(code), ['symbology']);
    expect(masked).toMatchObject({ length: 9, fields: { symbology: ']Q1' } });
    expect(JSON.stringify(masked)).not.toContain('2J');
    expect(JSON.stringify(masked)).not.toContain(code.bytes);
  });
});

describe('masking', () => {
  it('leaves numbers, what is absent and what is open, and looks into lists and objects', () => {
    const fields = { access: 'BAC', name: 'LI<<NA', endorsementCounter: 3, faceImage: null, panel: ['HKG G 1'] };
    expect(maskedRead({ fields }, ['access'])).toEqual({
      fields: { access: 'BAC', name: '*** (6)', endorsementCounter: 3, faceImage: null, panel: ['*** (7)'] },
    });
    const holder = { fullName: '李娜', personalNumber: null };
    expect(maskedRead({ fields: { holder, authenticity: 'passed' } }, ['authenticity'])).toEqual({
      fields: { holder: { fullName: '*** (2)', personalNumber: null }, authenticity: 'passed' },
    });
    expect(maskedRead({ fields: undefined }, ['access'])).toEqual({ fields: {} });
  });
});
