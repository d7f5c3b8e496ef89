import { Button } from 'antd';
import { useContext, type JSX } from 'react';
import { Nothing } from '../components/answer.tsx';
import { PageContext } from '../page-context.ts';
import { preferredLanguage, Words } from '../text/words.ts';

/** A page whose drawing failed: says so, and offers the way on. May stand outside the frame, where no facts are. */
export function CrashPage(): JSX.Element {
  const { text } = useContext(PageContext)?.words ?? new Words(preferredLanguage(navigator.languages));
  return (
    <div role="alert">
      <Nothing isPage title={text.crashTitle} hint={text.crashText}>
        <Button onClick={() => globalThis.location.reload()}>{text.reload}</Button>
      </Nothing>
    </div>
  );
}
