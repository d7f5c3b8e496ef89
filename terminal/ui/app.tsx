import { useMemo, useState, useSyncExternalStore, type ReactElement } from 'react';
import type { Clock } from '@yimen/contracts/base';
import type { View } from '@yimen/contracts/ui';
import type { BridgeState } from './bridge-client/bridge-client.ts';
import type { Wish } from './bridge-client/wish.ts';
import { useGuards } from './accessibility/use-guards.ts';
import { useLook } from './accessibility/use-look.ts';
import './components/page.css';
import { PageContext, type PageValue } from './components/page-context.ts';
import './components/tokens.css';
import { screenKey } from './screens/screen-key.ts';
import { Screen } from './screens/screen.tsx';
import { StillScreen, type StillReason } from './screens/still-screen.tsx';
import { withForeignText } from './text/foreign-text.ts';
import { WORDS } from './text/words-of.ts';

/** What the page needs of the machine behind it. */
export interface PageBridge {
  readonly state: BridgeState;
  readonly subscribe: (fn: () => void) => () => void;
  readonly send: (wish: Wish) => void;
  readonly takeBack: () => void;
}

export interface AppProps {
  readonly bridge: PageBridge;
  readonly clock: Clock;
}

/** The citizen's page: the screen of the present view; over it, hiding it, what is going on while nobody answers or the
 *  screen is open elsewhere. */
export function App({ bridge, clock }: AppProps): ReactElement {
  const state = useSyncExternalStore(bridge.subscribe, () => bridge.state);
  useGuards(bridge, clock);
  useLook(state.view);
  const still = stillOf(state);
  return (
    <div className="stage">
      {state.view === null ? null : (
        <div className="stage__screen" inert={still !== null}>
          <ViewScreen view={state.view} state={state} bridge={bridge} clock={clock} />
        </div>
      )}
      {still === null ? null : (
        <StillScreen reason={still} lang={state.view?.lang ?? 'zh-CN'} onTakeBack={bridge.takeBack} />
      )}
    </div>
  );
}

function ViewScreen({
  view,
  state,
  bridge,
  clock,
}: AppProps & { readonly view: View; readonly state: BridgeState }): ReactElement {
  const clean = useMemo(() => withForeignText(view), [view]);
  const draft = useDraft(view);
  const page: PageValue = {
    view: clean,
    words: WORDS[clean.lang],
    clock,
    sinceMs: state.sinceMs,
    isOpen: state.connection === 'open',
    isWaiting: state.isWaiting,
    draft,
    send: bridge.send,
  };
  return (
    <PageContext value={page}>
      <Screen key={screenKey(clean)} />
    </PageContext>
  );
}

function stillOf({ connection, view }: BridgeState): StillReason | null {
  if (connection === 'superseded') return 'superseded';
  if (connection === 'away') return 'away';
  return view === null || connection === 'connecting' ? 'starting' : null;
}

/** Views that may lie over a form without ending it. */
const OVER_A_FORM: ReadonlySet<View['kind']> = new Set(['timeout', 'help']);

/** What is typed in a form; begins with what the session knows, ends when the form is left or another field is asked for. */
function useDraft(view: View): PageValue['draft'] {
  const [typed, setTyped] = useState<{ readonly field: string; readonly value: string } | null>(null);
  const isKept = view.kind === 'form' ? typed?.field === view.body.field : OVER_A_FORM.has(view.kind);
  if (typed !== null && !isKept) setTyped(null);
  if (view.kind !== 'form') return { value: '', set: () => undefined };
  const { field } = view.body;
  return {
    value: typed !== null && isKept ? typed.value : view.body.value,
    set: (value) => setTyped({ field, value }),
  };
}
