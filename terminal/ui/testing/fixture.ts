import type { View, ViewBody, ViewKind } from '@yimen/contracts/ui';

/** Picks the words of the language that is drawn. */
export type Say = (zh: string, en: string) => string;

type FrameField = 'left' | 'step' | 'service' | 'canBack' | 'canLeave' | 'demo';

/** One state of one kind of view, in every language. */
export interface Fixture<K extends ViewKind> {
  readonly body: (say: Say) => ViewBody<K>;
  readonly frame?: Partial<Pick<View, FrameField>>;
}

/** States by name, for every kind of view there is: a kind without any does not compile. */
export type Fixtures = { readonly [K in ViewKind]: Readonly<Record<string, Fixture<K>>> };

/** About the longest that a text of this many characters gets; words of the language, so that lines break as they do. */
export function longText(say: Say, chars: number): string {
  const sentence = say(
    '办理人须持本人有效证件到场，由系统核对证件芯片与登记信息，核对一致后方可继续办理本项业务。',
    'The applicant must be present with a valid document, whose chip is compared with the register before anything goes on. ',
  );
  return sentence.repeat(Math.ceil(chars / sentence.length)).slice(0, chars);
}
