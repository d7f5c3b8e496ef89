import type { LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import { leadAndRest } from '../text/blocks.ts';
import { AboutLine } from './about-line.tsx';

/** Something said about one matter, however long: its first sentences beside the icon, the rest as further children, so
 *  that a page can be turned between them; children of `Pages`. */
export function aboutText(icon: LucideIcon, label: string | undefined, text: string): readonly ReactElement[] {
  const { lead, rest } = leadAndRest(text);
  return [
    <AboutLine key={text} icon={icon} {...(label === undefined ? {} : { label })}>
      <p>{lead}</p>
    </AboutLine>,
    ...rest.map((block, at) => (
      <p key={`${text}-${at}`} className="about-rest">
        {block}
      </p>
    )),
  ];
}
