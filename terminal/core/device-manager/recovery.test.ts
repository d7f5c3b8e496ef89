import { afterEach, describe, expect, it } from 'vitest';
import type { DeviceStatus, Fault } from '@yimen/contracts/device';
import type { DeviceManagerOptions } from './index.ts';
import { BIN } from './testing/fake-device-host.ts';
import { ManagerBench } from './testing/manager-bench.ts';

const MINUTE = 60_000;
let bench: ManagerBench;
afterEach(() => {
  bench.close();
});

async function open(options: Partial<DeviceManagerOptions> = {}): Promise<ManagerBench> {
  bench = new ManagerBench(options);
  await bench.start();
  return bench;
}

function failed(action: Fault['action'], more: Partial<DeviceStatus> = {}): Partial<DeviceStatus> {
  return { device: 'hardwareError', fault: { code: 'hardwareError', message: 'x', action }, action, ...more };
}

const WELL: Partial<DeviceStatus> = { device: 'online', fault: undefined, action: undefined, source: 'reported' };
const resets = (): unknown[] => bench.host.calls.filter((call) => call.call === 'reset').map((call) => call.to);
const reopened = (): number => bench.host.calls.filter((call) => call.call === 'reopen').length;

describe('a device that is not well', () => {
  it('climbs what this machine has, says what it has not, and is out of service under an incident number', async () => {
    await open();
    bench.host.set('card-unit', failed('reset'));
    await bench.pass(5 * MINUTE);
    expect(bench.steps()).toEqual([
      ...Array<string>(3).fill('L1 done'),
      ...Array<string>(3).fill('L2 done'),
      'L3 done',
      'L4 skipped.unsupported',
      'L5 skipped.unsupported',
      'L6 skipped.unsupported',
      'L7 skipped.unsupported',
    ]);
    // Nothing is inside: it is brought to rest where it is.
    expect(resets()).toEqual(['stay', 'stay', 'stay']);
    const [out] = bench.manager.outOfService();
    expect(out).toMatchObject({ device: 'card-unit' });
    expect(bench.rows('device-held')).toMatchObject([
      { module: 'cardUnit', why: 'ladder', state: 'begun', number: out?.incident },
    ]);
    expect(bench.manager.problemOf('card-unit')).toBe('hardwareError');
    expect(bench.manager.problemOf('receipt-printer')).toBeUndefined();

    bench.host.set('card-unit', WELL);
    expect(bench.manager.outOfService()).toEqual([]);
    expect(bench.rows('device-held').at(-1)).toMatchObject({ state: 'ended', number: out?.incident });
    expect(bench.manager.problemOf('card-unit')).toBeUndefined();
  });

  it('that heals by itself within seconds is not touched', async () => {
    await open();
    bench.host.set('card-unit', failed('reset'));
    await bench.pass(4_000);
    bench.host.set('card-unit', WELL);
    await bench.pass(5 * MINUTE);
    expect(bench.rows('recovery-step')).toEqual([]);
  });

  it('stops climbing as soon as it is well', async () => {
    await open();
    bench.host.set('receipt-printer', failed('reset'));
    await bench.pass(20_000);
    bench.host.set('receipt-printer', WELL);
    const before = bench.rows('recovery-step').length;
    await bench.pass(10 * MINUTE);
    expect(before).toBeGreaterThan(0);
    expect(bench.rows('recovery-step').length - before).toBeLessThanOrEqual(1);
  });

  it('has every effect intended before it is made, and none is made twice under one id', async () => {
    await open();
    bench.host.set('card-unit', failed('reset'));
    await bench.pass(5 * MINUTE);
    const intended = bench.rows('operation-intended').map((row) => row['operationId']);
    expect(new Set(intended).size).toBe(3);
    const asked = bench.host.calls.flatMap((call) => (call.call === 'reset' ? [call.op.operationId] : []));
    expect(asked).toEqual(intended);
    expect(bench.host.calls.filter((call) => call.call === 'release')).toHaveLength(3);
  });

  it('whose line is gone is not reset (nobody would hear it), and gets a new way', async () => {
    await open();
    bench.host.deaf.add('payment-terminal');
    bench.host.set('payment-terminal', failed('reset', { device: 'offline', source: 'stale' }));
    await bench.pass(5 * MINUTE);
    expect(bench.steps('paymentTerminal')).toEqual([
      ...Array<string>(3).fill('L1 notDone'),
      'L2 skipped.deaf',
      'L3 notDone',
      'L4 skipped.unsupported',
      'L5 skipped.unsupported',
      'L6 skipped.unsupported',
      'L7 skipped.unsupported',
    ]);
    expect(resets()).toEqual([]);
  });
});

describe('a card inside', () => {
  it('goes into the bin by the reset, under an incident number, and never to the exit', async () => {
    await open();
    bench.host.set('card-unit', failed('reset', { media: 'jammed' }));
    await bench.pass(30_000);
    expect(resets()[0]).toBe('retain');
    expect(resets()).not.toContain('exit');
    expect(bench.rows('incident')).toMatchObject([{ state: 'opened', stop: 'card-held' }]);
    expect(bench.rows('goods-moved')).toMatchObject([{ item: 'card', to: 'retainBin', outcome: 'done' }]);
  });

  it('stays when the bin is full: no reset, and nothing that cuts its power', async () => {
    const cut: string[] = [];
    await open({
      hands: {
        resetUsbPort: (device) => Promise.resolve((cut.push(device), 'done')),
        cyclePower: (device) => Promise.resolve((cut.push(device), 'done')),
      },
    });
    bench.host.set(
      'card-unit',
      failed('reset', { media: 'jammed', units: { bin: { ...BIN, replenishment: 'full' } } }),
    );
    await bench.pass(5 * MINUTE);
    expect(bench.steps()).toEqual([
      ...Array<string>(3).fill('L1 done'),
      'L2 skipped.noDestination',
      'L3 done',
      'L4 skipped.unsupported',
      'L5 skipped.mediaInside',
      'L6 skipped.mediaInside',
      'L7 skipped.unsupported',
    ]);
    expect([resets(), cut]).toEqual([[], []]);
  });

  it('found at the start is not put into a full bin, nor tried when resets are spent', async () => {
    bench = new ManagerBench();
    bench.host.set('card-unit', { media: 'present', units: { bin: { ...BIN, replenishment: 'full' } } });
    await bench.start();
    expect(await bench.manager.putAwayFound()).toBe(false);
    expect([resets(), bench.manager.problemOf('card-unit')]).toEqual([[], 'mediaInside']);

    bench.host.set('card-unit', { units: { bin: BIN } });
    bench.host.outcome = 'notDone';
    expect(await bench.manager.putAwayFound()).toBe(false);
    expect(await bench.manager.putAwayFound()).toBe(false);
    expect(resets()).toHaveLength(6);
    expect(await bench.manager.putAwayFound()).toBe(false);
    expect(resets()).toHaveLength(6);
    expect(bench.steps().at(-1)).toBe('L2 skipped.spent');
  });

  it('that a reset did not free waits for hands; what is left of the resets is for afterwards', async () => {
    bench = new ManagerBench();
    bench.host.set('card-unit', { device: 'hardwareError', media: 'jammed', units: { bin: BIN } });
    bench.host.outcome = 'notDone';
    await bench.start();
    for (let looks = 0; looks < 5; looks += 1) expect(await bench.manager.putAwayFound()).toBe(false);
    expect(resets()).toEqual(['retain']);
    bench.host.outcome = 'done';
    bench.host.set('card-unit', { device: 'online', media: 'entering' });
    expect(await bench.manager.putAwayFound()).toBe(true);
    expect(resets()).toEqual(['retain', 'retain']);
  });

  it('in a printer that works again after its reset is put away too', async () => {
    await open();
    bench.host.set('endorsement-printer', failed('reset', { media: 'present' }));
    const stop = bench.journal.onAppended((rows) => {
      // The reset clears what was wrong; the card is still inside.
      if (rows.some((row) => row.kind === 'operation-ended' && row.body.includes('"step":"recovery"')))
        bench.host.set('endorsement-printer', { ...WELL, media: 'present' });
    });
    await bench.pass(MINUTE);
    stop();
    expect(bench.host.binCount).toBe(1);
    expect(bench.manager.holders()).toEqual([]);
  });
});

describe('who must act', () => {
  it.each(['clear', 'maintenance', 'configuration'] as const)(
    '%s: only asked, until a person was there',
    async (action) => {
      await open();
      bench.host.set('card-unit', failed(action));
      await bench.pass(60 * MINUTE);
      expect(new Set(bench.rows('recovery-step').map((row) => row['rung']))).toEqual(new Set(['L1']));
      expect(bench.steps().length).toBeLessThanOrEqual(7);
      expect([resets(), reopened()]).toEqual([[], 0]);
    },
  );

  it('suspend: nobody, it is waited for', async () => {
    await open();
    bench.host.set('receipt-printer', failed('suspend'));
    await bench.pass(60 * MINUTE);
    expect(bench.rows('recovery-step')).toEqual([]);
  });

  it('after a manipulation nobody touches it, whatever its own action says', async () => {
    await open();
    bench.host.set('card-unit', failed('reset', { device: 'potentialFraud' }));
    await bench.pass(30 * MINUTE);
    expect([resets(), reopened()]).toEqual([[], 0]);
  });
});

describe('what stands in the way', () => {
  it('a session is waited for with all that moves, and its end lets the climb go on', async () => {
    await open();
    bench.isServing = true;
    bench.host.set('receipt-printer', failed('reset'));
    await bench.pass(10 * MINUTE);
    expect(bench.steps('receiptPrinter')).toEqual(Array<string>(3).fill('L1 done'));
    bench.isServing = false;
    await bench.pass(MINUTE);
    expect(bench.steps('receiptPrinter').slice(3, 6)).toEqual(Array<string>(3).fill('L2 done'));
  });

  it('a neighbour that moves something is never cut off by a restarted host', async () => {
    let restarts = 0;
    await open({
      hands: {
        restartHost: () => {
          restarts += 1;
          return Promise.resolve('done');
        },
      },
    });
    bench.host.set('card-unit', { device: 'deviceBusy' });
    bench.host.set('receipt-printer', failed('reset'));
    await bench.pass(10 * MINUTE);
    expect([restarts, bench.steps('receiptPrinter').at(-1)]).toEqual([0, 'L3 done']);
    bench.host.set('card-unit', { device: 'online' });
    await bench.pass(10_000);
    expect(restarts).toBe(1);
  });

  it('a journal that cannot be written stops every step', async () => {
    await open();
    bench.host.set('receipt-printer', failed('reset'));
    bench.journal.close();
    await bench.pass(10 * MINUTE);
    expect([resets(), reopened()]).toEqual([[], 0]);
  });

  it('two sick devices take turns: never two motions of core at once', async () => {
    await open();
    let [now, most] = [0, 0];
    const port = bench.host.answer.bind(bench.host);
    bench.host.answer = async (request) => {
      if (request.call !== 'reset') return port(request);
      now += 1;
      most = Math.max(most, now);
      await new Promise<void>((resolve) => bench.clock.after(7_000, resolve));
      now -= 1;
      return port(request);
    };
    bench.host.set('receipt-printer', failed('reset'));
    bench.host.set('payment-terminal', failed('reset'));
    await bench.pass(5 * MINUTE);
    expect([most, resets().length]).toEqual([1, 6]);
  });
});

describe('hands outside core', () => {
  it('a rung without a hand costs nothing of its budget; one that is switched off for the kind is never taken', async () => {
    await open();
    bench.host.set('receipt-printer', failed('reset'));
    await bench.pass(5 * MINUTE);
    expect(bench.rows('recovery-step').some((row) => row['outcome'] === 'started' && row['rung'] === 'L4')).toBe(false);
    let reboots = 0;
    bench.manager.stop();
    await bench.start({
      hands: {
        reboot: () => {
          reboots += 1;
          return Promise.resolve('done');
        },
      },
    });
    bench.host.set('payment-terminal', failed('reset'));
    await bench.pass(5 * MINUTE);
    expect(bench.steps('paymentTerminal').at(-1)).toBe('L7 skipped.switchedOff');
    bench.host.set('travel-document', failed('reset'));
    await bench.pass(5 * MINUTE);
    expect([reboots, bench.steps('travelDocument').at(-1)]).toEqual([1, 'L7 done']);
  });

  it('are used in order, each within its budget, and given up on when they do not answer', async () => {
    const used: string[] = [];
    const hand = (name: string) => (): Promise<'done'> => {
      used.push(name);
      return Promise.resolve('done');
    };
    await open({
      hands: {
        restartHost: hand('host'),
        resetUsbPort: hand('usb'),
        cyclePower: () => {
          used.push('power');
          return new Promise(() => undefined);
        },
        reboot: hand('reboot'),
      },
    });
    bench.host.set('travel-document', failed('reset'));
    await bench.pass(30 * MINUTE);
    expect(used).toEqual(['host', 'usb', 'power', 'reboot']);
    expect(bench.steps('travelDocument').filter((step) => step > 'L4')).toEqual([
      'L4 done',
      'L5 done',
      'L6 notDone',
      'L7 done',
    ]);
    expect(bench.manager.outOfService()).toHaveLength(1);
  });

  it('a second reboot of the same day is skipped, also after the first one ended core', async () => {
    let reboots = 0;
    await open({
      hands: {
        reboot: () => {
          reboots += 1;
          return Promise.resolve('done');
        },
      },
    });
    bench.host.set('travel-document', failed('reset'));
    await bench.pass(4 * MINUTE);
    expect(reboots).toBe(1);
    await bench.restart();
    await bench.pass(30 * MINUTE);
    expect(reboots).toBe(1);
    expect(bench.steps('travelDocument')).toContain('L7 skipped.spent');
  });
});

describe('out of service', () => {
  it('stays so over a restart of core, under the same number, until the device is well', async () => {
    await open();
    bench.host.set('card-unit', failed('reset'));
    await bench.pass(5 * MINUTE);
    const [before] = bench.manager.outOfService();
    const steps = bench.steps().length;
    await bench.restart();
    await bench.pass(5 * MINUTE);
    expect(bench.manager.outOfService()).toEqual([before]);
    expect(bench.rows('device-held')).toHaveLength(1);
    expect(
      bench
        .steps()
        .slice(steps)
        .every((step) => step.startsWith('L1')),
    ).toBe(true);
    bench.host.set('card-unit', WELL);
    await bench.pass(500);
    expect(bench.manager.outOfService()).toEqual([]);
    await bench.restart();
    expect(bench.manager.outOfService()).toEqual([]);
  });

  it('a host that goes away and comes back is no reason to climb', async () => {
    await open();
    bench.host.drop();
    await bench.pass(10 * MINUTE);
    expect(bench.manager.isInspected()).toBe(true);
    expect(bench.rows('recovery-step')).toEqual([]);
  });
});
