import { WebSocket } from 'ws';
import { toPageSchema, type Intent, type ToPage, type View } from '@yimen/contracts/ui';

/** A page without a browser: fetches its token, says hello, keeps what it is told, answers pings. */
export class TestPage {
  readonly messages: ToPage[] = [];
  closed: number | undefined;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      const message = toPageSchema.parse(JSON.parse(data.toString('utf8')));
      if (message.m === 'ping') socket.send(JSON.stringify({ m: 'pong', n: message.n }));
      this.messages.push(message);
      for (const wake of this.#waiting) wake();
    });
    socket.on('close', (code) => {
      this.closed = code;
      for (const wake of this.#waiting) wake();
    });
    socket.on('error', () => undefined);
  }

  static async open(port: number, given: { token?: string; origin?: string } = {}): Promise<TestPage> {
    const origin = given.origin ?? `http://127.0.0.1:${port}`;
    const token = given.token ?? (await TestPage.token(port));
    const socket = new WebSocket(`ws://127.0.0.1:${port}/bridge`, { origin });
    const page = new TestPage(socket);
    socket.on('open', () => socket.send(JSON.stringify({ m: 'hello', v: 1, token })));
    return page;
  }

  static async token(port: number): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${port}/bridge-token`, {
      headers: { origin: `http://127.0.0.1:${port}` },
    });
    return ((await answer.json()) as { token: string }).token;
  }

  get view(): View | undefined {
    return this.messages.findLast((message) => message.m === 'view')?.view;
  }

  get goes(): Extract<ToPage, { m: 'go' }>[] {
    return this.messages.filter((message) => message.m === 'go');
  }

  /** Resolves when it is so, looking after each message and at the end. */
  async until(isSo: (page: this) => boolean): Promise<void> {
    while (!isSo(this)) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }

  shows(kind: View['kind']): Promise<void> {
    return this.until(
      (page) =>
        page.messages.findLast((message) => message.m === 'view' || message.m === 'go')?.m === 'view' &&
        page.view?.kind === kind,
    );
  }

  /** An intent that answers the view that is shown. */
  intend(intent: Record<string, unknown>): void {
    this.say({ m: 'intent', intent: { view: this.view?.view ?? 0, ...intent } as Intent });
  }

  say(message: unknown): void {
    this.#socket.send(JSON.stringify(message));
  }

  close(): void {
    this.#socket.close();
  }
}
