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
    ['pay/waiting', 'timeout/straight'],
  ])('%s and %s', (one, other) => {
    expect(keyOf(one)).not.toBe(keyOf(other));
  });

  it.each([
    ['face/live', 'face/again'],
    ['form/empty', 'form/wrong'],
    ['produce/preparing', 'produce/printing'],
  ])('but %s and %s are one', (one, other) => {
    expect(keyOf(one)).toBe(keyOf(other));
  });
});
