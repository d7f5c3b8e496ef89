import { useNavigate, useSearch } from '@tanstack/react-router';
import { Segmented } from 'antd';
import type { JSX } from 'react';
import { Moment } from '../components/moment.tsx';
import { usePage } from '../page-context.ts';
import type { Language } from '../text/words.ts';
import type { Theme } from '../theme.ts';

/** Language and appearance, kept in the address; who is signed in. */
export function SettingsPage(): JSX.Element {
  const { words, session } = usePage();
  const { settings: text, roles } = words.text;
  const navigate = useNavigate();
  const search = useSearch({ strict: false });
  return (
    <>
      <h1>{text.title}</h1>
      <section className="panel settings">
        <h2 id="language">{text.language}</h2>
        <Segmented<Language>
          aria-labelledby="language"
          value={words.text.lang as Language}
          options={[
            { value: 'zh-CN', label: '中文' },
            { value: 'en', label: 'English' },
          ]}
          onChange={(lang) => void navigate({ to: '.', search: (old) => ({ ...old, lang }) })}
        />
        <h2 id="theme">{text.theme}</h2>
        <Segmented<Theme | 'auto'>
          aria-labelledby="theme"
          value={search.theme ?? 'auto'}
          options={(['auto', 'light', 'dark'] as const).map((value) => ({ value, label: text.themes[value] }))}
          onChange={(theme) =>
            void navigate({ to: '.', search: (old) => ({ ...old, theme: theme === 'auto' ? undefined : theme }) })
          }
        />
        <p className="quiet">{text.kept}</p>
      </section>
      {session === undefined ? null : (
        <section className="panel settings">
          <h2>{text.account}</h2>
          <dl className="facts">
            <div>
              <dt>{text.staffId}</dt>
              <dd>{session.staffId}</dd>
            </div>
            <div>
              <dt>{text.roles}</dt>
              <dd>{session.roles.map((role) => roles[role]).join(words.text.listComma)}</dd>
            </div>
            {session.expiresAt === null ? null : (
              <div>
                <dt>{text.expires}</dt>
                <dd>
                  <Moment at={session.expiresAt} />
                </dd>
              </div>
            )}
          </dl>
        </section>
      )}
    </>
  );
}
