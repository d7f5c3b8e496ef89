import { Link, useNavigate, useRouterState, useSearch } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { Button, type InputRef, Input } from 'antd';
import { useEffect, useMemo, useRef, type JSX, type ReactNode, type RefObject } from 'react';
import { serverClock } from '../api-client/queries.ts';
import { request } from '../api-client/request.ts';
import { incidentNumber } from '../incident-number.ts';
import { PAGE_KEYS, useShortcuts, type ShortcutPage } from '../keyboard/use-shortcuts.ts';
import { usePage, useServerNow } from '../page-context.ts';
import { clockText } from '../text/time-text.ts';
import { LanguageButton } from './language-button.tsx';

const PAGES = [
  ['overview', '/'],
  ['terminals', '/terminals'],
  ['alarms', '/alarms'],
  ['events', '/events'],
  ['settings', '/settings'],
] as const satisfies readonly (readonly [ShortcutPage, string])[];
const PATHS = Object.fromEntries(PAGES) as Record<ShortcutPage, (typeof PAGES)[number][1]>;

/** What stands around every page: skip link, navigation, search, the state of the feed, the banner when it is lost. */
export function PageFrame(props: { readonly children: ReactNode }): JSX.Element {
  const { words, isLive } = usePage();
  const search = useRef<InputRef>(null);
  const help = useRef<HTMLDialogElement>(null);
  const navigate = useNavigate();
  const acts = useMemo(
    () => ({
      go: (page: ShortcutPage) => void navigate({ to: PATHS[page] }),
      search: () => search.current?.focus(),
      help: () => help.current?.showModal(),
    }),
    [navigate],
  );
  useShortcuts(acts);
  usePageTitle();
  return (
    <div className={isLive === false ? 'frame feed-lost' : 'frame'}>
      <a className="skip" href="#content">
        {words.text.skip}
      </a>
      <header className="top">
        <Link className="brand" to="/">
          {words.text.product}
        </Link>
        <SearchBox ref={search} />
        <FeedState />
        <Tools onHelp={acts.help} />
      </header>
      <nav className="nav" aria-label={words.text.nav}>
        {PAGES.map(([page, path]) => (
          <Link key={page} to={path} activeOptions={{ exact: path === '/', includeSearch: false }}>
            {words.text.pages[page]}
          </Link>
        ))}
      </nav>
      {isLive === false ? <LostBanner /> : null}
      <main id="content" className="content" tabIndex={-1}>
        {props.children}
      </main>
      <Help ref={help} />
    </div>
  );
}

function SearchBox({ ref }: { readonly ref: RefObject<InputRef | null> }): JSX.Element {
  const { words } = usePage();
  const navigate = useNavigate();
  const { q } = useSearch({ strict: false });
  return (
    <search className="search">
      <Input
        ref={ref}
        key={q ?? ''}
        defaultValue={q ?? ''}
        type="search"
        aria-label={words.text.search}
        placeholder={words.text.search}
        maxLength={60}
        suffix={
          <kbd className="search-key" aria-hidden="true">
            /
          </kbd>
        }
        onPressEnter={(event) => {
          const typed = event.currentTarget.value.trim();
          const incident = incidentNumber(typed);
          if (incident !== undefined) return void navigate({ to: '/events', search: { incident } });
          return void navigate({ to: '/terminals', search: { q: typed === '' ? undefined : typed } });
        }}
      />
    </search>
  );
}

function FeedState(): JSX.Element {
  const { words, isLive } = usePage();
  const { live } = words.text;
  const now = useServerNow();
  const word = isLive === null ? live.connecting : isLive ? live.on : live.off;
  return (
    <p className={isLive === true ? 'feed feed-on' : 'feed'}>
      <span className="feed-dot" aria-hidden="true" />
      <span>{word}</span>
      <span className="feed-clock" aria-hidden="true">
        {clockText(now)}
      </span>
    </p>
  );
}

function Tools(props: { readonly onHelp: () => void }): JSX.Element {
  const { words } = usePage();
  const client = useQueryClient();
  const navigate = useNavigate();
  const leave = async (): Promise<void> => {
    await request('/api/session', { method: 'DELETE' }).catch(() => undefined);
    await navigate({ to: '/sign-in' });
    client.clear();
  };
  return (
    <div className="tools">
      <LanguageButton />
      <Button type="text" className="tools-help" onClick={props.onHelp} aria-label={words.text.help}>
        ?
      </Button>
      <Button type="text" onClick={() => void leave()}>
        {words.text.signOut}
      </Button>
    </div>
  );
}

function LostBanner(): JSX.Element {
  const { words } = usePage();
  const { live } = words.text;
  const heardAt = serverClock.heardAt();
  return (
    <div className="banner" role="alert">
      <strong>{live.lostTitle}</strong>{' '}
      <span>{heardAt === undefined ? live.neverText : live.lostText(clockText(heardAt))}</span>
    </div>
  );
}

function Help({ ref }: { readonly ref: RefObject<HTMLDialogElement | null> }): JSX.Element {
  const { words } = usePage();
  const { shortcuts } = words.text;
  return (
    <dialog ref={ref} className="help" aria-labelledby="help-title">
      <h2 id="help-title">{words.text.help}</h2>
      <dl className="facts">
        <div>
          <dt>
            <kbd>/</kbd>
          </dt>
          <dd>{shortcuts.search}</dd>
        </div>
        {Object.entries(PAGE_KEYS).map(([key, page]) => (
          <div key={key}>
            <dt>
              <kbd>g</kbd> <kbd>{key}</kbd>
            </dt>
            <dd>{shortcuts[page]}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>j</kbd> <kbd>k</kbd>
          </dt>
          <dd>{shortcuts.rows}</dd>
        </div>
        <div>
          <dt>
            <kbd>?</kbd>
          </dt>
          <dd>{shortcuts.help}</dd>
        </div>
      </dl>
      <form method="dialog">
        <Button htmlType="submit" type="primary">
          {words.text.close}
        </Button>
      </form>
    </dialog>
  );
}

/** The tab's title, and the focus where the new page begins: a screen reader hears that the page changed. */
function usePageTitle(): void {
  const { words } = usePage();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const shown = useRef(pathname);
  const page = PAGES.find(([, path]) => path === pathname)?.[0];
  const title = page === undefined ? decodeURIComponent(pathname.split('/').at(-1) ?? '') : words.text.pages[page];
  useEffect(() => {
    document.title = `${title} · ${words.text.product}`;
  }, [title, words]);
  useEffect(() => {
    if (shown.current !== pathname) document.querySelector<HTMLElement>('#content')?.focus({ preventScroll: true });
    shown.current = pathname;
  }, [pathname]);
}
