/** How the citizen's page is kept on the screen: a page that falls comes back in a fresh window, slower each time, and
 *  after too many falls the shell's own out-of-service page stands until the page can be drawn again (K19, K20, K24). */
export type WatchState =
  | { readonly at: 'idle' }
  /** A fresh page is in front, not yet drawn: the brand ground is seen. */
  | { readonly at: 'loading'; readonly falls: number }
  | { readonly at: 'shown'; readonly falls: number }
  /** Drawn, and does not answer. */
  | { readonly at: 'hung'; readonly falls: number }
  /** Fallen: the brand ground is seen until the next try. */
  | { readonly at: 'waiting'; readonly falls: number }
  /** The shell's own page is in front. */
  | { readonly at: 'out-of-service' }
  /** The shell's own page is in front, a fresh page loads behind it. */
  | { readonly at: 'trying' }
  | { readonly at: 'closed' };

/** What happened to the page that is looked at: the one behind while `trying`, else the one in front.
 *  `fell`: its process is gone or its document could not be loaded. */
export type WatchInput = 'open' | 'loaded' | 'fell' | 'unresponsive' | 'responsive' | 'timeUp' | 'replace' | 'close';

/** `openPage`: a fresh window with a fresh partition in front, every other destroyed. `tryPage`: the same, but hidden and
 *  behind. `showPage`: the hidden one comes in front, every other is destroyed. */
export type WatchAction = 'openPage' | 'tryPage' | 'showPage' | 'drawOutOfService' | 'destroyAll';

export interface WatchStep {
  readonly state: WatchState;
  readonly action: WatchAction | null;
  /** The timer from here on; `null` none, `'kept'` whichever runs already. */
  readonly timerMs: number | null | 'kept';
}

export const WATCH_TIMES = {
  /** The page is small and local. One that is not there by then is not coming. */
  loadMs: 5_000,
  /** A page that has not answered for so long is replaced: a citizen is back within five seconds (K19). Electron itself
   *  waits some seconds before it calls a page unresponsive. */
  hungMs: 1_500,
  /** Between a fall and the next try. Its length is the number of falls after which the shell's own page is drawn. */
  backOffMs: [100, 500, 1_000, 2_000, 4_000],
  /** A page that stood this long has proved itself: its next fall is the first again. */
  steadyMs: 20_000,
  /** While out of service the page is tried behind. */
  tryAgainMs: 15_000,
} as const;

const MOST_FALLS = WATCH_TIMES.backOffMs.length;

/** The whole of the machine. */
export function stepWatch(state: WatchState, input: WatchInput): WatchStep {
  if (state.at !== 'closed' && input === 'close')
    return { state: { at: 'closed' }, action: 'destroyAll', timerMs: null };
  switch (state.at) {
    case 'idle':
      return input === 'open' ? openFresh(0) : nothing(state);
    case 'loading':
      if (input === 'loaded') return show(state.falls, null);
      return input === 'fell' || input === 'timeUp' ? fall(state.falls) : orReplace(state, input);
    case 'shown':
      if (input === 'fell') return fall(state.falls);
      if (input === 'unresponsive')
        return { state: { at: 'hung', falls: state.falls }, action: null, timerMs: WATCH_TIMES.hungMs };
      return input === 'timeUp' ? show(0, null) : orReplace(state, input);
    case 'hung':
      if (input === 'responsive') return show(state.falls, null);
      return input === 'fell' || input === 'timeUp' ? fall(state.falls) : orReplace(state, input);
    case 'waiting':
      return input === 'timeUp' ? openFresh(state.falls) : orReplace(state, input);
    case 'out-of-service':
      return input === 'timeUp' || input === 'replace' ? tryBehind() : nothing(state);
    case 'trying':
      if (input === 'loaded') return show(MOST_FALLS, 'showPage');
      return input === 'fell' || input === 'timeUp' ? drawOutOfService() : nothing(state);
    case 'closed':
      return nothing(state);
    default:
      return state satisfies never;
  }
}

/** A replacement heals nothing: the falls stay counted. */
function orReplace(state: WatchState & { readonly falls: number }, input: WatchInput): WatchStep {
  return input === 'replace' ? openFresh(state.falls) : nothing(state);
}

function openFresh(falls: number): WatchStep {
  return { state: { at: 'loading', falls }, action: 'openPage', timerMs: WATCH_TIMES.loadMs };
}

function tryBehind(): WatchStep {
  return { state: { at: 'trying' }, action: 'tryPage', timerMs: WATCH_TIMES.loadMs };
}

function show(falls: number, action: WatchAction | null): WatchStep {
  return { state: { at: 'shown', falls }, action, timerMs: falls > 0 ? WATCH_TIMES.steadyMs : null };
}

function fall(before: number): WatchStep {
  const backOffMs = WATCH_TIMES.backOffMs[before];
  if (backOffMs === undefined) return drawOutOfService();
  return { state: { at: 'waiting', falls: before + 1 }, action: null, timerMs: backOffMs };
}

function drawOutOfService(): WatchStep {
  return { state: { at: 'out-of-service' }, action: 'drawOutOfService', timerMs: WATCH_TIMES.tryAgainMs };
}

function nothing(state: WatchState): WatchStep {
  return { state, action: null, timerMs: 'kept' };
}
