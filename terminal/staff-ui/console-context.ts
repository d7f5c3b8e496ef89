import { createContext, use } from 'react';
import type { ConsoleState, StaffWish } from '@yimen/contracts/terminal';
import type { Language } from './text/words.ts';
import type { Words } from './text/zh-cn.ts';

/** What every screen of the console needs. */
export interface Console {
  readonly state: ConsoleState;
  readonly lang: Language;
  readonly words: Words;
  readonly isWaiting: boolean;
  readonly send: (wish: StaffWish) => void;
}

export const ConsoleContext = createContext<Console | null>(null);

export function useConsole(): Console {
  const value = use(ConsoleContext);
  if (value === null) throw new Error('outside the console');
  return value;
}
