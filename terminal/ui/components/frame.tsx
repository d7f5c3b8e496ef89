import { useEffect, useRef, useState, type MouseEvent, type ReactElement, type ReactNode } from 'react';
import { DisplayChooser } from './display-chooser.tsx';
import './frame.css';
import { usePage } from './page-context.ts';
import { PersistentBar } from './persistent-bar.tsx';
import { Strip } from './strip.tsx';

export interface FrameProps {
  readonly title: string;
  /** The one sentence that is also spoken where there is a voice. */
  readonly say: string;
  readonly picture: ReactNode;
  /** Facts or notices under the picture. */
  readonly more?: ReactNode;
  /** The action bar; its buttons share the width, 返回 keeps its own. */
  readonly actions?: ReactNode;
  /** A keyboard needs the room of the title, which then stands in the guide. */
  readonly isTitleInGuide?: boolean;
  readonly isSession?: boolean;
  /** A touch anywhere outside a button. */
  readonly onTouch?: () => void;
  readonly children: ReactNode;
}

/** Two panels of the same size in both orientations: the guide (picture, sentence) and the work (title, body, actions,
 *  persistent bar). The title takes the focus when a screen comes, so that keys and readers begin at its top. */
export function Frame(props: FrameProps): ReactElement {
  const { title, say, picture, more, actions, isTitleInGuide = false, isSession = true, onTouch, children } = props;
  const { words, isWaiting } = usePage();
  const heading = useRef<HTMLHeadingElement>(null);
  const [isChoosing, setIsChoosing] = useState(false);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, [isChoosing]);
  const titleLine = (
    <div className="title">
      <h1 ref={heading} tabIndex={-1}>
        {isChoosing ? words.display.title : title}
      </h1>
    </div>
  );
  const touch = onTouch === undefined ? undefined : outsideButtons(onTouch);
  return (
    <>
      <section className="guide" aria-label={words.guideLabel} onClick={touch}>
        <Strip />
        <div className="picture">{picture}</div>
        {more === undefined || more === null ? null : <div className="guide__more">{more}</div>}
        {isTitleInGuide ? titleLine : null}
        <p className="sentence">{isChoosing ? words.display.say : say}</p>
      </section>
      <main className="work">
        {isWaiting ? <div className="waiting" role="status" aria-label={words.pleaseWait} /> : null}
        <div className="work__inner" onClick={touch}>
          {isTitleInGuide ? null : titleLine}
          {isChoosing ? <DisplayChooser onClose={() => setIsChoosing(false)} /> : null}
          {/* The screen stays beneath: what was typed is kept. */}
          <div className="body" hidden={isChoosing}>
            {children}
          </div>
          {actions === undefined || isChoosing ? null : <div className="actions">{actions}</div>}
        </div>
        <PersistentBar isSession={isSession} onDisplay={() => setIsChoosing(!isChoosing)} />
      </main>
    </>
  );
}

function outsideButtons(fn: () => void): (event: MouseEvent) => void {
  return (event) => {
    if (event.target instanceof Element && event.target.closest('button') === null) fn();
  };
}
