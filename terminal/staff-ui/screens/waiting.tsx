import type { ReactElement } from 'react';
import { useConsole } from '../console-context.ts';
import { Message } from '../parts/message.tsx';
import { Press } from '../parts/press.tsx';

/** Between the two: a citizen is finishing, or the devices are looked at. */
export function Waiting({ isLeaving }: { readonly isLeaving: boolean }): ReactElement {
  const { words, send } = useConsole();
  if (isLeaving) return <Message {...words.leaving} />;
  const { title, text, cancel } = words.waiting;
  return (
    <Message title={title} text={text}>
      <Press
        onPress={() => {
          send({ act: 'signOut' });
        }}
      >
        {cancel}
      </Press>
    </Message>
  );
}
