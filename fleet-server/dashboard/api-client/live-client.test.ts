import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { FEED_STALE_MS, LiveClient, type LiveChange } from './live-client.ts';

class FakeSource extends EventTarget {
  isClosed = false;

  close(): void {
    this.isClosed = true;
  }

  say(kind: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(data) }));
  }
}

function startClient() {
  const clock = new ManualClock();
  const sources: FakeSource[] = [];
  const heard: string[] = [];
  const client = new LiveClient(
    {
      changed: (changes: readonly LiveChange[]) =>
        void heard.push(`changed ${changes.map((change) => change.tid).join(',')}`),
      resync: () => void heard.push('resync'),
      heartbeat: (now) => void heard.push(`heartbeat ${now}`),
      state: (isOpen) => void heard.push(isOpen ? 'open' : 'lost'),
    },
    {
      open: () => {
        const source = new FakeSource();
        sources.push(source);
        return source as unknown as EventSource;
      },
      after: (ms, fn) => clock.after(ms, fn),
      random: () => 1,
    },
  );
  return { clock, sources, heard, client };
}

describe('the live client', () => {
  it('reads everything at the first word, then what changed', () => {
    const { sources, heard } = startClient();
    sources[0]?.say('heartbeat', { now: 5 });
    sources[0]?.say('changed', { changes: [{ what: 'terminal', tid: 'A' }] });
    sources[0]?.say('heartbeat', { now: 6 });
    expect(heard).toEqual(['open', 'heartbeat 5', 'resync', 'changed A', 'heartbeat 6']);
  });

  it('reconnects after 1, 2, 4 … 30 s, tells of the loss once a loss, and reads everything again', async () => {
    const { clock, sources, heard } = startClient();
    sources[0]?.say('heartbeat', { now: 5 });
    heard.length = 0;
    for (const waitMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      const source = sources.at(-1);
      source?.dispatchEvent(new Event('error'));
      source?.dispatchEvent(new Event('error'));
      const before = sources.length;
      await clock.advance(waitMs - 1);
      expect(sources).toHaveLength(before);
      await clock.advance(1);
      expect(sources).toHaveLength(before + 1);
      expect(source?.isClosed).toBe(true);
    }
    sources.at(-1)?.say('heartbeat', { now: 9 });
    expect(heard.slice(-3)).toEqual(['open', 'heartbeat 9', 'resync']);
    expect(heard.filter((word) => word === 'lost')).toHaveLength(7);
  });

  it('notices a feed that fell silent without an error', async () => {
    const { clock, sources, heard } = startClient();
    sources[0]?.say('heartbeat', { now: 5 });
    await clock.advance(FEED_STALE_MS);
    expect(heard).not.toContain('lost');
    await clock.advance(5_000);
    expect(heard.at(-1)).toBe('lost');
    expect(sources[0]?.isClosed).toBe(true);
  });

  it('does not wait when it is told that the network is back, and has one connection only', async () => {
    const { clock, sources, client } = startClient();
    client.retryNow();
    expect(sources).toHaveLength(1);
    sources[0]?.dispatchEvent(new Event('error'));
    client.retryNow();
    client.retryNow();
    expect(sources).toHaveLength(2);
    await clock.advance(1_000);
    expect(sources).toHaveLength(2);
  });

  it('is quiet once closed', async () => {
    const { clock, sources, heard, client } = startClient();
    client.close();
    sources[0]?.dispatchEvent(new Event('error'));
    await clock.advance(120_000);
    expect(heard).toEqual([]);
    expect(clock.waiting).toBe(0);
  });
});
