import { err } from '@yimen/contracts/base';
import { afterEach, describe, expect, it } from 'vitest';
import { offlineFault } from '../../driver-kit/device-faults.ts';
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

describe('order of requests', () => {
  it('a new line: who it is, then all inputs twice; nothing is written', async () => {
    const board = new ScriptedBoard();
    const one = benches.on(board.open);
    await one.status();
    expect(board.heard).toEqual(INSPECT);
    expect(one.states).toEqual(['online']);
  });

  it('describes model, serial number and firmware', async () => {
    const one = benches.on(new ScriptedBoard().open);
    expect(await one.run(one.driver.describe())).toMatchObject({
      ok: true,
      value: { model: 'yimen-cabinet-1', serial: 'CAB00017', firmware: '1.2', evidence: ['readBack'] },
    });
  });

  it('idle: contacts and latch every poll, slow values now and then, and never two requests at once', async () => {
    const { board, one } = await benches.ready();
    await one.pass(CABINET_LIMITS.pollMs * CABINET_LIMITS.slowPolls * 2 + 500);
    const polls = board.heard.filter((name) => name === INPUTS).length;
    expect(polls).toBeGreaterThanOrEqual(CABINET_LIMITS.slowPolls + 4);
    expect(board.heard.filter((name) => name === LATCH)).toHaveLength(polls);
    const slow = board.heard.filter((name) => name === VALUES).length;
    expect(slow).toBeGreaterThan(0);
    expect(slow).toBeLessThanOrEqual(polls / CABINET_LIMITS.slowPolls);
    expect(board.overlaps).toBe(0);
  });

  it('many callers at once: one request at a time, each with its own answer', async () => {
    const { board, one } = await benches.ready();
    const all = await one.run(
      Promise.all([
        one.driver.read('sensors', 10_000, {}, one.abort.signal),
        one.begin('setLight', { light: 'status', state: 'on' }),
        one.driver.read('power', 10_000, {}, one.abort.signal),
        one.begin('setLight', { light: 'inside', state: 'on' }),
        one.driver.status(0),
      ]),
    );
    expect(all[0]).toMatchObject({ ok: true, value: { doors: { front: 'locked' } } });
    expect(all[1]).toMatchObject({ outcome: 'done' });
    expect(all[2]).toMatchObject({ ok: true, value: { ups: 'powering', chargePercent: 100, minutesLeft: 20 } });
    expect(all[3]).toMatchObject({ outcome: 'done' });
    expect(board.overlaps).toBe(0);
  });

  it('the bus is silent between an answer and the next request', async () => {
    const { board, one } = await benches.ready();
    const moments: number[] = [];
    board.onRequest = () => moments.push(one.clock.monoMs());
    await one.read('sensors');
    for (let at = 1; at < moments.length; at += 1)
      expect((moments[at] ?? 0) - (moments[at - 1] ?? 0)).toBeGreaterThanOrEqual(CABINET_LIMITS.turnaroundMs);
  });

  it('on a slow line it is silent for longer, and an answer may take longer', async () => {
    const board = new ScriptedBoard();
    const one = benches.on(board.open, { options: { baud: 1_200 } });
    const moments: number[] = [];
    board.onRequest = () => moments.push(one.clock.monoMs());
    await one.status();
    // 3.5 characters of 11 bits.
    expect((moments[1] ?? 0) - (moments[0] ?? 0)).toBeGreaterThanOrEqual(33);
    board.on(INPUTS, undefined, 'own');
    board.onRequest = (name) => {
      if (name === INPUTS && board.heard.at(-2) !== INPUTS)
        one.clock.after(CABINET_LIMITS.answerMs + 60, () => board.say(framed(1, 2, 2, 0x1f, 0xf2)));
    };
    expect(await one.read('sensors')).toMatchObject({ ok: true });
  });

  it('status that is young enough asks nothing', async () => {
    const { board, one } = await benches.ready();
    await one.status(1_000);
    expect(board.heard).toEqual([]);
    await one.status(0);
    expect(board.heard).toEqual(LOOK);
  });

  it('the self-test reads everything, outputs too, and writes nothing', async () => {
    const { board, one } = await benches.ready();
    expect(await one.selfTest()).toMatchObject({ outcome: 'done', value: { serial: 'CAB00017', firmware: '1.2' } });
    expect(board.heard).toEqual([...INSPECT, '1 0/3', '1 8/1', '3 16/4']);
    board.on('3 16/4', EXCEPTION(3, 4));
    expect(await one.selfTest()).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'hardwareError', vendorCode: 'EXCEPTION 04' },
    });
  });
});

describe('answers that do not come, or not as they should', () => {
  it('a read is asked once more, after a silence in which a late answer is no one’s', async () => {
    const { board, one } = await benches.ready();
    board.on(INPUTS, undefined, 'own');
    const moments: number[] = [];
    board.onRequest = (name) => {
      moments.push(one.clock.monoMs());
      if (moments.length === 1) one.clock.after(CABINET_LIMITS.answerMs + 300, () => board.say(framed(1, 2, 2, 0, 0)));
      expect(name).not.toBe('');
    };
    expect(await one.read('sensors')).toMatchObject({ ok: true, value: { doors: { front: 'locked' } } });
    expect(board.heard.slice(0, 3)).toEqual([INPUTS, INPUTS, LATCH]);
    expect((moments[1] ?? 0) - (moments[0] ?? 0)).toBeGreaterThanOrEqual(
      CABINET_LIMITS.answerMs + CABINET_LIMITS.lateMs,
    );
    await one.run(one.driver.close());
    expect(one.log.find(({ line }) => line === 'bus closed')?.fields).toMatchObject({ lateAnswers: 1 });
  });

  it('twice nothing: offline, everything unknown, told once; the line is made anew', async () => {
    const { board, one } = await benches.ready();
    board.on(INPUTS, undefined);
    for (let n = 0; n < 3; n += 1)
      expect(await one.status()).toMatchObject({
        device: 'offline',
        source: 'stale',
        fault: { code: 'timeOut' },
        sensors: { 'door.front': 'unknown', keySwitch: 'unknown', ups: 'unknown' },
      });
    expect(one.states).toEqual(['offline']);
    expect(board.heard.filter((name) => name === INPUTS)).toHaveLength(6);
    board.off(INPUTS);
    expect(await one.status()).toMatchObject({ device: 'online', sensors: { 'door.front': 'locked' } });
    expect(one.states).toEqual(['offline', 'starting', 'online']);
    expect(board.opens).toBe(4);
  });

  it('a poll that gets nothing is how it is known that the board is gone', async () => {
    const { board, one } = await benches.ready();
    board.on(INPUTS, undefined);
    await one.pass(CABINET_LIMITS.pollMs + 2_000);
    expect(one.told).toMatchObject([{ device: 'offline', sensors: { 'door.front': 'unknown' } }]);
    // Whoever asks next tries anew; nobody polls a line that is not there.
    const heard = board.heard.length;
    await one.pass(5_000);
    expect(board.heard).toHaveLength(heard);
  });

  it('an unplugged line is known at once, and doors are unknown', async () => {
    const { board, one } = await benches.ready();
    board.unplug();
    await one.pass(20);
    expect(one.told).toMatchObject([{ device: 'offline', source: 'stale', sensors: { 'door.front': 'unknown' } }]);
  });

  it.each([
    ['another unit', framed(2, 2, 2, 0, 0)],
    ['another function', framed(1, 1, 2, 0, 0)],
    ['another length', framed(1, 2, 1, 0)],
    ['a bad CRC', framed(1, 2, 2, 0, 0).map((byte, at) => (at === 6 ? byte ^ 1 : byte))],
    ['half a frame', framed(1, 2, 2, 0, 0).slice(0, 4)],
    ['garbage', Uint8Array.of(0xff, 0x00, 0x55)],
  ])('%s is no answer: asked again, and never believed', async (_, reply) => {
    const { board, one } = await benches.ready();
    board.on(INPUTS, reply, 'own');
    expect(await one.read('sensors')).toMatchObject({ ok: true, value: { doors: { front: 'locked' } } });
    expect(board.heard.filter((name) => name === INPUTS)).toHaveLength(3);
  });

  it('noise before the answer costs nothing', async () => {
    const { board, one } = await benches.ready();
    const answer = framed(1, 2, 2, 0x1f, 0xf2);
    board.on(INPUTS, Uint8Array.of(0x00, 0xff, ...answer), 'own');
    expect(await one.read('sensors')).toMatchObject({ ok: true, value: { doors: { front: 'locked' } } });
    expect(board.heard).toEqual(LOOK);
  });

  it('the tail of an answer that was torn does not spoil the next one', async () => {
    const { board, one } = await benches.ready();
    board.on(INPUTS, framed(1, 2, 2, 0x1f, 0xf2).slice(0, 3), 'own');
    board.onRequest = (name) => {
      if (name === LATCH) expect(board.heard.filter((heard) => heard === INPUTS).length).toBeGreaterThan(1);
    };
    expect(await one.read('sensors')).toMatchObject({ ok: true, value: { doors: { front: 'locked' } } });
  });

  it('a caller without time gets no answer, and the board is not called dead for it', async () => {
    const { board, one } = await benches.ready();
    board.on(INPUTS, undefined);
    expect(await one.read('sensors', 200)).toMatchObject({ ok: false, error: { code: 'timeOut', action: 'suspend' } });
    board.off(INPUTS);
    expect(one.states).toEqual([]);
    expect(board.opens).toBe(1);
    expect(await one.read('sensors')).toMatchObject({ ok: true });
  });

  it('busy: asked once more; busy again: the sensors of that block are unknown', async () => {
    const { board, one } = await benches.ready();
    board.on(INPUTS, EXCEPTION(2, 6), 'own');
    expect(await one.read('sensors')).toMatchObject({ ok: true, value: { doors: { front: 'locked' } } });
    board.on(INPUTS, EXCEPTION(2, 6));
    expect(await one.read('sensors')).toMatchObject({
      ok: true,
      value: { doors: { front: 'unknown' }, callButton: 'unknown', temperatureC: { inside: 24.5 } },
    });
    expect(one.states.at(-1)).toBe('hardwareError');
  });

  it('a block that is refused: unknown, never closed; a technician; and back by way of starting', async () => {
    const { board, one } = await benches.ready();
    board.on(INPUTS, EXCEPTION(2, 4));
    expect(await one.status()).toMatchObject({
      device: 'hardwareError',
      action: 'maintenance',
      fault: { vendorCode: 'EXCEPTION 04' },
      sensors: { 'door.front': 'unknown', 'tamper.lid': 'unknown', 'temperature.inside': 'normal' },
    });
    board.off(INPUTS);
    await one.status();
    expect(await one.status()).toMatchObject({ device: 'online', sensors: { 'door.front': 'locked' } });
    expect(one.states).toEqual(['hardwareError', 'starting', 'online']);
  });

  it('a line that does not open', async () => {
    const one = benches.on(async () => err(offlineFault('no cable')));
    expect(await one.status()).toMatchObject({ device: 'offline', fault: { message: 'no cable' } });
    expect(await one.light('status', 'on')).toMatchObject({ outcome: 'notDone', fault: { code: 'offline' } });
  });
});

describe('sensors', () => {
  it('a door that opens is told by itself, within two polls, and is no fault', async () => {
    const { board, one } = await benches.ready();
    board.set(2, 0, 0);
    await one.pass(3 * CABINET_LIMITS.pollMs);
    expect(one.told).toEqual([{ sensors: expect.objectContaining({ 'door.front': 'open', 'door.back': 'locked' }) }]);
    expect(await one.status(1_000)).toMatchObject({ device: 'online' });
  });

  it('a contact that bounces once is not told', async () => {
    const { board, one } = await benches.ready();
    let reads = 0;
    board.onRequest = (name) => {
      if (name === INPUTS) board.set(2, 0, (reads += 1) === 2 ? 0 : 1);
    };
    await one.pass(8 * CABINET_LIMITS.pollMs);
    expect(reads).toBeGreaterThan(3);
    expect(one.told).toEqual([]);
  });

  it('mains gone, battery low, mains back', async () => {
    const { board, one } = await benches.ready();
    const told = async (): Promise<unknown> => {
      await one.pass(4 * CABINET_LIMITS.pollMs);
      return one.told.at(-1)?.sensors?.['ups'];
    };
    board.set(2, 9, 0);
    expect(await told()).toBe('engaged');
    board.set(2, 10, 1).set(4, 17, 12).set(4, 18, 0xffff);
    expect(await told()).toBe('low');
    expect(await one.read('power')).toEqual({ ok: true, value: { ups: 'low', chargePercent: 12, minutesLeft: 3 } });
    board.set(2, 9, 1).set(2, 10, 0).set(2, 11, 1);
    expect(await told()).toBe('recovered');
    board.set(2, 12, 0);
    expect(await told()).toBe('unknown');
    expect(one.states).toEqual([]);
  });
});

describe('who it is', () => {
  it.each([
    ['another map', 0, 0x1234, 'mark "map" 5943 expected, 1234 read'],
    ['another version', 1, 2, 'mark "version" 0001 expected, 0002 read'],
  ])('%s is not used', async (_, address, value, message) => {
    const board = new ScriptedBoard();
    board.set(4, address, value);
    const one = benches.on(board.open);
    expect(await one.status()).toMatchObject({
      device: 'hardwareError',
      action: 'configuration',
      fault: { code: 'configuration', message },
      sensors: { 'door.front': 'unknown' },
    });
    expect(await one.light('status', 'on')).toMatchObject({ outcome: 'notDone', fault: { code: 'configuration' } });
    expect(board.heard.filter((name) => name !== IDENTITY)).toEqual([]);
    board.set(4, address, address === 0 ? 0x5943 : 1);
    expect(await one.status()).toMatchObject({ device: 'online' });
  });

  it('a board that refuses to say who it is, and another serial number, are not used', async () => {
    const refusing = new ScriptedBoard();
    refusing.on(IDENTITY, EXCEPTION(4, 2));
    expect(await benches.on(refusing.open).status()).toMatchObject({
      device: 'hardwareError',
      fault: { vendorCode: 'EXCEPTION 02' },
    });
    const other = benches.on(new ScriptedBoard().open, { expectSerial: 'CAB00018' });
    expect(await other.status()).toMatchObject({ fault: { code: 'configuration' } });
    expect(await benches.on(new ScriptedBoard().open, { expectSerial: 'CAB00017' }).status()).toMatchObject({
      device: 'online',
    });
  });

  it('a unit that is not there is silence', async () => {
    const board = new ScriptedBoard();
    const one = benches.on(board.open, { options: { unit: 7 } });
    expect(await one.status()).toMatchObject({ device: 'offline', fault: { code: 'timeOut' } });
    expect(board.heard).toEqual([`${IDENTITY}@7`, `${IDENTITY}@7`]);
    board.unit = 7;
    expect(await one.status()).toMatchObject({ device: 'online' });
  });
});
