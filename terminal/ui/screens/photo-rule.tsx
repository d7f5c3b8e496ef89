import { Circle, CircleCheck, CircleX } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { Icon } from '../components/icon.tsx';
import { usePage } from '../components/page-context.ts';
import './mirror.css';

const ICONS = { open: Circle, ok: CircleCheck, failed: CircleX } as const;

/** One rule of the profile, and whether the picture keeps it: by shape, colour and word. */
export function PhotoRule({ rule }: { readonly rule: ViewBody<'photo'>['rules'][number] }): ReactElement {
  const { words } = usePage();
  return (
    <div className={`rule rule--${rule.state}`}>
      <Icon of={ICONS[rule.state]} />
      <span className="rule__text">{rule.text}</span>
      <span className="rule__state">{words.photo.states[rule.state]}</span>
    </div>
  );
}
