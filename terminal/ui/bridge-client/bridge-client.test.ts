import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ToPage, View } from '@yimen/contracts/ui';
import { PAGE_LIMITS } from '../limits.table.ts';
import { fixtureView } from '../testing/fixtures.ts';
import { BridgeClient } from './bridge-client.ts';

/** A socket whose other end is the test. */
class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static readonly all: FakeSocket[] = [];
  readonly url: string;
  readonly said: { m: string; intent?: { kind: string; view: number } }[] = [];
  readyState = 0;

  constructor(url: string) {
    super();
    this.url = url;
    FakeSocket.all.push(this);
  }

  open(): void {
    this.readyState = FakeSocket.OPEN;
    this.dispatchEvent(new Event('open'));
  }

  tell(message: ToPage | string): void {
    const data = typeof message === 'string' ? message : JSON.stringify(message);
    this.dispatchEvent(new MessageEvent('message', { data }));
  }

  send(text: string): void {
    this.said.push(JSON.parse(text));
  }

  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.dispatchEvent(new Event('close'));
  }
}

/** Time that passes only when the test lets it. */
class HandClock {
  #now = 0;
  #timers: { at: number; fn: () => void }[] = [];
  wallMs = (): number => this.#now;
  monoMs = (): number => this.#now;
  after = (ms: number, fn: () => void): (() => void) => {
    const timer = { at: this.#now + ms, fn };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = next.at;
      next.fn();
    }
    this.#now = end;
  }
}

let clock: HandClock;
let bridge: BridgeClient;
let stop: () => void;

function viewOf(name: string, view: number): View {
  const found = fixtureView(name, { lang: 'en', view });
  if (found === undefined) throw new Error(`no fixture ${name}`);
  return found;
}

function socket(at: number): FakeSocket {
  const found = FakeSocket.all[at];
  if (found === undefined) throw new Error(`no socket ${at}`);
  return found;
}

function intents(at: number): unknown[] {
  return socket(at)
    .said.filter((message) => message.m === 'intent')
    .map((message) => message.intent);
}

beforeEach(async () => {
  FakeSocket.all.length = 0;
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('location', { origin: 'http://127.0.0.1:8080' });
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ token: 'once' })));
  clock = new HandClock();
  bridge = new BridgeClient(clock);
  stop = bridge.start();
  await vi.waitFor(() => socket(0));
  socket(0).open();
});

afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

describe('the bridge client', () => {
  it('says hello with its token and shows the view that comes', () => {
    expect(socket(0).said).toEqual([{ m: 'hello', v: 1, token: 'once' }]);
    socket(0).tell({ m: 'view', view: viewOf('attract/straight', 1) });
    expect(bridge.state).toMatchObject({ connection: 'open', shown: 1, view: { kind: 'attract' } });
  });

  it('names the view that a wish answers, and sends one wish a view', () => {
    socket(0).tell({ m: 'view', view: viewOf('attract/straight', 7) });
    bridge.send({ kind: 'start' });
    bridge.send({ kind: 'start' });
    expect(intents(0)).toEqual([{ kind: 'start', view: 7 }]);
    socket(0).tell({ m: 'view', view: viewOf('attract/straight', 8) });
    bridge.send({ kind: 'start' });
    expect(intents(0)).toEqual([
      { kind: 'start', view: 7 },
      { kind: 'start', view: 8 },
    ]);
  });

  it('lets the citizen ask again when no answer came', () => {
    socket(0).tell({ m: 'view', view: viewOf('attract/straight', 1) });
    bridge.send({ kind: 'start' });
    expect(bridge.state.isWaiting).toBe(true);
    clock.pass(PAGE_LIMITS.answerMs);
    expect(bridge.state.isWaiting).toBe(false);
    bridge.send({ kind: 'start' });
    expect(intents(0)).toHaveLength(2);
  });

  it('follows to the session, draws its views alone, and comes back when it is over', () => {
    socket(0).tell({ m: 'view', view: viewOf('attract/straight', 1) });
    socket(0).tell({ m: 'go', url: 'ws://127.0.0.1:9000/', token: 'session' });
    socket(1).open();
    expect(socket(1).said).toEqual([{ m: 'hello', v: 1, token: 'session' }]);
    socket(1).tell({ m: 'view', view: viewOf('start/straight', 1) });
    socket(0).tell({ m: 'view', view: viewOf('attract/someOff', 2) });
    expect(bridge.state.view?.kind).toBe('start');
    bridge.send({ kind: 'confirm' });
    expect(intents(1)).toEqual([{ kind: 'confirm', view: 1 }]);
    socket(1).tell({ m: 'over' });
    expect(bridge.state.view?.kind).toBe('attract');
  });

  it('is away while core is gone, sends nothing meanwhile, and tries again', async () => {
    socket(0).tell({ m: 'view', view: viewOf('attract/straight', 1) });
    socket(0).close();
    expect(bridge.state).toMatchObject({ connection: 'away', view: { kind: 'attract' } });
    bridge.send({ kind: 'start' });
    expect(intents(0)).toEqual([]);
    clock.pass(PAGE_LIMITS.retryMs);
    await vi.waitFor(() => socket(1));
    socket(1).open();
    expect(bridge.state.connection).toBe('open');
  });

  it('tells a process that keeps its socket and says nothing as away', () => {
    socket(0).tell({ m: 'view', view: viewOf('attract/straight', 1) });
    clock.pass(PAGE_LIMITS.silentMs + 2 * PAGE_LIMITS.beatMs);
    expect(bridge.state.connection).toBe('away');
  });

  it('gives the screen up to another page until somebody takes it back', async () => {
    socket(0).tell({ m: 'superseded' });
    expect(bridge.state.connection).toBe('superseded');
    clock.pass(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    bridge.takeBack();
    await vi.waitFor(() => socket(1));
  });

  it('answers a ping, and draws nothing that is not of the contract', () => {
    socket(0).tell({ m: 'ping', n: 4 });
    expect(socket(0).said.at(-1)).toEqual({ m: 'pong', n: 4 });
    socket(0).tell('{"m":"view","view":{"kind":"menu"}}');
    socket(0).tell('not json');
    expect(bridge.state.view).toBeNull();
  });
});
