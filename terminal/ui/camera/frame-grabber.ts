import { PAGE_LIMITS } from '../limits.table.ts';
import { measureFrame, type FrameMeasure } from './measure-frame.ts';
import type { PictureSize } from './open-camera.ts';

/** Takes still pictures from a playing video. Nothing is kept but the two canvases' last picture; `wipe` clears it. */
export interface FrameGrabber {
  measure(video: HTMLVideoElement): FrameMeasure | null;
  /** The picture as a JPEG in base64, within the contract's bound; `null` when it cannot be drawn. */
  jpeg(video: HTMLVideoElement): string | null;
  wipe(): void;
}

/** A grabber with canvases of its own. What is measured is what is sent: the sample has the picture's proportion. */
export function frameGrabber({ widthPx, heightPx }: PictureSize): FrameGrabber {
  const small = canvasOf(Math.round((PAGE_LIMITS.sampleHeightPx * widthPx) / heightPx), PAGE_LIMITS.sampleHeightPx);
  const large = canvasOf(widthPx, heightPx);
  return {
    measure(video) {
      const context = draw(video, small);
      return context === null ? null : measureFrame(context.getImageData(0, 0, small.width, small.height).data);
    },
    jpeg: (video) => (draw(video, large) === null ? null : encode(large)),
    wipe() {
      for (const canvas of [small, large]) canvas.getContext('2d')?.clearRect(0, 0, canvas.width, canvas.height);
    },
  };
}

function canvasOf(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

/** Draws the middle of the video so that it fills the canvas without being stretched. */
function draw(video: HTMLVideoElement, canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  const { videoWidth, videoHeight } = video;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null || videoWidth === 0 || videoHeight === 0) return null;
  const scale = Math.min(videoWidth / canvas.width, videoHeight / canvas.height);
  const [width, height] = [canvas.width * scale, canvas.height * scale];
  const [left, top] = [(videoWidth - width) / 2, (videoHeight - height) / 2];
  context.drawImage(video, left, top, width, height, 0, 0, canvas.width, canvas.height);
  return context;
}

function encode(canvas: HTMLCanvasElement): string | null {
  for (let quality: number = PAGE_LIMITS.jpegQuality; quality > 0; quality -= PAGE_LIMITS.jpegQualityStep) {
    const [, base64 = ''] = canvas.toDataURL('image/jpeg', quality).split(',');
    if (base64 !== '' && base64.length <= PAGE_LIMITS.pictureBase64Chars) return base64;
  }
  return null;
}
