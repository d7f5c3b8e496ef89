// @vitest-environment happy-dom
import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serverClock } from '../api-client/queries.ts';
import { useStale } from '../freshness.ts';
import { PageContext } from '../page-context.ts';
import { Words } from '../text/words.ts';
import { Freshness } from './moment.tsx';
import { StateMark } from './state-mark.tsx';

const HEARD_AT = Date.UTC(2026, 10, 24, 6, 0, 0);
const terminal = { heardAt: HEARD_AT, state: 'inService' } as const;

function Tile() {
  const stale = useStale(terminal);
  return (
    <p>
      <StateMark state={terminal.state} stale={stale} /> <Freshness terminal={terminal} stale={stale} />
    </p>
  );
}

describe('a tile that nobody updates', () => {
  let root: Root;
  const place = document.createElement('div');

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
    serverClock.sync(HEARD_AT);
    root = createRoot(place);
  });

  afterEach(() => {
    act(() => root.unmount());
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('grows old by itself: seconds, then grey with "as of" and the last known state', () => {
    const facts = { words: new Words('en'), isLive: true, session: undefined };
    act(() =>
      root.render(
        <PageContext value={facts}>
          <Tile />
        </PageContext>,
      ),
    );
    expect(place.textContent).toBe('In service just now');
    act(() => void vi.advanceTimersByTime(61_000));
    expect(place.textContent).toMatch(/^In service 6[01] s ago$/);
    act(() => void vi.advanceTimersByTime(91_000));
    expect(place.textContent).toBe('Unknown as of 14:00:00 In service');
    expect(place.querySelector('.mark-unknown')).not.toBeNull();
    expect(place.querySelector('time')?.title).toBe('UTC 2026-11-24 06:00:00');
  });
});
