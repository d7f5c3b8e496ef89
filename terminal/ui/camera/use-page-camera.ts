import { useEffect, useEffectEvent, useState, type RefObject } from 'react';
import { usePage } from '../components/page-context.ts';
import type { PictureSize } from './open-camera.ts';
import { PageCamera, type CameraState, type PictureSubject } from './page-camera.ts';

export interface CameraUse {
  readonly subject: PictureSubject;
  readonly picture: PictureSize;
  /** Whether the session wants to hear of a camera that cannot be used. */
  readonly isWatched: boolean;
  /** Whether a picture is wanted now. */
  readonly isWanted: boolean;
  /** A picture was sent. */
  readonly onTaken?: () => void;
}

/** Runs the camera while the component is on the screen and somebody answers; the stream ends with either. */
export function usePageCamera(video: RefObject<HTMLVideoElement | null>, use: CameraUse): CameraState {
  const { clock, isOpen, send } = usePage();
  const [state, setState] = useState<CameraState>('starting');
  const { subject } = use;
  const { widthPx, heightPx } = use.picture;
  // A video behind the display chooser is not looked at by anybody: no picture then.
  const isSeen = (): boolean => video.current?.checkVisibility() === true;
  const isWatchedNow = useEffectEvent(() => use.isWatched && isSeen());
  const isWantedNow = useEffectEvent(() => use.isWanted && isSeen());
  const onPicture = useEffectEvent<(picture: Parameters<typeof send>[0] & { kind: 'picture' }) => void>((picture) => {
    send(picture);
    if (picture.camera === 'ok') use.onTaken?.();
  });
  useEffect(() => {
    if (video.current === null || !isOpen) return undefined;
    const camera = new PageCamera({
      clock,
      video: video.current,
      subject,
      picture: { widthPx, heightPx },
      isWatched: () => isWatchedNow(),
      isWanted: () => isWantedNow(),
      onState: setState,
      onPicture: (picture) => onPicture(picture),
    });
    void camera.start();
    return () => {
      camera.stop();
    };
  }, [clock, isOpen, video, subject, widthPx, heightPx]);
  return state;
}
