import { Images, RotateCcw, UserRoundX } from 'lucide-react';
import { useRef, type ReactElement } from 'react';
import type { ViewBody } from '@yimen/contracts/ui';
import type { CameraState } from '../camera/page-camera.ts';
import { usePageCamera } from '../camera/use-page-camera.ts';
import { AboutLine } from '../components/about-line.tsx';
import { Button } from '../components/button.tsx';
import { Frame } from '../components/frame.tsx';
import { Notice } from '../components/notice.tsx';
import { usePage } from '../components/page-context.ts';
import { Pages } from '../components/pages.tsx';
import { PAGE_LIMITS } from '../limits.table.ts';
import type { Words } from '../text/words.ts';
import { isLive, troubleOf } from './camera-trouble.ts';
import { Mirror } from './mirror.tsx';
import './screens.css';

type Body = ViewBody<'face'>;
const PICTURE = { widthPx: PAGE_LIMITS.pictureWidthPx, heightPx: PAGE_LIMITS.pictureHeightPx } as const;

/** The mirror with its oval, one hint, a mark while the camera is on, and the way without a face. */
export function FaceScreen({ body }: { readonly body: Body }): ReactElement {
  const { words, send } = usePage();
  const { face } = words;
  const video = useRef<HTMLVideoElement>(null);
  const isWanted = body.phase === 'live';
  const state = usePageCamera(video, { subject: 'face', picture: PICTURE, isWatched: isWanted, isWanted });
  const trouble = body.phase === 'checking' ? null : troubleOf(state, body.camera);
  const isAgain = body.phase === 'again';
  return (
    <Frame
      title={trouble === null ? face.titles[body.phase] : face.noCamera}
      say={trouble === null ? words.screens.face.say : face.otherWay}
      picture={<Mirror video={video} isOn={isLive(state)} hasTrouble={trouble !== null} />}
      actions={
        <>
          <Button
            look={trouble === null ? 'plain' : 'main'}
            icon={UserRoundX}
            onPress={() => send({ kind: 'useWindow' })}
          >
            {face.withoutFace}
          </Button>
          {isAgain ? (
            <Button look="main" icon={RotateCcw} onPress={() => send({ kind: 'again' })}>
              {face.again}
            </Button>
          ) : null}
        </>
      }
    >
      <Pages>
        {trouble === null ? (
          <p className="display-text" role="status">
            {hintOf(state, body, words)}
          </p>
        ) : (
          <Notice look="stop">{face.cameras[trouble]}</Notice>
        )}
        {isAgain ? <Notice look="warn">{face.shotsLeft(body.shotsLeft)}</Notice> : null}
        {body.matcher === 'simulated' ? <Notice look="plain">{face.simulated}</Notice> : null}
        <AboutLine icon={Images} label={words.guide.notes}>
          <p>{face.kept}</p>
        </AboutLine>
      </Pages>
    </Frame>
  );
}

function hintOf(state: CameraState, body: Body, words: Words): string {
  const { face } = words;
  if (body.phase === 'checking') return words.pleaseWait;
  if (state === 'starting') return face.cameraStarting;
  if (state === 'dark') return face.hints.light;
  if (state === 'bright') return face.tooBright;
  return face.hints[body.hint];
}
