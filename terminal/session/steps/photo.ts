import type { PolicyRow } from '@yimen/contracts/service';
import type { IntentOf, ViewBody } from '@yimen/contracts/ui';
import { SESSION_LIMITS } from '../limits.table.ts';
import type { Effect } from '../machine/effect.ts';
import type { Input } from '../machine/input.ts';
import { refusal } from '../machine/session-machine.ts';
import type { StepEnv, StepMachine, Turn } from '../machine/step-machine.ts';
import { sightOf, tellFigures } from './camera-figures.ts';
import { jpegSize } from './jpeg-size.ts';

type Picture = IntentOf<'picture'>;
type Rule = keyof StepEnv['say']['capture']['photoRules'];
type Verdict = Readonly<Partial<Record<Rule, 'ok' | 'failed'>>>;

interface Photo {
  readonly phase: 'live' | 'checking' | 'again' | 'accepted';
  readonly shotsLeft: number;
  readonly camera: Picture['camera'];
  readonly leaving: 'cancelled' | 'timeout' | null;
  /** Pictures whose figures the camera's device was told; an answer to an earlier one says nothing of this one. */
  readonly told: number;
  /** The picture that is being judged: by the device, then by the matcher. */
  readonly judged: Picture | null;
  readonly verdict: Verdict;
  readonly accepted: string | null;
}
interface Profile {
  readonly width: number;
  readonly height: number;
  readonly leastBytes: number;
  readonly mostBytes: number;
}

const FIGURES = 'photo-figures';
const MATCH = 'photo';
/** What the picture itself shows, in bytes and light, and what only somebody who finds a face in it can say. */
const MEASURED = ['size', 'bytes', 'light'] as const;
const SEEN = ['background', 'head', 'eyes'] as const;
const RULES: readonly Rule[] = [...MEASURED, ...SEEN];
const FRESH: Photo = {
  phase: 'live',
  shotsLeft: SESSION_LIMITS.photoShots,
  camera: 'ok',
  leaving: null,
  told: 0,
  judged: null,
  verdict: {},
  accepted: null,
};

/** A picture for a document, by its photo profile. Size, bytes and light are measured; head, eyes and background are
 *  taken as right where the matcher finds a face, and a simulated one says that it is. A camera that shows nothing is
 *  never a try. What passed is shown, and taken when the citizen says so. */
export const photoStep: StepMachine<Photo> = {
  enter(env) {
    if (env.matcher === 'none') return { state: FRESH, end: refusal('window-only') };
    if (profileOf(env) === undefined) return { state: FRESH, end: refusal('window-only'), code: 'configuration' };
    return { state: FRESH };
  },
  on: (state, input, env) => givenBack(turnOf(state, input, env)),
  view: (state, env) => ({
    kind: 'photo',
    body: bodyOf(state, env),
    waits: state.phase === 'checking' ? null : { ms: env.deadlineMs, extendable: true },
    canBack: state.phase !== 'checking',
    canLeave: state.phase !== 'checking',
  }),
};

function profileRow(env: StepEnv): PolicyRow | undefined {
  return env.policy('photoProfile', String(env.settings['profile'] ?? ''));
}

/** `390x567;dpi=300;kb=20-80;face=…`: pixels, and the file's size in units of 1,024 bytes. */
function profileOf(env: StepEnv): Profile | undefined {
  const value = profileRow(env)?.value;
  const [size = '', ...parts] = typeof value === 'string' ? value.split(';') : [];
  const pixels = /^(\d{3,4})x(\d{3,4})$/u.exec(size);
  const bytes = /^kb=(\d{1,3})-(\d{1,3})$/u.exec(parts.find((part) => part.startsWith('kb=')) ?? '');
  if (pixels === null || bytes === null) return undefined;
  return {
    width: Number(pixels[1]),
    height: Number(pixels[2]),
    leastBytes: Number(bytes[1]) * 1024,
    mostBytes: Number(bytes[2]) * 1024,
  };
}

function turnOf(state: Photo, input: Input, env: StepEnv): Turn<Photo> {
  if (input.kind === 'leave') {
    return state.phase === 'checking'
      ? { state: { ...state, leaving: state.leaving ?? input.how } }
      : { state, end: { end: 'leave', how: input.how } };
  }
  if (input.kind === 'matched' && input.key === MATCH && state.phase === 'checking')
    return matched(state, input.result, env);
  if (input.kind === 'read' && input.key === keyOf(state)) return sighted(state, sightOf(input.result), env);
  // No word of the device in time: the page's own judgement stands.
  if (input.kind === 'timer' && input.name === FIGURES) return sighted(state, 'ok', env);
  if (input.kind !== 'intent' || state.phase === 'checking') return { state };
  return wished(state, input.intent, env);
}

function wished(state: Photo, intent: Extract<Input, { kind: 'intent' }>['intent'], env: StepEnv): Turn<Photo> {
  switch (intent.kind) {
    case 'back':
      return { state, end: { end: 'back' } };
    case 'useWindow':
      return { state, end: refusal('window-only') };
    case 'again':
      if (state.phase === 'live') return { state };
      return { state: { ...state, phase: 'live', verdict: {}, accepted: null } };
    case 'confirm':
      if (state.phase !== 'accepted') return { state };
      return { state, facts: { photo: state.accepted }, end: { end: 'done' } };
    case 'picture':
      if (intent.subject !== 'photo' || state.phase !== 'live' || state.judged !== null) return { state };
      return shown(state, intent, env);
    default:
      return { state };
  }
}

/** The page shows a picture, or says that it has none; a camera's device hears what was measured. */
function shown(state: Photo, picture: Picture, env: StepEnv): Turn<Photo> {
  const isUsable = picture.camera === 'ok';
  // Without a camera nothing was measured.
  const isMeasured = picture.camera !== 'denied' && picture.camera !== 'missing';
  if (!isMeasured || !env.isFitted('camera')) {
    const seen: Photo = { ...state, judged: isUsable ? picture : null };
    return isUsable ? sighted(seen, 'ok', env) : { state: { ...seen, camera: picture.camera } };
  }
  const next: Photo = { ...state, told: state.told + 1, judged: isUsable ? picture : null };
  const told = tellFigures(keyOf(next), picture);
  if (!isUsable) return { state: { ...next, camera: picture.camera }, effects: [told] };
  return { state: next, effects: [told, { do: 'timer', name: FIGURES, ms: SESSION_LIMITS.figuresMs }] };
}

/** What is known of the camera: only then the picture is measured. */
function sighted(state: Photo, sight: 'ok' | 'black' | 'frozen', env: StepEnv): Turn<Photo> {
  const picture = state.judged;
  const profile = profileOf(env);
  if (picture === null || profile === undefined || state.phase !== 'live') return { state };
  const isBlack = picture.luminance < SESSION_LIMITS.blackLuminance || picture.variance < SESSION_LIMITS.flatVariance;
  if (sight !== 'ok' || isBlack)
    return { state: { ...state, judged: null, camera: sight === 'ok' ? 'black' : sight }, effects: figuresOver(state) };
  const seen: Photo = { ...state, camera: 'ok', verdict: measured(picture, profile) };
  if (MEASURED.some((rule) => seen.verdict[rule] === 'failed'))
    return withEffects(rejected(seen, env), figuresOver(state));
  return {
    state: { ...seen, phase: 'checking' },
    effects: [...figuresOver(state), { do: 'match', key: MATCH, picture: JSON.stringify(picture) }],
  };
}

function measured({ base64, luminance }: Picture, profile: Profile): Verdict {
  const bytes = Buffer.from(base64, 'base64');
  // Base64 with anything else in it is no file that anybody could open.
  const size = bytes.toString('base64') === base64 ? jpegSize(bytes) : undefined;
  const judge = (passed: boolean): 'ok' | 'failed' => (passed ? 'ok' : 'failed');
  return {
    size: judge(size?.width === profile.width && size.height === profile.height),
    bytes: judge(bytes.length >= profile.leastBytes && bytes.length <= profile.mostBytes),
    light: judge(luminance >= SESSION_LIMITS.photoDark && luminance <= SESSION_LIMITS.photoBright),
  };
}

function matched(state: Photo, result: Extract<Input, { kind: 'matched' }>['result'], env: StepEnv): Turn<Photo> {
  if (state.leaving !== null) return { state, end: { end: 'leave', how: state.leaving } };
  if (!result.ok && result.error.code === 'cameraBlack')
    return { state: { ...state, phase: 'live', judged: null, camera: 'black', verdict: {} } };
  const passed = result.ok && result.value.passed;
  const seen = Object.fromEntries(SEEN.map((rule) => [rule, passed ? 'ok' : 'failed'] as const));
  const next: Photo = { ...state, verdict: { ...state.verdict, ...seen } };
  if (!passed) return rejected(next, env);
  return { state: { ...next, phase: 'accepted', judged: null, accepted: state.judged?.base64 ?? null } };
}

function rejected(state: Photo, env: StepEnv): Turn<Photo> {
  const next: Photo = { ...state, phase: 'again', judged: null, shotsLeft: state.shotsLeft - 1 };
  if (next.shotsLeft > 0) return { state: next };
  const row = profileRow(env);
  const rule = RULES.find((one) => state.verdict[one] === 'failed');
  const end = refusal('photo-rejected');
  if (row === undefined || rule === undefined) return { state: next, end };
  const why = { rule: env.say.capture.photoRules[rule], row: row.id, value: String(row.value), source: row.source };
  return { state: next, end: { ...end, refusal: { ...end.refusal, why } } };
}

function bodyOf(state: Photo, env: StepEnv): ViewBody<'photo'> {
  const { photoRules, photoTitle } = env.say.capture;
  const id = String(env.settings['profile'] ?? '');
  const title = Object.hasOwn(photoTitle, id) ? photoTitle[id as keyof typeof photoTitle] : photoTitle.any;
  const profile = profileOf(env);
  return {
    phase: state.phase,
    profile: { id, title, widthPx: profile?.width ?? 0, heightPx: profile?.height ?? 0 },
    rules: RULES.map((rule) => ({ rule, text: photoRules[rule], state: state.verdict[rule] ?? 'open' })),
    shotsLeft: state.shotsLeft,
    camera: state.camera,
    judge: env.matcher === 'simulated' ? 'simulated' : 'installed',
    picture: state.accepted,
  };
}

function figuresOver({ told }: Photo): readonly Effect[] {
  return told === 0 ? [] : [{ do: 'stopTimer', name: FIGURES }];
}

function withEffects(turn: Turn<Photo>, effects: readonly Effect[]): Turn<Photo> {
  return { ...turn, effects: [...effects, ...(turn.effects ?? [])] };
}

/** When the step is over the camera's device is given back, with whatever still waits for it. */
function givenBack(turn: Turn<Photo>): Turn<Photo> {
  if (turn.end === undefined || turn.state.told === 0) return turn;
  const timer = turn.state.judged === null ? [] : figuresOver(turn.state);
  return { ...turn, effects: [...(turn.effects ?? []), ...timer, { do: 'abort', device: 'camera' }] };
}

function keyOf({ told }: Photo): string {
  return `${FIGURES} ${told}`;
}
