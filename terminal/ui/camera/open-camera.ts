import { err, ok, type Result } from '@yimen/contracts/base';

/** Why there is no camera: nobody may use it, or there is none (also: a page that is not secure has none). */
export type CameraFault = { readonly code: 'denied' | 'missing' };

/** Width and height of a picture, in pixels. */
export interface PictureSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Opens the camera that looks at the citizen; picture only, of about this size where the camera has it. The caller stops
 *  the stream's tracks. */
export async function openCamera({ widthPx, heightPx }: PictureSize): Promise<Result<MediaStream, CameraFault>> {
  // Undefined where the page is not in a secure context: then no camera can be had at all.
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  if (devices === undefined) return err({ code: 'missing' });
  try {
    const stream = await devices.getUserMedia({
      audio: false,
      video: {
        facingMode: 'user',
        width: { ideal: widthPx },
        height: { ideal: heightPx },
      },
    });
    return ok(stream);
  } catch (error) {
    const isDenied = error instanceof DOMException && error.name === 'NotAllowedError';
    return err({ code: isDenied ? 'denied' : 'missing' });
  }
}

/** Ends a stream: the camera's own light goes out. */
export function stopStream(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
