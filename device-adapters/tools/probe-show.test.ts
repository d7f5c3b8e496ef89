import { describe, expect, it } from 'vitest';
import { maskedRead, showIdentity } from './probe-show.ts';

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

describe('masking', () => {
  it('leaves numbers, what is absent and what is open, and looks into lists', () => {
    const fields = { access: 'BAC', name: 'LI<<NA', endorsementCounter: 3, faceImage: null, panel: ['HKG G 1'] };
    expect(maskedRead({ fields }, ['access'])).toEqual({
      fields: { access: 'BAC', name: '*** (6)', endorsementCounter: 3, faceImage: null, panel: ['*** (7)'] },
    });
    expect(maskedRead({ fields: undefined }, ['access'])).toEqual({ fields: {} });
  });
});
