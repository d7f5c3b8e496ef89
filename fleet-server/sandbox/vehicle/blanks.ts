import type { Shelf } from '../shelf.ts';

export type LicenceForm = 'driving' | 'vehicle';

/** A serialised blank of a terminal's licence maker: in exactly one state at any time. */
export interface BlankEntry {
  readonly terminalId: string;
  readonly form: LicenceForm;
  readonly serial: string;
  readonly state: 'stock' | 'reserved' | 'produced' | 'spoiled' | 'suspect';
  /** The case that holds it or was made of it. */
  readonly receiptNo: string | null;
}

/** The office's books of blanks, one stack for each terminal and form. The maker takes the blank that lies first, so they are
 *  handed out in the order of their numbers, and one that comes back untouched is the first again. */
export interface Blanks {
  /** The blank of a case at this terminal: the one it has there, else the first of the stack. */
  hold(at: { terminalId: string; form: LicenceForm; receiptNo: string }): string;
  /** Back into the stack, untouched. Only what the case holds. */
  giveBack(receiptNo: string): void;
  mark(receiptNo: string, state: 'produced' | 'suspect'): void;
  /** What was named as kept (made and not taken) was handed out after all: the blank of this case that was last given up. */
  markKept(receiptNo: string): void;
  /** Void: it lies in a reject bin. A blank that the office has not heard of is noted too. */
  spoil(at: { terminalId: string; form: LicenceForm; serials: readonly string[]; receiptNo: string }): void;
  heldBy(receiptNo: string): BlankEntry | undefined;
}

/** What a maker holds when it is set up, and in every pack after that. */
const FIRST_BLANKS = 40;
const PACK_BLANKS = 20;
const LETTER: Readonly<Record<LicenceForm, string>> = { driving: 'D', vehicle: 'V' };

export function createBlanks(shelf: Shelf): Blanks {
  const keep = (entry: BlankEntry): void => {
    shelf.put('blank', `${entry.terminalId} ${entry.serial}`, entry, {
      owner: entry.receiptNo ?? `${entry.terminalId} ${entry.form} ${entry.state}`,
    });
  };
  const heldBy = (receiptNo: string): BlankEntry | undefined =>
    shelf.owned<BlankEntry>('blank', receiptNo).find(({ state }) => state === 'reserved' || state === 'suspect');
  const giveBack = (receiptNo: string): void => {
    const entry = heldBy(receiptNo);
    if (entry !== undefined) keep({ ...entry, state: 'stock', receiptNo: null });
  };
  const firstInStack = (terminalId: string, form: LicenceForm): BlankEntry => {
    const [first] = shelf.owned<BlankEntry>('blank', `${terminalId} ${form} stock`);
    if (first !== undefined) return first;
    for (const entry of nextPack(shelf, terminalId, form)) keep(entry);
    return firstInStack(terminalId, form);
  };
  return {
    hold: ({ terminalId, form, receiptNo }) => {
      const held = heldBy(receiptNo);
      if (held?.terminalId === terminalId && held.state === 'reserved') return held.serial;
      giveBack(receiptNo);
      const first = firstInStack(terminalId, form);
      keep({ ...first, state: 'reserved', receiptNo });
      return first.serial;
    },
    giveBack,
    mark: (receiptNo, state) => {
      const entry = heldBy(receiptNo);
      if (entry !== undefined) keep({ ...entry, state });
    },
    markKept: (receiptNo) => {
      const entry = shelf.owned<BlankEntry>('blank', receiptNo).findLast(({ state }) => state === 'spoiled');
      if (entry !== undefined) keep({ ...entry, state: 'produced' });
    },
    spoil: ({ terminalId, form, serials, receiptNo }) => {
      for (const serial of serials) {
        const known = shelf.get<BlankEntry>('blank', `${terminalId} ${serial}`);
        if (known?.state === 'produced') continue;
        keep({ terminalId, form: known?.form ?? form, serial, state: 'spoiled', receiptNo });
      }
    },
    heldBy,
  };
}

/** The blanks that staff put in next: their numbers go on from the last. */
function nextPack(shelf: Shelf, terminalId: string, form: LicenceForm): BlankEntry[] {
  const pack = shelf.next(`blanks ${terminalId} ${form}`);
  const count = pack === 1 ? FIRST_BLANKS : PACK_BLANKS;
  const from = pack === 1 ? 1 : FIRST_BLANKS + (pack - 2) * PACK_BLANKS + 1;
  return Array.from({ length: count }, (_, i): BlankEntry => {
    const serial = `${LETTER[form]}2026${String(from + i).padStart(6, '0')}`;
    return { terminalId, form, serial, state: 'stock', receiptNo: null };
  }).filter((entry) => shelf.get('blank', `${terminalId} ${entry.serial}`) === undefined);
}
