import { useEffect, type ReactElement } from 'react';
import type { ConsoleSnapshot } from '../console-client.ts';
import { useConsole } from '../console-context.ts';
import { reasonOf } from '../text/words.ts';

/** What went well needs no more than a glance; what did not stays until it was touched. */
const GLANCE_MS = 4_000;

/** How the last act ended, until it was touched or another begins. */
export function AnswerLine({
  snapshot,
  onRead,
}: {
  readonly snapshot: ConsoleSnapshot;
  readonly onRead: () => void;
}): ReactElement | null {
  const { words, lang } = useConsole();
  const { answer, isWaiting } = snapshot;
  useEffect(() => {
    if (answer?.isDone !== true) return undefined;
    const timer = setTimeout(onRead, GLANCE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [answer, onRead]);
  if (isWaiting) return <p className="answer answer--running">{words.running}</p>;
  if (answer === null) return null;
  const text = answer.isDone ? words.done : `${words.notDone}${reasonOf(answer.code, lang)}`;
  return (
    <button
      type="button"
      role="status"
      className={answer.isDone ? 'answer answer--done' : 'answer answer--stop'}
      onClick={onRead}
    >
      {text}
    </button>
  );
}
