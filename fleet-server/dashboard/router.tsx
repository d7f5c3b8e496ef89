import { createRootRoute, createRoute, createRouter, retainSearchParams } from '@tanstack/react-router';
import { serviceOutcomeSchema, type ServiceOutcome } from '@yimen/contracts/journal';
import type { ShownState } from './api-client/api-types.ts';
import type { EventFilter } from './api-client/queries.ts';
import { CrashPage } from './pages/crash-page.tsx';
import { RootPage } from './components/root-page.tsx';
import { AlarmsPage } from './pages/alarms-page.tsx';
import { EventsPage } from './pages/events-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { OverviewPage } from './pages/overview-page.tsx';
import { incidentNumber } from './incident-number.ts';
import { SettingsPage } from './pages/settings-page.tsx';
import { TerminalPage } from './pages/terminal-page.tsx';
import { TerminalsPage } from './pages/terminals-page.tsx';
import { zh } from './text/zh.ts';
import { LANGUAGES, type Language } from './text/words.ts';
import { THEMES, type Theme } from './theme.ts';

/** What stands in every address: the chosen language and appearance. */
interface Choices {
  readonly lang?: Language | undefined;
  readonly theme?: Theme | undefined;
}

function oneOf<T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((known) => known === value);
}

/** A short text from an address, without control characters; anything else counts as not given. */
function plainText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 60 && !/\p{Cc}/u.test(value) ? value : undefined;
}

/** Leaves out what is not given, so that addresses stay short. */
function given<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}

const root = createRootRoute({
  component: RootPage,
  notFoundComponent: NotFoundPage,
  validateSearch: (raw: Record<string, unknown>): Choices =>
    given({ lang: oneOf(LANGUAGES, raw['lang']), theme: oneOf(THEMES, raw['theme']) }),
  search: { middlewares: [retainSearchParams<Choices>(['lang', 'theme'])] },
});

const states: readonly (ShownState | 'broken')[] = ['broken', ...(Object.keys(zh.states) as ShownState[])];
const outcomes: readonly ServiceOutcome[] = serviceOutcomeSchema.options;

const routes = [
  createRoute({ getParentRoute: () => root, path: '/', component: OverviewPage }),
  createRoute({
    getParentRoute: () => root,
    path: '/terminals',
    component: TerminalsPage,
    validateSearch: (
      raw: Record<string, unknown>,
    ): { q?: string | undefined; town?: string | undefined; state?: ShownState | 'broken' | undefined } =>
      given({ q: plainText(raw['q']), town: plainText(raw['town']), state: oneOf(states, raw['state']) }),
  }),
  createRoute({ getParentRoute: () => root, path: '/terminals/$tid', component: TerminalPage }),
  createRoute({
    getParentRoute: () => root,
    path: '/alarms',
    component: AlarmsPage,
    validateSearch: (raw: Record<string, unknown>): { tid?: string | undefined; town?: string | undefined } =>
      given({ tid: plainText(raw['tid']), town: plainText(raw['town']) }),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/events',
    component: EventsPage,
    validateSearch: (raw: Record<string, unknown>): EventFilter =>
      given({
        tid: plainText(raw['tid']),
        kind: plainText(raw['kind']),
        service: plainText(raw['service']),
        outcome: oneOf(outcomes, raw['outcome']),
        day: plainText(raw['day']),
        incident: incidentNumber(raw['incident']),
      }),
  }),
  createRoute({ getParentRoute: () => root, path: '/settings', component: SettingsPage }),
  // The root draws the way in by itself, wherever one is; this address only has to exist.
  createRoute({ getParentRoute: () => root, path: '/sign-in', component: () => null }),
] as const;

/** Every page and what its address may hold. Values in addresses are plain text: a town code is not a number. */
export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: false,
  defaultErrorComponent: CrashPage,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (values) => {
    const pairs = Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    const text = new URLSearchParams(pairs).toString();
    return text === '' ? '' : `?${text}`;
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
