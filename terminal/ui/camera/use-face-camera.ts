import { useEffect, useEffectEvent, useState, type RefObject } from 'react';
import { usePage } from '../components/page-context.ts';
import { FaceCamera, type CameraState } from './face-camera.ts';

/** Runs the camera while the component is on the screen and somebody answers; the stream ends with either.
 *  @param isWanted whether the session waits for a picture now */
export function useFaceCamera(video: RefObject<HTMLVideoElement | null>, isWanted: boolean): CameraState {
  const { clock, isOpen, send } = usePage();
  const [state, setState] = useState<CameraState>('starting');
  // A video behind the display chooser is not looked at by anybody: no picture then.
  const isWantedNow = useEffectEvent(() => isWanted && video.current?.checkVisibility() === true);
  const onPicture = useEffectEvent(send);
  useEffect(() => {
    if (video.current === null || !isOpen) return undefined;
    const camera = new FaceCamera({
      clock,
      video: video.current,
      isWanted: () => isWantedNow(),
      onState: setState,
      onPicture: (picture) => onPicture(picture),
    });
    void camera.start();
    return () => {
      camera.stop();
    };
  }, [clock, isOpen, video]);
  return state;
}
