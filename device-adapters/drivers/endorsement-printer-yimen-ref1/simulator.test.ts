import { createHash } from 'node:crypto';
import { toHex } from '@yimen/contracts/base';
import { ManualClock } from '@yimen/contracts/testing';
import { describe, expect, it } from 'vitest';
import { CardPath, type SimulatedPermit } from '../../testing/card-path.ts';
import { seededRandom } from '../../testing/contract-bench.ts';
import { BareHost, idField } from '../../testing/ref1-device/bare-host.ts';
import { text, u8 } from '../../testing/ref1-device/fields.ts';
import { permitOf } from '../../testing/things.ts';
import { createSimulatedEndorsementPrinter } from './simulator.ts';

const LINE = 'HKG G 1 2026-11-26 2027-02-26 E123456';
const ERASE = 0x11;
const PRINT = 0x12;
const TAKE = 0x10;
const READ_BACK = 0x13;
const HAND_BACK = 0x14;

function world(place: 'gate' | 'readPosition' | 'printer' | 'outside' = 'printer', speed: 'real' | 'fast' = 'real') {
  const clock = new ManualClock();
  const path = new CardPath();
  const card: SimulatedPermit = permitOf('permit-li-na');
  if (place !== 'outside') path.put(card);
  if (place === 'readPosition' || place === 'printer') path.move(place);
  const context = { clock, random: seededRandom(1), speed };
  const printer = createSimulatedEndorsementPrinter(context, path);
  const host = new BareHost(clock, printer);
  return { clock, path, card, context, printer, host };
}

const result = (code: string) => ({ fields: { '02': [code] } });
const sha = (...lines: string[]): string =>
  createHash('sha256')
    .update(lines.map((line) => `${line}\n`).join(''))
    .digest('hex');

describe('what it does', () => {
  it('takes the card over, erases, prints, reads back, hands back', async () => {
    const { host, path, card, printer } = world('readPosition');
    card.panel = ['an old one'];
    const taken = await host.say(TAKE, [idField(1)], 2_000);
    expect(taken).toMatchObject([
      { command: 0x50, ...result('00') },
      { command: 0x90, ...result('00') },
    ]);
    expect(taken[1]?.fields).toEqual({
      '02': ['00'],
      '03': ['01'],
      '04': [toHex(Uint8Array.of(3, 1)) + toHex(Buffer.from('printPath'))],
    });
    expect(path.place).toBe('printer');
    await host.say(ERASE, [idField(2)], 6_500);
    expect(card.panel).toEqual([]);
    const printed = await host.say(PRINT, [idField(3), text(0x40, LINE), text(0x40, 'MAC L 1')], 26_000);
    expect(card.panel).toEqual([LINE, 'MAC L 1']);
    const digest = sha(LINE, 'MAC L 1');
    expect(printed[1]?.fields).toEqual({
      '02': ['00'],
      '03': ['01'],
      '04': [`0501${toHex(Buffer.from(digest))}`],
      '43': [digest],
      '46': [digest],
    });
    const seen = await host.say(READ_BACK, [], 1_500);
    expect(seen[1]?.fields).toEqual({
      '02': ['00'],
      '41': [toHex(Buffer.from(card.mrz))],
      '42': [LINE, 'MAC L 1'].map((line) => toHex(Buffer.from(line))),
      '43': [digest],
    });
    expect(printer.state()).toMatchObject({ prints: 1, panel: [LINE, 'MAC L 1'], position: 'printPath', faults: [] });
    expect(card.endorsementCounter).toBe(2);
    await host.say(HAND_BACK, [idField(4)], 2_000);
    expect(path.place).toBe('readPosition');
    expect(printer.state()).toMatchObject({ position: 'none', panel: [] });
  });

  it('an empty panel has the digest of nothing', async () => {
    const { host } = world();
    const seen = await host.say(READ_BACK, [], 1_500);
    expect(seen[1]?.fields['43']).toEqual(['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855']);
    expect(seen[1]?.fields['42']).toBeUndefined();
  });

  it('prints over what was not erased', async () => {
    const { host, card } = world();
    card.panel = ['an old one'];
    const printed = await host.say(PRINT, [idField(1), text(0x40, LINE)], 26_000);
    expect(printed[1]?.fields['43']).toEqual([sha('an old one', LINE)]);
  });

  it('keeps the pace of the machine, and answers at once when fast', async () => {
    const { host, printer } = world();
    void host.say(PRINT, [idField(1), text(0x40, LINE)], 0);
    await host.pass(13_000);
    expect(printer.state()).toMatchObject({ progress: { step: 'print', percent: 52 }, busy: true });
    expect(host.heard.map(({ command }) => command)).toEqual([0x52, 0xf0]);
    await host.pass(13_000);
    expect(host.heard.map(({ command }) => command)).toEqual([0x52, 0xf0, 0x92, 0xf0]);
    expect(printer.state()).toMatchObject({ progress: null, busy: false });
    const quick = world('printer', 'fast');
    await quick.host.say(PRINT, [idField(1), text(0x40, LINE)], 0);
    expect(quick.card.panel).toEqual([LINE]);
  });
});

describe('what it refuses without moving', () => {
  it.each([
    ['no card', 'outside', ERASE, [], '20'],
    ['no card', 'readPosition', PRINT, [text(0x40, LINE)], '20'],
    ['no card', 'readPosition', HAND_BACK, [], '20'],
    ['card inside', 'printer', TAKE, [], '23'],
    ['media inside', 'printer', 0x03, [], '23'],
    ['no line', 'printer', PRINT, [], '02'],
    ['nine lines', 'printer', PRINT, Array.from({ length: 9 }, () => text(0x40, 'x')), '02'],
    ['not ASCII', 'printer', PRINT, [text(0x40, '签注')], '02'],
    ['81 bytes', 'printer', PRINT, [text(0x40, 'x'.repeat(81))], '02'],
    ['no bin', 'printer', 0x05, [u8(0x07, 2)], '07'],
    ['no destination', 'printer', 0x05, [], '02'],
    ['unknown command', 'printer', 0x1f, [], '01'],
  ] as const)('%s: %s', async (_name, place, command, fields, code) => {
    const { host, path } = world(place);
    expect(await host.say(command, [idField(1), ...fields], 30_000)).toMatchObject([
      { command: command + 0x40, ...result(code) },
    ]);
    expect(path.place).toBe(place);
    const recalled = await host.say(0x04, [idField(1)]);
    expect(recalled[1]?.fields).toEqual({ '02': ['00'], '05': ['00'] });
  });

  it('without a card at the read position it pulls in vain', async () => {
    const { host } = world('gate');
    const taken = await host.say(TAKE, [idField(1)], 2_000);
    expect(taken).toMatchObject([result('00'), { fields: { '02': ['20'], '03': ['00'] } }]);
    expect(await host.say(READ_BACK)).toMatchObject([result('20')]);
  });
});

describe('faults', () => {
  const print = [text(0x40, LINE)];
  it.each([
    ['F18', ['00', '01'], [LINE.replace('456', '450')], 1],
    ['F27', ['21', '01'], [LINE], 0],
    ['F28', ['00', '01'], [], 0],
    ['false-ok', ['00', '01'], [], 0],
    ['encode-fail', ['26', '00'], [], 0],
    ['print-faint', ['25', '01'], [LINE.replaceAll(/[^ ]/gu, '?')], 1],
  ])('%s: print says %j', async (fault, [code, motion], panel, prints) => {
    const { host, card, printer } = world();
    printer.fault(fault);
    const printed = await host.say(PRINT, [idField(1), ...print], 26_000);
    expect(printed[1]?.fields).toMatchObject({ '02': [code], '03': [motion] });
    expect(card.panel).toEqual(panel);
    expect(printer.state()['prints']).toBe(prints);
    const seen = printed[1]?.fields['43'];
    if (seen !== undefined) expect(seen).toEqual([sha(...panel)]);
    // Whatever it did, it never tells of the lines that it was asked for when the panel shows others.
    if (fault !== 'F27') expect(seen).not.toEqual([sha(LINE)]);
  });

  it.each(['F30', 'head-hot'])('%s: no print until it has cooled by itself; other motions go on', async (fault) => {
    const { host, printer } = world();
    printer.fault(fault);
    await host.pass(100);
    expect(host.changes.at(-1)?.fields).toMatchObject({ '10': ['00'], '11': ['24'] });
    expect(await host.say(PRINT, [idField(1), ...print])).toMatchObject([result('24')]);
    expect(await host.say(ERASE, [idField(2)], 6_500)).toHaveLength(2);
    await host.pass(20_000);
    expect(printer.state()['faults']).toEqual([]);
    expect(host.changes.at(-1)?.fields['11']).toBeUndefined();
    expect(await host.say(PRINT, [idField(3), ...print], 26_000)).toHaveLength(2);
  });

  it.each(['F31', 'cover-open'])('%s: stops what moves, refuses what would', async (fault) => {
    const { host, printer, card } = world();
    void host.say(PRINT, [idField(1), text(0x40, 'one'), text(0x40, 'two')], 0);
    await host.pass(10_000);
    printer.fault(fault);
    await host.pass(100);
    expect(host.answersTo(1)[1]?.fields).toEqual({ '02': ['22'], '03': ['01'] });
    expect(card.panel).toEqual(['one']);
    expect(await host.say(HAND_BACK, [idField(2)])).toMatchObject([result('22')]);
    expect(await host.say(0x02)).toMatchObject([result('00'), { fields: { '10': ['03'], '11': ['22'] } }]);
    printer.clear();
    expect(await host.say(HAND_BACK, [idField(2)], 2_000)).toHaveLength(2);
  });

  it('F27: jammed for everybody until staff free the card', async () => {
    const { host, printer, path } = world();
    printer.fault('F27');
    await host.say(PRINT, [idField(1), ...print], 26_000);
    expect(path.place).toBe('jammed');
    expect(host.changes.at(-1)?.fields).toMatchObject({ '10': ['03'], '11': ['21'], '12': ['02'], '44': ['02'] });
    expect(await host.say(HAND_BACK, [idField(2)])).toMatchObject([result('21')]);
    expect((await host.say(0x05, [idField(3), u8(0x07, 1)], 4_000))[1]?.fields).toEqual({ '02': ['21'], '03': ['00'] });
    printer.clear();
    expect(path.place).toBe('readPosition');
    expect((await host.say(0x02))[1]?.fields).toMatchObject({ '10': ['00'], '12': ['00'] });
  });

  it('a jam of the card unit is not this printer’s', async () => {
    const { host, path } = world('readPosition');
    path.jam();
    expect((await host.say(0x02))[1]?.fields).toMatchObject({ '10': ['00'], '12': ['00'], '44': ['00'] });
  });

  it('F28: the card stays where it was, and nothing is claimed about it', async () => {
    const { host, printer, path } = world('readPosition');
    printer.fault('F28');
    expect((await host.say(TAKE, [idField(1)], 2_000))[1]?.fields).toEqual({ '02': ['00'], '03': ['01'] });
    expect(path.place).toBe('readPosition');
  });

  it('scanner-blind: no MRZ', async () => {
    const { host, printer } = world();
    printer.fault('scanner-blind');
    const seen = await host.say(READ_BACK, [], 1_500);
    expect(seen[1]?.fields).toEqual({ '02': ['00'], '43': [sha()] });
  });

  it('passage-stuck: neither in nor out', async () => {
    const { host, printer, path } = world('printer');
    printer.fault('passage-stuck');
    expect((await host.say(HAND_BACK, [idField(1)], 2_000))[1]?.fields).toEqual({ '02': ['27'], '03': ['00'] });
    expect(path.place).toBe('printer');
    expect(printer.state()['position']).toBe('printPath');
  });

  it('a full chip takes no endorsement', async () => {
    const { host, card } = world();
    card.endorsementCounter = 255;
    expect((await host.say(PRINT, [idField(1), ...print], 26_000))[1]?.fields).toMatchObject({
      '02': ['26'],
      '03': ['00'],
    });
    expect(card).toMatchObject({ endorsementCounter: 255, panel: [] });
  });

  it('hardware-broken: ends what moves, refuses everything, heals with clear', async () => {
    const { host, printer } = world();
    printer.fault('hardware-broken');
    expect((await host.say(0x02))[1]?.fields).toMatchObject({ '10': ['03'], '11': ['06'] });
    expect(await host.say(ERASE, [idField(1)])).toMatchObject([result('06')]);
    expect(await host.say(0x05, [idField(2), u8(0x07, 3)])).toMatchObject([result('06')]);
    expect(await host.say(READ_BACK)).toMatchObject([result('06')]);
    printer.clear();
    expect((await host.say(0x02))[1]?.fields).toMatchObject({ '10': ['00'] });
  });

  it('hands belong to the card unit', () => {
    const { printer } = world();
    expect(printer.put('permit-li-na')).toMatchObject({ ok: false });
    expect(printer.take()).toMatchObject({ ok: false });
    expect(printer.fault('F99')).toEqual({ ok: false, error: 'no such fault: F99' });
    for (const fault of printer.faults) expect(printer.fault(fault)).toEqual({ ok: true, value: undefined });
    printer.clear();
    expect(printer.state()['faults']).toEqual([]);
  });
});

describe('reset', () => {
  it('ends the print that runs, then brings the card out; the memory says interrupted', async () => {
    const { host, path } = world();
    void host.say(PRINT, [idField(1), text(0x40, LINE)], 0);
    await host.pass(8_000);
    const reset = await host.say(0x05, [idField(2), u8(0x07, 1)], 4_000);
    expect(host.answersTo(1)[1]).toMatchObject({ command: 0x92, fields: { '02': ['05'], '03': ['01'] } });
    expect(reset[1]?.fields).toMatchObject({ '02': ['00'], '04': [`0301${toHex(Buffer.from('handedBack'))}`] });
    expect(host.heard.findIndex(({ command }) => command === 0x92)).toBeLessThan(
      host.heard.findIndex(({ command }) => command === 0x85),
    );
    expect(path.place).toBe('readPosition');
    expect((await host.say(0x04, [idField(1)]))[1]?.fields).toEqual({ '02': ['00'], '05': ['03'], '06': ['12'] });
  });

  it('keeps the card when asked to, and has nothing to bring when there is none', async () => {
    const { host, path } = world();
    const stay = await host.say(0x05, [idField(1), u8(0x07, 3)], 4_000);
    expect(stay[1]?.fields['04']).toEqual([`0301${toHex(Buffer.from('printPath'))}`]);
    path.move('readPosition');
    const none = await host.say(0x05, [idField(2), u8(0x07, 1)], 4_000);
    expect(none[1]?.fields['04']).toEqual([`0301${toHex(Buffer.from('noCard'))}`]);
  });

  it('06 ends nothing here: a motion is finished', async () => {
    const { host, card } = world();
    void host.say(PRINT, [idField(1), text(0x40, LINE)], 0);
    await host.pass(5_000);
    expect(await host.say(0x06, [idField(1)])).toMatchObject([result('00'), result('00')]);
    await host.pass(22_000);
    expect(card.panel).toEqual([LINE]);
    expect(host.answersTo(1)).toHaveLength(2);
  });
});

describe('power', () => {
  it('dips in the middle of the next motion: silence, starting, the card inside, the effect interrupted', async () => {
    const { host, printer, card } = world();
    printer.fault('power-dip');
    void host.say(PRINT, [idField(1), text(0x40, 'one'), text(0x40, 'two')], 0);
    await host.pass(12_400);
    expect(card).toMatchObject({ panel: ['one'], endorsementCounter: 2 });
    await host.pass(200);
    expect(printer.state()).toMatchObject({ power: 'off', faults: [] });
    expect(await host.say(0x02, [], 300)).toEqual([]);
    await host.pass(1_300);
    expect(host.changes.at(-1)?.fields).toMatchObject({ '10': ['02'], '15': ['0002'], '12': ['01'] });
    expect(await host.say(ERASE, [idField(2)], 100)).toMatchObject([result('04')]);
    await host.pass(1_000);
    expect(host.changes.at(-1)?.fields).toMatchObject({ '10': ['00'] });
    expect((await host.say(0x04, [idField(1)]))[1]?.fields).toEqual({ '02': ['00'], '05': ['03'], '06': ['12'] });
    // Nothing of the interrupted print goes on, and its id starts nothing.
    await host.pass(30_000);
    const again = await host.say(PRINT, [idField(1), text(0x40, 'one'), text(0x40, 'two')], 30_000);
    expect(again).toMatchObject([result('00'), { fields: { '02': ['05'], '03': ['02'] } }]);
    expect(card.panel).toEqual(['one']);
  });

  it('dips on the way in: the card is inside, between, and a reset brings it back', async () => {
    const { host, printer, path } = world('readPosition');
    printer.fault('power-dip');
    await host.say(TAKE, [idField(1)], 5_000);
    expect(printer.state()).toMatchObject({ position: 'between', media: 'present' });
    expect(await host.say(TAKE, [idField(2)])).toMatchObject([result('23')]);
    await host.say(0x05, [idField(3), u8(0x07, 1)], 4_000);
    expect(path.place).toBe('readPosition');
  });

  it('a restart of the bench: prints, memory and boot count stay; what ran was interrupted', async () => {
    const { host, printer, context, path, clock } = world();
    await host.say(PRINT, [idField(1), text(0x40, LINE)], 26_000);
    void host.say(ERASE, [idField(2)], 0);
    await host.pass(1_000);
    const kept: unknown = JSON.parse(JSON.stringify(printer.save()));
    const second = createSimulatedEndorsementPrinter(context, path);
    second.restore(kept);
    const next = new BareHost(clock, second);
    expect(second.state()).toMatchObject({ prints: 1, bootCount: 2 });
    const first = await next.say(0x04, [idField(1)]);
    expect(first[1]?.fields).toMatchObject({
      '02': ['00'],
      '05': ['02'],
      '06': ['12'],
      '43': [sha(LINE)],
      '46': [sha(LINE)],
    });
    expect((await next.say(0x04, [idField(2)]))[1]?.fields).toEqual({ '02': ['00'], '05': ['03'], '06': ['11'] });
    const again = await next.say(PRINT, [idField(1), text(0x40, LINE)], 26_000);
    expect(again[1]?.fields).toMatchObject({ '02': ['00'], '43': [sha(LINE)] });
    expect(second.state()['prints']).toBe(1);
    second.restore({ not: 'ours' });
    expect(second.state()).toMatchObject({ prints: 1, bootCount: 2 });
  });

  it('a jam is still its own after a restart', async () => {
    const { host, printer, context, path } = world();
    printer.fault('F27');
    await host.say(PRINT, [idField(1), text(0x40, LINE)], 26_000);
    const second = createSimulatedEndorsementPrinter(context, path);
    second.restore(printer.save());
    expect(second.state()).toMatchObject({ media: 'jammed', position: 'between' });
    second.clear();
    expect(path.place).toBe('readPosition');
  });
});

describe('identity', () => {
  it('says what it is; another cable, another model', async () => {
    const { host, printer } = world();
    const ascii = (value: string): string[] => [toHex(Buffer.from(value))];
    expect((await host.say(0x01))[1]?.fields).toEqual({
      '02': ['00'],
      '20': ascii('endorsement-printer'),
      '21': ascii('YM-EP1'),
      '22': ascii('YMEP-000031'),
      '23': ascii('1.4.2'),
      '24': ['03'],
      '25': ['0305'],
      '26': ['01'],
    });
    printer.fault('F22');
    expect((await host.say(0x01))[1]?.fields['22']).toEqual(ascii('YMEP-OTHER-1'));
    printer.fault('wrong-model');
    expect((await host.say(0x01))[1]?.fields['20']).toEqual(ascii('licence-printer'));
  });
});
