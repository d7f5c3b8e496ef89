import { afterEach, describe, expect, it } from 'vitest';
import { CABINET_LIMITS } from './limits.table.ts';
import { CabinetBenches } from './testing/cabinet-bench.ts';
import { framed } from './testing/scripted-board.ts';

const EXCEPTION = (fn: number, code: number): Uint8Array => framed(1, fn | 0x80, code);

const benches = new CabinetBenches();
afterEach(() => benches.close());

describe('outputs', () => {
  it('a light: read, written once, read back; the read-back is the evidence', async () => {
    const { board, one } = await benches.ready();
    expect(await one.light('status', 'slowFlash')).toMatchObject({
      outcome: 'done',
      evidence: [{ kind: 'readBack', customerAccess: 'none', detail: 'light.status=slowFlash' }],
    });
    expect(board.heard).toEqual(['3 16/1', '16 16=2', '3 16/1']);
    board.heard.length = 0;
    expect(await one.light('inside', 'on')).toMatchObject({ outcome: 'done' });
    expect(board.heard).toEqual(['1 8/1', '5 8=1', '1 8/1']);
  });

  it.each([
    ['light', 'cellar', 'on', 'no light "cellar"; this model has inside, status, cardSlot, printer, payment'],
    ['light', 'inside', 'slowFlash', 'light "inside" has no slowFlash; this model has it with status, cardSlot'],
    ['lock', 'roof', true, 'no lock of a door "roof"; this model has front, back, service'],
  ] as const)('%s %s %s is refused, and the known names are said', async (what, name, state, message) => {
    const { board, one } = await benches.ready();
    const ended = what === 'light' ? await one.light(name, state) : await one.lock(name, state);
    expect(ended).toMatchObject({ outcome: 'notDone', fault: { code: 'unsupportedCommand', action: 'configuration' } });
    expect(ended.fault?.message).toContain(message);
    expect(board.heard).toEqual([]);
  });

  it('a write is never repeated: unanswered and read back as asked it is done', async () => {
    const { board, one } = await benches.ready();
    board.on('16 16=1', undefined);
    board.onRequest = (name) => {
      if (name === '16 16=1') board.set(3, 16, 1);
    };
    expect(await one.light('status', 'on')).toMatchObject({ outcome: 'done', evidence: [{ kind: 'readBack' }] });
    expect(board.heard.filter((name) => name === '16 16=1')).toHaveLength(1);
  });

  it('unanswered and read back as before it is not done', async () => {
    const { board, one } = await benches.ready();
    board.on('16 16=1', undefined);
    expect(await one.light('status', 'on')).toMatchObject({ outcome: 'notDone', fault: { code: 'timeOut' } });
    expect(board.heard.filter((name) => name === '16 16=1')).toHaveLength(1);
  });

  it('unanswered, and nothing can be read any more: unknown', async () => {
    const { board, one } = await benches.ready();
    board.on('16 16=1', undefined).on('3 16/1', 'own', undefined);
    expect(await one.light('status', 'on')).toMatchObject({
      outcome: 'unknown',
      fault: { code: 'timeOut' },
      evidence: [],
    });
    expect(one.states).toEqual(['offline']);
  });

  it('unplugged with the write: unknown', async () => {
    const { board, one } = await benches.ready();
    board.onRequest = (name) => {
      if (name === '16 16=1') board.unplug();
    };
    expect(await one.light('status', 'on')).toMatchObject({ outcome: 'unknown', fault: { code: 'offline' } });
  });

  it('answered and read back otherwise: unknown, a technician', async () => {
    const { board, one } = await benches.ready();
    board.on('16 16=1', framed(1, 16, 0, 16, 0, 1));
    expect(await one.light('status', 'on')).toMatchObject({
      outcome: 'unknown',
      fault: { code: 'hardwareError', action: 'maintenance', message: 'light.status=on: 0000 read back' },
      evidence: [],
    });
  });

  it.each([
    [2, 'notDone', 'EXCEPTION 02'],
    [3, 'notDone', 'EXCEPTION 03'],
    [4, 'notDone', 'EXCEPTION 04'],
    // Not carried out now, and it says so; the read-back agrees.
    [6, 'notDone', 'EXCEPTION 06'],
    // Taken, to be carried out later: whether it will be, nobody knows.
    [5, 'unknown', 'OUTPUT'],
  ])('exception %i to a write: %s', async (code, outcome, vendorCode) => {
    const { board, one } = await benches.ready();
    board.on('5 8=1', EXCEPTION(5, code));
    expect(await one.light('inside', 'on')).toMatchObject({ outcome, fault: { code: 'hardwareError', vendorCode } });
    expect(board.heard.filter((name) => name === '5 8=1')).toHaveLength(1);
  });

  it('an output that cannot be read is not written', async () => {
    const { board, one } = await benches.ready();
    board.on('1 8/1', EXCEPTION(1, 4));
    expect(await one.light('inside', 'on')).toMatchObject({
      outcome: 'notDone',
      fault: { vendorCode: 'EXCEPTION 04' },
    });
    expect(board.heard).toEqual(['1 8/1']);
  });

  it('without time nothing is written', async () => {
    const { board, one } = await benches.ready();
    board.on('1 8/1', undefined);
    expect(await one.light('inside', 'on', 100)).toMatchObject({ outcome: 'notDone', fault: { code: 'timeOut' } });
    expect(board.heard).toEqual(['1 8/1']);
  });

  it('a lock is done when its bolt is seen twice', async () => {
    const { board, one } = await benches.ready();
    const running = one.begin('setLock', { door: 'front', locked: false });
    await one.pass(500);
    board.set(2, 3, 0);
    expect(await one.run(running)).toMatchObject({
      outcome: 'done',
      evidence: [{ kind: 'readBack', detail: 'lock.front=unlocked' }],
    });
    expect(board.heard.slice(0, 3)).toEqual(['1 0/1', '5 0=0', '1 0/1']);
    expect(board.heard.filter((name) => name === '2 3/1').length).toBeGreaterThan(2);
    await one.pass(1_000);
    expect(one.told.at(-1)?.sensors).toMatchObject({ 'door.front': 'closed' });
  });

  it('a bolt that does not move: unknown, after its time', async () => {
    const { one } = await benches.ready();
    const began = one.clock.monoMs();
    expect(await one.lock('front', false)).toMatchObject({
      outcome: 'unknown',
      fault: { code: 'hardwareError', action: 'maintenance' },
      evidence: [],
    });
    expect(one.clock.monoMs() - began).toBeGreaterThanOrEqual(CABINET_LIMITS.boltMs);
  });

  it('a lock without a contact of its own: unknown, though its coil reads back', async () => {
    const { board, one } = await benches.ready();
    const ended = await one.lock('service', false);
    expect(ended).toMatchObject({ outcome: 'unknown', evidence: [] });
    expect(ended.fault?.message).toContain('no contact');
    expect(board.get(1, 2)).toBe(0);
  });

  it('a lease that ends while the bolt moves ends the wait', async () => {
    const { one } = await benches.ready();
    const running = one.begin('setLock', { door: 'front', locked: false });
    await one.pass(500);
    one.abort.abort();
    const began = one.clock.monoMs();
    expect(await one.run(running)).toMatchObject({ outcome: 'unknown', fault: { code: 'canceled' } });
    expect(one.clock.monoMs() - began).toBeLessThan(200);
  });
});
