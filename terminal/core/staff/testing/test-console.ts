import { WebSocket } from 'ws';
import {
  toConsoleSchema,
  type ConsoleState,
  type StaffAnswer,
  type StaffWish,
  type ToConsole,
} from '@yimen/contracts/terminal';

/** A console without a browser: fetches its token, says hello, keeps what it is told, answers pings. */
export class TestConsole {
  readonly messages: ToConsole[] = [];
  closed: number | undefined;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();
  #n = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    const wake = (): void => {
      for (const fn of this.#waiting) fn();
    };
    socket.on('message', (data: Buffer) => {
      const message = toConsoleSchema.parse(JSON.parse(data.toString('utf8')));
      if (message.m === 'ping') this.say({ m: 'pong', n: message.n });
      this.messages.push(message);
      wake();
    });
    socket.on('close', (code) => {
      this.closed = code;
      wake();
    });
    socket.on('error', () => undefined);
  }

  static async open(port: number, given: { token?: string; origin?: string } = {}): Promise<TestConsole> {
    const origin = given.origin ?? `http://127.0.0.1:${port}`;
    const token = given.token ?? (await TestConsole.token(port));
    const socket = new WebSocket(`ws://127.0.0.1:${port}/console`, { origin });
    const page = new TestConsole(socket);
    socket.on('open', () => page.say({ m: 'hello', v: 1, token }));
    return page;
  }

  static async token(port: number): Promise<string> {
    const origin = `http://127.0.0.1:${port}`;
    const answer = await fetch(`${origin}/console-token`, { headers: { origin } });
    if (!answer.ok) throw new Error(`no token: ${answer.status}`);
    return ((await answer.json()) as { token: string }).token;
  }

  get state(): ConsoleState | undefined {
    return this.messages.findLast((message) => message.m === 'state')?.state;
  }

  say(message: unknown): void {
    this.#socket.send(JSON.stringify(message));
  }

  async wish(wish: StaffWish): Promise<StaffAnswer> {
    this.#n += 1;
    const n = this.#n;
    this.say({ m: 'wish', n, wish });
    const answer = (): ToConsole | undefined =>
      this.messages.find((message) => message.m === 'answer' && message.n === n);
    await this.until(() => answer() !== undefined);
    const found = answer();
    if (found?.m !== 'answer') throw new Error(`closed with ${this.closed ?? 'nothing'}`);
    return found.answer;
  }

  /** Resolves when it is so, or the socket is closed, looking after each message. */
  async until(isSo: (page: this) => boolean): Promise<void> {
    while (!isSo(this) && this.closed === undefined) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }

  close(): void {
    this.#socket.terminate();
  }
}
