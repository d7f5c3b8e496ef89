import { Camera } from 'lucide-react';
import type { ReactElement, RefObject } from 'react';
import { Icon } from '../components/icon.tsx';
import { usePage } from '../components/page-context.ts';
import { ConsentFace } from '../drawings/consent-face.tsx';
import './mirror.css';

export interface MirrorProps {
  readonly video: RefObject<HTMLVideoElement | null>;
  /** The camera delivers pictures: marked, so that nobody is looked at unknowingly. */
  readonly isOn: boolean;
  /** Nothing useful to see: the drawing stands in its place. */
  readonly hasTrouble: boolean;
}

/** The citizen's own picture, left and right as in a mirror, with an oval for the face. */
export function Mirror({ video, isOn, hasTrouble }: MirrorProps): ReactElement {
  const { words } = usePage();
  return (
    <div className={hasTrouble ? 'mirror mirror--trouble' : 'mirror'}>
      <video ref={video} muted playsInline aria-label={words.face.mirror} />
      {hasTrouble ? (
        <ConsentFace />
      ) : (
        <svg className="mirror__oval" viewBox="0 0 800 600" aria-hidden="true" focusable="false">
          <ellipse cx="400" cy="290" rx="180" ry="240" />
        </svg>
      )}
      {isOn ? (
        <p className="mirror__mark">
          <Icon of={Camera} />
          <span>{words.face.cameraOn}</span>
        </p>
      ) : null}
    </div>
  );
}
