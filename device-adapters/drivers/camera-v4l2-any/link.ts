import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { CommandQueue } from '../../driver-kit/command-queue.ts';
import { DeviceLine, type DeviceLineOptions } from '../../driver-kit/device-line.ts';
import { createV4l2MessageCutter, encodeV4l2Message, V4L2_KIND, type V4l2Message } from '../../framing/v4l2-message.ts';
import { CAMERA_LIMITS } from './limits.table.ts';
import { decodeGrabbed, decodeSeen, encodeTake, type RawSeen } from './protocol.ts';
import { grabFault, malformedFault } from './status.ts';

type LinkOptions = Pick<DeviceLineOptions<V4l2Message>, 'open' | 'clock' | 'log' | 'onLost'> & {
  /** Told when a new channel is made: another camera may be there. */
  readonly onFresh: () => void;
};

const NUMBER_MOST = 0xffff;
const NONE = new Uint8Array(0);

/** Questions about one camera, one at a time. What was not answered in time, or is no answer, costs the channel. */
export class CameraLink {
  readonly #line: DeviceLine<V4l2Message>;
  readonly #options: LinkOptions;
  readonly #exchanges = new CommandQueue();
  #number = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#line = new DeviceLine({ ...options, createCutter: createV4l2MessageCutter, gapMs: CAMERA_LIMITS.gapMs });
  }

  close(): Promise<void> {
    return this.#line.close();
  }

  /** Who is there and who has it open.
   *  @fault offline, configuration as the carrier says; timeOut; hardwareError what came is no answer. */
  look(): Promise<Result<RawSeen, Fault>> {
    return this.#exchanges.run(async () => {
      const answer = await this.#exchange(V4L2_KIND.look, NONE, V4L2_KIND.seen, CAMERA_LIMITS.answerMs);
      return answer.ok ? this.#understood(decodeSeen(answer.value)) : answer;
    });
  }

  /** One picture as a JPEG. The caller overwrites it: it may show a person.
   *  @fault as `look`; deviceBusy somebody has it open; unsupportedCommand there is no ffmpeg. */
  grab(): Promise<Result<Uint8Array, Fault>> {
    return this.#exchanges.run(async () => {
      const answer = await this.#exchange(V4L2_KIND.grab, NONE, V4L2_KIND.grabbed, CAMERA_LIMITS.grabMs);
      if (!answer.ok) return answer;
      const grabbed = await this.#understood(decodeGrabbed(answer.value));
      if (!grabbed.ok) return grabbed;
      if ('refused' in grabbed.value) return err(grabFault(grabbed.value));
      const { bytes } = grabbed.value;
      return bytes > CAMERA_LIMITS.pictureBytes ? err(malformedFault()) : this.#fetch(bytes);
    });
  }

  async #fetch(bytes: number): Promise<Result<Uint8Array, Fault>> {
    const whole = new Uint8Array(bytes);
    for (let offset = 0; offset < bytes;) {
      const piece = await this.#exchange(V4L2_KIND.take, encodeTake(offset), V4L2_KIND.piece, CAMERA_LIMITS.answerMs);
      if (!piece.ok || piece.value.length === 0 || offset + piece.value.length > bytes) {
        whole.fill(0);
        return piece.ok ? err(malformedFault()) : piece;
      }
      whole.set(piece.value, offset);
      offset += piece.value.length;
      piece.value.fill(0);
    }
    return ok(whole);
  }

  async #exchange(
    kind: number,
    payload: Uint8Array,
    answerKind: number,
    answerMs: number,
  ): Promise<Result<Uint8Array, Fault>> {
    const up = await this.#line.up(CAMERA_LIMITS.openMs);
    if (!up.ok) return up;
    if (up.value === 'fresh') this.#options.onFresh();
    const number = (this.#number % NUMBER_MOST) + 1;
    this.#number = number;
    const ticket = this.#line.matcher.register('camera', (message) =>
      message.number === number && message.kind === answerKind ? message.payload : undefined,
    );
    const written = await this.#line.write(encodeV4l2Message({ kind, number, payload }));
    if (!written.ok) {
      ticket.drop();
      return written;
    }
    const answer = await ticket.within(answerMs);
    if (!answer.ok && answer.error.code === 'timeOut') await this.#line.drop();
    return answer;
  }

  async #understood<T>(decoded: T | undefined): Promise<Result<T, Fault>> {
    if (decoded !== undefined) return ok(decoded);
    await this.#line.drop();
    return err(malformedFault());
  }
}
