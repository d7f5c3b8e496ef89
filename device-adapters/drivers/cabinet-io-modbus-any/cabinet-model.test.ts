import { describe, expect, it } from 'vitest';
import { checkedModel, rowsOf, type CabinetModelText } from './cabinet-model.ts';
import { CABINET_MODELS } from './cabinet-models.table.ts';
import { CABINET_LIMITS } from './limits.table.ts';
import { blocksOf, Image, type Place } from './read-plan.ts';

const DOOR = { kind: 'doorContact', name: 'front', function: 2, address: 0 } as const;
const LIGHT = { kind: 'lightRegister', name: 'status', function: 3, address: 1, values: { off: 0, on: 1 } } as const;

function wrong(...rows: readonly object[]): string {
  const checked = checkedModel({ model: 'test', rows });
  return checked.ok ? 'nothing wrong' : checked.error;
}

describe('a cabinet model', () => {
  it.each(Object.entries(CABINET_MODELS))('%s of the table is whole', (name, text) => {
    expect(checkedModel(text)).toMatchObject({ ok: true, value: { model: name } });
  });

  it('gets what was left out', () => {
    const text: CabinetModelText = { model: 'test', rows: [DOOR] };
    expect(checkedModel(JSON.parse(JSON.stringify(text)))).toEqual({
      ok: true,
      value: {
        model: 'test',
        readGap: 0,
        lowMinutes: CABINET_LIMITS.lowMinutes,
        rows: [{ ...DOOR, polarity: 'normal' }],
      },
    });
  });

  it.each([
    ['no rows', [], 'rows: '],
    ['an unknown kind', [{ ...DOOR, kind: 'window' }], 'rows.0.kind: '],
    ['a field nobody knows', [{ ...DOOR, adress: 1 }], 'rows.0: '],
    ['an address beyond the protocol', [DOOR, { ...DOOR, name: 'back', address: 65_536 }], 'rows.1.address: '],
    ['a name that no port takes', [{ ...DOOR, name: 'Front door' }], 'rows.0.name: expected a name like "front"'],
    ['a function that does not read', [{ ...DOOR, function: 5 }], 'rows.0.function: '],
    ['a unit that nobody has', [{ ...DOOR, unit: 248 }], 'rows.0.unit: '],
    ['a key position that no key has', [{ ...DOOR, kind: 'keySwitch', name: 'open' }], 'rows.0.name: '],
    ['a bit of a bit', [{ ...DOOR, bit: 1 }], 'rows.0.bit: not with functions 1 and 2'],
    ['a register without a bit', [{ ...DOOR, function: 3 }], 'rows.0.bit: expected with functions 3 and 4'],
    ['a bit beyond the register', [{ ...DOOR, function: 3, bit: 16 }], 'rows.0.bit: '],
    ['a door twice', [DOOR, { ...DOOR, address: 5 }], 'rows.1.name: "front" is there twice'],
    [
      'a lock without a door',
      [DOOR, { ...DOOR, kind: 'lockContact', name: 'back' }],
      'rows.1.name: no doorContact "back"',
    ],
    [
      'an output without a door',
      [{ kind: 'lockOutput', name: 'back', function: 1, address: 0 }],
      'rows.0.name: no door',
    ],
    [
      'a light of both sorts',
      [LIGHT, { kind: 'lightOutput', name: 'status', function: 1, address: 0 }],
      'rows.1.name: ',
    ],
    ['a light whose words are one', [{ ...LIGHT, values: { off: 1, on: 1 } }], 'rows.0.values: two words'],
    ['a light without a word for off', [{ ...LIGHT, values: { on: 1 } }], 'rows.0.values.off: '],
    [
      'a clear without a latch',
      [{ kind: 'tamperClear', name: 'lid', function: 3, address: 0, bit: 0 }],
      'rows.0.name: no tamperLatch',
    ],
    [
      'a range upside down',
      [{ kind: 'temperature', name: 'inside', function: 4, address: 0, lowC: 5, highC: 5 }],
      'rows.0.highC: expected above lowC',
    ],
  ])('%s: the error names the field', (_, rows, sentence) => {
    expect(wrong(...rows)).toContain(sentence);
  });

  it('that is none at all', () => {
    for (const value of [undefined, null, 'yimen-cabinet-1', [], {}]) expect(checkedModel(value).ok).toBe(false);
    expect(checkedModel({ model: 'A B', rows: [DOOR] })).toMatchObject({
      ok: false,
      error: expect.stringContaining('model: ') as string,
    });
    const many = Array.from({ length: CABINET_LIMITS.modelRows + 1 }, (_, at) => ({
      ...DOOR,
      name: `d${at}`,
      address: at,
    }));
    expect(wrong(...many)).toContain('rows: ');
  });
});

describe('requests', () => {
  const at = (address: number, more: Partial<Place> = {}): Place => ({ function: 2, address, ...more });
  const shown = (places: readonly Place[], gap = 0): string[] =>
    blocksOf(places, 1, gap).map(({ unit, function: fn, address, count }) => `${unit}/${fn} ${address}+${count}`);

  it('read neighbours together, whatever their order, and each place once', () => {
    expect(shown([at(2), at(0), at(1), at(1), at(4)])).toEqual(['1/2 0+3', '1/2 4+1']);
    expect(shown([at(2), at(0), at(4)], 1)).toEqual(['1/2 0+5']);
    expect(shown([])).toEqual([]);
  });

  it('keep units and functions apart', () => {
    expect(shown([at(0), at(1, { unit: 7 }), at(1, { function: 3 }), at(1)])).toEqual([
      '1/2 0+2',
      '1/3 1+1',
      '7/2 1+1',
    ]);
  });

  it('are no longer than boards take', () => {
    const places = Array.from({ length: 130 }, (_, address) => at(address));
    expect(shown(places)).toEqual(['1/2 0+64', '1/2 64+64', '1/2 128+2']);
  });

  it('of the reference model stay within its blocks', () => {
    const checked = checkedModel(CABINET_MODELS['yimen-cabinet-1']);
    if (!checked.ok) throw new Error(checked.error);
    const rows = checked.value.rows.filter((row) => row.kind !== 'tamperClear');
    expect(shown(rows, checked.value.readGap)).toEqual([
      ...['1/1 0+3', '1/1 8+1', '1/2 0+16', '1/3 0+1', '1/3 16+4', '1/4 0+7', '1/4 16+3'],
    ]);
    expect(rowsOf(checked.value, 'tamperClear').map(({ address }) => address)).toEqual([1, 1, 1]);
  });

  it('an image forgets what could not be read again', () => {
    const image = new Image();
    const block = { unit: 1, function: 3, address: 4, count: 2 } as const;
    image.put(block, [0x8001, 7]);
    const place = { function: 3, address: 4 } as const;
    expect([image.at(place, 1), image.at({ ...place, bit: 15 }, 1), image.at({ ...place, bit: 1 }, 1)]).toEqual([
      0x8001, 1, 0,
    ]);
    expect(image.at({ ...place, unit: 2 }, 1)).toBeUndefined();
    image.put(block, undefined);
    expect(image.at(place, 1)).toBeUndefined();
  });
});
