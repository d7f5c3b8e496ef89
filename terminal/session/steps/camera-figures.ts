import { cameraPort, type Fault } from '@yimen/contracts/device';
import type { Result } from '@yimen/contracts/base';
import type { IntentOf } from '@yimen/contracts/ui';
import { SESSION_LIMITS } from '../limits.table.ts';
import type { Effect } from '../machine/effect.ts';

/** Tells the camera's device what the page measured of a picture; its answer comes as a `read` under this key. */
export function tellFigures(key: string, { luminance, variance, digest }: IntentOf<'picture'>): Effect {
  return {
    do: 'read',
    key,
    device: 'camera',
    verb: 'checkFrame',
    args: { luminance, variance, digest },
    deadlineMs: SESSION_LIMITS.figuresMs,
  };
}

/** What the device takes the picture for, in the page's words. `ok` also when it cannot say: then the page's own
 *  judgement stands. */
export function sightOf(result: Result<unknown, Fault>): 'ok' | 'black' | 'frozen' {
  const told = result.ok ? cameraPort.verbs.checkFrame.result.safeParse(result.value) : undefined;
  const state = told?.success === true ? told.data.state : 'ok';
  return state === 'covered' ? 'black' : state;
}
