import { readFileSync } from 'node:fs';
import type { View } from '@yimen/contracts/ui';
import type { Wish } from './bridge-page.ts';
import type { Visit } from './visits.table.ts';

/** What the scripted citizen does with hands (at the bench) and with fingers (on the screen). */
export type Act =
  | { readonly act: 'touch'; readonly wish: Wish }
  | { readonly act: 'put'; readonly device: string; readonly thing: string }
  | { readonly act: 'take'; readonly device: string };

export interface Citizen {
  readonly service: string;
  readonly lang: 'zh-CN' | 'en';
  readonly visit: Visit;
  readonly phone: string;
  /** Takes the card when it is offered. */
  readonly takesCard: boolean;
  readonly pays: boolean;
}

const NOTHING: readonly Act[] = [];
const touch = (wish: Wish): readonly Act[] => [{ act: 'touch', wish }];
const put = (device: string, thing: string): readonly Act[] => [{ act: 'put', device, thing }];
const take = (device: string): readonly Act[] => [{ act: 'take', device }];
const TAKE_SLIP: Act = { act: 'take', device: 'receipt-printer' };

/** What lies where, when the screen says: take it. */
const TAKEN_FROM: Readonly<Record<Extract<View, { kind: 'take' }>['body']['what'], string>> = {
  card: 'card-unit',
  receipt: 'receipt-printer',
  'id-card': 'id-card-reader',
  licence: 'licence-printer',
  document: 'document-locker',
  sheets: 'document-printer',
};

/** A grey picture with enough in it that a matcher which compares nobody accepts it. */
const FRAME = Buffer.alloc(600, 0x5a).toString('base64');

/** What to do when this view is shown, in order: a pure table, one row a screen. */
export function actOn(view: View, citizen: Citizen): readonly Act[] {
  const { visit } = citizen;
  switch (view.kind) {
    case 'attract':
      return view.lang === citizen.lang ? touch({ kind: 'start' }) : touch({ kind: 'language', lang: citizen.lang });
    case 'start':
      return touch({ kind: 'confirm' });
    case 'menu':
      // Off now: he came for nothing else.
      return view.body.tiles.some((tile) => tile.service === citizen.service && tile.state === 'off')
        ? touch({ kind: 'leave' })
        : touch({ kind: 'service', service: citizen.service });
    case 'guide':
    case 'review':
      return touch({ kind: 'confirm' });
    case 'consent':
      return touch({ kind: 'agree', consent: view.body.sheet.id });
    case 'read-card':
      if (view.body.phase === 'reading') return NOTHING;
      return view.body.what === 'permit' ? put('card-unit', visit.permit) : put('id-card-reader', visit.idCard);
    case 'scan-code':
      return put('qr-reader', visit.code);
    case 'photo':
      return photo(view);
    case 'fingerprint':
      return fingerprint(view, visit);
    case 'signature':
      return view.body.on === 'pad' ? put('signature-pad', visit.signature) : touch({ kind: 'sign', strokes: STROKES });
    case 'document-scan':
      return document(view, visit);
    case 'give-old':
      return view.body.phase === 'again' ? touch({ kind: 'again' }) : put('licence-printer', visit.old);
    case 'face':
      if (view.body.phase === 'checking') return NOTHING;
      if (view.body.phase === 'again') return touch({ kind: 'again' });
      return touch({
        kind: 'picture',
        subject: 'face',
        mime: 'image/jpeg',
        base64: FRAME,
        luminance: 120,
        variance: 900,
        // Not told: the same painted picture at every session would be a frozen camera's.
        digest: '',
        camera: 'ok',
      });
    case 'choose':
      return touch({
        kind: 'choose',
        question: view.body.question,
        value: visit.answers[view.body.question] ?? view.body.options[0]?.value ?? '',
      });
    case 'form':
      if (view.body.optional) return touch({ kind: 'skip' });
      // He has no other answer than the one that was not taken: whoever types it again for ever is never asked to go.
      if (view.body.problem !== null) return touch({ kind: 'leave' });
      return touch({ kind: 'submit', field: view.body.field, value: visit.answers[view.body.field] ?? '' });
    case 'pay':
      if (view.body.state === 'waiting')
        return citizen.pays ? put('payment-terminal', citizen.phone) : touch({ kind: 'cancelPay' });
      return view.body.state === 'declined' ? touch({ kind: 'cancelPay' }) : NOTHING;
    case 'take':
      return citizen.takesCard ? take(TAKEN_FROM[view.body.what]) : NOTHING;
    case 'receipt':
      // The slip when there is one, else the QR on the screen.
      if (view.body.printer === 'ready') return touch({ kind: 'printReceipt' });
      if (view.body.printer === 'printing') return NOTHING;
      return [...(view.body.printer === 'printed' ? [TAKE_SLIP] : []), ...touch({ kind: 'confirm' })];
    case 'rate':
      return touch({ kind: 'skip' });
    case 'timeout':
      return touch({ kind: 'extend' });
    case 'refused':
      return touch({ kind: 'confirm' });
    case 'stopped':
      if (view.body.slip === 'printing') return NOTHING;
      return [...(view.body.slip === 'printed' ? [TAKE_SLIP] : []), ...touch({ kind: 'noted' })];
    case 'end':
      return touch({ kind: 'confirm' });
    case 'approval-wait':
    case 'produce':
    case 'help':
    case 'out-of-service':
    case 'recovery':
    case 'maintenance':
      return NOTHING;
    default:
      return view satisfies never;
  }
}

type ViewOf<K extends View['kind']> = Extract<View, { kind: K }>;

/** A signature on the screen: three strokes. */
const STROKES: [number, number, number][][] = [
  [
    [100, 500, 0],
    [300, 200, 120],
    [350, 700, 260],
  ],
  [
    [450, 300, 400],
    [600, 650, 560],
  ],
  [
    [700, 400, 700],
    [900, 450, 900],
  ],
];

/** Drawn faces of nobody, at the size of each photo profile. */
function photo(view: ViewOf<'photo'>): readonly Act[] {
  const { phase, profile } = view.body;
  if (phase === 'accepted') return touch({ kind: 'confirm' });
  if (phase === 'checking') return NOTHING;
  if (phase === 'again') return touch({ kind: 'again' });
  const name = profile.widthPx === 260 ? 'licence' : 'exit';
  const base64 = readFileSync(new URL(`photos/${name}.jpg`, import.meta.url)).toString('base64');
  return touch({
    kind: 'picture',
    subject: 'photo',
    mime: 'image/jpeg',
    base64,
    luminance: 180,
    variance: 1_400,
    digest: '',
    camera: 'ok',
  });
}

/** A finger stays until the screen says: lift. */
function fingerprint(view: ViewOf<'fingerprint'>, visit: Visit): readonly Act[] {
  switch (view.body.phase) {
    case 'place':
      return put('fingerprint', visit.fingers[view.body.n - 1] ?? visit.fingers[0] ?? '');
    case 'lift':
      return take('fingerprint');
    case 'again':
      return [...take('fingerprint'), ...touch({ kind: 'again' })];
    case 'done':
      return NOTHING;
    default:
      return view.body.phase satisfies never;
  }
}

/** A sheet is laid first, then the screen is told. */
function document(view: ViewOf<'document-scan'>, visit: Visit): readonly Act[] {
  switch (view.body.phase) {
    case 'lay':
      return [...put('document-scanner', visit.original), ...touch({ kind: 'confirm' })];
    case 'again':
      return touch({ kind: 'again' });
    case 'done':
      return touch({ kind: 'confirm' });
    case 'scanning':
      return NOTHING;
    default:
      return view.body.phase satisfies never;
  }
}
