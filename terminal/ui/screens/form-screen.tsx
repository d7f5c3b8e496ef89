import { Delete, X } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { BackButton } from '../components/back-button.tsx';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { Notice } from '../components/notice.tsx';
import { NumberPad } from '../components/number-pad.tsx';
import { usePage } from '../components/page-context.ts';
import { MessagePhone } from '../drawings/message-phone.tsx';
import { PAGE_LIMITS } from '../limits.table.ts';
import { phoneGroups } from '../text/phone-groups.ts';
import { useDigitKeys } from './use-digit-keys.ts';
import './form.css';
import './screens.css';

/** A number typed on keys that never move; what was typed stays until the form is left. */
export function FormScreen({ body }: { readonly body: ViewBody<'form'> }): ReactElement {
  const { words, send, draft } = usePage();
  const value = draft.value;
  const { form } = words;
  const add = (digit: string): void => {
    if (value.length < PAGE_LIMITS.phoneDigits) draft.set(value + digit);
  };
  const remove = (): void => {
    draft.set(value.slice(0, -1));
  };
  useDigitKeys(add, remove);
  return (
    <Frame
      title={words.screens.form.title}
      say={words.screens.form.say}
      picture={<MessagePhone kind="message" />}
      more={body.problem === null ? null : <Notice look="warn">{body.problem}</Notice>}
      actions={
        <>
          <BackButton />
          {body.optional ? <Button onPress={() => send({ kind: 'skip' })}>{form.skip}</Button> : null}
          <Button
            look="main"
            isOff={value.length < PAGE_LIMITS.phoneDigits}
            onPress={() => send({ kind: 'submit', field: body.field, value })}
          >
            {form.submit}
          </Button>
        </>
      }
    >
      <div className="form">
        <div className="field">
          <p className="label-text">{body.label}</p>
          <p className={value === '' ? 'field__value field__value--empty' : 'field__value'}>
            {value === '' ? '000 0000 0000' : phoneGroups(value)}
          </p>
          <p className="caption quiet-text" role="status">
            {value === '' ? body.example : form.digits(value.length)}
          </p>
        </div>
        <NumberPad
          label={form.pad}
          onDigit={add}
          left={{ icon: X, word: form.clearShort, label: form.clear, onPress: () => draft.set('') }}
          right={{ icon: Delete, word: form.removeShort, label: form.remove, onPress: remove }}
        />
      </div>
    </Frame>
  );
}
