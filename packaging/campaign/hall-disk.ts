import { cpSync } from 'node:fs';
import { sicken, type DiskState } from '../power-cut/disk-states.ts';
import { PowerCutDisk } from '../power-cut/power-cut-disk.ts';

const DISK_MB = 192;

/** A rig's disk under a demonstration's terminal. Its power can be cut: after each cut it comes back by itself, with what
 *  had reached it. */
export class HallDisk {
  /** Why the power did not come back. */
  trouble: string | undefined;
  readonly #disk: PowerCutDisk;
  #back: Promise<void> = Promise.resolve();
  #isClosing = false;

  private constructor(disk: PowerCutDisk) {
    this.#disk = disk;
    this.#watch();
  }

  /** @throws Problem NOT_RUNNING what this machine lacks */
  static async make(): Promise<HallDisk> {
    return new HallDisk(await PowerCutDisk.make(DISK_MB));
  }

  get mountPoint(): string {
    return this.#disk.mountPoint;
  }

  /** Whoever kills it cuts the power. */
  get serverPid(): number {
    return this.#disk.serverPid;
  }

  /** Resolves when there is power: at once, or when it is back after a cut. Never, when it does not come back. */
  async powered(): Promise<void> {
    await this.#back;
  }

  /** @returns how to end it, where it does not take a power cut */
  sicken(state: DiskState): Promise<() => void> {
    return sicken(this.#disk, state);
  }

  /** @param keepIn where its files are copied first: somebody will want to look */
  async close(keepIn: string | undefined): Promise<void> {
    this.#isClosing = true;
    if (keepIn !== undefined) keep(this.mountPoint, keepIn);
    await this.#disk.close();
  }

  #watch(): void {
    void this.#disk.gone.then(() => {
      if (this.#isClosing) return;
      this.#back = this.#disk.back().then(
        () => {
          this.#watch();
        },
        (error: unknown) => {
          this.trouble = error instanceof Error ? error.message : String(error);
          return new Promise(() => undefined);
        },
      );
    });
  }
}

/** What cannot be read any more is not kept. */
function keep(from: string, to: string): void {
  try {
    cpSync(from, to, { recursive: true });
  } catch {
    // A disk that died in a bad way; the logs and the world's stores are there still.
  }
}
