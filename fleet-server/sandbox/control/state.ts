import { ID_CARDS, PEOPLE } from '@yimen/contracts/testing';
import type { CaseFile, CaseOfficeName } from '../cases/case-file.ts';
import { isWaiting } from '../cases/case-desk.ts';
import { openItems } from '../cases/dossiers.ts';
import { SANDBOX_LIMITS } from '../limits.table.ts';
import { nameOf } from '../people.ts';
import type { BlankEntry } from '../vehicle/blanks.ts';
import type { ControlParts } from './control-parts.ts';

const CASE_OFFICES: readonly CaseOfficeName[] = ['exit-entry', 'vehicle', 'household'];

/** Everything a tester may see: `GET /state`. */
export function stateOf(parts: ControlParts): object {
  const { shelf, switches, clock, books, cases } = parts;
  const rows = SANDBOX_LIMITS.stateRows;
  return {
    now: clock.nowMs(),
    offsetMs: clock.offsetMs(),
    today: clock.today(),
    workingDay: clock.isWorkingDay(),
    people: PEOPLE,
    idCards: ID_CARDS.map((card) => ({ thing: card.thing, chineseName: nameOf(card), note: card.note })),
    // What an item keeps of its case stands beside the rest, as one reads it.
    cases: shelf.newest<CaseFile>('case', rows).map((file) => ({ ...file.details, ...file, waiting: isWaiting(file) })),
    serials: shelf.newest<object>('serial', rows),
    bills: shelf.newest<object>('bill', rows),
    extras: shelf.newest<object>('extra', rows),
    ledger: shelf.newest<object>('movement', rows),
    totals: books.totals(),
    counts: { cases: shelf.count('case'), bills: shelf.count('bill'), movements: shelf.count('movement') },
    notices: books.notices().length,
    caseNotices: CASE_OFFICES.flatMap((office) => cases.notices(office)).slice(0, rows),
    switches: switches.list(),
    ...registersOf(parts),
  };
}

function registersOf({ shelf, dossiers, register }: ControlParts): object {
  const all = dossiers.all().map((dossier) => ({ ...dossier, openItems: openItems(dossier) }));
  return {
    dossiers: all.slice(-SANDBOX_LIMITS.stateRows),
    documents: all
      .filter(({ document }) => document !== null && document !== 'delivered')
      .map(({ serial, office, hallId, holder, document, receiptNo }) => ({
        serial,
        office,
        hallId,
        holder,
        state: document,
        receiptNo,
      })),
    licences: register.drivers(),
    cars: register.cars(),
    blanks: blanksOf(shelf.newest<BlankEntry>('blank', SANDBOX_LIMITS.blankRows)),
  };
}

/** Blanks by terminal and form: how many lie where, which comes next, and which are not in the stack. */
function blanksOf(entries: readonly BlankEntry[]): object[] {
  const groups = Map.groupBy(entries.toReversed(), ({ terminalId, form }) => `${terminalId} ${form}`);
  return [...groups.values()].map((group) => {
    const stock = group.filter(({ state }) => state === 'stock');
    const [first] = group;
    return {
      terminalId: first?.terminalId,
      form: first?.form,
      stock: stock.length,
      next: stock[0]?.serial ?? null,
      elsewhere: group
        .filter(({ state }) => state !== 'stock')
        .map(({ serial, state, receiptNo }) => ({ serial, state, receiptNo })),
    };
  });
}
