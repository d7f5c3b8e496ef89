import { describe, expect, it } from 'vitest';
import { SESSION_LIMITS } from './limits.table.ts';
import type { FaceMatcher } from './runner/ports.ts';
import { FakeHall } from './testing/fake-hall.ts';
import { SessionHarness } from './testing/harness.ts';

const FIGURES = { luminance: 120, variance: 900, digest: '00c0ffee' };
const GOOD = { kind: 'picture', subject: 'face', mime: 'image/jpeg', base64: 'AAAA', ...FIGURES, camera: 'ok' };

/** A session at its face step. `camera`: what the camera's device says; `passes`: what the matcher says, in turn. */
async function atFace(camera: FakeHall['camera'], passes: readonly boolean[] = []) {
  const hall = new FakeHall();
  hall.camera = camera;
  let matched = 0;
  const matcher: FaceMatcher = {
    kind: 'simulated',
    match: () => {
      matched += 1;
      return Promise.resolve({ ok: true, value: { score: 900, passed: passes[matched - 1] ?? true } });
    },
  };
  const session = await SessionHarness.create({}, { hall }, matcher);
  await session.walk('face');
  const leases = session.core.leases.size;
  return {
    session,
    hall,
    show: (over: object = {}) => session.touch({ ...GOOD, ...over }),
    face: () => (session.view.kind === 'face' ? session.view.body : session.view.kind),
    matches: () => matched,
    /** Leases that this step holds. */
    holds: () => session.core.leases.size - leases,
  };
}

describe('a picture at the face step', () => {
  it('is the page’s alone where the terminal has no camera device', async () => {
    const { hall, show, face, matches, holds } = await atFace('notFitted');
    await show({ camera: 'black' });
    expect(face()).toMatchObject({ camera: 'black' });
    await show();
    expect(face()).not.toMatchObject({ phase: 'live' });
    expect([hall.figures, matches(), holds()]).toEqual([[], 1, 0]);
  });

  it('is told to the camera’s device by its figures, and goes on to the matcher; the device is given back', async () => {
    const { session, hall, show, matches, holds } = await atFace('ok');
    await show();
    expect(session.view.kind).not.toBe('face');
    expect([hall.figures, matches(), holds()]).toEqual([[FIGURES], 1, 0]);
    await session.walk();
    expect(session.core.ended_).toMatchObject({ how: 'finished', propertyOut: true });
  });

  it.each([
    ['black', 'black'],
    ['covered', 'black'],
    ['frozen', 'frozen'],
  ] as const)('that the device calls %s is no pass and no try; the next good one goes on', async (says, shown) => {
    const { session, hall, show, face, matches } = await atFace(says);
    await show();
    expect(face()).toMatchObject({ phase: 'live', camera: shown, shotsLeft: SESSION_LIMITS.faceShots });
    // Nothing of it comes later either.
    await session.clock.advance(2 * SESSION_LIMITS.figuresMs);
    expect(face()).toMatchObject({ phase: 'live', camera: shown, shotsLeft: SESSION_LIMITS.faceShots });
    expect(matches()).toBe(0);
    hall.camera = 'ok';
    await show();
    expect([session.view.kind === 'face', matches()]).toEqual([false, 1]);
  });

  it('black pictures keep nobody waiting for ever: who has gone away gets the card back or leaves it', async () => {
    const { session, show } = await atFace('notFitted');
    for (let seconds = 0; seconds < 900 && session.core.ended_ === null; seconds += 3) {
      await show({ camera: 'black' });
      await session.clock.advance(3_000);
    }
    expect(session.core.ended_).toMatchObject({ how: 'timeout', propertyOut: true });
  });

  it('a device that is broken stops nobody', async () => {
    const { session, show, matches } = await atFace('fault');
    await show();
    expect([session.view.kind === 'face', matches()]).toEqual([false, 1]);
  });

  it('a device that is silent is not waited for, and what it says afterwards is of no picture', async () => {
    const { session, hall, show, face, matches, holds } = await atFace('silent', [false, true]);
    await show();
    await session.clock.advance(SESSION_LIMITS.figuresMs - 1);
    expect([face(), matches()]).toMatchObject([{ phase: 'live', camera: 'ok' }, 0]);
    await show();
    await session.clock.advance(1);
    expect([face(), matches(), hall.figures.length]).toMatchObject([{ phase: 'again' }, 1, 1]);
    await session.touch({ kind: 'again' });
    await show();
    session.runner.dispatch({ kind: 'read', key: 'figures 1', result: { ok: true, value: { state: 'black' } } });
    expect([face(), matches()]).toMatchObject([{ phase: 'live', camera: 'ok' }, 1]);
    await session.clock.advance(SESSION_LIMITS.figuresMs);
    expect([session.view.kind === 'face', matches(), holds()]).toEqual([false, 2, 0]);
  });

  it('the device hears of a blind camera too, but not of one that the page does not have', async () => {
    const { session, hall, show, face, matches } = await atFace('ok');
    await show({ camera: 'denied', base64: '', luminance: 0, variance: 0, digest: '' });
    await show({ camera: 'missing', base64: '', luminance: 0, variance: 0, digest: '' });
    expect(hall.figures).toEqual([]);
    await show({ camera: 'frozen', base64: '' });
    // What the device says of it changes nothing: the page itself called it blind.
    await session.clock.advance(2 * SESSION_LIMITS.figuresMs);
    expect(face()).toMatchObject({ phase: 'live', camera: 'frozen' });
    expect([hall.figures, matches()]).toEqual([[FIGURES], 0]);
  });

  it('a citizen who leaves while the device is asked leaves at once', async () => {
    const { session, show, matches, holds } = await atFace('silent');
    await show();
    expect(holds()).toBe(1);
    await session.touch({ kind: 'useWindow' });
    expect([session.view.kind === 'face', matches(), holds()]).toEqual([false, 0, 0]);
    await session.walk();
    expect(session.core.ended_).toMatchObject({ propertyOut: true });
  });
});
