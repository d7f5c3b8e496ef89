import { describe, expect, it } from 'vitest';
import { u16, u8 } from '../../testing/ref1-device/fields.ts';
import { blankSerials } from './simulator-stock.table.ts';
import {
  ACCEPT_OLD,
  DIGEST,
  FIRST,
  MADE,
  MAKE,
  PRESENT,
  RESET,
  RETRACT,
  UNITS,
  VERIFY,
  ascii,
  asked,
  result,
  world,
} from './testing/maker-world.ts';

describe('faults', () => {
  it.each([
    ['F17', '26', { ribbon: 'out' }],
    ['laminate-out', '2e', { laminate: 'out' }],
    ['F18', '27', { stopped: true }],
  ])(
    '%s spoils the blank: it lies in the reject bin, and no more is made until somebody came',
    async (fault, code, shows) => {
      const { make, effect, maker, host } = world();
      maker.fault(fault);
      const made = await make();
      expect(made[1]?.fields).toMatchObject({ '02': [code], '03': ['01'], '43': [ascii(FIRST)] });
      expect(maker.state()).toMatchObject({
        ...shows,
        licence: null,
        made: 0,
        units: { driving: { count: 39, rejected: 1 }, reject: { serials: [FIRST] } },
      });
      expect(await effect(MAKE, asked('D2026000002'), 1_000)).toMatchObject([result(code)]);
      expect((await host.say(0x02))[1]?.fields['11']).toEqual([code]);
      maker.clear();
      const next = await effect(MAKE, asked('D2026000002'), MADE);
      expect(next[1]).toMatchObject(result('00'));
    },
  );

  it('F18 tells what the camera saw, and a reset by a technician lets it go on', async () => {
    const { make, effect, maker, host } = world();
    maker.fault('F18');
    const [, made] = await make();
    expect(made?.fields['45']?.[0]).toHaveLength(64);
    expect(made?.fields['45']).not.toEqual([DIGEST]);
    expect(made?.fields['4c']).toEqual([DIGEST]);
    expect((await host.say(0x02))[1]?.fields).toMatchObject({ '10': ['03'], '11': ['27'] });
    await effect(RESET, [u8(0x07, 3)], 6_000);
    expect((await host.say(0x02))[1]?.fields).toMatchObject({ '10': ['00'] });
  });

  it('F19 says well with another’s digest, and a second look says the same', async () => {
    const { make, maker, host } = world();
    maker.fault('F19');
    const [, made] = await make();
    expect(made?.fields['02']).toEqual(['00']);
    expect(made?.fields['45']).not.toEqual([DIGEST]);
    expect(made?.fields['4c']).toEqual([DIGEST]);
    expect((await host.say(VERIFY, [], 2_000))[1]?.fields['45']).toEqual(made?.fields['45']);
  });

  it('F35 draws from the other stack: the blank that was asked for is untouched', async () => {
    const { make, maker } = world();
    maker.fault('F35');
    const [, made] = await make();
    expect(made?.fields).toMatchObject({ '02': ['27'] });
    expect(made?.fields['43']).toBeUndefined();
    expect(maker.state()).toMatchObject({
      units: { driving: { count: 40 }, vehicle: { count: 39, rejected: 1 }, reject: { serials: ['V2026000001'] } },
    });
  });

  it('F16: both blanks in the reject bin, and out of use after two in ten, until it is counted', async () => {
    const { make, effect, maker, state } = world();
    maker.fault('F16');
    const [, made] = await make();
    expect(made?.fields).toMatchObject({ '02': ['2d'], '43': [ascii(FIRST), ascii('D2026000002')] });
    expect(state()['units']).toMatchObject({ driving: { count: 38, rejected: 2, status: 'ok' }, reject: { count: 2 } });
    await effect(MAKE, asked('D2026000003'), 5_000);
    expect(state()['units']?.['driving']).toMatchObject({ count: 36, status: 'inoperative' });
    maker.clear();
    expect(await effect(MAKE, asked('D2026000005'), 1_000)).toMatchObject([result('2d')]);
    await effect(0x16, [], 1_000);
    const named = blankSerials(1, 5, 2).map((serial) => ({
      tag: 0x4b,
      value: Uint8Array.from([1, ...Buffer.from(serial)]),
    }));
    await effect(0x17, [{ tag: 0x49, value: Uint8Array.of(1, 0, 2) }, ...named], 1_000);
    await effect(0x18, [], 1_000);
    expect((await effect(MAKE, asked('D2026000005'), MADE))[1]).toMatchObject(result('00'));
  });

  it('F16 in the other stack: of the blank that was asked for neither is', async () => {
    const { make, maker, state } = world();
    for (const fault of ['F16', 'F35']) maker.fault(fault);
    const [, made] = await make();
    expect(made?.fields['02']).toEqual(['2d']);
    expect(made?.fields['43']).toBeUndefined();
    expect(state()['units']).toMatchObject({ vehicle: { count: 38 }, reject: { count: 2 } });
  });

  it('F15: the stacks are empty until the blanks are put back, the same ones', async () => {
    const { make, maker, state } = world();
    maker.fault('F15');
    expect(state()['units']?.['driving']).toMatchObject({ count: 0, initialCount: 0 });
    expect(await make()).toMatchObject([result('24')]);
    maker.clear();
    expect(state()['units']?.['driving']).toMatchObject({ count: 40, initialCount: 40 });
    expect((await make())[1]).toMatchObject(result('00'));
  });

  it('F27 jams in the works: stuck until staff free it into the reject bin', async () => {
    const { make, effect, maker, host, state } = world();
    maker.fault('F27');
    expect((await make())[1]?.fields).toMatchObject({ '02': ['21'], '03': ['01'] });
    expect((await host.say(0x02))[1]?.fields).toMatchObject({ '10': ['03'], '11': ['21'], '12': ['02'], '47': ['01'] });
    expect(await effect(RESET, [u8(0x07, 2)], 6_000)).toMatchObject([
      result('00'),
      { fields: { '02': ['21'], '03': ['00'] } },
    ]);
    expect(await effect(ACCEPT_OLD, [u16(0x46, 9)], 1_000)).toMatchObject([result('21')]);
    maker.clear();
    expect(maker.state()).toMatchObject({ media: 'notPresent' });
    expect(state()['units']).toMatchObject({ driving: { rejected: 1 }, reject: { serials: [FIRST] } });
  });

  it('F27 on the way out: a finished licence goes back to the verify position', async () => {
    const { make, effect, maker } = world();
    await make();
    maker.fault('F27');
    expect((await effect(PRESENT, [u16(0x46, 9)], 4_000))[1]).toMatchObject(result('21'));
    maker.clear();
    expect(maker.state()).toMatchObject({ position: 'verify', licence: { serial: FIRST, isFinished: true } });
  });

  it('F28 says well and does nothing', async () => {
    const { make, effect, maker, state } = world();
    maker.fault('F28');
    expect((await make())[1]?.fields).toEqual({ '02': ['00'], '03': ['01'] });
    expect((await effect(ACCEPT_OLD, [u16(0x46, 9)], 2_000))[1]?.fields).toEqual({ '02': ['00'], '03': ['01'] });
    await effect(0x16, [], 1_000);
    expect(maker.state()).toMatchObject({ licence: null, exchange: false, made: 0 });
    expect(state()['units']?.['driving']).toMatchObject({ count: 40 });
  });

  it('F34: the retract bin is full; present still works, retract does not, and staff empty it', async () => {
    const { make, effect, maker, host, state } = world();
    await make();
    maker.fault('F34');
    expect(state()['units']?.['retract']).toMatchObject({ count: 20, capacity: 20 });
    expect(await effect(RETRACT, [], 1_000)).toMatchObject([result('29')]);
    expect((await effect(RESET, [u8(0x07, 2)], 6_000))[1]?.fields).toMatchObject({ '02': ['29'], '03': ['00'] });
    expect((await host.say(0x02))[1]?.fields).toMatchObject({ '10': ['00'], '11': ['29'] });
    maker.clear();
    expect(state()['units']?.['retract']).toMatchObject({ count: 0 });
    expect((await effect(RETRACT, [], 3_000))[1]).toMatchObject(result('00'));
  });

  it('F05: a pulled bin is missing, then manipulated; its word is the same switch', async () => {
    const { make, effect, maker, host, state } = world();
    await make();
    expect(maker.fault('bin-pulled')).toMatchObject({ ok: true });
    expect(maker.state()['faults']).toEqual(['F05']);
    expect((await host.say(UNITS))[1]?.fields['48']?.[3]).toBe('04010014000000000000000f02');
    expect(await effect(RETRACT, [], 1_000)).toMatchObject([result('29')]);
    maker.clear();
    expect(state()['units']?.['retract']).toMatchObject({ status: 'manipulated' });
    expect((await effect(RETRACT, [], 3_000))[1]).toMatchObject(result('00'));
  });

  it('F30 heals itself, F31 stops what moves', async () => {
    const { make, effect, maker, host } = world();
    maker.fault('head-hot');
    expect(await make()).toMatchObject([result('28')]);
    expect(maker.state()['faults']).toEqual([]);
    void effect(MAKE, asked(), 0);
    await host.pass(20_000);
    maker.fault('cover-open');
    await host.pass(100);
    expect(host.answersTo(2)[1]?.fields).toEqual({ '02': ['22'], '03': ['01'] });
    expect(await effect(PRESENT, [u16(0x46, 9)], 500)).toMatchObject([result('22')]);
    maker.clear();
    expect(maker.state()).toMatchObject({ position: 'inWorks', licence: { isFinished: false } });
    expect(maker.fault('no-such')).toEqual({ ok: false, error: 'no such fault: no-such' });
  });

  it('a broken device refuses, and ends what waits', async () => {
    const { effect, maker, host } = world();
    await effect(ACCEPT_OLD, [u16(0x46, 60)], 1_000);
    maker.fault('hardware-broken');
    await host.pass(100);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['06'], '03': ['00'] });
    expect(await host.say(VERIFY)).toMatchObject([result('06')]);
  });
});
