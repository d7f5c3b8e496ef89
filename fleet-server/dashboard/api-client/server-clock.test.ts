import { describe, expect, it } from 'vitest';
import { ServerClock } from './server-clock.ts';

function clockAt(wallMs: number): { clock: ServerClock; pass(ms: number): void } {
  let mono = 1_000;
  return { clock: new ServerClock(() => mono, wallMs), pass: (ms) => (mono += ms) };
}

describe('the server’s time', () => {
  it('is the server’s even when this machine’s clock is a day off, and goes on between answers', () => {
    const { clock, pass } = clockAt(90_000_000);
    clock.sync(5_000_000);
    pass(250);
    expect(clock.now()).toBe(5_000_250);
  });

  it('is not pulled back by an answer that was long on its way, but follows a server that was set back', () => {
    const { clock, pass } = clockAt(0);
    clock.sync(5_000_000);
    pass(1_000);
    clock.sync(5_000_400);
    expect(clock.now()).toBe(5_001_000);
    clock.sync(4_000_000);
    expect(clock.now()).toBe(4_000_000);
  });

  it('knows until when silence means "nothing changed"', () => {
    const { clock, pass } = clockAt(0);
    clock.sync(5_000_000);
    expect([clock.knownUntil(5_000_000), clock.heardAt()]).toEqual([5_000_000, undefined]);
    pass(20_000);
    clock.heard();
    pass(30_000);
    expect(clock.knownUntil(5_000_000)).toBe(5_020_000);
  });
});
