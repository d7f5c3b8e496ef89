import { afterEach, describe, expect, it } from 'vitest';
import { CABINET_LIMITS } from './limits.table.ts';
import { CabinetBenches } from './testing/cabinet-bench.ts';
import { framed, ScriptedBoard } from './testing/scripted-board.ts';

const IDENTITY = '4 0/7';
const INPUTS = '2 0/16';
const LATCH = '3 0/1';
const VALUES = '4 16/3';
const CONTACTS = [INPUTS, LATCH];
const LOOK = [...CONTACTS, ...CONTACTS, VALUES];
const INSPECT = [IDENTITY, ...LOOK];
const EXCEPTION = (fn: number, code: number): Uint8Array => framed(1, fn | 0x80, code);

const benches = new CabinetBenches();
afterEach(() => benches.close());

describe('tampering', () => {
  async function tampered() {
    const rig = await benches.ready();
    rig.board.set(3, 0, 1).set(2, 13, 0);
    await rig.one.pass(3 * CABINET_LIMITS.pollMs);
    expect(rig.one.states).toEqual(['fraudAttempt']);
    rig.one.told.length = 0;
    return rig;
  }

  it('is told at once, and stays when the contact is good again', async () => {
    const { board, one } = await tampered();
    board.set(2, 13, 1);
    await one.pass(2_000);
    expect(await one.status()).toMatchObject({
      device: 'fraudAttempt',
      action: 'maintenance',
      fault: { code: 'fraudAttempt', message: 'tampered: seismic' },
      sensors: { 'tamper.seismic': 'latched', 'tamper.lid': 'ok' },
    });
    expect(one.states).toEqual([]);
  });

  it('stays though the board forgets it, and over a lost line', async () => {
    const { board, one } = await tampered();
    board.set(2, 13, 1).set(3, 0, 0).unplug();
    await one.pass(20);
    expect(one.told.at(-1)).toMatchObject({
      device: 'offline',
      sensors: { 'tamper.seismic': 'latched', 'tamper.lid': 'unknown' },
    });
    expect(await one.status()).toMatchObject({ device: 'fraudAttempt', sensors: { 'tamper.seismic': 'latched' } });
    expect(one.states).toEqual(['offline', 'fraudAttempt']);
  });

  it('stays over a new driver by the board’s latch', async () => {
    const { board, one } = await tampered();
    board.set(2, 13, 1);
    await one.run(one.driver.close());
    expect(await benches.on(board.open).status()).toMatchObject({ device: 'fraudAttempt' });
  });

  it('reset to stay: only the latched bits are written, read back, and it is online again', async () => {
    const { board, one } = await tampered();
    board.set(2, 13, 1);
    board.heard.length = 0;
    expect(await one.reset('stay')).toMatchObject({ outcome: 'done' });
    expect(board.heard.filter((name) => name.startsWith('16 '))).toEqual(['16 1=1']);
    expect(await one.status()).toMatchObject({ device: 'online', sensors: { 'tamper.seismic': 'ok' } });
    expect(one.states).toEqual(['starting', 'online']);
  });

  it.each(['exit', 'retain'] as const)('reset to %s looks anew and leaves it', async (to) => {
    const { board, one } = await tampered();
    board.set(2, 13, 1);
    board.heard.length = 0;
    expect(await one.reset(to)).toMatchObject({ outcome: 'done' });
    expect(board.heard).toEqual(INSPECT);
    expect(await one.status()).toMatchObject({ device: 'fraudAttempt' });
  });

  it('reset while the contact is not good ends nothing', async () => {
    const { board, one } = await tampered();
    expect(await one.reset('stay')).toMatchObject({ outcome: 'notDone', fault: { code: 'fraudAttempt' } });
    expect(board.get(3, 0)).toBe(0);
    expect(await one.status()).toMatchObject({ device: 'fraudAttempt' });
  });

  it('reset that the board does not carry out, refuses, or does not answer', async () => {
    const { board, one } = await tampered();
    board.set(2, 13, 1);
    for (const reply of [framed(1, 16, 0, 1, 0, 1), undefined, EXCEPTION(16, 4)]) {
      board.on('16 1=1', reply);
      expect(await one.reset('stay')).toMatchObject({ outcome: 'notDone' });
      expect(await one.status()).toMatchObject({ device: 'fraudAttempt' });
    }
    board.off('16 1=1');
    expect(await one.reset('stay')).toMatchObject({ outcome: 'done' });
  });

  it('a reset does not end what nobody was told of before: that is told now', async () => {
    const board = new ScriptedBoard();
    board.set(3, 0, 4);
    const one = benches.on(board.open);
    expect(await one.reset('stay')).toMatchObject({ outcome: 'notDone', fault: { code: 'fraudAttempt' } });
    expect(board.get(3, 0)).toBe(4);
    expect(one.states).toEqual(['fraudAttempt']);
    expect(await one.reset('stay')).toMatchObject({ outcome: 'done' });
    expect(one.states).toEqual(['fraudAttempt', 'starting', 'online']);
  });

  it('a reset that was meant to bring a lost line back ends no tampering', async () => {
    const { board, one } = await tampered();
    board.set(2, 13, 1).unplug();
    await one.pass(20);
    expect(await one.reset('stay')).toMatchObject({ outcome: 'notDone', fault: { code: 'fraudAttempt' } });
    expect(board.get(3, 0)).toBe(1);
    expect(await one.status()).toMatchObject({ device: 'fraudAttempt' });
  });

  it('a second tampering that is found at the reset stays', async () => {
    const { board, one } = await tampered();
    board.set(2, 13, 1).set(3, 0, 3);
    expect(await one.reset('stay')).toMatchObject({ outcome: 'notDone', fault: { message: 'tampered: lid' } });
    expect(await one.status()).toMatchObject({ sensors: { 'tamper.seismic': 'ok', 'tamper.lid': 'latched' } });
  });

  it('lights can still be set: they say that it is out of service', async () => {
    const { one } = await tampered();
    expect(await one.light('status', 'slowFlash')).toMatchObject({ outcome: 'done' });
  });
});
