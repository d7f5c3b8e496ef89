import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('pace_oracle.py', import.meta.url));

/** The password as libeac takes it: its type (1 MRZ of three lines of 30, 2 CAN, 5 raw) and its bytes. */
export interface OraclePassword {
  readonly type: 1 | 2 | 5;
  readonly secret: Buffer;
}

/** `pace_oracle.py` as a process: lines out, lines in. It ends with `close`, whatever it is doing. */
export class PaceOracle {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  readonly #iterator: AsyncIterator<string>;
  #errors = '';

  constructor(role: 'terminal' | 'chip', cardAccess: Buffer, password: OraclePassword, files: readonly string[] = []) {
    const { type, secret } = password;
    this.#child = spawn('python3', [
      SCRIPT,
      role,
      cardAccess.toString('hex'),
      String(type),
      secret.toString('hex'),
      ...files,
    ]);
    this.#child.stderr.on('data', (chunk: Buffer) => (this.#errors += chunk.toString('utf8')));
    this.#lines = createInterface({ input: this.#child.stdout });
    this.#iterator = this.#lines[Symbol.asyncIterator]();
  }

  say(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** The next line; throws with what the script wrote to its error output when it ended. */
  async hear(): Promise<string> {
    const next = await this.#iterator.next();
    if (next.done === true) throw new Error(`the oracle ended: ${this.#errors}`);
    return next.value;
  }

  async close(): Promise<void> {
    this.#lines.close();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
