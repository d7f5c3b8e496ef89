import { afterEach, describe, expect, it } from 'vitest';
import { operationIdSchema, sessionIdSchema } from '@yimen/contracts/base';
import type { DeviceStatus, Unit } from '@yimen/contracts/device';
import { BIN } from './testing/fake-device-host.ts';
import { ManagerBench } from './testing/manager-bench.ts';

const SESSION = sessionIdSchema.parse('AAAAAAAAAAAAAAAA');
const REJECT: Unit = { ...BIN, type: 'reject' };
let bench: ManagerBench;
afterEach(() => {
  bench.close();
});

async function find(kind: string, status: Partial<DeviceStatus>, binSays: string): Promise<boolean> {
  bench = new ManagerBench();
  bench.host.add(kind, { units: { retract: BIN, reject: REJECT }, ...status });
  bench.host.binSays.set(kind, binSays);
  await bench.start();
  return bench.manager.putAwayFound();
}
const resets = (): unknown[] =>
  bench.host.calls.flatMap((call) => (call.call === 'reset' ? [[call.lease.device, call.to]] : []));

describe('found at the start (faults F70)', () => {
  it.each([
    ['licence-printer', 'present', 'retract +1', 'licencePrinter', 'retractBin', 'produced-not-taken'],
    ['licence-printer', 'present', 'reject +1', 'licencePrinter', 'rejectBin', 'unknown'],
    ['document-locker', 'entering', 'retract +1', 'documentLocker', 'retractBin', 'produced-not-taken'],
  ] as const)('%s, %s, %s: kept, under an incident number', async (kind, media, says, from, to, stop) => {
    expect(await find(kind, { media }, says)).toBe(true);
    expect(resets()).toEqual([[kind, 'retain']]);
    expect(bench.rows('goods-moved')).toMatchObject([{ item: 'document', from, to, outcome: 'done' }]);
    expect(bench.rows('incident')).toMatchObject([{ state: 'opened', stop }]);
    expect(bench.rows('operation-intended')).toMatchObject([{ target: kind, verb: 'reset', step: 'found-media' }]);
    expect(bench.host.calls.filter(({ call }) => call === 'release')).toHaveLength(1);
    expect([bench.manager.holders(), bench.manager.problemOf(kind)]).toEqual([[], undefined]);
  });

  it('is told as the thing of the session that last asked there', async () => {
    bench = new ManagerBench();
    bench.host.add('document-locker', { media: 'present', units: { retract: BIN } });
    const intent = (sessionId: typeof SESSION | null, target: string) =>
      ({
        kind: 'operation-intended',
        fields: {
          operationId: operationIdSchema.parse('01890a5d-ac96-774b-bcce-b302099a8057'),
          sessionId,
          step: 's',
          target,
          verb: 'present',
          retryOf: null,
        },
      }) as const;
    const other = sessionIdSchema.parse('BBBBBBBBBBBBBBBB');
    bench.journal.append([
      intent(SESSION, 'document-locker'),
      intent(other, 'card-unit'),
      intent(null, 'document-locker'),
    ]);
    await bench.start();
    await bench.manager.putAwayFound();
    expect(bench.rows('goods-moved')).toMatchObject([{ sessionId: SESSION }]);
  });

  it('goes its own way beside a card, which goes into the card unit’s bin', async () => {
    bench = new ManagerBench();
    bench.host.add('licence-printer', { media: 'present', units: { retract: BIN, reject: REJECT } });
    bench.host.set('endorsement-printer', { media: 'present' });
    await bench.start();
    expect(await bench.manager.putAwayFound()).toBe(true);
    expect(resets()).toEqual([
      ['card-unit', 'retain'],
      ['licence-printer', 'retain'],
    ]);
    expect(bench.rows('incident')).toHaveLength(2);
  });

  it('stays where it is when a bin it may need is full, and its service is off', async () => {
    const full: Unit = { ...REJECT, replenishment: 'full' };
    expect(await find('licence-printer', { media: 'present', units: { retract: BIN, reject: full } }, '')).toBe(false);
    expect([resets(), bench.manager.problemOf('licence-printer')]).toEqual([[], 'mediaInside']);
    expect(bench.steps('licencePrinter')).toEqual(['L2 skipped.noDestination']);
    bench.host.set('licence-printer', { media: 'notPresent' });
    expect(bench.manager.problemOf('licence-printer')).toBeUndefined();
  });

  it('that does not move is tried three times, and no number says that it was kept', async () => {
    bench = new ManagerBench();
    bench.host.add('document-locker', { media: 'present', units: { retract: BIN } });
    bench.host.outcome = 'notDone';
    await bench.start();
    expect(await bench.manager.putAwayFound()).toBe(false);
    expect([resets().length, bench.rows('incident')]).toEqual([3, []]);
  });

  it('only may be inside, and was not: nobody’s document gets a number', async () => {
    await find('licence-printer', { media: 'unknown' }, 'nothing');
    expect([resets().length, bench.rows('incident'), bench.rows('goods-moved')]).toEqual([1, [], []]);
  });
});

describe('on the ladder', () => {
  it('L2 of a device of documents puts what it holds into its bin, and never to the exit', async () => {
    bench = new ManagerBench();
    bench.host.add('licence-printer', { media: 'notPresent', units: { retract: BIN, reject: REJECT } });
    bench.host.binSays.set('licence-printer', 'retract +1');
    await bench.start();
    bench.host.set('licence-printer', { device: 'hardwareError', media: 'present', action: 'reset' });
    await bench.pass(40_000);
    expect(resets()[0]).toEqual(['licence-printer', 'retain']);
    expect(bench.rows('goods-moved')).toMatchObject([{ from: 'licencePrinter', to: 'retractBin' }]);
  });
});
