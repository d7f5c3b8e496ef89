import { ArrowLeft } from 'lucide-react';
import type { ReactElement } from 'react';
import { Button } from './button.tsx';
import { usePage } from './page-context.ts';

/** 返回上步, where the session lets one go back. */
export function BackButton(): ReactElement | null {
  const { view, words, send } = usePage();
  if (!view.canBack) return null;
  return (
    <Button look="back" icon={ArrowLeft} onPress={() => send({ kind: 'back' })}>
      {words.back}
    </Button>
  );
}
