import type { ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import { BackButton } from '../components/back-button.tsx';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { CodeSlip } from '../drawings/code-slip.tsx';
import { IdCardDrawing } from '../drawings/id-card.tsx';
import { MessagePhone } from '../drawings/message-phone.tsx';
import { PlateDrawing } from '../drawings/plate.tsx';
import { isComplete } from '../input-method/typed.ts';
import './form.css';
import { CodeFields, IdNumberFields, PhoneFields, PlateFields } from './form-fields.tsx';
import './screens.css';
import { useTyping, type Typing } from './use-typing.ts';

type Body = ViewBody<'form'>;

/** One field, typed on keys that never move; what was typed stays until the form is left. */
export function FormScreen({ body }: { readonly body: Body }): ReactElement {
  const { words, send } = usePage();
  const typing = useTyping(body);
  const { form } = words;
  const isPhone = body.keyboard === 'phone';
  return (
    <Frame
      title={isPhone ? words.screens.form.title : body.label}
      say={isPhone && body.optional ? words.screens.form.say : form.says[body.keyboard]}
      picture={<Picture keyboard={body.keyboard} />}
      more={body.problem === null ? null : <Notice look="warn">{body.problem}</Notice>}
      isTitleInGuide={!isPhone}
      actions={
        <>
          <BackButton />
          {body.optional ? <Button onPress={() => send({ kind: 'skip' })}>{form.skip}</Button> : null}
          <Button
            look="main"
            isOff={!isComplete(body, typing.value)}
            onPress={() => send({ kind: 'submit', field: body.field, value: typing.value })}
          >
            {form.submit}
          </Button>
        </>
      }
    >
      <Fields body={body} typing={typing} />
    </Frame>
  );
}

function Picture({ keyboard }: { readonly keyboard: Body['keyboard'] }): ReactElement {
  switch (keyboard) {
    case 'phone':
      return <MessagePhone kind="message" />;
    case 'id-number':
      return <IdCardDrawing />;
    case 'plate':
      return <PlateDrawing />;
    case 'code':
      return <CodeSlip />;
    default:
      return keyboard satisfies never;
  }
}

function Fields({ body, typing }: { readonly body: Body; readonly typing: Typing }): ReactElement {
  switch (body.keyboard) {
    case 'phone':
      return <PhoneFields body={body} typing={typing} />;
    case 'id-number':
      return <IdNumberFields body={body} typing={typing} />;
    case 'plate':
      return <PlateFields body={body} typing={typing} />;
    case 'code':
      return <CodeFields body={body} typing={typing} />;
    default:
      return body.keyboard satisfies never;
  }
}
