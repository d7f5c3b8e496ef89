import type { CancelTimer, Clock } from '@yimen/contracts/base';
import { PAGE_LIMITS } from '../limits.table.ts';
import type { Wish } from '../bridge-client/wish.ts';
import { frameGrabber, type FrameGrabber } from './frame-grabber.ts';
import { judgeCamera, type CameraVerdict } from './judge-camera.ts';
import type { FrameMeasure } from './measure-frame.ts';
import { openCamera, stopStream, type PictureSize } from './open-camera.ts';

/** What the camera is seen to do. `starting`: not open yet; `settling`: it is on, and not yet judged. */
export type CameraState = 'starting' | 'denied' | 'missing' | CameraVerdict;

type Picture = Extract<Wish, { kind: 'picture' }>;

/** What a picture is for. */
export type PictureSubject = Picture['subject'];

export interface PageCameraOptions {
  readonly clock: Clock;
  readonly video: HTMLVideoElement;
  readonly subject: PictureSubject;
  /** Size of the pictures that are sent, cut from the middle of what the camera shows. */
  readonly picture: PictureSize;
  /** Whether a camera that cannot be used is to be reported now; asked at every sample. */
  readonly isWatched: () => boolean;
  /** Whether a picture is wanted now; asked at every sample. Once it is, the camera looks anew before one is sent. */
  readonly isWanted: () => boolean;
  readonly onState: (state: CameraState) => void;
  readonly onPicture: (picture: Picture) => void;
}

/** Runs the camera into a video element, measures what it shows, sends a picture once it is good, and reports a camera
 *  that cannot be used: never a picture of nothing. One instance for one stay on a screen with a mirror. */
export class PageCamera {
  readonly #options: PageCameraOptions;
  readonly #grabber: FrameGrabber;
  #stream: MediaStream | null = null;
  #samples: FrameMeasure[] = [];
  #state: CameraState = 'starting';
  #openedMs = 0;
  #reportedMs = -Infinity;
  #wasWanted = false;
  #isStopped = false;
  #cancel: CancelTimer = () => undefined;

  constructor(options: PageCameraOptions) {
    this.#options = options;
    this.#grabber = frameGrabber(options.picture);
  }

  async start(): Promise<void> {
    const opened = await openCamera(videoSizeOf(this.#options.subject));
    if (this.#isStopped) {
      if (opened.ok) stopStream(opened.value);
      return;
    }
    this.#openedMs = this.#options.clock.monoMs();
    if (!opened.ok) {
      this.#become(opened.error.code);
      this.#watch();
      return;
    }
    const stream = opened.value;
    this.#stream = stream;
    this.#become('settling');
    const { video } = this.#options;
    video.srcObject = stream;
    for (const track of stream.getTracks()) track.addEventListener('ended', () => this.#become('missing'));
    // A video that may not play shows nothing, and is judged by that.
    await video.play().catch(() => undefined);
    this.#watch();
  }

  /** Ends the stream and overwrites what the canvases hold. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel();
    if (this.#stream !== null) stopStream(this.#stream);
    this.#options.video.srcObject = null;
    this.#grabber.wipe();
  }

  #watch = (): void => {
    if (this.#isStopped) return;
    this.#cancel = this.#options.clock.after(PAGE_LIMITS.sampleEveryMs, this.#watch);
    if (this.#state === 'denied' || this.#state === 'missing') {
      this.#report(this.#state);
      return;
    }
    const measure = this.#grabber.measure(this.#options.video);
    if (measure === null) {
      if (this.#options.clock.monoMs() - this.#openedMs > PAGE_LIMITS.cameraStartMs) this.#become('missing');
      return;
    }
    this.#lookAnew();
    this.#samples = [...this.#samples, measure].slice(-PAGE_LIMITS.settleSamples);
    this.#judge(measure);
  };

  /** Whoever has just pressed a key has not yet taken the hand from the screen and looked up. */
  #lookAnew(): void {
    const isWanted = this.#options.isWanted();
    if (isWanted && !this.#wasWanted) this.#samples = [];
    this.#wasWanted = isWanted;
  }

  #judge(measure: FrameMeasure): void {
    const verdict = judgeCamera(this.#samples);
    if (verdict === 'settling') return;
    this.#become(verdict);
    if (verdict === 'black' || verdict === 'frozen') this.#report(verdict);
    if (verdict === 'ok') this.#send(measure);
  }

  #send(measure: FrameMeasure): void {
    const { isWanted, onPicture, subject, video } = this.#options;
    if (!isWanted()) return;
    const base64 = this.#grabber.jpeg(video);
    if (base64 === null) return;
    // The next picture needs a fresh look: not the same two seconds again.
    this.#samples = [];
    onPicture({ kind: 'picture', subject, mime: 'image/jpeg', base64, ...measure, camera: 'ok' });
  }

  #report(camera: 'denied' | 'missing' | 'black' | 'frozen'): void {
    const { clock, isWatched, onPicture, subject } = this.#options;
    const now = clock.monoMs();
    if (!isWatched() || now - this.#reportedMs < PAGE_LIMITS.cameraReportMs) return;
    this.#reportedMs = now;
    const measure = this.#samples.at(-1) ?? { luminance: 0, variance: 0, digest: '' };
    onPicture({ kind: 'picture', subject, mime: 'image/jpeg', base64: '', ...measure, camera });
  }

  #become(state: CameraState): void {
    if (state === this.#state || this.#isStopped) return;
    this.#state = state;
    this.#options.onState(state);
  }
}

/** A picture for a document is cut from a larger one than a face to compare needs. */
function videoSizeOf(subject: PictureSubject): PictureSize {
  return subject === 'photo'
    ? { widthPx: PAGE_LIMITS.photoVideoWidthPx, heightPx: PAGE_LIMITS.photoVideoHeightPx }
    : { widthPx: PAGE_LIMITS.pictureWidthPx, heightPx: PAGE_LIMITS.pictureHeightPx };
}
