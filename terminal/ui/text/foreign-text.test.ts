import { describe, expect, it } from 'vitest';
import { fixtureView } from '../testing/fixtures.ts';
import { foreignText, withForeignText } from './foreign-text.ts';

describe('text from outside', () => {
  it('shows what would stay hidden or turn the reading direction, and keeps line breaks', () => {
    expect(foreignText('a\u202Eb\u0000c\u200Bd\ne')).toBe('a□b□c□d\ne');
  });

  it('is cleaned everywhere in a view but in what becomes a code', () => {
    const view = fixtureView('stopped/unknown', { lang: 'en' });
    if (view?.kind !== 'stopped') throw new Error('the fixture is gone');
    const body = { ...view.body, happened: 'x\u202Ey', qrText: 'a\u0007b' };
    const clean = withForeignText({ ...view, body, hall: { zh: '厅\u200B', en: 'hall' } });
    expect(clean).toMatchObject({ hall: { zh: '厅□' }, body: { happened: 'x□y', qrText: 'a\u0007b' } });
  });
});
