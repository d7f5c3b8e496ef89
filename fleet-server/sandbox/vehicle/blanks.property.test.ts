import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openShelf } from '../shelf.ts';
import { type BlankEntry, type Blanks, createBlanks, type LicenceForm } from './blanks.ts';

const TERMINALS = ['SD-DALIANG-01', 'SD-RONGGUI-01'];
const CASES = ['44060001', '44060002', '44060003', '44060004'];

type Act =
  | { readonly act: 'hold'; readonly case: number; readonly terminal: number; readonly spoils: boolean }
  | { readonly act: 'giveBack' | 'made' | 'doubt'; readonly case: number }
  | { readonly act: 'spoilHeld'; readonly case: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    act: fc.constant('hold' as const),
    case: fc.nat(CASES.length - 1),
    terminal: fc.nat(TERMINALS.length - 1),
    spoils: fc.boolean(),
  }),
  fc.record({ act: fc.constantFrom('giveBack' as const, 'made' as const, 'doubt' as const), case: fc.nat(3) }),
  fc.record({ act: fc.constant('spoilHeld' as const), case: fc.nat(CASES.length - 1) }),
);

/** What must be so, kept by hand beside the books: which state each blank is in, and who has it. */
class Model {
  readonly state = new Map<string, { state: BlankEntry['state']; by: string | null }>();

  stock(terminalId: string): string[] {
    return [...this.state.entries()]
      .filter(([key, { state }]) => key.startsWith(terminalId) && state === 'stock')
      .map(([key]) => key)
      .toSorted();
  }

  heldBy(receiptNo: string): [string, { state: BlankEntry['state']; by: string | null }] | undefined {
    return [...this.state.entries()].find(
      ([, one]) => one.by === receiptNo && (one.state === 'reserved' || one.state === 'suspect'),
    );
  }

  put(terminalId: string, from: number, count: number): void {
    for (let i = from; i < from + count; i += 1)
      this.state.set(`${terminalId} D2026${String(i).padStart(6, '0')}`, { state: 'stock', by: null });
  }
}

function hold(blanks: Blanks, model: Model, step: Extract<Act, { act: 'hold' }>): void {
  const receiptNo = CASES[step.case] ?? '';
  const terminalId = TERMINALS[step.terminal] ?? '';
  const form: LicenceForm = 'driving';
  const held = model.heldBy(receiptNo);
  if (step.spoils && held?.[0].startsWith(terminalId) === true) {
    const serial = held[0].split(' ')[1] ?? '';
    blanks.spoil({ terminalId, form, serials: [serial], receiptNo });
    model.state.set(held[0], { state: 'spoiled', by: receiptNo });
  }
  const still = model.heldBy(receiptNo);
  const isHere = still?.[0].startsWith(terminalId) === true && still[1].state === 'reserved';
  if (still !== undefined && !isHere) model.state.set(still[0], { state: 'stock', by: null });
  if (!isHere && model.stock(terminalId).length === 0) {
    const there = [...model.state.keys()].filter((key) => key.startsWith(terminalId)).length;
    model.put(terminalId, there + 1, there === 0 ? 40 : 20);
  }
  const expected = isHere ? still[0] : model.stock(terminalId)[0];
  expect(`${terminalId} ${blanks.hold({ terminalId, form, receiptNo })}`).toBe(expected);
  model.state.set(expected ?? '', { state: 'reserved', by: receiptNo });
}

function perform(blanks: Blanks, model: Model, step: Act): void {
  if (step.act === 'hold') return hold(blanks, model, step);
  const receiptNo = CASES[step.case] ?? '';
  const held = model.heldBy(receiptNo);
  switch (step.act) {
    case 'giveBack':
      blanks.giveBack(receiptNo);
      if (held !== undefined) model.state.set(held[0], { state: 'stock', by: null });
      return;
    case 'made':
    case 'doubt': {
      const state = step.act === 'made' ? 'produced' : 'suspect';
      blanks.mark(receiptNo, state);
      if (held !== undefined) model.state.set(held[0], { state, by: receiptNo });
      return;
    }
    case 'spoilHeld': {
      const [terminalId = '', serial = ''] = (held?.[0] ?? '').split(' ');
      if (held === undefined) return;
      blanks.spoil({ terminalId, form: 'driving', serials: [serial], receiptNo });
      model.state.set(held[0], { state: 'spoiled', by: receiptNo });
    }
  }
}

describe('blanks', () => {
  it('are each in one state, go out lowest first, and are never given twice, whatever is done with them', () => {
    fc.assert(
      fc.property(fc.array(act, { minLength: 10, maxLength: 80, size: 'max' }), (steps) => {
        const dir = mkdtempSync(join(tmpdir(), 'yimen-blanks-'));
        const shelf = openShelf(dir);
        try {
          const blanks = createBlanks(shelf);
          const model = new Model();
          for (const step of steps) shelf.transaction(() => perform(blanks, model, step));
          const kept = shelf.newest<BlankEntry>('blank', 1_000);
          const told = kept.map((entry) => [
            `${entry.terminalId} ${entry.serial}`,
            { state: entry.state, by: entry.receiptNo },
          ]);
          expect(Object.fromEntries(told)).toEqual(Object.fromEntries(model.state));
          expect(kept).toHaveLength(model.state.size);
        } finally {
          shelf.close();
          rmSync(dir, { recursive: true });
        }
      }),
      { numRuns: 40 },
    );
  });

  it('go on with the next pack of twenty when the first forty are used, by terminal and form', () => {
    const dir = mkdtempSync(join(tmpdir(), 'yimen-blanks-'));
    const shelf = openShelf(dir);
    const blanks = createBlanks(shelf);
    const make = (n: number, form: LicenceForm, terminalId = 'SD-DALIANG-01'): string => {
      const receiptNo = `case ${terminalId} ${form} ${n}`;
      const serial = blanks.hold({ terminalId, form, receiptNo });
      blanks.mark(receiptNo, 'produced');
      return serial;
    };
    const made = Array.from({ length: 61 }, (_, i) => make(i, 'driving'));
    expect([made[0], made[39], made[40], made[60]]).toEqual([
      'D2026000001',
      'D2026000040',
      'D2026000041',
      'D2026000061',
    ]);
    expect(make(1, 'vehicle')).toBe('V2026000001');
    expect(make(1, 'driving', 'SD-RONGGUI-01')).toBe('D2026000001');
    shelf.close();
    rmSync(dir, { recursive: true });
  });

  it('that came with another one are void too, and a void one is never handed out', () => {
    const dir = mkdtempSync(join(tmpdir(), 'yimen-blanks-'));
    const shelf = openShelf(dir);
    const blanks = createBlanks(shelf);
    const at = { terminalId: 'SD-DALIANG-01', form: 'driving' } as const;
    expect(blanks.hold({ ...at, receiptNo: '44060001' })).toBe('D2026000001');
    blanks.spoil({ ...at, serials: ['D2026000001', 'D2026000002'], receiptNo: '44060001' });
    expect(blanks.hold({ ...at, receiptNo: '44060001' })).toBe('D2026000003');
    blanks.mark('44060001', 'produced');
    blanks.spoil({ ...at, serials: ['D2026000003'], receiptNo: '44060001' });
    expect(shelf.get<BlankEntry>('blank', 'SD-DALIANG-01 D2026000003')?.state).toBe('produced');
    shelf.close();
    rmSync(dir, { recursive: true });
  });
});
