import { err, ok, type Result } from '@yimen/contracts/base';
import type { SimulatedDevice, SimulatorContext } from '../../testing/simulated-device.ts';
import { SimulatedWire, WIRE_FAULTS } from '../../testing/simulated-wire.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { answerBytes, RequestEar, type HeardRequest } from './simulator-carrier.ts';

export interface SimulatedCameraOptions {
  readonly name?: string;
  /** Empty: it has none. */
  readonly serial?: string;
}

/** The simulated camera: its place on the bus and the processes that have it open. */
export interface SimulatedCamera extends SimulatedDevice {
  /** A process opens it. */
  hold(name: string): void;
  letGo(name: string): void;
}

const CAMERA_FAULTS = [
  /** The carrier hears nothing. */
  'F12',
  /** Another camera of the same model hangs at this port. */
  'F22',
  /** A process of somebody else has it. */
  'F40',
  /** Answers are no JSON. */
  'nonsense',
] as const;
type CameraFault = (typeof CAMERA_FAULTS)[number];

const LOOK = 1;
const GRAB = 2;
const TAKE = 3;
const ANSWER = 0x80;
const SOMEBODY_ELSE = 'C270-999999';
const STRANGER = 'cheese';
const FIRST_PID = 800;

/** The carrier's side, written from README.md; shares no code with the driver. */
class CameraSimulator implements SimulatedCamera {
  readonly id = 'camera-v4l2-any';
  readonly kind = 'camera';
  readonly faults: readonly string[] = [...CAMERA_FAULTS, ...WIRE_FAULTS];
  readonly #name: string;
  readonly #serial: string;
  readonly #wire: SimulatedWire;
  readonly #ear: RequestEar;
  readonly #on = new Set<CameraFault>();
  readonly #holders: { pid: number; name: string }[] = [];
  readonly #listeners = new Set<() => void>();
  #pids = FIRST_PID;

  constructor(context: SimulatorContext, { name = 'Webcam C270', serial = 'C270-000042' }: SimulatedCameraOptions) {
    this.#name = name;
    this.#serial = serial;
    this.#ear = new RequestEar((request) => this.#answer(request));
    this.#wire = new SimulatedWire(
      context,
      (chunk) => this.#ear.push(chunk),
      () => this.#tell(),
    );
  }

  attach(channel: ByteChannel): void {
    this.#ear.reset();
    this.#wire.attach(channel);
  }

  put(thing: string): Result<void, string> {
    return err(`nothing goes into a camera, also no ${thing}`);
  }

  take(): Result<{ thing: string }, string> {
    return err('nothing comes out of a camera');
  }

  fault(name: string): Result<void, string> {
    const own = CAMERA_FAULTS.find((fault) => fault === name);
    const wire = name === 'F12' ? 'silent' : WIRE_FAULTS.find((fault) => fault === name);
    if (wire !== undefined) this.#wire.faults.add(wire);
    else if (own === undefined) return err(`no such fault: ${name}`);
    else this.#on.add(own);
    this.#tell();
    return ok(undefined);
  }

  clear(): void {
    this.#on.clear();
    this.#wire.faults.clear();
    this.#tell();
  }

  unplug(): void {
    this.#wire.unplug();
  }

  plug(): void {
    this.#wire.plug();
  }

  hold(name: string): void {
    this.#pids += 1;
    this.#holders.push({ pid: this.#pids, name });
    this.#tell();
  }

  letGo(name: string): void {
    const at = this.#holders.findIndex((one) => one.name === name);
    if (at !== -1) this.#holders.splice(at, 1);
    this.#tell();
  }

  state(): Readonly<Record<string, unknown>> {
    return {
      holders: this.#owners().map(({ name }) => name),
      faults: [...this.#on, ...this.#wire.faults],
      plugged: this.#wire.isPlugged,
      connected: this.#wire.isConnected,
    };
  }

  onChange(fn: () => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  #answer({ kind, number }: HeardRequest): void {
    if (kind !== LOOK && kind !== GRAB && kind !== TAKE) return;
    const text = this.#on.has('nonsense') ? '<html>' : this.#textOf(kind);
    this.#wire.send(answerBytes(kind + ANSWER, number, new TextEncoder().encode(text)));
  }

  /** There is no picture in it: whoever grabs one is refused, and there is nothing to take. */
  #textOf(kind: number): string {
    const [owner] = this.#owners();
    if (kind === TAKE) return '';
    if (kind === GRAB && owner !== undefined)
      return JSON.stringify({ refused: 'busy', says: `${owner.name} has it open` });
    if (kind === GRAB) return JSON.stringify({ refused: 'failed', says: 'a simulated camera shows nothing' });
    return JSON.stringify({
      node: '/dev/video0',
      name: this.#name,
      driver: 'uvcvideo',
      vendorId: '046d',
      productId: '0825',
      serial: this.#on.has('F22') ? SOMEBODY_ELSE : this.#serial,
      firmware: '0.12',
      port: '1-3',
      owners: this.#owners(),
      isPartial: false,
    });
  }

  #owners(): { pid: number; name: string }[] {
    return [...this.#holders, ...(this.#on.has('F40') ? [{ pid: FIRST_PID, name: STRANGER }] : [])];
  }

  #tell(): void {
    for (const fn of [...this.#listeners]) fn();
  }
}

/** The simulated camera. */
export function createSimulatedCamera(
  context: SimulatorContext,
  options: SimulatedCameraOptions = {},
): SimulatedCamera {
  return new CameraSimulator(context, options);
}
