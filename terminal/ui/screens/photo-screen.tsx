import { Camera, Check, RotateCcw, UserRound } from 'lucide-react';
import { useRef, useState, type ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import type { CameraState } from '../camera/page-camera.ts';
import { usePageCamera } from '../camera/use-page-camera.ts';
import { BackButton } from '../components/back-button.tsx';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { PhotoFrame } from '../drawings/photo-frame.tsx';
import type { Words } from '../text/words.ts';
import { isLive, troubleOf } from './camera-trouble.ts';
import { Mirror } from './mirror.tsx';
import { PhotoRule } from './photo-rule.tsx';
import './screens.css';

type Body = ViewBody<'photo'>;

/** A picture for a document: taken in the mirror, judged by its rules, then shown and confirmed. */
export function PhotoScreen({ body }: { readonly body: Body }): ReactElement {
  return body.phase === 'accepted' ? <AcceptedPhoto body={body} /> : <LivePhoto body={body} />;
}

/** The mirror cut to the profile, the rules in words, and the key that takes the picture: whoever presses it has two
 *  seconds to look up. */
function LivePhoto({ body }: { readonly body: Body }): ReactElement {
  const { words } = usePage();
  const { photo } = words;
  const video = useRef<HTMLVideoElement>(null);
  const [isPressed, setIsPressed] = useState(false);
  const isTaking = isPressed && body.phase === 'live';
  const state = usePageCamera(video, {
    subject: 'photo',
    picture: body.profile,
    isWatched: body.phase === 'live',
    isWanted: isTaking,
    onTaken: () => setIsPressed(false),
  });
  const trouble = body.phase === 'checking' ? null : troubleOf(state, body.camera);
  return (
    <Frame
      title={trouble === null ? photo.titles[body.phase] : words.face.noCamera}
      say={trouble === null ? photo.says[body.phase] : photo.otherWay}
      picture={<Mirror video={video} isOn={isLive(state)} hasTrouble={trouble !== null} cut={body.profile} />}
      actions={
        <LiveActions
          phase={body.phase}
          canTake={trouble === null && state !== 'starting' && !isTaking}
          hasTrouble={trouble !== null}
          onTake={() => setIsPressed(true)}
        />
      }
    >
      <Pages look="text">
        {trouble === null ? null : <Notice look="stop">{photo.cameras[trouble]}</Notice>}
        {trouble === null && body.phase !== 'again' ? (
          <p className="title-text" role="status">
            {hintOf(state, isTaking, body, words)}
          </p>
        ) : null}
        <Rules body={body} />
        {body.judge === 'simulated' ? <Notice look="plain">{photo.simulated}</Notice> : null}
        <p className="caption quiet-text">
          {body.profile.title} · {photo.shotsLeft(body.shotsLeft)}
        </p>
        <p className="caption quiet-text">{photo.kept}</p>
      </Pages>
    </Frame>
  );
}

/** Each rule is an element of its own, so that a page can be turned between them; children of `Pages`. */
function Rules({ body }: { readonly body: Body }): ReactElement {
  return (
    <>
      {body.rules.map((rule) => (
        <PhotoRule key={rule.rule} rule={rule} />
      ))}
    </>
  );
}

interface LiveActionsProps {
  readonly phase: Body['phase'];
  readonly canTake: boolean;
  readonly hasTrouble: boolean;
  readonly onTake: () => void;
}

function LiveActions({ phase, canTake, hasTrouble, onTake }: LiveActionsProps): ReactElement | null {
  const { words, send } = usePage();
  const { photo } = words;
  if (phase === 'checking') return null;
  return (
    <>
      <BackButton />
      <Button look={hasTrouble ? 'main' : 'plain'} icon={UserRound} onPress={() => send({ kind: 'useWindow' })}>
        {photo.window}
      </Button>
      {phase === 'again' ? (
        <Button look="main" icon={RotateCcw} onPress={() => send({ kind: 'again' })}>
          {photo.again}
        </Button>
      ) : null}
      {phase === 'live' && !hasTrouble ? (
        <Button look="main" icon={Camera} isOff={!canTake} onPress={onTake}>
          {photo.take}
        </Button>
      ) : null}
    </>
  );
}

/** The picture as others will see it; the citizen decides. */
function AcceptedPhoto({ body }: { readonly body: Body }): ReactElement {
  const { words, send } = usePage();
  const { photo } = words;
  return (
    <Frame
      title={photo.titles.accepted}
      say={photo.says.accepted}
      picture={
        body.picture === null ? (
          <PhotoFrame />
        ) : (
          <img className="still" src={`data:image/jpeg;base64,${body.picture}`} alt={photo.picture} />
        )
      }
      actions={
        <>
          <BackButton />
          {body.shotsLeft > 0 ? (
            <Button icon={RotateCcw} onPress={() => send({ kind: 'again' })}>
              {photo.again}
            </Button>
          ) : null}
          <Button look="main" icon={Check} onPress={() => send({ kind: 'confirm' })}>
            {photo.confirm}
          </Button>
        </>
      }
    >
      <Pages look="text">
        <p className="title-text">{body.profile.title}</p>
        <Rules body={body} />
        {body.judge === 'simulated' ? <Notice look="plain">{photo.simulated}</Notice> : null}
        <p className="caption quiet-text">{photo.shotsLeft(body.shotsLeft)}</p>
        <p className="caption quiet-text">{photo.kept}</p>
      </Pages>
    </Frame>
  );
}

function hintOf(state: CameraState, isTaking: boolean, body: Body, words: Words): string {
  const { face, photo } = words;
  if (body.phase === 'checking') return words.pleaseWait;
  if (state === 'starting') return face.cameraStarting;
  if (state === 'dark') return face.hints.light;
  if (state === 'bright') return face.tooBright;
  return isTaking ? photo.holdStill : photo.ready;
}
