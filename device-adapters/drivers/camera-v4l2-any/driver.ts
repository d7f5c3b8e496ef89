import { err, ok, type Result } from '@yimen/contracts/base';
import { cameraPort, type Description, type DeviceStatus, type Fault, type Op } from '@yimen/contracts/device';
import { unsupportedFault } from '../../driver-kit/device-faults.ts';
import type { CreateDriver, Driver, DriverContext, EffectResult } from '../../driver-kit/driver.ts';
import { CAMERA_LIMITS } from './limits.table.ts';
import { WatchedCamera } from './camera.ts';

const ID = 'camera-v4l2-any';
/** What Debian's browser calls its processes, as far as the kernel keeps it (assumed of the one that has the camera). */
const BROWSER = 'chromium';

/** Option: `browser` (chromium), README.md. */
class CameraDriver implements Driver {
  readonly id = ID;
  readonly kind = 'camera';
  readonly #context: DriverContext;
  readonly #camera: WatchedCamera;

  constructor(context: DriverContext) {
    this.#context = context;
    const { browser } = context.options;
    this.#camera = new WatchedCamera({
      ...context,
      driver: ID,
      browser: typeof browser === 'string' ? browser : BROWSER,
    });
  }

  async describe(): Promise<Result<Description, Fault>> {
    const looked = await this.#camera.look();
    if (!looked.ok) return looked;
    return ok({
      driver: this.id,
      kind: this.kind,
      ...this.#camera.identity,
      at: this.#context.at,
      mediaAtPowerOff: 'none',
      evidence: [],
    });
  }

  async status(maxAgeMs: number): Promise<DeviceStatus> {
    // What came of a look, the watcher knows.
    if (this.#camera.ageMs >= maxAgeMs) void (await this.#camera.look());
    return this.#camera.watcher.current;
  }

  onStatus(fn: (changed: Partial<DeviceStatus>) => void): () => void {
    return this.#camera.watcher.onStatus(fn);
  }

  /** Nothing in it moves and it holds no medium: what was seen is forgotten, and it is looked at anew. */
  reset(_op: Op, _to: 'exit' | 'retain' | 'stay'): Promise<EffectResult> {
    return this.#anew();
  }

  selfTest(_op: Op): Promise<EffectResult> {
    return this.#anew();
  }

  async perform(verb: string): Promise<EffectResult> {
    return { outcome: 'notDone', evidence: [], fault: unsupportedFault(verb) };
  }

  async read(verb: string, _deadlineMs: number, args: unknown): Promise<Result<unknown, Fault>> {
    switch (verb) {
      case 'health':
        if (this.#camera.ageMs >= CAMERA_LIMITS.lookEveryMs) void (await this.#camera.look());
        return ok({ state: this.#camera.health });
      case 'checkFrame':
        return ok({ state: this.#camera.check(cameraPort.verbs.checkFrame.args.parse(args)) });
      default:
        return err(unsupportedFault(verb));
    }
  }

  close(): Promise<void> {
    return this.#camera.close();
  }

  async #anew(): Promise<EffectResult> {
    const looked = await this.#camera.anew();
    const completedAt = this.#context.clock.wallMs();
    const fault = looked.ok ? this.#camera.watcher.current.fault : looked.error;
    if (fault !== undefined) return { outcome: 'notDone', completedAt, evidence: [], fault };
    return { outcome: 'done', completedAt, evidence: [] };
  }
}

/** Driver of the camera as this machine sees it (README.md); the picture is the page's. Every verb is a read.
 *  Faults: offline, timeOut, configuration, hardwareError; deviceBusy in the status only, as cameraBlack. */
export const createCamera: CreateDriver = (context) => new CameraDriver(context);
