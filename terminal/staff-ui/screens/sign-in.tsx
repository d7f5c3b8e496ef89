import { useState, type ReactElement } from 'react';
import { STAFF_LEVELS } from '@yimen/contracts/terminal';
import { QrCode } from '../../ui/components/qr-code.tsx';
import { useConsole } from '../console-context.ts';
import { Field } from '../parts/field.tsx';
import { Keys } from '../parts/keys.tsx';
import { Press } from '../parts/press.tsx';
import { minutes, useLeft } from '../parts/use-left.ts';

const CARD_DIGITS = 20;
const PIN_DIGITS = 6;
const FEWEST_CARD_DIGITS = 8;
const ANSWER_CHARACTERS = 140;

/** Card and PIN, or the answer of a staff telephone to a code on this screen. */
export function SignIn({ sinceMs }: { readonly sinceMs: number }): ReactElement {
  const { words, state } = useConsole();
  const [way, setWay] = useState<'card' | 'challenge'>('card');
  const locked = useLeft(state.lockedMs, sinceMs);
  return (
    <section className="sheet">
      <h1>{words.signIn.title}</h1>
      <div className="tabs">
        <Press
          look={way === 'card' ? 'main' : 'plain'}
          onPress={() => {
            setWay('card');
          }}
        >
          {words.signIn.byCard}
        </Press>
        <Press
          look={way === 'challenge' ? 'main' : 'plain'}
          onPress={() => {
            setWay('challenge');
          }}
        >
          {words.signIn.byChallenge}
        </Press>
      </div>
      {locked > 0 ? (
        <p className="warning">
          {words.signIn.lockedFor} {minutes(locked)}
        </p>
      ) : null}
      {way === 'card' ? <ByCard /> : <ByChallenge sinceMs={sinceMs} />}
    </section>
  );
}

function ByCard(): ReactElement {
  const { words, send } = useConsole();
  const [card, setCard] = useState('');
  const [pin, setPin] = useState('');
  const [chosen, setChosen] = useState<'card' | 'pin'>('card');
  const isWhole = card.length >= FEWEST_CARD_DIGITS && pin.length === PIN_DIGITS;
  const enter = (): void => {
    if (chosen === 'card' && pin === '') {
      setChosen('pin');
      return;
    }
    if (!isWhole) return;
    send({ act: 'signIn', card, pin, workOrder: null });
    setPin('');
  };
  return (
    <>
      <Field label={words.signIn.card} value={card} isChosen={chosen === 'card'} onChoose={() => setChosen('card')} />
      <Field
        label={words.signIn.pin}
        value={pin}
        isHidden
        isChosen={chosen === 'pin'}
        onChoose={() => setChosen('pin')}
      />
      <Keys
        value={chosen === 'card' ? card : pin}
        most={chosen === 'card' ? CARD_DIGITS : PIN_DIGITS}
        onChange={chosen === 'card' ? setCard : setPin}
        onEnter={enter}
      />
      <Press look="main" isOff={!isWhole} onPress={enter}>
        {words.signIn.enter}
      </Press>
    </>
  );
}

function ByChallenge({ sinceMs }: { readonly sinceMs: number }): ReactElement {
  const { words, send, state } = useConsole();
  const { challenge } = state;
  const left = useLeft(challenge?.leftMs ?? 0, sinceMs);
  const [code, setCode] = useState('');
  if (challenge === null || left === 0) {
    return (
      <>
        <p>{words.signIn.level}</p>
        {STAFF_LEVELS.map((level) => (
          <Press
            key={level}
            onPress={() => {
              setCode('');
              send({ act: 'challenge', level });
            }}
          >
            {words.levels[level]}
          </Press>
        ))}
      </>
    );
  }
  const answer = (): void => {
    if (code !== '') send({ act: 'answer', code, workOrder: null });
    setCode('');
  };
  return (
    <>
      <p>{words.signIn.scan}</p>
      <div className="challenge">
        <QrCode text={challenge.text} label={challenge.text} />
        <p>
          {words.signIn.left} {minutes(left)}
        </p>
      </div>
      <Field label={words.signIn.answer} value={code} isLong isChosen onChoose={() => undefined} />
      <Keys value={code} most={ANSWER_CHARACTERS} hasLetters onChange={setCode} onEnter={answer} />
      <Press look="main" isOff={code === ''} onPress={answer}>
        {words.signIn.send}
      </Press>
    </>
  );
}
