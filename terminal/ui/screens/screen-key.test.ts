import { describe, expect, it } from 'vitest';
import { fixtureView } from '../testing/fixtures.ts';
import { screenKey } from './screen-key.ts';

function keyOf(name: string): string {
  const view = fixtureView(name, { lang: 'en' });
  if (view === undefined) throw new Error(`no fixture ${name}`);
  return screenKey(view);
}

describe('what makes another screen', () => {
  it.each([
    ['consent/data', 'consent/face'],
    ['choose/destination', 'choose/count'],
    ['take/card', 'take/receipt'],
    ['form/plate', 'form/engine'],
    ['read-card/insert', 'read-card/idCard'],
    ['scan-code/receipt', 'scan-code/photoReceipt'],
    ['fingerprint/place', 'fingerprint/placeLeft'],
    ['document-scan/glass', 'document-scan/longest'],
    ['pay/waiting', 'timeout/straight'],
  ])('%s and %s', (one, other) => {
    expect(keyOf(one)).not.toBe(keyOf(other));
  });

  it.each([
    ['face/live', 'face/again'],
    ['form/empty', 'form/wrong'],
    ['form/plate', 'form/plateWrong'],
    ['photo/live', 'photo/accepted'],
    ['fingerprint/place', 'fingerprint/again'],
    ['signature/page', 'signature/pageAgain'],
    ['produce/preparing', 'produce/printing'],
  ])('but %s and %s are one', (one, other) => {
    expect(keyOf(one)).toBe(keyOf(other));
  });
});
