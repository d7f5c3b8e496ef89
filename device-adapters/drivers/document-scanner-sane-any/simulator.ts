import { err, ok, type Result } from '@yimen/contracts/base';
import { z } from 'zod';
import type { DeviceMemory, SimulatedDevice, SimulatorContext } from '../../testing/simulated-device.ts';
import { SimulatedWire, WIRE_FAULTS } from '../../testing/simulated-wire.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import {
  CarrierEar,
  endedMessage,
  forgottenMessage,
  pieceMessage,
  type CarriedRequest,
  type CarriedRun,
} from './simulator-carrier.ts';
import { OWN_FAULTS, SCAN_FAULTS, type OwnFault } from './simulator-faults.table.ts';
import type { Sensors } from './simulator-options.ts';
import { ORIGINALS, PaperPath, paperSchema, type Original, type Sheet } from './simulator-paper.ts';
import { Program, type ListedScanner } from './simulator-program.ts';

export interface SimulatedScannerOptions {
  /** Digits, as this make has them. */
  readonly serial?: string;
  /** Whether it tells of its cover, its feeder and of two sheets at once. */
  readonly hasSensors?: boolean;
}

const SOMEBODY_ELSE = '999999';
const savedSchema = z.strictObject({ paper: paperSchema });

/** A scanner with glass and feeder, and scanimage before it. Written from scanimage(1) and the SANE standard; shares no
 *  code with the driver. Its memory is where its sheets lie. */
class ScannerSimulator implements SimulatedDevice, DeviceMemory {
  readonly id = 'document-scanner-sane-any';
  readonly kind = 'document-scanner';
  readonly faults = SCAN_FAULTS;
  readonly #context: SimulatorContext;
  readonly #serial: string;
  readonly #hasSensors: boolean;
  readonly #wire: SimulatedWire;
  readonly #ear = new CarrierEar();
  readonly #paper = new PaperPath();
  readonly #on = new Set<OwnFault>();
  readonly #listeners = new Set<() => void>();
  #program: Program | undefined;
  #runNumber = 0;
  /** What the last run left, until it is taken. */
  #files: (Uint8Array | undefined)[] = [];

  constructor(context: SimulatorContext, { serial = '000048', hasSensors = true }: SimulatedScannerOptions) {
    this.#context = context;
    this.#serial = serial;
    this.#hasSensors = hasSensors;
    this.#wire = new SimulatedWire(
      context,
      (chunk) => this.#hear(chunk),
      () => this.#lineChanged(),
    );
  }

  attach(channel: ByteChannel): void {
    this.#leave();
    this.#wire.attach(channel);
  }

  put(thing: string): Result<void, string> {
    if (!Object.hasOwn(ORIGINALS, thing)) return err(`a scanner takes no ${thing}`);
    const put = this.#paper.put(thing as Original);
    if (put.ok) this.#tell();
    return put;
  }

  take(): Result<{ thing: string }, string> {
    const taken = this.#paper.take();
    if (!taken.ok) return taken;
    this.#tell();
    return ok({ thing: taken.value });
  }

  fault(name: string): Result<void, string> {
    const own = OWN_FAULTS.find((fault) => fault === name);
    const wire = WIRE_FAULTS.find((fault) => fault === name);
    if (own !== undefined) this.#on.add(own);
    else if (wire !== undefined) this.#wire.faults.add(wire);
    else return err(`no such fault: ${name}`);
    this.#tell();
    return ok(undefined);
  }

  /** Staff put it in order; what was stuck lies in the output. */
  clear(): void {
    this.#on.clear();
    this.#wire.faults.clear();
    this.#paper.free();
    this.#tell();
  }

  unplug(): void {
    this.#wire.unplug();
  }

  plug(): void {
    this.#wire.plug();
  }

  state(): Readonly<Record<string, unknown>> {
    const { glass, feeder, stuck, isDouble, out, scanned } = this.#paper.now;
    const page = this.#program?.page ?? 0;
    return {
      scanner: this.#on.has('scanner-off') ? 'off' : page > 0 ? 'scanning' : 'resting',
      page,
      onGlass: glass === null ? null : nameOf(glass),
      inFeeder: feeder.map(nameOf),
      stuck: stuck.map(nameOf),
      outSheets: out.map(nameOf),
      media: stuck.length > 0 ? 'jammed' : feeder.length > 0 ? 'present' : 'notPresent',
      double: isDouble,
      cover: this.#on.has('cover-open') ? 'open' : 'closed',
      scanned,
      /** Pages that nobody has fetched yet. */
      kept: this.#files.filter((file) => file !== undefined).length,
      faults: [...this.#on, ...this.#wire.faults],
      plugged: this.#wire.isPlugged,
      connected: this.#wire.isConnected,
    };
  }

  onChange(fn: () => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  save(): z.infer<typeof savedSchema> {
    return { paper: this.#paper.now };
  }

  restore(kept: unknown): void {
    const saved = savedSchema.safeParse(kept);
    if (!saved.success) return;
    this.#paper.restore(saved.data.paper);
    this.#tell();
  }

  #hear(chunk: Uint8Array): void {
    for (let next = this.#ear.next(chunk); next !== 'more'; next = this.#ear.next())
      if (next === 'mistake' || !this.#take(next)) return this.#hangUp();
  }

  /** @returns whether that was a request that may come now */
  #take(request: CarriedRequest): boolean {
    const { number } = request;
    if (request.kind === 'cancel') {
      if (this.#runNumber === number) this.#program?.cancel();
      return true;
    }
    if (this.#program !== undefined) return false;
    if (request.kind === 'run') return this.#run(number, request.run);
    if (request.kind === 'take') this.#wire.send(pieceMessage(number, this.#pieceOf(request)));
    else {
      this.#forget();
      this.#wire.send(forgottenMessage(number));
    }
    this.#tell();
    return true;
  }

  #run(number: number, run: CarriedRun): boolean {
    if (this.#on.has('no-scanimage')) return false;
    this.#forget();
    this.#runNumber = number;
    this.#program = new Program(run, {
      context: this.#context,
      paper: this.#paper,
      faults: this.#on,
      listed: this.#listed(),
      sensors: () => this.#sensors(),
      onChange: () => this.#tell(),
      onEnd: (end, files) => {
        this.#program = undefined;
        this.#files = [...files];
        this.#wire.send(endedMessage(number, end));
        this.#tell();
      },
    });
    return true;
  }

  #pieceOf({ file, offset, most }: { file: number; offset: number; most: number }): Uint8Array {
    const whole = this.#files[file];
    if (whole === undefined) return new Uint8Array(0);
    const piece = whole.slice(offset, offset + most);
    if (offset < whole.length && offset + piece.length === whole.length) {
      whole.fill(0);
      this.#files[file] = undefined;
    }
    return piece;
  }

  #listed(): ListedScanner {
    const serial = this.#on.has('F22') ? SOMEBODY_ELSE : this.#serial;
    return { name: `fujitsu:YM-D1:${serial}`, vendor: 'Yimen', model: 'D1', type: 'scanner' };
  }

  #sensors(): Sensors | undefined {
    if (!this.#hasSensors) return undefined;
    const { feeder, isDouble } = this.#paper.now;
    return {
      coverOpen: this.#on.has('cover-open'),
      pageLoaded: feeder.length > 0 && !this.#on.has('no-docs'),
      doubleFeed: isDouble,
    };
  }

  #forget(): void {
    for (const file of this.#files) file?.fill(0);
    this.#files = [];
  }

  /** The host is gone, and with it its program and whatever that left. */
  #leave(): void {
    this.#program?.kill();
    this.#program = undefined;
    this.#forget();
    this.#ear.reset();
  }

  #hangUp(): void {
    this.#wire.unplug();
    this.#wire.plug();
  }

  #lineChanged(): void {
    if (!this.#wire.isConnected) this.#leave();
    this.#tell();
  }

  #tell(): void {
    for (const fn of [...this.#listeners]) fn();
  }
}

function nameOf({ thing, page }: Sheet): string {
  return ORIGINALS[thing].sheets === 1 ? thing : `${thing} ${page}`;
}

/** A simulated scanner, reached as the SANE transport shows one. */
export function createSimulatedScanner(
  context: SimulatorContext,
  options: SimulatedScannerOptions = {},
): SimulatedDevice & DeviceMemory {
  return new ScannerSimulator(context, options);
}
