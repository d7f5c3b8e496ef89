import type { View } from '@yimen/contracts/ui';
import type { Wish } from './bridge-page.ts';

/** What the scripted citizen does with hands (at the bench) and with fingers (on the screen). */
export type Act =
  | { readonly act: 'touch'; readonly wish: Wish }
  | { readonly act: 'put'; readonly device: 'card-unit' | 'payment-terminal'; readonly thing: string }
  | { readonly act: 'take'; readonly device: 'card-unit' | 'receipt-printer' }
  | { readonly act: 'wait' };

export interface Citizen {
  readonly service: string;
  readonly lang: 'zh-CN' | 'en';
  readonly permit: string;
  readonly phone: string;
  /** Takes the card when it is offered. */
  readonly takesCard: boolean;
  readonly pays: boolean;
}

const wait: Act = { act: 'wait' };
const touch = (wish: Wish): Act => ({ act: 'touch', wish });

/** A grey picture with enough in it that a matcher which compares nobody accepts it. */
const FRAME = Buffer.alloc(600, 0x5a).toString('base64');

/** What to do when this view is shown: a pure table, one row a screen. */
export function actOn(view: View, citizen: Citizen): Act {
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
      return view.body.phase === 'reading' ? wait : { act: 'put', device: 'card-unit', thing: citizen.permit };
    case 'face':
      if (view.body.phase === 'checking') return wait;
      if (view.body.phase === 'again') return touch({ kind: 'again' });
      return touch({
        kind: 'picture',
        subject: 'face',
        mime: 'image/jpeg',
        base64: FRAME,
        luminance: 120,
        variance: 900,
        camera: 'ok',
      });
    case 'choose':
      return touch({ kind: 'choose', question: view.body.question, value: view.body.options[0]?.value ?? '' });
    case 'form':
      return touch({ kind: 'skip' });
    case 'pay':
      if (view.body.state === 'waiting')
        return citizen.pays
          ? { act: 'put', device: 'payment-terminal', thing: citizen.phone }
          : touch({ kind: 'cancelPay' });
      return view.body.state === 'declined' ? touch({ kind: 'cancelPay' }) : wait;
    case 'take':
      return citizen.takesCard ? { act: 'take', device: 'card-unit' } : wait;
    case 'receipt':
      return touch({ kind: 'confirm' });
    case 'rate':
      return touch({ kind: 'skip' });
    case 'timeout':
      return touch({ kind: 'extend' });
    case 'refused':
      return touch({ kind: 'confirm' });
    case 'stopped':
      return view.body.slip === 'printing' ? wait : touch({ kind: 'noted' });
    case 'end':
      return touch({ kind: 'confirm' });
    case 'approval-wait':
    case 'produce':
    case 'help':
    case 'out-of-service':
    case 'recovery':
    case 'maintenance':
      return wait;
    default:
      return view satisfies never;
  }
}
