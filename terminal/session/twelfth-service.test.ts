import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SessionHarness } from './testing/harness.ts';

const FOLDER = join(import.meta.dirname, 'testing');

async function certificate(): Promise<SessionHarness> {
  return SessionHarness.create({}, {}, undefined, 'hh.certificate', FOLDER);
}

describe('a twelfth service', () => {
  it('is on the menu by its package alone, in its own words', async () => {
    const session = await certificate();
    await session.walk('menu');
    expect(session.view).toMatchObject({ kind: 'menu' });
    const tiles = session.view.kind === 'menu' ? session.view.body.tiles : [];
    expect(tiles.find((tile) => tile.service === 'hh.certificate')).toMatchObject({
      title: '户籍证明',
      domain: 'household',
      state: 'available',
    });
  });

  it('goes its whole way without a line of code: asked, decided, printed, told', async () => {
    const session = await certificate();
    session.answers = { purpose: 'bank' };
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'done', produced: 1, handedOver: 1, chargedFen: 0 });
    expect(session.office.item).toBe('simple');
    expect(session.hall.makers.sheets).toBe(1);
    expect(session.office.confirms).toMatchObject([{ outcome: 'done', sheets: 1 }]);
  });
});

describe('asking how a case stands', () => {
  it('takes the number and who he is, tells the node, and begins nothing', async () => {
    const session = await SessionHarness.create({}, {}, undefined, 'query.progress');
    await session.walk('review');
    expect(JSON.stringify(session.view)).toContain('审核通过');
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'done', produced: 0, chargedFen: 0 });
    expect(session.office.asked).toEqual(['exitEntry.case.find']);
    expect(session.office.bodies.at(-1)).toMatchObject({
      receiptNo: '440620261101900011',
      idNo: expect.stringMatching(/^\d{17}[\dX]$/u),
      purpose: 'progress',
    });
  });
});
