import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import { Nothing } from '../components/answer.tsx';
import { usePage } from '../page-context.ts';

/** An address that is none of ours. */
export function NotFoundPage(): JSX.Element {
  const { text } = usePage().words;
  return (
    <Nothing isPage title={text.notFoundTitle} hint={text.notFoundText}>
      <Link to="/">{text.toOverview}</Link>
    </Nothing>
  );
}
