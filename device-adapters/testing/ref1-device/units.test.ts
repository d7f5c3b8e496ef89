import { toHex } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import { countedUnits } from './counted-units.ts';
import { DeviceFields, packFields, type DeviceField } from './fields.ts';
import { serialsOf, unbalanced } from './units-audit.ts';
import { Units, unitsSchema, type UnitRow } from './units.ts';

const STACK = 1;
const REJECT = 2;
const BIN = 3;
const RIBBON = 4;
const ROWS: readonly UnitRow[] = [
  { id: STACK, name: 'stack', type: 'dispense', capacity: 5, threshold: 1 },
  { id: REJECT, name: 'reject', type: 'reject', capacity: 2, threshold: 1 },
  { id: BIN, name: 'bin', type: 'retain', capacity: 2, threshold: 1 },
  { id: RIBBON, name: 'ribbon', type: 'ribbon', capacity: 300, threshold: 2 },
];

function stocked(): Units {
  const units = new Units(ROWS);
  units.set(STACK, 3, ['A001', 'A002', 'A003']);
  units.set(RIBBON, 258);
  return units;
}

const audit = (units: Units) => unbalanced(units.save(), [REJECT, BIN]);

describe('units', () => {
  it('a piece goes from the stack into a hand or a bin, and everything balances at each step', () => {
    const units = stocked();
    expect([units.draw(STACK), units.inside, units.count(STACK)]).toEqual(['A001', ['A001'], 2]);
    expect(audit(units)).toEqual([]);
    units.take('A001');
    expect(units.draw(STACK, 'A003')).toBe('A003');
    units.drop('A003', BIN);
    units.draw(STACK);
    units.drop('A002', REJECT);
    units.use(RIBBON);
    units.dropLoose(BIN);
    expect(audit(units)).toEqual([]);
    expect(units.view()).toMatchObject({
      stack: { count: 0, initialCount: 3, taken: 1, retainCount: 1, rejected: 1 },
      reject: { count: 1, serials: ['A002'], retainCount: 1 },
      bin: { count: 2, serials: ['A003'], retainCount: 2 },
      ribbon: { count: 257, used: 1 },
    });
    expect([units.draw(STACK), units.level(STACK), units.room(BIN), units.takes(BIN)]).toEqual([
      undefined,
      'out',
      0,
      false,
    ]);
    expect(units.save().away).toEqual([{ serial: 'A001', how: 'taken' }]);
  });

  it('a count begins anew: what was drawn before belongs to nobody’s stack any more', () => {
    const units = stocked();
    units.draw(STACK);
    units.set(STACK, 2, ['A003', 'A009']);
    expect(audit(units)).toEqual([]);
    units.drop('A001', BIN);
    expect(units.view()['stack']).toMatchObject({ initialCount: 2, count: 2, retainCount: 0 });
    expect(audit(units)).toEqual([]);
    expect(units.save().away).toEqual([{ serial: 'A002', how: 'staff' }]);
    units.lay(STACK, ['A002']);
    expect([units.serials(STACK), audit(units), units.save().away]).toEqual([['A003', 'A009', 'A002'], [], []]);
  });

  it('the audit sees a serial in two places, a lost piece and a bin that gained one from nowhere', () => {
    const saved = stocked().save();
    const [stack, reject, ...rest] = saved.units;
    const twice = { ...saved, away: [{ serial: 'A001', how: 'taken' as const }] };
    expect(unbalanced(twice, [REJECT, BIN])).toEqual(['A001: unit 1, taken']);
    const lost = {
      ...saved,
      units: [{ ...stack!, pieces: stack!.pieces.slice(1) }, { ...reject!, loose: 1 }, ...rest],
    };
    expect(unbalanced(lost, [REJECT, BIN])).toEqual(['unit 1: 3 was, 2 is', 'unit 2: 0 was, 1 is']);
    expect(serialsOf(saved)).toEqual(new Set(['A001', 'A002', 'A003']));
  });

  it('a unit that is pulled takes nothing; it comes back manipulated, or well within an exchange', () => {
    const units = stocked();
    units.pull(BIN);
    expect([units.status(BIN), units.takes(BIN)]).toEqual(['missing', false]);
    units.set(BIN, 0);
    expect(units.status(BIN)).toBe('missing');
    units.putBack(BIN);
    expect([units.status(BIN), units.takes(BIN)]).toEqual(['manipulated', true]);
    units.set(BIN, 0);
    expect(units.status(BIN)).toBe('ok');
    units.isExchange = true;
    units.pull(BIN);
    units.putBack(BIN);
    expect(units.status(BIN)).toBe('ok');
  });

  it('tells each unit in field 48, the exchange in 4A, serials in 4B', () => {
    const units = stocked();
    units.fail(STACK);
    units.fill(BIN);
    expect(units.fields().map(({ tag, value }) => [tag, toHex(value)])).toEqual([
      [0x48, '01000005000300030000000101'],
      [0x48, '02020002000000000000000100'],
      [0x48, '03010002000200020000000100'],
      [0x48, '0403012c010201020000000200'],
    ]);
    units.tell(STACK, 4);
    expect(toHex(units.fields()[0]?.value ?? new Uint8Array())).toBe('01000005000300040000000101');
    expect(units.serialFields(STACK).map(({ value }) => toHex(value))[0]).toBe('0141303031');
    expect(units.exchangeField()).toEqual({ tag: 0x4a, value: Uint8Array.of(0) });
  });

  it('comes back as it was kept', () => {
    const units = stocked();
    units.draw(STACK);
    units.pull(BIN);
    units.isExchange = true;
    const again = new Units(ROWS);
    again.restore(unitsSchema.parse(JSON.parse(JSON.stringify(units.save()))));
    expect(again.view()).toEqual({ ...units.view(), bin: { ...units.view()['bin'], status: 'ok' } });
    expect([again.inside, again.isExchange]).toEqual([['A001'], true]);
  });

  it('an unknown unit is a mistake of ours', () => {
    expect(() => stocked().count(9)).toThrow('no unit 9');
  });
});

describe('what staff counted', () => {
  const counted = (fields: readonly DeviceField[], most = 4, hasSerials = true) => {
    const unpacked = DeviceFields.unpack(packFields(fields));
    return unpacked === undefined ? 'bad' : countedUnits(unpacked, most, hasSerials);
  };
  const unit = (...bytes: number[]): DeviceField => ({ tag: 0x49, value: Uint8Array.from(bytes) });
  const serial = (id: number, text: string): DeviceField => ({
    tag: 0x4b,
    value: Uint8Array.from([id, ...new TextEncoder().encode(text)]),
  });

  it('is units with counts, and serials in order', () => {
    const fields = [unit(1, 1, 2), serial(1, 'B002'), unit(2, 0, 0), serial(1, 'B001'), serial(3, 'C001')];
    expect(counted(fields)).toEqual([
      { id: 1, count: 258, serials: ['B002', 'B001'] },
      { id: 2, count: 0, serials: [] },
      { id: 3, count: -1, serials: ['C001'] },
    ]);
    expect(counted(fields, 4, false)).toEqual([
      { id: 1, count: 258, serials: [] },
      { id: 2, count: 0, serials: [] },
    ]);
  });

  it.each([
    ['none', []],
    ['too many', [1, 2, 3, 4, 5].map((id) => unit(id, 0, 0))],
    ['a short one', [unit(1, 0)]],
    ['a unit twice', [unit(1, 0, 1), unit(1, 0, 2)]],
    ['a serial of three', [unit(1, 0, 1), serial(1, 'A01')]],
    ['a serial of 25', [unit(1, 0, 1), serial(1, 'A'.repeat(25))]],
    ['a small letter', [unit(1, 0, 1), serial(1, 'a001')]],
  ])('%s does not fit', (_name, fields) => {
    expect(counted(fields)).toBeUndefined();
  });
});
