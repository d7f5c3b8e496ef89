import { useLayoutEffect } from 'react';
import { STANDARD_MODE, type View } from '@yimen/contracts/ui';
import { WORDS } from '../text/words-of.ts';

/** Puts language and mode of the view on the document itself, where style sheets and screen readers look for them. */
export function useLook(view: View | null): void {
  const { elder, contrast, lowReach } = view?.mode ?? STANDARD_MODE;
  const lang = view?.lang ?? 'zh-CN';
  const name = view === null ? WORDS[lang].starting.title : WORDS[lang].screens[view.kind].title;
  useLayoutEffect(() => {
    const root = document.documentElement;
    root.lang = lang;
    root.dataset['colours'] = contrast;
    root.dataset['elder'] = elder ? 'yes' : 'no';
    root.dataset['lowReach'] = lowReach ? 'yes' : 'no';
    document.title = `${name} · yimen`;
  }, [lang, elder, contrast, lowReach, name]);
}
