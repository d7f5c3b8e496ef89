import { toHex } from '@yimen/contracts/base';
import { ID_CARDS, ManualClock, PEOPLE } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../testing/contract-bench.ts';
import { BareHost, idField } from '../../testing/ref1-device/bare-host.ts';
import { text, u16, u8, type DeviceField } from '../../testing/ref1-device/fields.ts';
import { Units } from '../../testing/ref1-device/units.ts';
import { Places } from './simulator-places.ts';
import { DOCUMENTS, FIRST_DOCUMENTS, UNIT_ROWS } from './simulator-stock.table.ts';
import { createSimulatedDocumentLocker } from './simulator.ts';

const INVENTORY = 0x10;
const LOOK = 0x11;
const PRESENT = 0x12;
const RETRACT = 0x13;
const READ_BACK = 0x14;
const UNITS = 0x15;
const START = 0x16;
const SET = 0x17;
const END = 0x18;
const RESET = 0x05;
const STOP = 0x06;
/** Li Na's new permit, in the first place. */
const LI_NA = 'C60000011';
const WANG_WEI = 'C60000022';
const LATER = 'C60000167';
const LYING = FIRST_DOCUMENTS.length;

const ascii = (value: string): string => toHex(Buffer.from(value));
const result = (code: string) => ({ fields: { '02': [code] } });
const present = (serial = LI_NA, seconds = 30): DeviceField[] => [text(0x44, serial), u16(0x45, seconds)];
const counted = (id: number, count: number): DeviceField => ({ tag: 0x49, value: Uint8Array.of(id, 0, count) });

function world(speed: 'real' | 'fast' = 'real') {
  const clock = new ManualClock();
  const context = { clock, random: seededRandom(1), speed };
  const locker = createSimulatedDocumentLocker(context);
  const host = new BareHost(clock, locker);
  let n = 0;
  const effect = (command: number, fields: readonly DeviceField[], ms: number) => {
    n += 1;
    return host.say(command, [idField(n), ...fields], ms);
  };
  const inventory = async () => (await host.say(INVENTORY, [u16(0x40, 0)]))[1]?.fields ?? {};
  const units = () => locker.state()['units'] as Record<string, Record<string, unknown>>;
  return { clock, context, locker, host, effect, inventory, units };
}

describe('the stock', () => {
  it('is one document for each synthetic holder, each with a serial number of its own', () => {
    expect(DOCUMENTS).toHaveLength(PEOPLE.length + ID_CARDS.length);
    expect(new Set(DOCUMENTS.map(({ serial }) => serial)).size).toBe(DOCUMENTS.length);
    for (const { serial } of DOCUMENTS) expect(serial).toMatch(/^[A-Z0-9]{4,24}$/);
    expect(DOCUMENTS[0]).toEqual({ thing: 'document-permit-li-na', serial: LI_NA });
    expect(DOCUMENTS.find(({ thing }) => thing === 'document-id-li-na')?.serial).toBe('S2026000002');
  });

  it('is told in order of places', async () => {
    const { inventory } = world();
    const told = await inventory();
    expect(told).toMatchObject({ '02': ['00'], '41': ['0001'], '43': ['0000'] });
    expect(told['42']).toHaveLength(FIRST_DOCUMENTS.length);
    expect(told['42']?.slice(0, 2)).toEqual([`0001${ascii(LI_NA)}`, `0002${ascii(WANG_WEI)}`]);
  });

  it('pages of 200, and no page beyond the last', async () => {
    const places = new Places(new Units(UNIT_ROWS));
    expect(places.inventory(0)).toEqual([u16(0x41, 1), u16(0x43, 0)]);
    places.lay(Array.from({ length: 201 }, (_, i) => `A${String(i).padStart(4, '0')}`));
    expect(places.inventory(0)).toHaveLength(202);
    expect(places.inventory(0)?.[0]).toEqual(u16(0x41, 2));
    expect(places.inventory(1)).toEqual([
      u16(0x41, 2),
      { tag: 0x42, value: Uint8Array.of(0, 201, ...Buffer.from('A0200')) },
      u16(0x43, 0),
    ]);
    expect(places.inventory(2)).toBeUndefined();
    const { host } = world();
    expect(await host.say(INVENTORY, [u16(0x40, 1)])).toMatchObject([result('02')]);
    expect(await host.say(INVENTORY)).toMatchObject([result('02')]);
  });
});

describe('a document', () => {
  it('is fetched by its serial, read again at the exit, presented and taken', async () => {
    const { effect, host, locker, units, inventory } = world();
    await effect(PRESENT, present(), 7_000);
    expect(locker.state()).toMatchObject({
      position: 'exit',
      media: 'present',
      waitsAt: 'exit',
      atExit: { thing: 'document-permit-li-na', serial: LI_NA, read: LI_NA },
    });
    expect((await host.say(READ_BACK, [], 1_500))[1]?.fields).toEqual({ '02': ['00'], '46': [ascii(LI_NA)] });
    expect(locker.take()).toEqual({ ok: true, value: { thing: 'document-permit-li-na' } });
    await host.pass(100);
    expect(host.answersTo(1)[1]?.fields).toEqual({
      '02': ['00'],
      '03': ['01'],
      '04': [`0501${ascii(LI_NA)}`, '0000', '0100'],
      '46': [ascii(LI_NA)],
      '4c': [ascii(LI_NA)],
    });
    expect(locker.state()).toMatchObject({ position: 'none', atExit: null, handedOut: 1 });
    expect(units()['stack']).toMatchObject({ count: LYING - 1, initialCount: LYING, taken: 1 });
    expect((await host.say(READ_BACK, [], 1_500))[1]?.fields).toEqual({ '02': ['00'] });
    expect((await inventory())['42']).not.toContain(`0001${ascii(LI_NA)}`);
    expect(locker.take()).toEqual({ ok: false, error: 'no document is at the exit' });
  });

  it('takes its time, and answers at once when the bench is fast', async () => {
    const { effect, locker } = world();
    await effect(PRESENT, present(), 3_000);
    expect(locker.state()).toMatchObject({ position: 'inWorks', progress: { step: 'fetch' }, atExit: null });
    const quick = world('fast');
    await quick.effect(PRESENT, present(), 0);
    expect(quick.locker.state()).toMatchObject({ position: 'exit' });
  });

  it('nobody took it: it stays at the exit, and goes into the retract bin', async () => {
    const { effect, host, locker, units } = world();
    locker.fault('F32');
    void effect(PRESENT, present(LI_NA, 20), 0);
    await host.pass(15_000);
    expect(locker.take()).toEqual({ ok: false, error: 'nobody takes the document' });
    await host.pass(12_000);
    expect(host.answersTo(1)[1]?.fields).toMatchObject({
      '02': ['25'],
      '03': ['01'],
      '04': [`0501${ascii(LI_NA)}`, '0000'],
      '46': [ascii(LI_NA)],
      '4c': [ascii(LI_NA)],
    });
    expect(await effect(PRESENT, present(WANG_WEI), 500)).toMatchObject([result('23')]);
    expect(await effect(0x03, [], 500)).toMatchObject([result('23')]);
    expect(await effect(LOOK, [], 500)).toMatchObject([result('23')]);
    const back = await effect(RETRACT, [], 4_000);
    expect(back[1]?.fields['04']).toEqual([`0201${ascii(LI_NA)}`, `0401${ascii('retract +1')}`]);
    expect(units()).toMatchObject({ stack: { retainCount: 1 }, retract: { serials: [LI_NA], retainCount: 1 } });
  });

  it('the host stops waiting (06)', async () => {
    const { effect, host, locker } = world();
    await effect(PRESENT, present(), 7_000);
    await host.say(STOP, [idField(1)], 200);
    expect(host.answersTo(1)[1]?.fields).toMatchObject({ '02': ['05'], '46': [ascii(LI_NA)], '4c': [ascii(LI_NA)] });
    expect(locker.take()).toMatchObject({ ok: true });
  });

  it('that does not lie there: nothing moved', async () => {
    const { effect } = world();
    expect(await effect(PRESENT, present(LATER), 1_000)).toMatchObject([
      result('00'),
      { fields: { '02': ['20'], '03': ['00'] } },
    ]);
  });

  it('of which two bear the same serial: nobody can say which', async () => {
    const { effect, locker, inventory } = world();
    locker.fault('twin-serial');
    expect((await inventory())['42']?.slice(0, 2)).toEqual([`0001${ascii(LI_NA)}`, `0002${ascii(LI_NA)}`]);
    expect((await effect(PRESENT, present(), 1_000))[1]?.fields).toEqual({ '02': ['20'], '03': ['00'] });
    locker.clear();
    expect((await inventory())['42']?.[1]).toBe(`0002${ascii(WANG_WEI)}`);
  });

  it('somebody who stands there takes it at once', async () => {
    const { effect, locker } = world();
    locker.fault('takes-at-once');
    expect((await effect(PRESENT, present(), 7_000))[1]).toMatchObject(result('00'));
  });
});

describe('another document than was asked for is never presented', () => {
  it.each([
    ['F18', ascii(WANG_WEI), [WANG_WEI], 1],
    ['F35', '', [LI_NA, WANG_WEI], 2],
    ['label-unreadable', '', [LI_NA], 1],
  ])('%s: it lies in the reject bin, and nothing more is handed out', async (fault, read, rejected, drawn) => {
    const { effect, locker, host, units } = world();
    locker.fault(fault);
    const ended = await effect(PRESENT, present(), 7_000);
    expect(ended[1]?.fields).toEqual({
      '02': ['27'],
      '03': ['01'],
      '04': [`0401${ascii(`reject +${rejected.length}`)}`],
      '46': [read],
      '4c': [ascii(LI_NA)],
    });
    expect(units()).toMatchObject({
      stack: { count: LYING - drawn, rejected: rejected.length },
      reject: { serials: rejected },
    });
    expect(locker.take()).toMatchObject({ ok: false });
    expect((await host.say(0x02))[1]?.fields).toMatchObject({ '10': ['03'], '11': ['27'] });
    locker.clear();
    locker.fault(fault);
    await effect(PRESENT, present('C60000033'), 7_000);
    expect(locker.state()['stopped']).toBe(fault !== 'label-unreadable');
  });

  it('a technician’s reset lets it go on', async () => {
    const { effect, locker } = world();
    locker.fault('F18');
    await effect(PRESENT, present(), 7_000);
    expect(await effect(PRESENT, present('C60000033'), 500)).toMatchObject([result('27')]);
    await effect(RESET, [u8(0x07, 3)], 6_000);
    expect(locker.state()).toMatchObject({ stopped: false });
  });

  it('a look finds what cannot be read', async () => {
    const { effect, locker, inventory } = world();
    locker.fault('label-unreadable');
    expect(await inventory()).toMatchObject({ '43': ['0000'] });
    expect((await effect(LOOK, [], 4_000))[1]).toMatchObject(result('00'));
    const told = await inventory();
    expect([told['43'], told['42']?.[0]]).toEqual([['0001'], '0001']);
    expect((await effect(PRESENT, present(), 1_000))[1]).toMatchObject(result('20'));
  });
});

describe('what it refuses without moving', () => {
  it.each([
    ['a serial of three', PRESENT, present('C60'), '02'],
    ['small letters', PRESENT, present('c60000011'), '02'],
    ['no seconds', PRESENT, [text(0x44, LI_NA)], '02'],
    ['301 seconds', PRESENT, present(LI_NA, 301), '02'],
    ['nothing at the exit', RETRACT, [], '20'],
    ['a reset to the exit', RESET, [u8(0x07, 1)], '07'],
    ['no exchange to end', END, [], '2b'],
    ['no exchange to count in', SET, [counted(1, 0)], '2b'],
    ['five units', SET, [1, 2, 3, 4, 5].map((id) => counted(id, 0)), '02'],
    ['an unknown command', 0x19, [], '01'],
  ] as const)('%s', async (_name, command, fields, code) => {
    const { effect, host, locker } = world();
    const before = locker.state()['units'];
    expect(await effect(command, fields, 2_000)).toMatchObject([{ command: command + 0x40, ...result(code) }]);
    expect(locker.state()['units']).toEqual(before);
    expect((await host.say(0x04, [idField(1)]))[1]?.fields).toEqual({ '02': ['00'], '05': ['00'] });
  });
});

describe('faults', () => {
  it('F15: the places are empty until the documents are put back', async () => {
    const { effect, locker, inventory, units } = world();
    locker.fault('F15');
    expect(await inventory()).toMatchObject({ '41': ['0001'], '43': ['0000'] });
    expect(units()['stack']).toMatchObject({ count: 0 });
    expect((await effect(PRESENT, present(), 1_000))[1]).toMatchObject(result('20'));
    locker.clear();
    expect((await inventory())['42']).toHaveLength(LYING);
  });

  it('F27 jams: stuck until staff lay it into the reject bin', async () => {
    const { effect, locker, host, units } = world();
    locker.fault('F27');
    expect((await effect(PRESENT, present(), 7_000))[1]?.fields).toMatchObject({ '02': ['21'], '03': ['01'] });
    expect((await host.say(0x02))[1]?.fields).toMatchObject({ '10': ['03'], '11': ['21'], '12': ['02'], '47': ['01'] });
    expect((await effect(RESET, [u8(0x07, 2)], 6_000))[1]?.fields).toMatchObject({ '02': ['21'], '03': ['00'] });
    expect(await host.say(READ_BACK)).toMatchObject([result('21')]);
    locker.clear();
    expect(units()).toMatchObject({ reject: { serials: [LI_NA] }, stack: { rejected: 1 } });
    expect(locker.state()).toMatchObject({ media: 'notPresent' });
  });

  it('F28 says well and does nothing', async () => {
    const { effect, locker, units } = world();
    locker.fault('false-ok');
    expect((await effect(PRESENT, present(), 7_000))[1]?.fields).toEqual({ '02': ['00'], '03': ['01'] });
    await effect(START, [], 1_000);
    expect(locker.state()).toMatchObject({ exchange: false, atExit: null });
    expect(units()['stack']).toMatchObject({ count: LYING });
  });

  it('F34 and F05: a bin that is full or pulled takes nothing', async () => {
    const { effect, locker, host, units } = world();
    await effect(PRESENT, present(LI_NA, 1), 8_000);
    locker.fault('F34');
    expect(await effect(RETRACT, [], 500)).toMatchObject([result('29')]);
    expect((await effect(RESET, [u8(0x07, 2)], 6_000))[1]?.fields).toMatchObject({ '02': ['29'], '03': ['00'] });
    expect((await host.say(0x02))[1]?.fields).toMatchObject({ '10': ['00'], '11': ['29'] });
    locker.clear();
    expect(units()['retract']).toMatchObject({ count: 0 });
    locker.fault('bin-pulled');
    expect(await effect(RETRACT, [], 500)).toMatchObject([result('29')]);
    expect((await host.say(UNITS))[1]?.fields['48']?.[1]).toBe('02010014000000000000000f02');
    locker.clear();
    expect(units()['retract']).toMatchObject({ status: 'manipulated' });
    expect((await effect(RETRACT, [], 4_000))[1]).toMatchObject(result('00'));
  });

  it('a reject bin without room for two: nothing is fetched', async () => {
    const { effect, locker } = world();
    await effect(START, [], 1_000);
    await effect(SET, [counted(3, 9)], 500);
    await effect(END, [], 4_000);
    expect(locker.state()).toMatchObject({ exchange: false });
    expect(await effect(PRESENT, present(), 500)).toMatchObject([result('29')]);
  });

  it('F31 and broken hardware stop what moves or waits', async () => {
    const { effect, locker, host } = world();
    await effect(PRESENT, present(), 3_000);
    locker.fault('cover-open');
    await host.pass(100);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['22'], '03': ['01'] });
    expect(await effect(RESET, [u8(0x07, 2)], 500)).toMatchObject([result('22')]);
    locker.clear();
    await effect(RESET, [u8(0x07, 2)], 6_000);
    await effect(PRESENT, present(WANG_WEI), 7_000);
    locker.fault('hardware-broken');
    await host.pass(100);
    expect(host.answersTo(4)[1]?.fields).toMatchObject({ '02': ['06'], '03': ['01'] });
    expect(await host.say(READ_BACK)).toMatchObject([result('06')]);
    expect(locker.fault('F99')).toEqual({ ok: false, error: 'no such fault: F99' });
  });
});

describe('power and resets', () => {
  it('F11: the document is in the works, and is never presented from there', async () => {
    const { effect, locker, host, units } = world();
    locker.fault('F11');
    await effect(PRESENT, present(), 7_000);
    expect(locker.state()).toMatchObject({ bootCount: 2, position: 'inWorks', atExit: null, faults: [] });
    expect((await host.say(0x04, [idField(1)]))[1]?.fields).toEqual({ '02': ['00'], '05': ['03'], '06': ['12'] });
    expect(await effect(PRESENT, present(WANG_WEI), 500)).toMatchObject([result('23')]);
    expect(await effect(RETRACT, [], 500)).toMatchObject([result('20')]);
    expect((await effect(RESET, [u8(0x07, 3)], 6_000))[1]?.fields['04']).toEqual([`0301${ascii('works')}`]);
    await effect(RESET, [u8(0x07, 2)], 6_000);
    expect(units()).toMatchObject({ retract: { serials: [LI_NA] } });
  });

  it('a reset ends the wait first, and draws the document back', async () => {
    const { effect, host } = world();
    await effect(PRESENT, present(), 7_000);
    const reset = await effect(RESET, [u8(0x07, 2)], 6_000);
    expect(host.answersTo(1)[1]?.fields).toMatchObject({ '02': ['05'] });
    expect(reset[1]?.fields['04']).toEqual([`0201${ascii(LI_NA)}`, `0401${ascii('retract +1')}`]);
    expect((await effect(RESET, [u8(0x07, 2)], 6_000))[1]?.fields['04']).toEqual([`0301${ascii('none')}`]);
  });

  it('a restart of the bench: documents, counts, effects and what lies at the exit stay', async () => {
    const { effect, locker, context, clock } = world();
    await effect(PRESENT, present(), 7_000);
    const second = createSimulatedDocumentLocker(context);
    second.restore(JSON.parse(JSON.stringify(locker.save())));
    expect(second.state()).toMatchObject({ bootCount: 2, position: 'exit', atExit: { serial: LI_NA } });
    const next = new BareHost(clock, second);
    expect((await next.say(0x04, [idField(1)]))[1]?.fields).toMatchObject({ '05': ['03'], '06': ['12'] });
    expect(second.take()).toMatchObject({ ok: true });
    expect(second.state()).toMatchObject({ units: { stack: { count: LYING - 1, taken: 1 } }, handedOut: 1 });
    second.restore({ not: 'ours' });
    expect(second.state()).toMatchObject({ handedOut: 1 });
  });
});

describe('an exchange', () => {
  it('staff put documents in; what they count must be what is found', async () => {
    const { effect, locker, host, inventory, units } = world();
    expect(locker.put('document-permit-rare-name')).toEqual({
      ok: false,
      error: 'the door to the places is locked: staff open it first',
    });
    expect((await effect(START, [], 1_000))[1]).toMatchObject(result('00'));
    for (const [command, fields] of [
      [PRESENT, present()],
      [RETRACT, []],
      [LOOK, []],
      [RESET, [u8(0x07, 3)]],
      [0x03, []],
      [START, []],
    ] as const)
      expect(await effect(command, fields, 500), String(command)).toMatchObject([result('2a')]);
    expect(locker.put('document-permit-li-na')).toEqual({
      ok: false,
      error: 'document-permit-li-na lies in the locker already',
    });
    expect(locker.put('permit-li-na')).toEqual({ ok: false, error: 'the locker does not take permit-li-na' });
    expect(locker.put('document-permit-rare-name')).toMatchObject({ ok: true });
    expect((await inventory())['42']?.at(-1)).toBe(`${toHex(u16(0, LYING + 1).value)}${ascii(LATER)}`);
    expect((await effect(END, [], 4_000))[1]?.fields).toEqual({ '02': ['2d'], '03': ['01'] });
    expect(locker.state()).toMatchObject({ exchange: true });
    expect((await host.say(UNITS))[1]?.fields).toMatchObject({ '4a': ['01'] });
    expect(await effect(SET, [counted(1, LYING + 1), counted(4, 0)], 500)).toMatchObject([result('2c')]);
    expect(await effect(SET, [counted(2, 21)], 500)).toMatchObject([result('2c')]);
    await effect(SET, [counted(1, LYING + 2)], 500);
    expect((await effect(END, [], 4_000))[1]).toMatchObject(result('2d'));
    await effect(SET, [counted(1, LYING + 1), counted(2, 0)], 500);
    expect((await effect(END, [], 4_000))[1]).toMatchObject(result('00'));
    expect(locker.state()).toMatchObject({ exchange: false });
    expect(units()['stack']).toMatchObject({ count: LYING + 1, initialCount: LYING + 1, taken: 0 });
    expect((await effect(PRESENT, present(LATER), 7_000)).length).toBe(1);
    expect(locker.take()).toEqual({ ok: true, value: { thing: 'document-permit-rare-name' } });
  });

  it('empties the bins that staff counted, and takes the next free place', async () => {
    const { effect, locker, inventory, units } = world();
    await effect(PRESENT, present(LI_NA, 1), 8_000);
    await effect(RETRACT, [], 4_000);
    await effect(START, [], 1_000);
    expect(locker.put('document-permit-li-na')).toMatchObject({ ok: false });
    await effect(SET, [counted(2, 0)], 500);
    expect(locker.put('document-permit-li-na')).toMatchObject({ ok: true });
    expect((await inventory())['42']?.[0]).toBe(`0001${ascii(LI_NA)}`);
    await effect(SET, [counted(1, LYING)], 500);
    expect((await effect(END, [], 4_000))[1]).toMatchObject(result('00'));
    expect(units()).toMatchObject({ stack: { count: LYING, retainCount: 0 }, retract: { count: 0 } });
  });
});

describe('identity', () => {
  it('says what it is', async () => {
    const { host, locker } = world();
    expect((await host.say(0x01))[1]?.fields).toMatchObject({
      '20': [ascii('document-locker')],
      '21': [ascii('YM-DL1')],
      '22': [ascii('YMDL-000019')],
      '24': ['03'],
      '25': ['000102030405'],
    });
    locker.fault('wrong-model');
    expect((await host.say(0x01))[1]?.fields['20']).toEqual([ascii('licence-printer')]);
    expect((await host.say(0x02))[1]?.fields['48']?.[0]).toBe(
      `0100012c${toHex(u16(0, LYING).value).repeat(2)}0000000000`,
    );
  });
});
