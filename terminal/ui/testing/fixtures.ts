import { STANDARD_MODE, VIEW_KINDS, viewSchema, type Language, type Mode, type View } from '@yimen/contracts/ui';
import { DEVICE_FIXTURES } from './device-fixtures.ts';
import type { Fixtures, Say } from './fixture.ts';
import { MATERIAL_FIXTURES } from './material-fixtures.ts';
import { SERVICE_FIXTURES } from './service-fixtures.ts';
import { TROUBLE_FIXTURES } from './trouble-fixtures.ts';

const FIXTURES: Fixtures = { ...SERVICE_FIXTURES, ...DEVICE_FIXTURES, ...MATERIAL_FIXTURES, ...TROUBLE_FIXTURES };

/** Every fixture by its name: `<kind>/<state>`. */
export const FIXTURE_NAMES: readonly string[] = VIEW_KINDS.flatMap((kind) =>
  Object.keys(FIXTURES[kind]).map((state) => `${kind}/${state}`),
);

export interface DrawnAs {
  readonly lang: Language;
  readonly mode?: Partial<Mode>;
  /** The view's number on its connection. */
  readonly view?: number;
}

/** The view of a fixture, checked by the contract; `undefined` when there is none of that name. */
export function fixtureView(name: string, { lang, mode, view = 1 }: DrawnAs): View | undefined {
  const [kind = '', state = ''] = name.split('/');
  const known = VIEW_KINDS.find((each) => each === kind);
  const fixture = known === undefined ? undefined : Object.entries(FIXTURES[known]).find(([key]) => key === state)?.[1];
  if (fixture === undefined) return undefined;
  const say: Say = (zh, en) => (lang === 'en' ? en : zh);
  const isCore = kind === 'attract';
  return viewSchema.parse({
    view,
    lang,
    mode: { ...STANDARD_MODE, ...mode },
    hall: { zh: '容桂红旗警务厅', en: 'Ronggui Hongqi Police Hall' },
    step: isCore ? null : { n: 5, m: 14 },
    service: isCore
      ? null
      : {
          id: 'exit.endorse',
          title: say('往来港澳通行证再次签注', 'Hong Kong–Macau endorsement'),
          domain: 'exit-entry',
        },
    left: isCore ? null : { ms: 60_000, extendable: true },
    canBack: !isCore,
    canLeave: !isCore,
    demo: false,
    ...fixture.frame,
    kind,
    body: fixture.body(say),
  });
}
