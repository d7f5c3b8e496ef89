import type { View } from '@yimen/contracts/ui';
import type { Wish } from './bridge-page.ts';

/** What the scripted citizen does with hands (at the bench) and with fingers (on the screen). */
export type Act =
  | { readonly act: 'touch'; readonly wish: Wish }
  | { readonly act: 'put'; readonly device: 'card-unit' | 'payment-terminal'; readonly thing: string }
  | { readonly act: 'take'; readonly device: 'card-unit' | 'receipt-printer' };

export interface Citizen {
  readonly service: string;
  readonly lang: 'zh-CN' | 'en';
  readonly permit: string;
  readonly phone: string;
  /** Takes the card when it is offered. */
  readonly takesCard: boolean;
  readonly pays: boolean;
}

const NOTHING: readonly Act[] = [];
const touch = (wish: Wish): readonly Act[] => [{ act: 'touch', wish }];
const put = (device: 'card-unit' | 'payment-terminal', thing: string): readonly Act[] => [
  { act: 'put', device, thing },
];
const TAKE_SLIP: Act = { act: 'take', device: 'receipt-printer' };

/** A grey picture with enough in it that a matcher which compares nobody accepts it. */
const FRAME = Buffer.alloc(600, 0x5a).toString('base64');

/** What to do when this view is shown, in order: a pure table, one row a screen. */
export function actOn(view: View, citizen: Citizen): readonly Act[] {
  switch (view.kind) {
    case 'attract':
      return view.lang === citizen.lang ? touch({ kind: 'start' }) : touch({ kind: 'language', lang: citizen.lang });
    case 'start':
      return touch({ kind: 'confirm' });
    case 'menu':
      return touch({ kind: 'service', service: citizen.service });
    case 'guide':
    case 'review':
      return touch({ kind: 'confirm' });
    case 'consent':
      return touch({ kind: 'agree', consent: view.body.sheet.id });
    case 'read-card':
      return view.body.phase === 'reading' ? NOTHING : put('card-unit', citizen.permit);
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
      return touch({ kind: 'choose', question: view.body.question, value: view.body.options[0]?.value ?? '' });
    case 'form':
      return touch({ kind: 'skip' });
    case 'pay':
      if (view.body.state === 'waiting')
        return citizen.pays ? put('payment-terminal', citizen.phone) : touch({ kind: 'cancelPay' });
      return view.body.state === 'declined' ? touch({ kind: 'cancelPay' }) : NOTHING;
    case 'take':
      return citizen.takesCard ? [{ act: 'take', device: 'card-unit' }] : NOTHING;
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
