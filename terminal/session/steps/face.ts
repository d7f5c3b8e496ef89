import type { IntentOf } from '@yimen/contracts/ui';
import { SESSION_LIMITS } from '../limits.table.ts';
import type { Input } from '../machine/input.ts';
import { referenceOf } from '../machine/facts.ts';
import { refusal } from '../machine/session-machine.ts';
import type { StepEnv, StepMachine, Turn } from '../machine/step-machine.ts';
import { sightOf, tellFigures } from './camera-figures.ts';

type Picture = IntentOf<'picture'>;

interface Face {
  readonly phase: 'live' | 'checking' | 'again';
  readonly shotsLeft: number;
  readonly camera: Picture['camera'];
  readonly leaving: 'cancelled' | 'timeout' | null;
  /** Pictures whose figures the camera's device was told; an answer to an earlier one says nothing of this one. */
  readonly told: number;
  /** The picture that waits for the device's word. */
  readonly waiting: Picture | null;
}

const FIGURES = 'figures';

/** The live face against the picture in the chip. A camera that shows nothing is never a pass and never counts as a
 *  try; 不用人脸 leads to the window at any time. Where the terminal has a camera device, it is told the page's figures
 *  and may call a picture blind too; one that is silent or broken stops nobody. */
export const faceStep: StepMachine<Face> = {
  enter: () => ({
    state: {
      phase: 'live',
      shotsLeft: SESSION_LIMITS.faceShots,
      camera: 'ok',
      leaving: null,
      told: 0,
      waiting: null,
    },
  }),
  on: (state, input, env) => givenBack(turnOf(state, input, env)),
  view(state, env) {
    return {
      kind: 'face',
      body: {
        phase: state.phase,
        hint: 'none',
        matcher: env.matcher === 'simulated' ? 'simulated' : 'installed',
        shotsLeft: state.shotsLeft,
        camera: state.camera,
      },
      waits: state.phase === 'checking' ? null : { ms: env.deadlineMs, extendable: true },
      canBack: false,
      canLeave: state.phase !== 'checking',
    };
  },
};

function turnOf(state: Face, input: Input, env: StepEnv): Turn<Face> {
  if (input.kind === 'leave') {
    return state.phase === 'checking'
      ? { state: { ...state, leaving: input.how } }
      : { state, end: { end: 'leave', how: input.how } };
  }
  if (input.kind === 'matched' && state.phase === 'checking') return matched(state, input.result);
  if (input.kind === 'read' && input.key === keyOf(state)) return sighted(state, sightOf(input.result));
  // No word of the device in time: the page's own judgement stands. Each picture's timer takes the place of the last one's.
  if (input.kind === 'timer' && input.name === FIGURES) return sighted(state, 'ok');
  if (input.kind !== 'intent') return { state };
  if (input.intent.kind === 'useWindow') return { state, end: refusal('window-only') };
  if (input.intent.kind === 'again' && state.phase === 'again') return { state: { ...state, phase: 'live' } };
  if (input.intent.kind !== 'picture' || state.phase === 'checking' || state.waiting !== null) return { state };
  return shown(state, input.intent, env);
}

function matched(state: Face, result: Extract<Input, { kind: 'matched' }>['result']): Turn<Face> {
  if (state.leaving !== null) return { state, end: { end: 'leave', how: state.leaving } };
  if (result.ok && result.value.passed)
    return { state, facts: { faceScore: result.value.score }, end: { end: 'done' } };
  const shotsLeft = state.shotsLeft - 1;
  if (shotsLeft <= 0) return { state: { ...state, shotsLeft }, end: refusal('identity-mismatch') };
  return { state: { ...state, phase: 'again', shotsLeft } };
}

/** The page shows a picture, or says that it has none. */
function shown(state: Face, picture: Picture, env: StepEnv): Turn<Face> {
  const isUsable = picture.camera === 'ok';
  // Without anybody to compare with, nobody is proved: an installed matcher would have to guess.
  const cannotCompare = env.matcher === 'none' || (env.matcher === 'installed' && referenceOf(env.facts) === null);
  if (isUsable && cannotCompare) return { state, end: refusal('window-only') };
  // Without a camera nothing was measured.
  const isMeasured = picture.camera !== 'denied' && picture.camera !== 'missing';
  if (!isMeasured || !env.isFitted('camera'))
    return isUsable ? check(state, picture) : { state: { ...state, camera: picture.camera } };
  const next: Face = { ...state, told: state.told + 1, waiting: isUsable ? picture : null };
  if (!isUsable) return { state: { ...next, camera: picture.camera }, effects: [tellFigures(keyOf(next), picture)] };
  return {
    state: next,
    effects: [tellFigures(keyOf(next), picture), { do: 'timer', name: FIGURES, ms: SESSION_LIMITS.figuresMs }],
  };
}

/** What is known of the picture that waits. */
function sighted(state: Face, sight: 'ok' | 'black' | 'frozen'): Turn<Face> {
  if (state.waiting === null) return { state };
  const next: Face = { ...state, waiting: null };
  if (sight === 'ok') return check(next, state.waiting);
  return { state: { ...next, camera: sight } };
}

function check(state: Face, picture: Picture): Turn<Face> {
  return {
    state: { ...state, phase: 'checking', camera: 'ok' },
    effects: [{ do: 'match', key: 'face', picture: JSON.stringify(picture) }],
  };
}

/** When the step is over the camera's device is given back, with whatever still waits for it. */
function givenBack(turn: Turn<Face>): Turn<Face> {
  if (turn.end === undefined || turn.state.told === 0) return turn;
  return {
    ...turn,
    effects: [...(turn.effects ?? []), { do: 'abort', device: 'camera' }],
  };
}

function keyOf({ told }: Face): string {
  return `${FIGURES} ${told}`;
}
