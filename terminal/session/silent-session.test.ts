import { describe, expect, it } from 'vitest';
import type { Intent } from '@yimen/contracts/ui';
import { SessionHarness } from './testing/harness.ts';

/** Nobody does anything any more until it ends by itself. */
async function left(session: SessionHarness): Promise<void> {
  for (let minutes = 0; minutes < 30 && session.core.ended_ === null; minutes += 1) await session.clock.advance(60_000);
}

describe('F64 a session tells core whether anything was pressed after its beginning', () => {
  it('F64 nothing was: begun on the screen and ended by time', async () => {
    const session = await SessionHarness.create();
    await left(session);
    expect([session.core.ended_?.how, session.core.isUsed]).toEqual(['timeout', false]);
  });

  it('F64 a picture is taken by the page and is no press', async () => {
    const session = await SessionHarness.create();
    const picture: Intent = {
      view: session.view.view,
      kind: 'picture',
      subject: 'face',
      mime: 'image/jpeg',
      base64: 'AAAA',
      luminance: 90,
      variance: 900,
      digest: 'a',
      camera: 'ok',
    };
    session.runner.intent(picture);
    await left(session);
    expect([session.core.ended_?.how, session.core.isUsed]).toEqual(['timeout', false]);
  });

  it.each([{ kind: 'help' }, { kind: 'language', lang: 'en' }] as const)(
    'F64 one press is enough: %o',
    async (press) => {
      const session = await SessionHarness.create();
      await session.touch(press);
      await left(session);
      expect([session.core.ended_?.how, session.core.isUsed]).toEqual(['timeout', true]);
    },
  );

  it('F64 an answer to a view that is gone is none', async () => {
    const session = await SessionHarness.create();
    session.runner.intent({ kind: 'help', view: session.view.view + 1 });
    await left(session);
    expect(session.core.isUsed).toBe(false);
  });
});
