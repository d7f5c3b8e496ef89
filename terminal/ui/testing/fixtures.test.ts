import { describe, expect, it } from 'vitest';
import { VIEW_KINDS } from '@yimen/contracts/ui';
import { FIXTURE_NAMES, fixtureView } from './fixtures.ts';
import { readAddress, writeAddress, type GalleryChoice } from './gallery-address.ts';

describe('fixtures', () => {
  it('are views of the contract, in both languages, at least one of every kind', () => {
    const views = FIXTURE_NAMES.flatMap((name) => [
      fixtureView(name, { lang: 'zh-CN' }),
      fixtureView(name, { lang: 'en' }),
    ]);
    expect(views).not.toContain(undefined);
    expect([...new Set(views.map((view) => view?.kind))]).toEqual([...VIEW_KINDS]);
  });

  it('of an unknown name are none', () => {
    expect(fixtureView('menu/none', { lang: 'en' })).toBeUndefined();
    expect(fixtureView('toString/call', { lang: 'en' })).toBeUndefined();
  });
});

describe('an address of the gallery', () => {
  it('tells the whole choice', () => {
    const choice: GalleryChoice = {
      fixture: 'pay/waiting',
      lang: 'en',
      mode: { elder: true, contrast: 'night', lowReach: true },
      orientation: 'landscape',
      connection: 'away',
    };
    expect(readAddress(writeAddress(choice))).toEqual(choice);
  });

  it('of nonsense is the first screen as it is', () => {
    expect(readAddress('#lang=xx&orientation=round&contrast=loud&connection=maybe')).toEqual({
      fixture: 'attract/straight',
      lang: 'zh-CN',
      mode: { elder: false, contrast: 'day', lowReach: false },
      orientation: 'portrait',
      connection: 'open',
    });
  });
});
