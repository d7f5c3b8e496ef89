/** Where a child of a paged panel lies, in drawn pixels from the panel's top, all children laid out one below another. */
export interface Box {
  readonly topPx: number;
  readonly bottomPx: number;
}

/** Which child begins each page, so that every page fits `heightPx` and holds at most `maxPerPage`. A child that is
 *  higher than a page has one for itself. */
export function pageStarts(boxes: readonly Box[], heightPx: number, maxPerPage: number): readonly number[] {
  const starts: number[] = [];
  for (const [index, box] of boxes.entries()) {
    const start = starts.at(-1);
    const top = start === undefined ? 0 : (boxes[start]?.topPx ?? 0);
    if (start === undefined || box.bottomPx - top > heightPx || index - start >= maxPerPage) starts.push(index);
  }
  return starts;
}
