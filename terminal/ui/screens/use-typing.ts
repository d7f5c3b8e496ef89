import type { ViewBody } from '@yimen/contracts/ui';
import { usePage } from '../components/page-context.ts';
import { takesKey } from '../input-method/typed.ts';
import { useDigitKeys } from './use-digit-keys.ts';

/** What is typed in a form, and what its keys do. */
export interface Typing {
  readonly value: string;
  readonly add: (key: string) => void;
  readonly remove: () => void;
  readonly clear: () => void;
  readonly isOff: (key: string) => boolean;
}

/** Types into the draft of the form, by the keys on the screen and those of a keypad. */
export function useTyping(body: ViewBody<'form'>): Typing {
  const { draft } = usePage();
  const { value } = draft;
  const isOff = (key: string): boolean => !takesKey(body, value, key);
  const add = (key: string): void => {
    if (!isOff(key)) draft.set(value + key);
  };
  const remove = (): void => {
    draft.set(value.slice(0, -1));
  };
  useDigitKeys(add, remove);
  return { value, add, remove, clear: () => draft.set(''), isOff };
}
