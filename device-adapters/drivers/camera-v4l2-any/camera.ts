import { err, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { DriverContext } from '../../driver-kit/driver.ts';
import { identityFault } from '../../driver-kit/identity.ts';
import { StatusWatcher } from '../../driver-kit/status-watcher.ts';
import { FigureSeries, type Figures, type Sight } from './figures.ts';
import { CameraLink } from './link.ts';
import { CAMERA_LIMITS } from './limits.table.ts';
import type { RawSeen } from './protocol.ts';
import { blindFault, holderFault, identityOf, statusOf } from './status.ts';

interface CameraOptions extends Pick<DriverContext, 'open' | 'clock' | 'log' | 'expectSerial'> {
  readonly driver: string;
  /** The name of the process that may have it open. */
  readonly browser: string;
}

type Health = Sight | 'inop' | 'unknown';

/** One camera: who it is, who has it open, and what the page's figures say of its picture. */
export class WatchedCamera {
  readonly watcher: StatusWatcher;
  readonly #clock: Clock;
  readonly #options: CameraOptions;
  readonly #link: CameraLink;
  readonly #series = new FigureSeries();
  #identity: ReturnType<typeof identityOf> = { model: '', serial: '', firmware: null };
  /** The last answer of the camera that is there; `undefined`: it cannot be used, whatever its picture. */
  #seen: RawSeen | undefined;
  #seenAtMs = Number.NEGATIVE_INFINITY;
  /** Since the last good picture. */
  #blindTimes = 0;
  /** While it is blind; for a technician until it shows something again. */
  #blindFault: Fault | undefined;

  constructor(options: CameraOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.watcher = new StatusWatcher(options.clock);
    this.#link = new CameraLink({
      ...options,
      // Pictures of before were another camera's, or this one's before it was mended.
      onFresh: () => this.#forgetFigures(),
      onLost: (detail) => void this.#lost({ code: 'offline', message: detail.slice(0, 200), action: 'reset' }),
    });
  }

  /** Who it was at the last look; empty before the first. */
  get identity(): ReturnType<typeof identityOf> {
    return this.#identity;
  }

  /** Milliseconds since it was looked at; the page's figures are no look. */
  get ageMs(): number {
    return this.#clock.monoMs() - this.#seenAtMs;
  }

  /** `inop`: the page cannot have it; `unknown`: it can, and not enough is known of what it shows. */
  get health(): Health {
    if (this.#seen === undefined || this.#holder(this.#seen) !== undefined) return 'inop';
    return this.#series.settled(this.#clock.monoMs()) ?? 'unknown';
  }

  /** Asks who is there; the status follows.
   *  @fault offline, timeOut, hardwareError nobody can be asked; configuration another camera than was installed. */
  async look(): Promise<Result<RawSeen, Fault>> {
    const looked = await this.#link.look();
    if (!looked.ok) return this.#lost(looked.error);
    this.#seenAtMs = this.#clock.monoMs();
    const { driver, expectSerial } = this.#options;
    this.#identity = identityOf(looked.value);
    const wrong = identityFault({ driver, ...this.#identity }, { driver, serial: expectSerial });
    if (wrong !== undefined) {
      this.#seen = undefined;
      this.watcher.report(statusOf('hardwareError', wrong));
      return err(wrong);
    }
    if (looked.value.isPartial && this.#seen?.isPartial !== true)
      this.#options.log.debug('processes of other users are not seen: one of them may have the camera');
    this.#seen = looked.value;
    this.#tell();
    return looked;
  }

  /** One picture's figures; the status follows.
   *  @returns what that picture is. */
  check(figures: Figures): Sight {
    const sight = this.#series.add(figures, this.#clock.monoMs());
    this.#tell();
    return sight;
  }

  /** Somebody says that it is mended, or wants it seen anew. */
  async anew(): Promise<Result<RawSeen, Fault>> {
    this.#blindTimes = 0;
    this.#forgetFigures();
    this.watcher.starting();
    return this.look();
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  #tell(): void {
    const seen = this.#seen;
    if (seen === undefined) return;
    const holder = this.#holder(seen);
    if (holder !== undefined) return this.watcher.inspected(statusOf('deviceBusy', holder));
    const blind = this.#blind();
    if (blind === undefined) return this.watcher.inspected(statusOf('online'));
    void this.watcher.report(statusOf('hardwareError', blind), 'inferred');
  }

  /** Counts the times that it became blind. */
  #blind(): Fault | undefined {
    const sight = this.#series.settled(this.#clock.monoMs());
    if (sight === undefined || sight === 'ok') {
      if (sight === 'ok') this.#blindTimes = 0;
      if (this.#blindTimes <= CAMERA_LIMITS.blindTimes) this.#blindFault = undefined;
      return this.#blindFault;
    }
    if (this.#blindFault === undefined) this.#blindTimes += 1;
    this.#blindFault = blindFault(sight, this.#blindTimes);
    return this.#blindFault;
  }

  #holder(seen: RawSeen): Fault | undefined {
    return holderFault(seen, this.#options.browser);
  }

  #forgetFigures(): void {
    this.#series.forget();
    if (this.#blindTimes <= CAMERA_LIMITS.blindTimes) this.#blindFault = undefined;
  }

  #lost(fault: Fault): Result<never, Fault> {
    this.#seen = undefined;
    this.#seenAtMs = Number.NEGATIVE_INFINITY;
    // Who answers nonsense is as good as nobody.
    if (fault.code === 'configuration') this.watcher.report(statusOf('hardwareError', fault));
    else this.watcher.lost('offline', fault);
    return err(fault);
  }
}
