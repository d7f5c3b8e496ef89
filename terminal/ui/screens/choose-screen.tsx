import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { BackButton } from '../components/back-button.tsx';
import { Facts } from '../components/facts.tsx';
import { Frame } from '../components/frame.tsx';
import { OptionCard } from '../components/option-card.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { Choices } from '../drawings/choices.tsx';

type Option = ViewBody<'choose'>['options'][number];

/** One column is easier to read; more than this many need two. */
const ONE_COLUMN_MAX = 4;
/** Large print shows at most three choices at a time (screens design A3). */
const ELDER_MAX = 3;

/** One question, at most seven answers, each with its fee and what it means. */
export function ChooseScreen({ body }: { readonly body: ViewBody<'choose'> }): ReactElement {
  const { view, words, send } = usePage();
  const facts = body.facts.filter((fact) => fact.value !== '');
  return (
    <Frame
      title={body.prompt}
      say={words.screens.choose.say}
      picture={<Choices />}
      more={facts.length === 0 ? null : <Facts facts={facts} />}
      actions={<BackButton />}
    >
      <Pages
        look={body.options.length > ONE_COLUMN_MAX ? 'grid' : 'rows'}
        maxPerPage={view.mode.elder ? ELDER_MAX : Infinity}
      >
        {body.options.map((option) => (
          <OptionCard
            key={option.value}
            title={option.label}
            detail={detailOf(option)}
            aside={option.feeFen === null ? undefined : words.money(option.feeFen)}
            onPress={() => send({ kind: 'choose', question: body.question, value: option.value })}
          />
        ))}
      </Pages>
    </Frame>
  );
}

function detailOf(option: Option): ReactElement | undefined {
  if (option.detail === null && option.warning === null) return undefined;
  return (
    <>
      {option.detail === null ? null : <span className="option__line">{option.detail}</span>}
      {option.warning === null ? null : <span className="option__line option__line--warn">{option.warning}</span>}
    </>
  );
}
