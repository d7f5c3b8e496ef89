import type { ReactElement } from 'react';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { usePage } from '../components/page-context.ts';
import { Documents } from '../drawings/documents.tsx';
import { FaceMark } from '../drawings/face-mark.tsx';
import './screens.css';

const STARS = [1, 2, 3, 4, 5] as const;

/** Five faces, each with its word; silence is an answer too. */
export function RateScreen(): ReactElement {
  const { words, send } = usePage();
  const { rate } = words;
  return (
    <Frame
      title={words.screens.rate.title}
      say={words.screens.rate.say}
      picture={<Documents />}
      actions={<Button onPress={() => send({ kind: 'skip' })}>{rate.skip}</Button>}
    >
      <div className="faces">
        {STARS.map((stars) => (
          <button key={stars} type="button" className="face-choice" onClick={() => send({ kind: 'rate', stars })}>
            <FaceMark stars={stars} />
            <span>{rate.faces[stars - 1]}</span>
          </button>
        ))}
      </div>
    </Frame>
  );
}
