import { err, ok, type CancelTimer, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { createV4l2MessageCutter, encodeV4l2Message, V4L2_KIND, type V4l2Message } from '../framing/v4l2-message.ts';
import { LIMITS } from '../limits.table.ts';
import type { ByteChannel, CloseReason, OpenChannel } from './byte-channel.ts';
import { ChunkQueue } from './chunk-queue.ts';
import type { V4l2Address } from './v4l2-address.ts';
import { findCamera, isStillThere, type ListedCamera } from './v4l2-cameras.ts';
import { grabPicture } from './v4l2-grab.ts';
import { ownersOf, type NodeOwners } from './v4l2-owners.ts';

export interface V4l2Options {
  readonly clock: Clock;
  /** Folder that stands for `/`: a test's or a container's. */
  readonly root?: string;
  /** In place of `ffmpeg`. */
  readonly program?: string;
}

const NONE = new Uint8Array(0);
const OFFSET_BYTES = 4;

/** What the kernel says of one camera, as a byte channel: carrier messages in, carrier messages out, one request at a
 *  time. The node is never opened but by a grab's program: what it can do is the page's business. */
class V4l2Channel implements ByteChannel {
  readonly chunks = new ChunkQueue();
  readonly closed: Promise<CloseReason>;
  readonly #camera: ListedCamera;
  readonly #options: V4l2Options;
  readonly #cutter = createV4l2MessageCutter();
  #isAnswering = false;
  #owners: (NodeOwners & { readonly atMs: number }) | undefined;
  #picture: Uint8Array = NONE;
  #cancelCheck: CancelTimer = () => undefined;
  #reason: CloseReason | undefined;
  #settle: (reason: CloseReason) => void = () => undefined;

  constructor(camera: ListedCamera, options: V4l2Options) {
    this.#camera = camera;
    this.#options = options;
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#checkLater();
  }

  async write(bytes: Uint8Array): Promise<Result<void, Fault>> {
    if (this.#reason !== undefined) return err(offline('the channel is closed'));
    for (const cut of this.#cutter.push(bytes)) {
      // Between a driver and its carrier in one process nothing is lost: this is a mistake of ours.
      if (cut.kind === 'discarded') this.#end(lost('what was written is no request'));
      else if (this.#isAnswering) this.#end(lost('two requests at once'));
      else void this.#answer(cut.frame);
      if (this.#reason !== undefined) return err(offline('the request was not taken'));
    }
    return ok(undefined);
  }

  async close(): Promise<void> {
    this.#end({ why: 'closed' });
  }

  async #answer({ kind, number, payload }: V4l2Message): Promise<void> {
    this.#isAnswering = true;
    const answer = await this.#answerTo(kind, payload);
    this.#isAnswering = false;
    if (answer === undefined) return this.#end(lost('no such request'));
    this.chunks.push(encodeV4l2Message({ kind: answer.kind, number, payload: answer.payload }));
  }

  async #answerTo(kind: number, payload: Uint8Array): Promise<{ kind: number; payload: Uint8Array } | undefined> {
    if (kind === V4L2_KIND.look) return { kind: V4L2_KIND.seen, payload: jsonOf(await this.#look()) };
    if (kind === V4L2_KIND.grab) return { kind: V4L2_KIND.grabbed, payload: jsonOf(await this.#grab()) };
    if (kind !== V4L2_KIND.take || payload.length !== OFFSET_BYTES) return undefined;
    const offset = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
    return { kind: V4L2_KIND.piece, payload: this.#picture.slice(offset, offset + LIMITS.v4l2PieceBytes) };
  }

  async #look(): Promise<object> {
    const { owners, isPartial } = await this.#ownersNow(LIMITS.v4l2OwnersMs);
    const { node, name, driver, vendorId, productId, serial, firmware, port } = this.#camera;
    return { node, name, driver, vendorId, productId, serial, firmware, port, owners, isPartial };
  }

  async #grab(): Promise<object> {
    this.#forget();
    const { owners } = await this.#ownersNow(0);
    const [owner] = owners;
    if (owner !== undefined) return { refused: 'busy', says: `${owner.name} (process ${owner.pid}) has it open` };
    const { clock, program } = this.#options;
    const deadlineMs = LIMITS.v4l2GrabMs;
    const grabbed = await grabPicture(this.#camera.node, { clock, program, deadlineMs });
    if (!grabbed.ok) return grabbed.error;
    // Nobody will take it any more.
    if (this.#reason !== undefined) grabbed.value.fill(0);
    else this.#picture = grabbed.value;
    return { bytes: grabbed.value.length };
  }

  async #ownersNow(maxAgeMs: number): Promise<NodeOwners> {
    const { clock, root } = this.#options;
    const known = this.#owners;
    // Whether an owner has let go is asked each time: somebody waits for it.
    const isFresh = known !== undefined && known.owners.length === 0 && clock.monoMs() - known.atMs < maxAgeMs;
    if (isFresh) return known;
    const found = await ownersOf(this.#camera.node, root);
    this.#owners = { ...found, atMs: clock.monoMs() };
    return found;
  }

  #checkLater(): void {
    this.#cancelCheck = this.#options.clock.after(LIMITS.v4l2CheckMs, () => void this.#check());
  }

  async #check(): Promise<void> {
    const isThere = await isStillThere(this.#camera, this.#options.root);
    if (this.#reason !== undefined) return;
    if (isThere) this.#checkLater();
    else this.#end(lost(`${this.#camera.node} is gone`));
  }

  #forget(): void {
    this.#picture.fill(0);
    this.#picture = NONE;
  }

  #end(reason: CloseReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#cancelCheck();
    this.#forget();
    this.chunks.end(reason.why === 'closed');
    this.#cutter.flush();
    this.#settle(reason);
  }
}

/** Opens a channel to one camera; its node is not opened.
 *  @fault offline nothing is there; configuration more than one is. */
export function openV4l2(address: V4l2Address, options: V4l2Options): OpenChannel {
  return async () => {
    const found = await findCamera(address, options.root);
    if (found.ok) return ok(new V4l2Channel(found.value, options));
    const { why, says } = found.error;
    if (why === 'absent') return err(offline(`${says}; check its cable`));
    return err({ code: 'configuration', message: `v4l2: ${says}`.slice(0, 200), action: 'configuration' });
  };
}

function jsonOf(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function lost(detail: string): CloseReason {
  return { why: 'lost', detail: `v4l2: ${detail}` };
}

function offline(detail: string): Fault {
  return { code: 'offline', message: `v4l2: ${detail}`.slice(0, 200), action: 'reset' };
}
