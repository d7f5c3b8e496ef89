import type { ReactElement } from 'react';
import { textBlocks } from '../text/blocks.ts';
import './lists.css';

/** Running text as paragraphs that a page can be turned between; children of `Pages`. */
export function runningText(text: string, id: string): readonly ReactElement[] {
  return textBlocks(text).map((block, at) => (
    <p key={`${id}-${at}`} className="running-text">
      {block}
    </p>
  ));
}
