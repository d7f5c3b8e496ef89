import type { Clock, RandomBytes } from '@yimen/contracts/base';
import type { DeviceStatus } from '@yimen/contracts/device';
import type { Journal } from '../journal/index.ts';
import { cabinetWatch, type CabinetWatch } from './cabinet-watch.ts';
import { flapGuard, type FlapGuard } from './flap-guard.ts';
import { fraudLatch, type FraudLatch } from './fraud-latch.ts';
import { supplyWarnings, type SupplyWarnings } from './supply-warnings.ts';

/** Why nobody is served at all, whichever devices are well. */
export type Closed = 'tamper' | 'power' | 'powerLow';

export interface DeviceWatchOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly isSessionRunning: () => boolean;
  readonly workOrder?: () => string | null;
  /** A device is let back by time alone. */
  readonly onReleased: (device: string) => void;
}

/** Everybody who looks at what a device itself reports, before core makes up its mind. */
export class DeviceWatch {
  readonly fraud: FraudLatch;
  readonly #flaps: FlapGuard;
  readonly #supplies: SupplyWarnings;
  readonly #cabinet: CabinetWatch;

  constructor(options: DeviceWatchOptions) {
    const { journal, clock } = options;
    this.fraud = fraudLatch(options);
    this.#flaps = flapGuard(journal, clock, options.onReleased);
    this.#supplies = supplyWarnings(journal);
    this.#cabinet = cabinetWatch(journal, options.workOrder);
  }

  take(device: string, kind: string, raw: DeviceStatus): void {
    this.#flaps.take(device, kind, raw);
    this.fraud.take(device, raw);
    this.#supplies.take(device, raw);
    this.#cabinet.take(kind, raw);
  }

  /** What keeps a device out of use, whatever it says of itself by now. */
  holdsOn(device: string): { readonly isFlapping: boolean; readonly isFraud: boolean } {
    return { isFlapping: this.#flaps.isHeld(device), isFraud: this.fraud.isHeld(device) };
  }

  /** @param cabinets devices that watch over the enclosure */
  closedBecause(cabinets: readonly string[]): Closed | undefined {
    if (cabinets.some((device) => this.fraud.isHeld(device))) return 'tamper';
    const power = this.#cabinet.power();
    if (power === 'mains') return undefined;
    return power === 'low' ? 'powerLow' : 'power';
  }

  stop(): void {
    this.#flaps.stop();
  }
}
