import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import type { JSX } from 'react';
import { usePage } from '../page-context.ts';

/** The other language, named in itself; the choice stands in the address. */
export function LanguageButton(): JSX.Element {
  const { words } = usePage();
  const navigate = useNavigate();
  const other =
    words.text.lang === 'en'
      ? ({ lang: 'zh-CN', label: '中文' } as const)
      : ({ lang: 'en', label: 'English' } as const);
  return (
    <Button
      type="text"
      lang={other.lang}
      onClick={() => void navigate({ to: '.', search: (old) => ({ ...old, lang: other.lang }) })}
    >
      {other.label}
    </Button>
  );
}
