import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useLayoutEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { Button } from './button.tsx';
import './lists.css';
import { usePage } from './page-context.ts';
import { pageStarts } from './page-starts.ts';

export interface PagesProps {
  /** `rows` and `text` one below the other, `grid` in two columns, `facts` as a list of labels with their values. */
  readonly look?: 'rows' | 'grid' | 'text' | 'facts';
  readonly maxPerPage?: number;
  readonly children: ReactNode;
}

/** Content that may be longer than the panel, above all in large print: pages turned by buttons, never scrolled. Every
 *  direct child stays whole. Which children are seen is set on the elements themselves, after measuring them: when the
 *  content changes, and when the panel gets another size (a mode, a screen laid over it). */
export function Pages({ look = 'rows', maxPerPage = Infinity, children }: PagesProps): ReactElement {
  const { words } = usePage();
  const whole = useRef<HTMLDivElement>(null);
  const holder = useRef<HTMLDivElement & HTMLDListElement>(null);
  const footer = useRef<HTMLDivElement>(null);
  const [wanted, setWanted] = useState(0);
  const [count, setCount] = useState(1);
  const page = Math.min(wanted, count - 1);
  useLayoutEffect(() => {
    const [outer, inner, turner] = [whole.current, holder.current, footer.current];
    if (outer === null || inner === null || turner === null) return undefined;
    const lay = (): void => {
      setCount(layOut(inner, turner, page, maxPerPage));
    };
    // At once, so that no longer content stands over the keys even for a moment; again when the size is another.
    lay();
    const observer = new ResizeObserver(lay);
    observer.observe(outer);
    return () => {
      observer.disconnect();
    };
  }, [page, maxPerPage, children]);
  return (
    <div className="pages" ref={whole}>
      {look === 'facts' ? (
        <dl className="pages__holder pages__holder--facts" ref={holder}>
          {children}
        </dl>
      ) : (
        <div className={`pages__holder pages__holder--${look}`} ref={holder}>
          {children}
        </div>
      )}
      <div className="pages__footer" ref={footer} hidden>
        <Button icon={ChevronLeft} isOff={page === 0} onPress={() => setWanted(page - 1)}>
          {words.previousPage}
        </Button>
        <p role="status">{words.pageOf(page + 1, count)}</p>
        <Button icon={ChevronRight} isOff={page >= count - 1} onPress={() => setWanted(page + 1)}>
          {words.nextPage}
        </Button>
      </div>
    </div>
  );
}

/** Shows the children of one page and hides the others; returns how many pages there are. */
function layOut(holder: HTMLElement, footer: HTMLElement, page: number, maxPerPage: number): number {
  const children = [...holder.children].filter((child) => child instanceof HTMLElement);
  for (const child of children) child.hidden = false;
  footer.hidden = true;
  const boxes = children.map((child) => ({ topPx: child.offsetTop, bottomPx: child.offsetTop + child.offsetHeight }));
  let starts = pageStarts(boxes, holder.clientHeight, maxPerPage);
  if (starts.length > 1) {
    footer.hidden = false;
    starts = pageStarts(boxes, holder.clientHeight, maxPerPage);
  }
  const at = Math.min(page, starts.length - 1);
  const first = starts[at] ?? 0;
  const next = starts[at + 1] ?? children.length;
  for (const [index, child] of children.entries()) child.hidden = index < first || index >= next;
  return Math.max(1, starts.length);
}
