import { Camera } from 'lucide-react';
import type { ReactElement, RefObject } from 'react';
import type { PictureSize } from '../camera/open-camera.ts';
import { Icon } from '../components/icon.tsx';
import { usePage } from '../components/page-context.ts';
import { ConsentFace } from '../drawings/consent-face.tsx';
import { PhotoFrame } from '../drawings/photo-frame.tsx';
import './mirror.css';

export interface MirrorProps {
  readonly video: RefObject<HTMLVideoElement | null>;
  /** The camera delivers pictures: marked, so that nobody is looked at unknowingly. */
  readonly isOn: boolean;
  /** Nothing useful to see: the drawing stands in its place. */
  readonly hasTrouble: boolean;
  /** A picture of this proportion is cut out: nothing else is shown. */
  readonly cut?: PictureSize;
}

/** Where a face belongs in a picture for a document: its middle and half its size, in shares of the picture. */
const OVAL = { x: 0.5, y: 0.45, rx: 0.29, ry: 0.31 } as const;

/** The citizen's own picture, left and right as in a mirror, with an oval for the face. */
export function Mirror({ video, isOn, hasTrouble, cut }: MirrorProps): ReactElement {
  const { words } = usePage();
  const look = `mirror${cut === undefined ? '' : ' mirror--cut'}${hasTrouble ? ' mirror--trouble' : ''}`;
  return (
    <div className={look} style={cut === undefined ? undefined : { aspectRatio: `${cut.widthPx} / ${cut.heightPx}` }}>
      <video ref={video} muted playsInline aria-label={words.face.mirror} />
      {hasTrouble ? cut === undefined ? <ConsentFace /> : <PhotoFrame /> : <Oval cut={cut} />}
      {isOn ? (
        <p className="mirror__mark">
          <Icon of={Camera} />
          <span>{words.face.cameraOn}</span>
        </p>
      ) : null}
    </div>
  );
}

function Oval({ cut }: { readonly cut: PictureSize | undefined }): ReactElement {
  const oval =
    cut === undefined ? (
      <ellipse cx="400" cy="290" rx="180" ry="240" />
    ) : (
      <ellipse
        cx={cut.widthPx * OVAL.x}
        cy={cut.heightPx * OVAL.y}
        rx={cut.widthPx * OVAL.rx}
        ry={cut.heightPx * OVAL.ry}
      />
    );
  return (
    <svg
      className="mirror__oval"
      viewBox={cut === undefined ? '0 0 800 600' : `0 0 ${cut.widthPx} ${cut.heightPx}`}
      aria-hidden="true"
      focusable="false"
    >
      {oval}
    </svg>
  );
}
