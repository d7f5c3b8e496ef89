import { SESSION_LIMITS } from '../limits.table.ts';
import { refusal } from '../machine/session-machine.ts';
import type { StepMachine } from '../machine/step-machine.ts';

interface Face {
  readonly phase: 'live' | 'checking' | 'again';
  readonly shotsLeft: number;
  readonly camera: 'ok' | 'black' | 'frozen' | 'denied' | 'missing';
  readonly leaving: 'cancelled' | 'timeout' | null;
}

/** The live face against the picture in the chip. A camera that shows nothing is never a pass and never counts as a
 *  try; 不用人脸 leads to the window at any time. */
export const faceStep: StepMachine<Face> = {
  enter: () => ({ state: { phase: 'live', shotsLeft: SESSION_LIMITS.faceShots, camera: 'ok', leaving: null } }),
  on(state, input, env) {
    if (input.kind === 'leave') {
      return state.phase === 'checking'
        ? { state: { ...state, leaving: input.how } }
        : { state, end: { end: 'leave', how: input.how } };
    }
    if (input.kind === 'matched' && state.phase === 'checking') {
      if (state.leaving !== null) return { state, end: { end: 'leave', how: state.leaving } };
      if (input.result.ok && input.result.value.passed)
        return { state, facts: { faceScore: input.result.value.score }, end: { end: 'done' } };
      const shotsLeft = state.shotsLeft - 1;
      if (shotsLeft <= 0) return { state: { ...state, shotsLeft }, end: refusal('identity-mismatch') };
      return { state: { ...state, phase: 'again', shotsLeft } };
    }
    if (input.kind !== 'intent') return { state };
    if (input.intent.kind === 'useWindow') return { state, end: refusal('window-only') };
    if (input.intent.kind === 'again' && state.phase === 'again') return { state: { ...state, phase: 'live' } };
    if (input.intent.kind !== 'picture' || state.phase === 'checking') return { state };
    const picture = input.intent;
    if (picture.camera !== 'ok') return { state: { ...state, camera: picture.camera } };
    if (env.matcher === 'none') return { state, end: refusal('window-only') };
    return {
      state: { ...state, phase: 'checking', camera: 'ok' },
      effects: [{ do: 'match', key: 'face', picture: JSON.stringify(picture) }],
    };
  },
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
