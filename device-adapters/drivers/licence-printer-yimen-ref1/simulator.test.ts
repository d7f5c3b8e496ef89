import { describe, expect, it } from 'vitest';
import { BareHost, idField } from '../../testing/ref1-device/bare-host.ts';
import { u16, u8, type DeviceField } from '../../testing/ref1-device/fields.ts';
import { createSimulatedLicencePrinter } from './simulator.ts';
import {
  ACCEPT_OLD,
  DIGEST,
  FIELDS,
  FIRST,
  MADE,
  MAKE,
  PRESENT,
  RESET,
  RETRACT,
  STOP,
  UNITS,
  VERIFY,
  ascii,
  asked,
  result,
  world,
} from './testing/maker-world.ts';

describe('a licence', () => {
  it('is made from the first blank, read back, presented and taken', async () => {
    const { make, effect, host, maker, state } = world();
    const made = await make();
    expect(made).toMatchObject([{ command: 0x50, ...result('00') }, { command: 0x90 }]);
    expect(made[1]?.fields).toEqual({
      '02': ['00'],
      '03': ['01'],
      '04': [`0501${ascii(DIGEST)}`],
      '45': [DIGEST],
      '4c': [DIGEST],
    });
    expect(maker.state()).toMatchObject({
      position: 'verify',
      media: 'present',
      made: 1,
      licence: { serial: FIRST, form: 'driving', printed: 10, isFinished: true, fields: FIELDS },
      units: { driving: { count: 39, initialCount: 40, taken: 0 }, ribbon: { count: 499, used: 1 } },
    });
    const seen = await host.say(VERIFY, [], 2_000);
    expect(seen[1]?.fields).toEqual({ '02': ['00'], '41': [ascii(FIRST)], '45': [DIGEST] });
    await effect(PRESENT, [u16(0x46, 30)], 5_000);
    expect(maker.state()).toMatchObject({ position: 'exit', waitsAt: 'exit', busy: true });
    expect(maker.take()).toEqual({ ok: true, value: { thing: 'driving-licence' } });
    await host.pass(100);
    expect(host.heard.at(-2)).toMatchObject({ command: 0x92 });
    expect(host.heard.at(-2)?.fields).toEqual({ '02': ['00'], '03': ['01'], '04': ['0000', '0100'] });
    expect(state()['units']?.['driving']).toMatchObject({ taken: 1, count: 39 });
    expect(maker.state()).toMatchObject({ position: 'none', media: 'notPresent', licence: null, busy: false });
    expect(maker.take()).toEqual({ ok: false, error: 'no licence is at the exit' });
  });

  it('takes about a minute, printed by tenths; at once when the bench is fast', async () => {
    const { effect, maker } = world();
    await effect(MAKE, asked(), 30_000);
    expect(maker.state()).toMatchObject({
      position: 'inWorks',
      progress: { step: 'make', percent: 50 },
      licence: { printed: 9, isLaminated: false, isFinished: false },
      units: { driving: { count: 39 } },
    });
    const quick = world('fast');
    await quick.effect(MAKE, asked(), 0);
    expect(quick.maker.state()).toMatchObject({ position: 'verify', made: 1 });
  });

  it('a vehicle licence comes from its own stack', async () => {
    const { effect, maker } = world('fast');
    await effect(MAKE, asked('V2026000001', 2), 0);
    await effect(PRESENT, [u16(0x46, 30)], 0);
    expect(maker.take()).toEqual({ ok: true, value: { thing: 'vehicle-licence' } });
    expect(maker.state()).toMatchObject({ units: { vehicle: { count: 39, taken: 1 }, driving: { count: 40 } } });
  });

  it('that nobody takes stays at the exit, and is presented again or retracted', async () => {
    const { make, effect, maker, host, state } = world();
    await make();
    maker.fault('F32');
    void effect(PRESENT, [u16(0x46, 30)], 0);
    await host.pass(31_000);
    expect(maker.take()).toEqual({ ok: false, error: 'nobody takes the licence' });
    await host.pass(2_000);
    expect(host.answersTo(2)[1]?.fields).toEqual({ '02': ['25'], '03': ['01'], '04': ['0000'] });
    expect(maker.state()).toMatchObject({ position: 'exit', waitsAt: null });
    await effect(PRESENT, [u16(0x46, 1)], 4_000);
    expect(host.answersTo(3)[1]?.fields['02']).toEqual(['25']);
    const back = await effect(RETRACT, [], 3_000);
    expect(back[1]?.fields).toEqual({ '02': ['00'], '03': ['01'], '04': ['0201', `0401${ascii('retract +1')}`] });
    expect(state()['units']).toMatchObject({
      driving: { count: 39, retainCount: 1, taken: 0 },
      retract: { count: 1, serials: [FIRST], retainCount: 1 },
    });
  });

  it('the host stops waiting (06); a motion under way is finished first', async () => {
    const { make, effect, host, maker } = world();
    await make();
    void effect(PRESENT, [u16(0x46, 60)], 0);
    await host.pass(500);
    await host.say(STOP, [idField(2)], 100);
    expect(host.answersTo(2)).toHaveLength(1);
    await host.pass(3_000);
    expect(host.answersTo(2)[1]?.fields).toMatchObject({ '02': ['05'], '04': ['0000'] });
    expect(maker.state()).toMatchObject({ position: 'exit', busy: false });
    // Taken later all the same.
    expect(maker.take()).toMatchObject({ ok: true });
  });

  it('somebody who stands there takes it at once', async () => {
    const { make, effect, maker } = world();
    maker.fault('takes-at-once');
    await make();
    expect((await effect(PRESENT, [u16(0x46, 30)], 4_000))[1]?.fields).toMatchObject({ '02': ['00'] });
  });
});

describe('an old licence', () => {
  it('goes through the open slot into the recovery bin', async () => {
    const { effect, host, maker, state } = world();
    expect(maker.put('old-driving-licence')).toEqual({ ok: false, error: 'the slot for old licences is closed' });
    await effect(ACCEPT_OLD, [u16(0x46, 60)], 1_000);
    expect(maker.state()).toMatchObject({ slot: 'open', waitsAt: 'slot' });
    expect(maker.put('permit-li-na')).toEqual({ ok: false, error: 'the slot does not take permit-li-na' });
    expect(maker.put('old-driving-licence')).toMatchObject({ ok: true });
    expect(maker.state()).toMatchObject({ slot: 'drawing', media: 'present' });
    await host.pass(2_500);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['00'], '03': ['01'], '04': [`0401${ascii('recovery +1')}`] });
    expect(state()['units']?.['recovery']).toMatchObject({ count: 1, retainCount: 1 });
  });

  it('nobody gives one: no medium, nothing happened', async () => {
    const { effect, host } = world();
    void effect(ACCEPT_OLD, [u16(0x46, 5)], 0);
    await host.pass(6_000);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['20'], '03': ['00'] });
  });

  it('a hand at the exit is no hand at the slot', async () => {
    const { make, effect, host, maker } = world();
    await make();
    await effect(PRESENT, [u16(0x46, 1)], 5_000);
    await effect(ACCEPT_OLD, [u16(0x46, 60)], 1_000);
    expect(maker.take()).toMatchObject({ ok: true });
    await host.pass(500);
    expect(host.answersTo(3)).toHaveLength(1);
    expect(maker.state()).toMatchObject({ slot: 'open' });
  });

  it('stuck in the slot when the power went: a reset draws it in', async () => {
    const { effect, host, maker, state } = world();
    await effect(ACCEPT_OLD, [u16(0x46, 60)], 1_000);
    maker.put('old-vehicle-licence');
    maker.fault('power-dip');
    await host.pass(5_000);
    expect(maker.state()).toMatchObject({ slot: 'drawing', bootCount: 2 });
    expect(await effect(ACCEPT_OLD, [u16(0x46, 60)], 1_000)).toMatchObject([result('23')]);
    const reset = await effect(RESET, [u8(0x07, 3)], 6_000);
    expect(reset[1]?.fields['04']).toEqual([`0301${ascii('none')}`, `0401${ascii('recovery +1')}`]);
    expect(state()['units']?.['recovery']).toMatchObject({ count: 1 });
  });
});

describe('what it refuses without moving', () => {
  it.each([
    ['another blank lies first', MAKE, asked('D2026000002'), '24'],
    ['the other form', MAKE, asked(FIRST, 2), '24'],
    ['no form', MAKE, asked().slice(1), '02'],
    ['a third form', MAKE, asked(FIRST, 3), '02'],
    ['a serial of three', MAKE, asked('D20'), '02'],
    ['no field', MAKE, asked(FIRST, 1, []), '02'],
    [
      '25 fields',
      MAKE,
      asked(
        FIRST,
        1,
        Array.from({ length: 25 }, (_, i) => [`f${i}`, 'x'] as const),
      ),
      '02',
    ],
    [
      'a field twice',
      MAKE,
      asked(FIRST, 1, [
        ['a', 'x'],
        ['a', 'y'],
      ]),
      '02',
    ],
    ['201 bytes', MAKE, asked(FIRST, 1, [['a', 'x'.repeat(201)]]), '02'],
    ['a field without a name', MAKE, asked(FIRST, 1, [['', 'x']]), '02'],
    ['nothing to present', PRESENT, [u16(0x46, 30)], '20'],
    ['no seconds', PRESENT, [u16(0x46, 0)], '02'],
    ['301 seconds', ACCEPT_OLD, [u16(0x46, 301)], '02'],
    ['nothing to retract', RETRACT, [], '20'],
    ['no exchange to end', 0x18, [], '2b'],
    ['no exchange to count in', 0x17, [{ tag: 0x49, value: Uint8Array.of(1, 0, 0) }], '2b'],
    ['no destination', RESET, [], '02'],
    ['an unknown command', 0x1f, [], '01'],
  ] as const)('%s', async (_name, command, fields, code) => {
    const { effect, host, maker } = world();
    const before = maker.state()['units'];
    expect(await effect(command, fields, 2_000)).toMatchObject([{ command: command + 0x40, ...result(code) }]);
    expect(maker.state()['units']).toEqual(before);
    expect((await host.say(0x04, [idField(1)]))[1]?.fields).toEqual({ '02': ['00'], '05': ['00'] });
  });

  it('reads: nothing at the verify position, and not while the works move', async () => {
    const { host, effect, make } = world();
    expect(await host.say(VERIFY)).toMatchObject([result('20')]);
    await effect(MAKE, asked(), 10_000);
    expect(await host.say(VERIFY)).toMatchObject([result('03')]);
    expect(await host.say(UNITS)).toMatchObject([result('00'), result('00')]);
    await host.pass(51_000);
    expect(await make()).toMatchObject([result('23')]);
    expect(await effect(0x03, [], 1_000)).toMatchObject([result('23')]);
  });
});

describe('power and resets', () => {
  it('F11: the blank is in the works, printed by tenths; what is not finished is never presented', async () => {
    const { make, effect, host, maker, state } = world();
    maker.fault('F11');
    await make();
    expect(maker.state()).toMatchObject({
      bootCount: 2,
      position: 'inWorks',
      licence: { printed: 6, isFinished: false },
      faults: [],
    });
    expect(state()['licence']).toMatchObject({ fields: FIELDS.slice(0, 2) });
    expect((await host.say(0x04, [idField(1)]))[1]?.fields).toEqual({ '02': ['00'], '05': ['03'], '06': ['10'] });
    expect(await effect(PRESENT, [u16(0x46, 9)], 500)).toMatchObject([result('20')]);
    expect(await effect(RETRACT, [], 500)).toMatchObject([result('20')]);
    const reset = await effect(RESET, [u8(0x07, 1)], 6_000);
    expect(reset[1]?.fields['04']).toEqual(['0201', `0401${ascii('reject +1')}`]);
    expect(state()['units']).toMatchObject({ reject: { serials: [FIRST] }, driving: { rejected: 1 } });
  });

  it('a reset ends a make, and leaves or presents what is finished', async () => {
    const { effect, make, host, maker } = world();
    await make();
    expect((await effect(RESET, [u8(0x07, 3)], 6_000))[1]?.fields['04']).toEqual([`0301${ascii('verify')}`]);
    expect((await effect(RESET, [u8(0x07, 1)], 6_000))[1]?.fields['04']).toEqual(['0000']);
    expect(maker.state()).toMatchObject({ position: 'exit' });
    expect(maker.take()).toMatchObject({ ok: true });
    void effect(MAKE, asked('D2026000002'), 0);
    await host.pass(20_000);
    void effect(RESET, [u8(0x07, 2)], 0);
    await host.pass(6_000);
    expect(host.answersTo(4)[1]?.fields).toMatchObject({ '02': ['05'], '03': ['01'] });
    expect(host.answersTo(5)[1]?.fields['04']).toEqual(['0201', `0401${ascii('reject +1')}`]);
  });

  it('a restart of the bench: what lies inside, stock, counts and effects stay', async () => {
    const { make, effect, host, maker, context, clock } = world();
    await make();
    await effect(PRESENT, [u16(0x46, 60)], 5_000);
    void host;
    const kept: unknown = JSON.parse(JSON.stringify(maker.save()));
    const second = createSimulatedLicencePrinter(context);
    second.restore(kept);
    expect(second.state()).toMatchObject({
      bootCount: 2,
      position: 'exit',
      licence: { serial: FIRST, fields: FIELDS },
      units: { driving: { count: 39 } },
    });
    const next = new BareHost(clock, second);
    expect((await next.say(0x04, [idField(1)]))[1]?.fields).toMatchObject({
      '05': ['02'],
      '45': [DIGEST],
      '4c': [DIGEST],
    });
    expect((await next.say(0x04, [idField(2)]))[1]?.fields).toMatchObject({ '05': ['03'] });
    expect(second.take()).toEqual({ ok: true, value: { thing: 'driving-licence' } });
    second.restore({ not: 'ours' });
    expect(second.state()).toMatchObject({ bootCount: 2, units: { driving: { taken: 1 } } });
  });
});

describe('an exchange', () => {
  const unit = (id: number, count: number): DeviceField => ({
    tag: 0x49,
    value: Uint8Array.from([id, count >> 8, count & 0xff]),
  });
  const named = (id: number, serials: readonly string[]): DeviceField[] =>
    serials.map((serial) => ({ tag: 0x4b, value: Uint8Array.from([id, ...Buffer.from(serial)]) }));

  it('while it is active nothing else moves; staff bring blanks, count, and lock', async () => {
    const { effect, host, maker, state } = world();
    expect(maker.put('blanks-driving')).toEqual({ ok: false, error: 'the stacks are locked: staff open them first' });
    expect((await effect(0x16, [], 1_000))[1]).toMatchObject(result('00'));
    for (const [command, fields] of [
      [MAKE, asked()],
      [PRESENT, [u16(0x46, 9)]],
      [RETRACT, []],
      [ACCEPT_OLD, [u16(0x46, 9)]],
      [RESET, [u8(0x07, 3)]],
      [0x03, []],
      [0x16, []],
    ] as const)
      expect(await effect(command, fields, 500), String(command)).toMatchObject([result('2a')]);
    expect(maker.put('blanks-driving')).toMatchObject({ ok: true });
    const told = (await host.say(UNITS))[1]?.fields ?? {};
    expect(told['4a']).toEqual(['01']);
    expect(told['4b']).toHaveLength(100);
    expect(told['4b']?.[59]).toBe(`01${ascii('D2026000060')}`);
    await effect(0x17, [unit(1, 2), ...named(1, ['D2026000060', 'D2026000059']), unit(6, 400)], 500);
    expect((await effect(0x18, [], 1_000))[1]).toMatchObject(result('00'));
    expect(state()['units']).toMatchObject({
      driving: { count: 2, initialCount: 2, serials: ['D2026000060', 'D2026000059'] },
      vehicle: { count: 40 },
      ribbon: { count: 400, initialCount: 400, used: 0 },
    });
    expect((await effect(MAKE, asked('D2026000060'), MADE))[1]).toMatchObject(result('00'));
  });

  it.each([
    ['over the capacity', [unit(6, 501)]],
    ['fewer serials than blanks', [unit(1, 2), ...named(1, [FIRST])]],
    ['no serials', [unit(1, 2)]],
    ['serials of a unit that was not counted', [unit(6, 1), ...named(1, [FIRST])]],
    ['a serial twice', [unit(1, 2), ...named(1, [FIRST, FIRST])]],
    ['a serial that lies in another stack', [unit(1, 1), ...named(1, ['V2026000001'])]],
    ['an unknown unit', [unit(9, 0)]],
  ])('%s: nothing is set', async (_name, fields) => {
    const { effect, maker } = world();
    await effect(0x16, [], 1_000);
    const before = maker.state()['units'];
    expect(await effect(0x17, [unit(5, 3), ...fields], 500)).toMatchObject([result('2c')]);
    expect(maker.state()['units']).toEqual(before);
  });

  it('does not begin while an effect is open, and lasts over a power cut', async () => {
    const { effect, maker, host } = world();
    await effect(ACCEPT_OLD, [u16(0x46, 60)], 1_000);
    expect(await effect(0x16, [], 500)).toMatchObject([result('03')]);
    await host.say(STOP, [idField(1)]);
    await effect(0x16, [], 1_000);
    const second = createSimulatedLicencePrinter(world().context);
    second.restore(maker.save());
    expect(second.state()).toMatchObject({ exchange: true });
  });
});

describe('identity', () => {
  it('says what it is; another kind on the cable is never its own', async () => {
    const { host, maker } = world();
    expect((await host.say(0x01))[1]?.fields).toEqual({
      '02': ['00'],
      '20': [ascii('licence-printer')],
      '21': [ascii('YM-LP1')],
      '22': [ascii('YMLP-000073')],
      '23': [ascii('1.4.2')],
      '24': ['03'],
      '25': ['000102030405'],
      '26': ['01'],
    });
    maker.fault('F22');
    expect((await host.say(0x01))[1]?.fields['22']).toEqual([ascii('YMLP-OTHER-1')]);
    maker.fault('wrong-model');
    expect((await host.say(0x01))[1]?.fields['20']).toEqual([ascii('document-locker')]);
  });

  it('the status tells position, supplies and units', async () => {
    const { host, make } = world();
    await make();
    const { fields } = (await host.say(0x02))[1] ?? { fields: {} as Record<string, string[]> };
    expect(fields).toMatchObject({ '10': ['00'], '12': ['01'], '13': ['0000', '0100'], '47': ['02'] });
    expect(fields['48']?.[0]).toBe('01000064002800270000000a00');
    expect(fields['48']).toHaveLength(6);
    expect(fields['11']).toBeUndefined();
  });
});
