import { err, ok, type Result } from '@yimen/contracts/base';
import type { DeviceMemory, SimulatedDevice, SimulatorContext } from '../../testing/simulated-device.ts';
import { SimulatedWire, WIRE_FAULTS } from '../../testing/simulated-wire.ts';
import type { ByteChannel } from '../../transport/byte-channel.ts';
import { OWN_FAULTS, type OwnFault } from './simulator-faults.table.ts';
import { PrinterMachine } from './simulator-machine.ts';
import { PAPER, PaperPath } from './simulator-paper.ts';
import { RealtimeEar } from './simulator-realtime.ts';
import { codesOf, linesOf, type SlipPart } from './simulator-slip.ts';

export interface SimulatedEscposOptions {
  readonly serial?: string;
  readonly model?: string;
  readonly firmware?: string;
  /** Paper on the roll at the start, in millimetres. */
  readonly paperMm?: number;
}

/** The simulated printer. Its memory is paper: the roll, the strip in the machine, the hanging slips, their count. */
export interface SimulatedEscposPrinter extends SimulatedDevice, DeviceMemory {
  /** Cuts the power for a moment: the line drops, the receive buffer is empty, the paper stays. */
  powerDip(): void;
}

const SOMEBODY_ELSE = 'ESCPOS-999999';

/** The printer's side of the wire, written from the manual named in README.md; shares no code with the driver. */
class EscposPrinter implements SimulatedEscposPrinter {
  readonly id = 'receipt-printer-epson-escpos';
  readonly kind = 'receipt-printer';
  readonly faults: readonly string[] = [...OWN_FAULTS, ...WIRE_FAULTS];
  readonly #wire: SimulatedWire;
  readonly #paper: PaperPath;
  readonly #machine: PrinterMachine;
  readonly #ear = new RealtimeEar();
  readonly #on = new Set<OwnFault>();
  readonly #listeners = new Set<() => void>();

  constructor(context: SimulatorContext, options: SimulatedEscposOptions) {
    const { serial = 'ESCPOS-000417', model = 'TM-T88V', firmware = '30.22 ESC/POS', paperMm = PAPER.rollMm } = options;
    this.#paper = new PaperPath(paperMm);
    const onChange = (): void => this.#tell();
    this.#wire = new SimulatedWire(context, (chunk) => this.#hear(chunk), onChange);
    this.#machine = new PrinterMachine({
      context,
      paper: this.#paper,
      identity: () => ({ model, firmware, serial: this.#on.has('F22') ? SOMEBODY_ELSE : serial }),
      faults: this.#on,
      say: (bytes) => this.#wire.send(bytes),
      onChange,
    });
  }

  /** What the printer holds of a former host's bytes it still holds: only the line is new. */
  attach(channel: ByteChannel): void {
    this.#wire.attach(channel);
  }

  put(thing: string): Result<void, string> {
    return err(`a receipt printer takes no ${thing}; clear it to load paper`);
  }

  take(): Result<{ thing: string }, string> {
    if (!this.#paper.take()) return err('no slip hangs out');
    this.#tell();
    return ok({ thing: 'slip' });
  }

  fault(name: string): Result<void, string> {
    const own = OWN_FAULTS.find((fault) => fault === name);
    const wire = WIRE_FAULTS.find((fault) => fault === name);
    if (own === 'F12') this.#wire.faults.add('silent');
    else if (own !== undefined) this.#on.add(own);
    else if (wire !== undefined) this.#wire.faults.add(wire);
    else return err(`no such fault: ${name}`);
    if (own === 'F23') this.#paper.wear(PAPER.nearEndMm);
    if (own === 'F24') this.#paper.wear(0);
    if (own === 'cover-open') this.#machine.openCover();
    if (own === 'cutter-jammed-at-rest') this.#machine.jamCutter();
    this.#tell();
    return ok(undefined);
  }

  /** Everything is mended, and what the printer still holds is executed. */
  clear(): void {
    this.#on.clear();
    this.#wire.faults.clear();
    this.#machine.mend();
    this.#tell();
    this.#machine.run();
  }

  unplug(): void {
    this.#wire.unplug();
  }

  plug(): void {
    this.#wire.plug();
  }

  powerDip(): void {
    this.#wire.unplug();
    this.#ear.reset();
    this.#machine.powerOn();
    this.#wire.plug();
  }

  save(): unknown {
    return this.#paper.save();
  }

  restore(kept: unknown): void {
    this.#paper.restore(kept);
    this.#tell();
  }

  state(): Readonly<Record<string, unknown>> {
    const { condition, mistakes, buffer } = this.#machine;
    const hanging = this.#paper.hanging.flat();
    const lines = this.#paper.hanging.length === 0 ? null : linesOf(hanging);
    return {
      slips: this.#paper.slips,
      hanging: lines,
      /** The bench page reads it under this name. */
      slip: lines,
      hangingQr: codesOf(hanging),
      hangingParts: hanging.filter(({ kind }) => kind !== 'feed'),
      uncut: uncutLines(this.#paper.strip),
      paper: condition.paper,
      paperMm: Math.round(this.#paper.rollMm),
      cover: condition.isCoverOpen ? 'open' : 'closed',
      bufferedBytes: buffer.waiting,
      lostBytes: buffer.lost,
      ...mistakes,
      faults: [...this.#on, ...this.#wire.faults],
      plugged: this.#wire.isPlugged,
      connected: this.#wire.isConnected,
    };
  }

  onChange(fn: () => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }

  /** Real-time commands are heard on the way into the buffer; what one of them clears is only what came before it. */
  #hear(chunk: Uint8Array): void {
    let start = 0;
    chunk.forEach((byte, index) => {
      const request = this.#ear.hear(byte);
      if (request === undefined) return;
      this.#machine.buffer.push(chunk.subarray(start, index + 1));
      start = index + 1;
      this.#machine.realtime(request);
    });
    this.#machine.buffer.push(chunk.subarray(start));
    this.#machine.run();
    this.#tell();
  }

  #tell(): void {
    this.#machine.tellStatus();
    for (const fn of [...this.#listeners]) fn();
  }
}

/** What is printed and not cut yet; null when the strip is blank. */
function uncutLines(strip: readonly SlipPart[]): string[] | null {
  const lines = linesOf(strip);
  return lines.length === 0 ? null : lines;
}

/** The simulated ESC/POS printer: 80 mm paper, 48 columns, cutter, no presenter. */
export function createSimulatedEscposPrinter(
  context: SimulatorContext,
  options: SimulatedEscposOptions = {},
): SimulatedEscposPrinter {
  return new EscposPrinter(context, options);
}
