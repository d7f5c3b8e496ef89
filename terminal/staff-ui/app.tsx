import { useEffect, useMemo, useState, useSyncExternalStore, type ReactElement } from 'react';
import '../ui/components/tokens.css';
import './console.css';
import type { ConsoleClient, ConsoleSnapshot } from './console-client.ts';
import { ConsoleContext } from './console-context.ts';
import { AnswerLine } from './parts/answer-line.tsx';
import { Header } from './parts/header.tsx';
import { Message } from './parts/message.tsx';
import { Desk } from './screens/desk.tsx';
import { SignIn } from './screens/sign-in.tsx';
import { Waiting } from './screens/waiting.tsx';
import { wordsOf, type Language } from './text/words.ts';

/** The whole console: what core says decides which screen stands. */
export function App({ client }: { readonly client: ConsoleClient }): ReactElement {
  const snapshot = useSyncExternalStore(client.subscribe, () => client.snapshot);
  const [lang, setLang] = useState<Language>('zh-CN');
  const words = wordsOf(lang);
  useEffect(() => {
    document.documentElement.lang = lang;
  }, [lang]);
  const { state, isWaiting, connection } = snapshot;
  const context = useMemo(
    () => (state === null ? null : { state, lang, words, isWaiting, send: client.send }),
    [state, lang, words, isWaiting, client],
  );
  const turn = (): void => {
    setLang(lang === 'en' ? 'zh-CN' : 'en');
  };
  if (context === null || connection !== 'open') {
    return (
      <main className="console">
        <Header words={words} onLanguage={turn} place={null} />
        {connection === 'locked' ? (
          <Message title={words.locked.title} text={words.locked.text} />
        ) : (
          <Message title={words.title} text={words.away} />
        )}
      </main>
    );
  }
  const { zh, en, tid, demo } = context.state.terminal;
  const place = `${lang === 'en' ? en : zh} · ${tid}${demo ? ` · ${words.demo}` : ''}`;
  return (
    <ConsoleContext value={context}>
      <main className="console">
        <Header words={words} onLanguage={turn} place={place} />
        <AnswerLine snapshot={snapshot} onRead={client.forgetAnswer} />
        <Stage snapshot={snapshot} />
      </main>
    </ConsoleContext>
  );
}

function Stage({ snapshot }: { readonly snapshot: ConsoleSnapshot }): ReactElement {
  switch (snapshot.state?.mode) {
    case 'active':
      return <Desk sinceMs={snapshot.sinceMs} />;
    case 'enterPending':
      return <Waiting isLeaving={false} />;
    case 'exitPending':
      return <Waiting isLeaving />;
    case 'inactive':
    case undefined:
      return <SignIn sinceMs={snapshot.sinceMs} />;
  }
}
