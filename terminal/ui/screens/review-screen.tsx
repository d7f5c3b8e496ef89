import { Check, Pencil } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { BackButton } from '../components/back-button.tsx';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { Icon } from '../components/icon.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { Sheet } from '../drawings/sheet.tsx';
import { wholeBlocks } from '../text/blocks.ts';
import './screens.css';

type Body = ViewBody<'review'>;

/** Everything once more, each line with its way to change it, what it costs, and what cannot be undone. */
export function ReviewScreen({ body }: { readonly body: Body }): ReactElement {
  const { words, send } = usePage();
  const { review } = words;
  return (
    <Frame
      title={words.screens.review.title}
      say={words.screens.review.say}
      picture={<Sheet kind="check" />}
      actions={
        <>
          <BackButton />
          <Button look="main" icon={Check} onPress={() => send({ kind: 'confirm' })}>
            {review.go}
          </Button>
        </>
      }
    >
      <Pages look="grid">
        {body.warnings.flatMap(wholeBlocks).map((warning, at) => (
          <div key={`${at}-${warning}`} className="span-all">
            <Notice look="warn">{warning}</Notice>
          </div>
        ))}
        {body.lines.map((line) => (
          <ReviewLine key={line.id} line={line} />
        ))}
        {body.fees.length > 1
          ? body.fees.map((fee, at) => (
              <p key={`${at}-${fee.label}`} className="fee-line span-all">
                <span>{fee.label}</span>
                <span>{words.money(fee.amountFen)}</span>
              </p>
            ))
          : null}
        <p className="fee-line fee-line--total span-all">
          <span>{review.total}</span>
          <span>{words.money(body.totalFen)}</span>
        </p>
      </Pages>
    </Frame>
  );
}

function ReviewLine({ line }: { readonly line: Body['lines'][number] }): ReactElement {
  const { words, send } = usePage();
  return (
    <div className="review-line">
      <p className="review-line__words">
        <span className="label-text">{line.label}</span>
        <span>{line.value}</span>
      </p>
      {line.editable ? (
        <button
          type="button"
          className="edit"
          aria-label={words.review.editLine(line.label)}
          onClick={() => send({ kind: 'edit', line: line.id })}
        >
          <Icon of={Pencil} />
          <span>{words.review.edit}</span>
        </button>
      ) : null}
    </div>
  );
}
