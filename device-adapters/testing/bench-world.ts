import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { TcpListener } from '../transport/tcp-listener.ts';
import type { BenchState } from './bench-state.ts';
import { BENCH_LIMITS } from './bench-limits.table.ts';
import type { CardPath, SimulatedPermit } from './card-path.ts';
import { faultRows, switchFor, type FaultRow } from './fault-matrix.ts';
import type { DeviceMemory, SimulatedDevice } from './simulated-device.ts';
import { REVERSED_THING, THINGS } from './things.ts';

/** Why a hand could not do something. `unknown` no such thing or device, `invalid` not a value for it, `impossible`
 *  not now. */
export interface BenchRefusal {
  readonly why: 'unknown' | 'invalid' | 'impossible';
  readonly message: string;
  /** The part of the request that is meant. */
  readonly field?: string;
}
type Done<T = object> = Result<T, BenchRefusal>;

export interface BenchDevice {
  readonly device: SimulatedDevice;
  readonly memory?: DeviceMemory;
  /** Its own way to listen on the loopback interface; 0 takes a free port. Without one: bytes over TCP. */
  readonly listen?: (port: number) => Promise<Result<TcpListener, Fault>>;
}

/** One device as `GET /state` tells it. */
export interface DeviceView {
  readonly id: string;
  readonly kind: string;
  readonly port: number;
  readonly faults: readonly FaultRow[];
  readonly state: Readonly<Record<string, unknown>>;
}

/** The whole bench as `GET /state` tells it. */
export interface WorldView {
  /** The card in the machine. */
  readonly card: {
    readonly thing: string;
    readonly place: string;
    readonly panel: readonly string[];
    readonly endorsementCounter: number;
  } | null;
  /** Cards in the retain bin. */
  readonly bin: readonly string[];
  readonly devices: Readonly<Record<string, DeviceView>>;
}

/** The simulated world around one cabinet: the card path, the cards, the devices, and a person's hands. */
export class BenchWorld {
  readonly path: CardPath;
  readonly permits: ReadonlyMap<string, SimulatedPermit>;
  readonly devices: ReadonlyMap<string, BenchDevice>;
  ports: Readonly<Record<string, number>> = {};
  /** Whether the card that came back reversed has been turned in the hand. */
  #isTurned = false;
  /** Swallowed cards that staff have taken out of the bin again: the first of the path's list. */
  #givenBack = 0;
  readonly #listeners = new Set<() => void>();

  constructor(path: CardPath, permits: ReadonlyMap<string, SimulatedPermit>, devices: readonly BenchDevice[]) {
    this.path = path;
    this.permits = permits;
    this.devices = new Map(devices.map((row) => [row.device.kind, row]));
    const tell = (): void => {
      for (const fn of [...this.#listeners]) fn();
    };
    path.onChange(tell);
    for (const { device } of devices) device.onChange(tell);
  }

  onChange(fn: () => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  /** A hand brings a thing to a device. */
  put(kind: string, name: string): Done {
    const device = this.#device(kind);
    if (!device.ok) return device;
    const thing = THINGS.find((candidate) => candidate.thing === name);
    if (thing === undefined) return refuse('invalid', `there is no ${name}; GET /things lists what there is`, 'thing');
    if (thing.device !== kind) return refuse('impossible', `${name} goes to ${thing.device}`, 'thing');
    if (this.#bin().includes(name))
      return refuse('impossible', `${name} lies in the retain bin until somebody clears the card unit`, 'thing');
    const isReversed = name === REVERSED_THING && !this.#isTurned;
    if (isReversed) device.value.fault('F07');
    const put = device.value.put(name);
    if (!put.ok) {
      if (isReversed) this.#mend(device.value, 'F07');
      return refuse('impossible', put.error, 'thing');
    }
    return ok({ thing: name });
  }

  /** A hand takes what the device offers. */
  take(kind: string): Done<{ thing: string }> {
    const device = this.#device(kind);
    if (!device.ok) return device;
    const taken = device.value.take();
    if (!taken.ok) return refuse('impossible', taken.error);
    if (taken.value.thing === REVERSED_THING) {
      this.#isTurned = !this.#isTurned;
      this.#mend(device.value, 'F07');
    }
    return taken;
  }

  fault(kind: string, fault: string): Done {
    const device = this.#device(kind);
    if (!device.ok) return device;
    const name = switchFor(device.value, fault);
    if (!name.ok) return refuse('invalid', name.error, 'fault');
    const switched = device.value.fault(name.value);
    return switched.ok ? ok({ fault }) : refuse('impossible', switched.error, 'fault');
  }

  /** Hall staff put a device in order; who opens the card unit also gives swallowed cards back to their holders. */
  clear(kind: string): Done {
    return this.#act(kind, (device) => {
      if (kind === 'card-unit') this.#givenBack = this.path.bin.length;
      device.clear();
    });
  }

  unplug(kind: string): Done {
    return this.#act(kind, (device) => device.unplug());
  }

  plug(kind: string): Done {
    return this.#act(kind, (device) => device.plug());
  }

  /** What `GET /state` tells. */
  view(): WorldView {
    const devices = [...this.devices].map(([kind, { device }]): [string, DeviceView] => [
      kind,
      {
        id: device.id,
        kind,
        port: this.ports[kind] ?? 0,
        faults: faultRows(device),
        state: device.state(),
      },
    ]);
    return { card: this.#cardView(), bin: this.#bin(), devices: Object.fromEntries(devices) };
  }

  /** Everything that must outlive the bench process. */
  keep(): BenchState {
    return {
      version: 1,
      ports: { ...this.ports },
      permits: [...this.permits.values()].map(({ thing, endorsementCounter, panel }) => ({
        thing,
        endorsementCounter,
        panel: panel.slice(-BENCH_LIMITS.panelLines),
      })),
      card: this.#card(),
      bin: this.#bin(),
      isTurned: this.#isTurned,
      devices: Object.fromEntries(
        [...this.devices].flatMap(([kind, { memory }]) => (memory === undefined ? [] : [[kind, memory.save()]])),
      ),
    };
  }

  /** The hand's side of an earlier start; cards are put back by `restoreCards`. */
  restore(kept: BenchState): void {
    this.#isTurned = kept.isTurned;
    for (const [kind, { memory }] of this.devices) if (kind in kept.devices) memory?.restore(kept.devices[kind]);
  }

  #cardView(): WorldView['card'] {
    const { card, place } = this.path;
    if (card === undefined) return null;
    return { thing: card.thing, place, panel: [...card.panel], endorsementCounter: card.endorsementCounter };
  }

  #bin(): string[] {
    return this.path.bin.slice(this.#givenBack).map((card) => card.thing);
  }

  #card(): BenchState['card'] {
    const { card, place } = this.path;
    return card === undefined ? null : { thing: card.thing, place };
  }

  #act(kind: string, act: (device: SimulatedDevice) => void): Done {
    const device = this.#device(kind);
    if (!device.ok) return device;
    act(device.value);
    return ok({});
  }

  /** Ends one fault and leaves the others on: a simulator itself only knows how to end all. */
  #mend(device: SimulatedDevice, fault: string): void {
    const others = (device.state()['faults'] as readonly string[]).filter((name) => name !== fault);
    device.clear();
    for (const name of others) device.fault(name);
  }

  #device(kind: string): Done<SimulatedDevice> {
    const row = this.devices.get(kind);
    return row === undefined
      ? refuse('unknown', `there is no device ${kind}; there are ${[...this.devices.keys()].join(', ')}`, 'KIND')
      : ok(row.device);
  }
}

function refuse(
  why: BenchRefusal['why'],
  message: string,
  field?: string,
): { readonly ok: false; readonly error: BenchRefusal } {
  return err({ why, message: message.slice(0, 600), ...(field === undefined ? {} : { field }) });
}
