import { createContext, use } from 'react';
import { AppError, type Clock } from '@yimen/contracts/base';
import type { View } from '@yimen/contracts/ui';
import type { Wish } from '../bridge-client/wish.ts';
import type { Words } from '../text/words.ts';

/** What the citizen has typed and not sent. Kept while a question or help lies over the form; gone with the form. */
export interface Draft {
  readonly value: string;
  readonly set: (value: string) => void;
}

/** What every part of a screen may know and do. */
export interface PageValue {
  readonly view: View;
  readonly words: Words;
  readonly clock: Clock;
  /** Monotonic milliseconds when the view came. */
  readonly sinceMs: number;
  /** Somebody answers: the camera runs only then. */
  readonly isOpen: boolean;
  /** A wish is on its way. */
  readonly isWaiting: boolean;
  readonly draft: Draft;
  readonly send: (wish: Wish) => void;
}

export const PageContext = createContext<PageValue | null>(null);

/** The page around a component. */
export function usePage(): PageValue {
  const page = use(PageContext);
  if (page === null) throw new AppError('INTERNAL_UNREACHABLE', 'a part of a screen outside a page');
  return page;
}
