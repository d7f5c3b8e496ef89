import type { ReactElement } from 'react';
import './character-boxes.css';

export interface CharacterBoxesProps {
  /** How many places each group has, from the left. */
  readonly groups: readonly number[];
  readonly value: string;
}

const HAN = /\p{Script=Han}/u;

/** One box a character, in groups as the number is printed; the next box to fill is marked. */
export function CharacterBoxes({ groups, value }: CharacterBoxesProps): ReactElement {
  const starts = groups.map((_, at) => groups.slice(0, at).reduce((sum, count) => sum + count, 0));
  return (
    <p className="boxes">
      <span className="visually-hidden">{value}</span>
      {groups.map((count, at) => (
        <span key={starts[at]} className="boxes__group" aria-hidden="true">
          {Array.from({ length: count }, (_, n) => (starts[at] ?? 0) + n).map((place) => (
            <Place key={place} character={value[place] ?? ''} isNext={place === value.length} />
          ))}
        </span>
      ))}
    </p>
  );
}

function Place({ character, isNext }: { readonly character: string; readonly isNext: boolean }): ReactElement {
  return (
    <span
      className={isNext ? 'boxes__place boxes__place--next' : 'boxes__place'}
      lang={HAN.test(character) ? 'zh-CN' : undefined}
    >
      {character}
    </span>
  );
}
