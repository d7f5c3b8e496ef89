import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useLayoutEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { Button } from './button.tsx';
import './lists.css';
import { usePage } from './page-context.ts';
import { pageStarts } from './page-starts.ts';

export interface PagesProps {
  /** Laid out like this: `rows` one below the other, `grid` in two columns. */
  readonly look?: 'rows' | 'grid' | 'text';
  readonly maxPerPage?: number;
  readonly children: ReactNode;
}

/** Content that may be longer than the panel, above all in large print: pages turned by buttons, never scrolled. Every
 *  direct child stays whole. Which children are seen is set on the elements themselves, after measuring them. */
export function Pages({ look = 'rows', maxPerPage = Infinity, children }: PagesProps): ReactElement {
  const { words } = usePage();
  const holder = useRef<HTMLDivElement>(null);
  const footer = useRef<HTMLDivElement>(null);
  const [wanted, setWanted] = useState(0);
  const [count, setCount] = useState(1);
  const page = Math.min(wanted, count - 1);
  useLayoutEffect(() => {
    if (holder.current === null || footer.current === null) return;
    setCount(layOut(holder.current, footer.current, page, maxPerPage));
  });
  return (
    <div className="pages">
      <div className={`pages__holder pages__holder--${look}`} ref={holder}>
        {children}
      </div>
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
