import { z } from 'zod';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { DeviceMemory, SimulatedDevice, SimulatorContext } from '../../testing/simulated-device.ts';
import { SimulatedWire, WIRE_FAULTS } from '../../testing/simulated-wire.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { Doors, DOORS } from './simulator-doors.ts';
import { cabinetFault, CABINET_FAULTS, type CabinetFault } from './simulator-faults.table.ts';
import { rtuFrame, RtuEar, type HeardRequest } from './simulator-frames.ts';
import { carryOut, EXCEPTION, exceptionOf, isWrite } from './simulator-functions.ts';
import { CabinetHands } from './simulator-hands.ts';
import { CabinetMap } from './simulator-map.ts';
import { TamperLatch, TAMPERS } from './simulator-tamper.ts';
import { SimulatedUps } from './simulator-ups.ts';

const BROADCAST = 0;
/** 8N1 at 9600. */
const MS_PER_BYTE = 10_000 / 9_600;
/** Unit, function, address, count, CRC. */
const REQUEST_BYTES = 8;
const THINK_MS = 4;
const LATE_MS = 700;
const SLOW_MS = 350;
const START_MS = 1_000;

const doors = z.array(z.enum(DOORS)).max(DOORS.length);
const savedSchema = z.strictObject({
  doors: z.strictObject({ open: doors, locked: doors }),
  isLampOn: z.boolean(),
  latched: z.array(z.enum(TAMPERS)).max(TAMPERS.length),
  key: z.enum(['run', 'maintenance', 'supervisor']),
  charge: z.number().min(0).max(100),
  bootCount: z.int().min(0).max(0xffff),
});

export interface SimulatedCabinetOptions {
  /** 1 to 247; 1 when not named. */
  readonly unit?: number;
}

/** The board's side of the bus, written from README.md; shares no code with the driver. It has its own power: a pulled
 *  cable changes nothing in the cabinet. */
class SimulatedCabinet implements SimulatedDevice, DeviceMemory {
  readonly id = 'cabinet-io-modbus-any';
  readonly kind = 'cabinet-io';
  readonly faults: readonly string[] = [...CABINET_FAULTS, ...WIRE_FAULTS];
  readonly #context: SimulatorContext;
  readonly #unit: number;
  readonly #on = new Set<CabinetFault>();
  readonly #listeners = new Set<() => void>();
  readonly #wire: SimulatedWire;
  readonly #ear: RtuEar;
  readonly #doors: Doors;
  readonly #tamper: TamperLatch;
  readonly #ups: SimulatedUps;
  readonly #hands: CabinetHands;
  readonly #map: CabinetMap;
  /** Counts hosts and power-ons: what was under way before is not said. */
  #line = 0;
  #answeringUntilMs = 0;
  #startedAtMs = 0;
  #bootCount = 1;
  #requests = 0;
  #collisions = 0;

  constructor(context: SimulatorContext, { unit = 1 }: SimulatedCabinetOptions) {
    const { clock, speed } = context;
    const changed = (): void => this.#tell();
    this.#context = context;
    this.#unit = unit;
    this.#ear = new RtuEar(clock, (request) => this.#obey(request));
    this.#wire = new SimulatedWire(context, (chunk) => this.#hear(chunk), changed);
    this.#doors = new Doors(clock, speed, () => this.#on.has('lock-stuck'), changed);
    this.#tamper = new TamperLatch(clock, changed);
    this.#ups = new SimulatedUps(clock, changed);
    const parts = { doors: this.#doors, tamper: this.#tamper, ups: this.#ups, faults: this.#on };
    this.#hands = new CabinetHands({ ...parts, clock, changed });
    this.#map = new CabinetMap({ ...parts, key: () => this.#hands.key, isPressed: () => this.#hands.isPressed });
  }

  attach(channel: ByteChannel): void {
    this.#beginLine();
    this.#wire.attach(channel);
  }

  put(thing: string): Result<void, string> {
    const done = this.#hands.act(thing);
    this.#tell();
    return done;
  }

  take(): Result<{ thing: string }, string> {
    return err('a cabinet gives nothing');
  }

  fault(name: string): Result<void, string> {
    const wire = WIRE_FAULTS.find((fault) => fault === name);
    const own = cabinetFault(name);
    if (wire !== undefined) this.#wire.faults.add(wire);
    else if (own !== undefined) this.#befall(own);
    else return err(`no such fault: ${name}`);
    this.#tell();
    return ok(undefined);
  }

  clear(): void {
    this.#hands.setRight();
    this.#wire.faults.clear();
    this.#tell();
  }

  unplug(): void {
    this.#wire.unplug();
    this.#beginLine();
  }

  plug(): void {
    this.#wire.plug();
  }

  state(): Readonly<Record<string, unknown>> {
    const upsWord = this.#on.has('ups-unheard') ? 'unknown' : this.#ups.word;
    return {
      doors: named(DOORS, (door) => (this.#doors.isOpen(door) ? 'open' : 'closed')),
      locks: named(DOORS, (door) => this.#doors.wordOf(door)),
      tamper: named(TAMPERS, (name) => (this.#tamper.isLatched(name) ? 'latched' : 'ok')),
      /** Contacts that are not good now. */
      disturbed: TAMPERS.filter((name) => !this.#tamper.isGood(name)),
      lights: this.#map.lights,
      keySwitch: this.#hands.key,
      callButton: this.#hands.isPressed ? 'pressed' : 'released',
      temperatureC: { inside: this.#map.degrees },
      ups: {
        state: upsWord,
        mains: this.#ups.hasMains,
        chargePercent: Math.floor(this.#ups.charge),
        minutesLeft: this.#ups.minutesLeft,
      },
      writes: this.#map.writes,
      requests: this.#requests,
      /** Requests that came before the one before was answered. */
      collisions: this.#collisions,
      bootCount: this.#bootCount,
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
    return {
      doors: this.#doors.save(),
      isLampOn: this.#map.isLampOn,
      latched: this.#tamper.save(),
      key: this.#hands.key,
      charge: this.#ups.charge,
      bootCount: this.#bootCount,
    };
  }

  /** As after a power cut: doors, key, coils, latches and battery as they were; lights out. */
  restore(kept: unknown): void {
    const saved = savedSchema.safeParse(kept);
    if (!saved.success) return;
    const { doors: doorsBefore, isLampOn, latched, key, charge, bootCount } = saved.data;
    this.#doors.restore(doorsBefore);
    this.#map.isLampOn = isLampOn;
    this.#tamper.restore(latched);
    this.#hands.key = key;
    this.#ups.set(true, charge);
    this.#bootCount = bootCount + 1;
  }

  #tell(): void {
    for (const fn of [...this.#listeners]) fn();
  }

  #befall(fault: CabinetFault): void {
    this.#hands.befall(fault);
    if (fault !== 'board-restarts') return;
    this.#on.delete(fault);
    this.#beginLine();
    this.#map.powerOn();
    this.#bootCount += 1;
    this.#startedAtMs = this.#context.clock.monoMs() + START_MS;
  }

  /** What was under way to another host is not said to this one. */
  #beginLine(): void {
    this.#ear.forget();
    this.#line += 1;
    this.#answeringUntilMs = 0;
  }

  /** Who speaks does not listen: one request at a time. */
  #hear(chunk: Uint8Array): void {
    const now = this.#context.clock.monoMs();
    if (this.#on.has('F12') || now < this.#startedAtMs) return;
    if (now < this.#answeringUntilMs) this.#collisions += 1;
    else this.#ear.push(chunk);
  }

  #obey(request: HeardRequest): void {
    if (request.unit !== this.#unit && request.unit !== BROADCAST) return;
    this.#requests += 1;
    const answer = this.#answerTo(request);
    if (answer !== undefined && request.unit !== BROADCAST) this.#send(answer);
    this.#tell();
  }

  /** @returns `undefined` where nothing is said. */
  #answerTo({ function: code, data }: HeardRequest): Uint8Array | undefined {
    if (isWrite(code) && this.#on.delete('write-unheard')) return undefined;
    if (this.#on.delete('busy-once')) return exceptionOf(code, EXCEPTION.busy);
    if (code === 2 && this.#on.has('inputs-broken')) return exceptionOf(code, EXCEPTION.failure);
    const answer = carryOut(code, data, this.#map);
    return isWrite(code) && this.#on.delete('write-unanswered') ? undefined : answer;
  }

  /** As long under way as its bytes take, and those of the request: nothing else paces a simulated line. */
  #send(pdu: Uint8Array): void {
    const { clock, speed } = this.#context;
    const frame = rtuFrame(this.#on.has('wrong-unit') ? (this.#unit % 247) + 1 : this.#unit, pdu);
    const paced = speed === 'fast' ? 0 : Math.ceil((REQUEST_BYTES + frame.length) * MS_PER_BYTE) + THINK_MS;
    const late = (this.#on.delete('late-once') ? LATE_MS : 0) + (this.#on.has('slow') ? SLOW_MS : 0);
    if (paced + late === 0) return this.#wire.send(frame);
    const line = this.#line;
    this.#answeringUntilMs = clock.monoMs() + paced + late;
    clock.after(paced + late, () => {
      if (line !== this.#line) return;
      // A timer may be early by a fraction: whoever has heard the answer may ask.
      this.#answeringUntilMs = 0;
      this.#wire.send(frame);
    });
  }
}

function named<N extends string>(names: readonly N[], wordOf: (name: N) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, wordOf(name)]));
}

/** The simulated board of the reference cabinet `yimen-cabinet-1`. It remembers doors, key, coils, latches and battery. */
export function createSimulatedCabinet(
  context: SimulatorContext,
  options: SimulatedCabinetOptions = {},
): SimulatedDevice & DeviceMemory {
  return new SimulatedCabinet(context, options);
}
