import { Delete, X } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { CharacterBoxes } from '../components/character-boxes.tsx';
import { LetterBoard } from '../components/letter-board.tsx';
import { IdPad, NumberPad, type PadKey } from '../components/number-pad.tsx';
import { usePage } from '../components/page-context.ts';
import {
  LETTERS,
  LETTERS_LARGE,
  PLATE_LETTERS,
  PLATE_LETTERS_LARGE,
  PROVINCES,
} from '../input-method/keyboards.table.ts';
import { hasFixedLength, hasIdCheck, ID_GROUPS, isComplete } from '../input-method/typed.ts';
import { phoneGroups } from '../text/phone-groups.ts';
import type { Typing } from './use-typing.ts';

export interface FieldsProps {
  readonly body: ViewBody<'form'>;
  readonly typing: Typing;
}

/** Codes of so few places are shown in boxes. */
const MOST_BOXES = 8;
/** Of a longer one the end is shown, where the next key goes. */
const MOST_SHOWN = 22;
/** Province and city of a plate stand apart from its number. */
const PLATE_HEAD = 2;

/** A telephone's keys beside the number in groups of 3-4-4. */
export function PhoneFields({ body, typing }: FieldsProps): ReactElement {
  const { words } = usePage();
  const { form } = words;
  const { value } = typing;
  const [clear, remove] = useWordKeys(typing);
  return (
    <div className="form">
      <div className="field">
        <p className="label-text">{body.label}</p>
        <p className={value === '' ? 'field__value field__value--empty' : 'field__value'}>
          {value === '' ? '000 0000 0000' : phoneGroups(value)}
        </p>
        <Status body={body} value={value} />
      </div>
      <NumberPad label={form.pad} onDigit={typing.add} left={clear} right={remove} />
    </div>
  );
}

/** 18 boxes 6-8-4; the last one alone takes an X, and whether it fits the others is told at once. */
export function IdNumberFields({ body, typing }: FieldsProps): ReactElement {
  const { words } = usePage();
  const { form } = words;
  const { value } = typing;
  const [clear, remove] = useWordKeys(typing);
  const isWrong = isComplete(body, value) && !hasIdCheck(value);
  return (
    <div className="form form--wide">
      <div className="field">
        <CharacterBoxes groups={ID_GROUPS} value={value} />
        {isWrong ? (
          <p className="caption field__status--warn" role="status">
            {form.checkWrong}
          </p>
        ) : (
          <Status body={body} value={value} />
        )}
      </div>
      <IdPad label={form.pad} isOff={typing.isOff} onKey={typing.add} remove={remove} clear={clear} />
    </div>
  );
}

/** The province first, then letters without I and O, and digits; 7 or 8 places. */
export function PlateFields({ body, typing }: FieldsProps): ReactElement {
  const { view, words } = usePage();
  const { form } = words;
  const { value } = typing;
  const isLarge = isLargeBoard(view.mode);
  return (
    <div className="form form--wide form--plate">
      <div className="field">
        <CharacterBoxes groups={[PLATE_HEAD, body.maxLength - PLATE_HEAD]} value={value} />
        <Status body={body} value={value} />
      </div>
      {value === '' ? (
        <LetterBoard
          key="province"
          label={form.provinces}
          rows={PROVINCES}
          lang="zh-CN"
          columns={8}
          isOff={typing.isOff}
          onKey={typing.add}
        />
      ) : (
        <LetterBoard
          key="letters"
          label={form.letters}
          rows={isLarge ? PLATE_LETTERS_LARGE : PLATE_LETTERS}
          columns={isLarge ? 8 : 10}
          isOff={(key) => value.length < PLATE_HEAD && typing.isOff(key)}
          onKey={typing.add}
          onRemove={typing.remove}
          onClear={typing.clear}
        />
      )}
    </div>
  );
}

/** Letters and digits: a receipt number, the end of an engine number. */
export function CodeFields({ body, typing }: FieldsProps): ReactElement {
  const { view, words } = usePage();
  const { value } = typing;
  const isLarge = isLargeBoard(view.mode);
  return (
    <div className="form form--wide form--code">
      <div className="field">
        {body.maxLength <= MOST_BOXES ? (
          <CharacterBoxes groups={[body.maxLength]} value={value} />
        ) : (
          <p className="field__value field__value--code" lang="en">
            {value.length > MOST_SHOWN ? `…${value.slice(1 - MOST_SHOWN)}` : value}
          </p>
        )}
        <Status body={body} value={value} />
      </div>
      <LetterBoard
        label={words.form.letters}
        rows={isLarge ? LETTERS_LARGE : LETTERS}
        columns={isLarge ? 8 : 10}
        isOff={() => false}
        onKey={typing.add}
        onRemove={typing.remove}
        onClear={typing.clear}
      />
    </div>
  );
}

/** Large keys need a fifth row, for which low reach has no room. */
function isLargeBoard({ elder, lowReach }: { readonly elder: boolean; readonly lowReach: boolean }): boolean {
  return elder && !lowReach;
}

/** An example before anything is typed, then how much is. */
function Status({ body, value }: { readonly body: ViewBody<'form'>; readonly value: string }): ReactElement {
  const { form } = usePage().words;
  const typed = (hasFixedLength(body) ? form.typedOf : form.typedAtMost)(value.length, body.maxLength);
  return (
    <p className="caption quiet-text" role="status">
      {value === '' ? body.example : typed}
    </p>
  );
}

function useWordKeys(typing: Typing): readonly [clear: PadKey, remove: PadKey] {
  const { form } = usePage().words;
  return [
    { icon: X, word: form.clearShort, label: form.clear, onPress: typing.clear },
    { icon: Delete, word: form.removeShort, label: form.remove, onPress: typing.remove },
  ];
}
