import { useQuery } from '@tanstack/react-query';
import { Outlet, useRouterState, useSearch } from '@tanstack/react-router';
import { ConfigProvider } from 'antd';
import { useEffect, useMemo, useSyncExternalStore, type JSX } from 'react';
import { sessionQuery } from '../api-client/queries.ts';
import { ApiError } from '../api-client/request.ts';
import { PageContext } from '../page-context.ts';
import { SignInPage } from '../pages/sign-in-page.tsx';
import { preferredLanguage, Words } from '../text/words.ts';
import { componentTheme, type Theme } from '../theme.ts';
import { useLive } from '../use-live.ts';
import { Answer } from './answer.tsx';
import { PageFrame } from './page-frame.tsx';

const dark = globalThis.matchMedia('(prefers-color-scheme: dark)');

function useSystemTheme(): Theme {
  const isDark = useSyncExternalStore(
    (fn) => {
      dark.addEventListener('change', fn);
      return () => dark.removeEventListener('change', fn);
    },
    () => dark.matches,
  );
  return isDark ? 'dark' : 'light';
}

/** The nonce of this answer, for the style elements of the component library. */
function pageNonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
}

/** Language, appearance, who is signed in; then the page, or the way in. */
export function RootPage(): JSX.Element {
  const search = useSearch({ strict: false });
  const systemTheme = useSystemTheme();
  const theme = search.theme ?? systemTheme;
  const language = search.lang ?? preferredLanguage(navigator.languages);
  const words = useMemo(() => new Words(language), [language]);
  const isSignIn = useRouterState({ select: (state) => state.location.pathname === '/sign-in' });
  const session = useQuery({ ...sessionQuery, enabled: !isSignIn });
  const isOut = session.error instanceof ApiError && session.error.status === 401;
  const isLive = useLive(!isSignIn && session.data !== undefined && !isOut);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset['theme'] = theme;
  }, [language, theme]);
  const csp = useMemo(() => ({ nonce: pageNonce() ?? '' }), []);
  const facts = useMemo(() => ({ words, isLive, session: session.data }), [words, isLive, session.data]);
  return (
    <ConfigProvider
      theme={componentTheme(theme)}
      csp={csp}
      wave={{ disabled: true }}
      button={{ autoInsertSpace: false }}
      virtual={false}
    >
      <PageContext value={facts}>
        {isSignIn || isOut ? (
          <SignInPage ended={isOut && session.data !== undefined} />
        ) : session.data === undefined ? (
          <div className="content">
            <Answer query={session}>{() => null}</Answer>
          </div>
        ) : (
          <PageFrame>
            <Outlet />
          </PageFrame>
        )}
      </PageContext>
    </ConfigProvider>
  );
}
