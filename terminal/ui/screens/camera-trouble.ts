import type { ViewBody } from '@yimen/contracts/ui';
import type { CameraState } from '../camera/page-camera.ts';

type Told = ViewBody<'face'>['camera'];

/** Why there is no picture to be seen, if there is none. The page's own camera comes first: what the session was told may
 *  be older. */
export function troubleOf(state: CameraState, told: Told): Exclude<Told, 'ok'> | null {
  if (state === 'denied' || state === 'missing' || state === 'black' || state === 'frozen') return state;
  return state === 'starting' && told !== 'ok' ? told : null;
}

/** The camera delivers pictures. */
export function isLive(state: CameraState): boolean {
  return state !== 'starting' && state !== 'denied' && state !== 'missing';
}
