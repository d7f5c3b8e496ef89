import { describe, expect, it } from 'vitest';
import { runFor, runUntil } from '../../testing/run-until.ts';
import { withRequiredEvidence } from '../../driver-kit/evidence-rules.table.ts';
import { bench, kinds } from './testing/driver-bench.ts';

/** How many cards lie in the stack. */
function left({ unit }: ReturnType<typeof bench>): number {
  return (unit.state()['units'] as { cards: { count: number } }).cards.count;
}

describe('dispenseCard', () => {
  it('feeds one card with the entry closed and presents it: count and exit are proved', async () => {
    const on = bench({ stack: 20 });
    const result = await on.perform('dispenseCard');
    expect(result).toMatchObject({
      outcome: 'done',
      evidence: [
        { kind: 'countDelta', detail: 'stack-1', customerAccess: 'none' },
        { kind: 'presented', customerAccess: 'customer' },
      ],
    });
    const record = { operationId: 'o', device: 'card-unit', verb: 'dispenseCard', ...result } as never;
    expect(withRequiredEvidence('card-unit', record).outcome).toBe('done');
    expect(left(on)).toBe(19);
    expect(on.unit.state()).toMatchObject({ place: 'gate', entry: 'off', motions: 2 });
  });

  it('the card is then waited for, or taken back', async () => {
    const on = bench({ stack: 20 });
    await on.perform('dispenseCard');
    const ejecting = on.begin('ejectCard', 30_000);
    await runFor(on.clock, 1_000);
    on.unit.take();
    expect(await runUntil(on.clock, ejecting)).toMatchObject({ outcome: 'done' });
    await on.perform('dispenseCard');
    expect(await on.perform('captureCard')).toMatchObject({ outcome: 'done' });
    expect(on.unit.state()).toMatchObject({ binCount: 1, place: 'outside' });
  });

  it('a variant that feeds as far as the gate', async () => {
    const on = bench({ stack: 20, feedsTo: 'gate' });
    expect(kinds(await on.perform('dispenseCard'))).toEqual(['countDelta', 'presented']);
    expect(on.unit.state()).toMatchObject({ place: 'gate', motions: 1 });
  });

  it.each([
    [{}, {}],
    [{ stack: 20 }, { stack: false }],
  ])('without a stack: unsupportedCommand, and nothing moves', async (simulated, options) => {
    const on = bench(simulated, options);
    expect(await on.perform('dispenseCard')).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'unsupportedCommand' },
    });
    expect(on.unit.state()).toMatchObject({ motions: 0 });
  });

  it('a unit that says it has no such hardware has no stack, whatever the option says', async () => {
    const on = bench({ stack: 20 });
    on.unit.fault('error-03');
    expect(await on.perform('dispenseCard')).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'unsupportedCommand', vendorCode: '03' },
    });
    expect(left(on)).toBe(20);
  });

  it('F15: an empty stack is told before anything moves, and when the pusher finds none', async () => {
    const empty = bench({ stack: 0 }, { stack: true });
    expect(await empty.perform('dispenseCard')).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'storageUnitError', action: 'clear', vendorCode: 'A0' },
    });
    expect(empty.unit.state()).toMatchObject({ motions: 0 });
    expect(await empty.status()).toMatchObject({ device: 'online', units: { stack: { replenishment: 'empty' } } });

    const last = bench({ stack: 1 });
    expect(await last.perform('dispenseCard')).toMatchObject({ outcome: 'done' });
    last.unit.take();
    expect(await last.perform('dispenseCard')).toMatchObject({ fault: { code: 'storageUnitError' } });
    expect(await last.status()).toMatchObject({ units: { stack: { replenishment: 'empty' } } });
  });

  it('A0 is believed against a sensor that sees cards, until an exchange or a self-test', async () => {
    const on = bench({ stack: 20 });
    await on.status();
    on.unit.fault('F15');
    expect(await on.perform('dispenseCard')).toMatchObject({ fault: { code: 'storageUnitError', vendorCode: 'A0' } });
    const { motions } = on.unit.state();
    expect(await on.status()).toMatchObject({ units: { stack: { replenishment: 'empty' } } });
    expect(await on.perform('dispenseCard')).toMatchObject({ fault: { code: 'storageUnitError' } });
    expect(on.unit.state()).toMatchObject({ motions });
    on.unit.clear();
    await on.perform('startExchange');
    await on.perform('endExchange');
    expect(await on.perform('dispenseCard')).toMatchObject({ outcome: 'done' });
  });

  it('never with a card inside or at the gate', async () => {
    const inside = bench({ stack: 20 });
    inside.load();
    expect(await inside.perform('dispenseCard')).toMatchObject({ fault: { code: 'deviceNotReady' } });
    const atGate = bench({ stack: 20 });
    atGate.unit.put('permit-li-na');
    expect(await atGate.perform('dispenseCard')).toMatchObject({ outcome: 'notDone', fault: { action: 'clear' } });
    expect(left(inside) + left(atGate)).toBe(40);
  });

  it('ACK without reply: the sensors prove what was fed, and nothing is fed twice', async () => {
    const on = bench({ stack: 20 });
    await on.status();
    on.unit.fault('no-reply');
    expect(await on.perform('dispenseCard', 60_000)).toMatchObject({ outcome: 'done' });
    expect(left(on)).toBe(19);
  });

  it('ACK without reply and nothing there: unknown', async () => {
    const on = bench({ stack: 20 });
    await on.status();
    on.unit.fault('no-reply-no-move');
    expect(await on.perform('dispenseCard', 60_000)).toMatchObject({ outcome: 'unknown' });
    expect(left(on)).toBe(20);
  });

  it.each(['miss-once', 'wordless'])('%s: silence is never a reason to feed again', async (fault) => {
    const on = bench({ stack: 20 });
    await on.status();
    on.unit.fault(fault);
    const result = await on.perform('dispenseCard', 60_000);
    expect(result.outcome).toBe(fault === 'wordless' ? 'done' : 'unknown');
    expect(left(on)).toBe(fault === 'wordless' ? 19 : 20);
  });

  it('a card at the gate after an unheard feed may be anybody’s: unknown', async () => {
    const on = bench({ stack: 20, feedsTo: 'gate' });
    await on.status();
    on.unit.fault('no-reply');
    expect(await on.perform('dispenseCard', 60_000)).toMatchObject({
      outcome: 'unknown',
      evidence: [{ kind: 'position', detail: 'gate' }],
    });
  });

  it('a good reply without a card is unknown', async () => {
    const on = bench({ stack: 20 });
    on.unit.fault('false-ok');
    expect(await on.perform('dispenseCard')).toMatchObject({ outcome: 'unknown', fault: { code: 'hardwareError' } });
  });

  it('a jam on the way is told; the citizen has nothing', async () => {
    const on = bench({ stack: 20 });
    on.unit.fault('jam-on-feed');
    const result = await on.perform('dispenseCard');
    expect(result).toMatchObject({ outcome: 'notDone', fault: { code: 'mediaJam', action: 'clear' } });
    expect(kinds(result)).toEqual(['position']);
    expect(await on.status()).toMatchObject({ media: 'jammed' });
  });

  it('fed, and then jammed before the gate: the card is counted and not presented', async () => {
    const on = bench({ stack: 20 });
    on.unit.fault('jam-on-eject');
    const result = await on.perform('dispenseCard');
    expect(result).toMatchObject({ outcome: 'notDone', fault: { code: 'mediaJam' } });
    expect(kinds(result)).toEqual(['countDelta', 'position']);
  });

  it('a code that stands in no table: kept beside, notDone when nothing moved', async () => {
    const on = bench({ stack: 20 });
    on.unit.fault('error-99');
    expect(await on.perform('dispenseCard')).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'hardwareError', action: 'maintenance', vendorCode: '99' },
    });
  });

  it('unplugged at each moment: never done without a presented card, and never two cards', async () => {
    for (let atMs = 0; atMs <= 3_000; atMs += 100) {
      const on = bench({ stack: 20 });
      await on.status();
      const dispensing = on.begin('dispenseCard', 20_000);
      await runFor(on.clock, atMs);
      on.unit.unplug();
      const result = await runUntil(on.clock, dispensing);
      await runFor(on.clock, 2_000);
      expect(left(on), `at ${atMs}`).toBeGreaterThanOrEqual(19);
      if (result.outcome === 'done') expect(on.path.place, `at ${atMs}`).toBe('gate');
      if (result.outcome === 'notDone' && !kinds(result).includes('countDelta'))
        expect(left(on), `at ${atMs}`).toBe(20);
    }
  });
});
