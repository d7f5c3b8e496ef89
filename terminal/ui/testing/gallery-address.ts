import { LANGUAGES, modeSchema, type Language, type Mode } from '@yimen/contracts/ui';
import type { Orientation } from '../accessibility/fit-screen.ts';
import type { Connection } from '../bridge-client/bridge-client.ts';

/** What the gallery draws; the whole choice is in the address, so that a screen can be named to a colleague. */
export interface GalleryChoice {
  /** `<kind>/<state>`, or empty for a page to which no view has come. */
  readonly fixture: string;
  readonly lang: Language;
  readonly mode: Partial<Mode>;
  readonly orientation: Orientation;
  readonly connection: Connection;
}

const CONNECTIONS = ['open', 'connecting', 'away', 'superseded'] as const;

/** Reads `#fixture=pay/waiting&lang=en&orientation=landscape&elder=yes&contrast=night&low=yes&connection=away`. */
export function readAddress(hash: string): GalleryChoice {
  const query = new URLSearchParams(hash.replace(/^#/u, ''));
  const contrast = modeSchema.shape.contrast.safeParse(query.get('contrast'));
  return {
    fixture: query.get('fixture') ?? 'attract/straight',
    lang: LANGUAGES.find((lang) => lang === query.get('lang')) ?? 'zh-CN',
    orientation: query.get('orientation') === 'landscape' ? 'landscape' : 'portrait',
    mode: {
      elder: query.get('elder') === 'yes',
      lowReach: query.get('low') === 'yes',
      contrast: contrast.success ? contrast.data : 'day',
    },
    connection: CONNECTIONS.find((each) => each === query.get('connection')) ?? 'open',
  };
}

/** The address part that draws this choice. */
export function writeAddress({ fixture, lang, mode, orientation, connection }: GalleryChoice): string {
  const query = new URLSearchParams({ fixture, lang, orientation, connection, contrast: mode.contrast ?? 'day' });
  if (mode.elder === true) query.set('elder', 'yes');
  if (mode.lowReach === true) query.set('low', 'yes');
  return `#${query.toString()}`;
}
