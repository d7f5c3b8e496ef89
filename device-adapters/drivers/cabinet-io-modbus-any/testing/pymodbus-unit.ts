import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from '../../../test/with-serial-pair.ts';

/** Debian's own: its pymodbus is not seen by another Python that may stand earlier in the path. */
const PYTHON = '/usr/bin/python3';
const PROGRAM = fileURLToPath(new URL('pymodbus-unit.py', import.meta.url));

/** A foreign Modbus unit at one end of a line, as a process of its own (pymodbus-unit.py). */
export class PymodbusUnit {
  /** Everything that it has said so far. */
  readonly lines: string[] = [];
  readonly #child: ChildProcessWithoutNullStreams;

  private constructor(port: string, unit: number) {
    this.#child = spawn(PYTHON, ['-u', PROGRAM, port, String(unit)]);
    this.#child.stderr.resume();
    // A unit that was killed takes no more orders.
    this.#child.stdin.on('error', () => undefined);
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.lines.push(line));
  }

  /** A reference cabinet at rest. */
  static async start(port: string, unit = 1): Promise<PymodbusUnit> {
    const one = new PymodbusUnit(port, unit);
    await until(() => one.lines.includes('ready'));
    one.set(1, 0, 1, 1, 1);
    one.set(2, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1);
    one.set(4, 0, 0x5943, 1, 0x0102, 0x5059, 0x4d4f, 0x4430, 0x3031);
    one.set(4, 16, 245, 100, 20);
    await one.read(4, 18, 1);
    return one;
  }

  set(code: number, address: number, ...values: readonly number[]): void {
    this.#order(`set ${code} ${address} ${values.join(' ')}`);
  }

  noise(hex: string): void {
    this.#order(`noise ${hex}`);
  }

  async read(code: number, address: number, count: number): Promise<readonly number[]> {
    const begin = `${code} ${address} `;
    const before = this.lines.length;
    this.#order(`tell ${code} ${address} ${count}`);
    const told = (): string | undefined => this.lines.slice(before).find((line) => line.startsWith(begin));
    await until(() => told() !== undefined);
    return (told() ?? '').slice(begin.length).split(' ').map(Number);
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  #order(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }
}
