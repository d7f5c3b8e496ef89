import type { CaseAccount } from '@yimen/fleet-server/gateway-accounts';
import type { StatedSerial } from '@yimen/fleet-server/sandbox-statement';
import { dayOf, type Books } from './books.ts';
import { said, type Difference, type DifferenceName, type Said } from './difference.table.ts';
import type { TerminalSide } from './terminal-side.ts';

/** Goods: what the terminal handed over, the gateway was told, the office produced, and each serial once. Pure. */
export function compareGoods(books: Books, terminals: TerminalSide): Difference[] {
  const still = books.gateway.cases.filter((one) => !one.isOpen && !isAtWork(one, terminals));
  return [
    ...still.flatMap((one) => withTerminal(one, terminals)),
    ...still.flatMap((one) => withOffice(one, books)),
    ...unknownCases(books, terminals),
    ...still.flatMap((one) => serialsOfCase(one, books)),
    ...serialsTwice(books, terminals),
  ];

  function withTerminal(one: CaseAccount, { tids, sessionOfCase }: TerminalSide): Difference[] {
    if (!tids.has(one.tid)) return [];
    const session = sessionOfCase.get(one.caseRef);
    const isHanded = session?.end?.handedOver === 1;
    const isConfirmed = one.end === 'confirmed';
    if (isHanded === isConfirmed) return [];
    const left = said('terminal', { standing: isHanded ? 'handedOver' : 'notHandedOver' });
    return [of(one, 'goods-terminal-gateway', left, gatewaySays(one))];
  }

  function withOffice(one: CaseAccount, { statement }: Books): Difference[] {
    const stage = statement.cases.find(({ caseRef }) => caseRef === one.caseRef)?.stage;
    const isProduced = stage === 'produced';
    if (isProduced === (one.end === 'confirmed')) return [];
    const standing = stage === undefined ? 'absent' : isProduced ? 'produced' : 'notProduced';
    return [of(one, 'goods-gateway-office', gatewaySays(one), said('office', { standing }))];
  }

  function serialsOfCase(one: CaseAccount, { statement }: Books): Difference[] {
    const own = statement.serials.filter(({ caseRef }) => caseRef === one.caseRef);
    const isConfirmed = one.end === 'confirmed';
    const produced = own.filter(({ state }) => state === 'produced').length;
    const reserved = own.filter(({ state }) => state === 'reserved').length;
    const fits = isConfirmed ? own.length === 0 || (produced > 0 && reserved === 0) : produced === 0;
    if (fits) return [];
    return [of(one, 'serial-not-confirmed', gatewaySays(one), said('office', { count: produced }))];
  }

  function of(one: CaseAccount, kind: DifferenceName, left: Said, right: Said): Difference {
    const day = terminals.sessionOfCase.get(one.caseRef)?.day ?? dayOf(one.at);
    return { kind, day, tid: one.tid, ref: one.caseRef, left, right };
  }
}

function gatewaySays({ end }: CaseAccount): Said {
  return said('gateway', { standing: end === 'confirmed' ? 'produced' : 'notProduced' });
}

/** A session that runs, goods that staff gave out and whose office is being told, or a case that began after its terminal's journal was complete. */
function isAtWork({ caseRef, tid, at }: CaseAccount, { tids, sessionOfCase, completeUntil }: TerminalSide): boolean {
  const session = sessionOfCase.get(caseRef);
  if (session !== undefined) return !session.isOver || session.handingOutSince !== null;
  return tids.has(tid) && at >= completeUntil(tid);
}

/** What a terminal handed over for a case that the gateway does not have. */
function unknownCases(books: Books, { sessionOfCase }: TerminalSide): Difference[] {
  const known = new Set(books.gateway.cases.map(({ caseRef }) => caseRef));
  return [...sessionOfCase].flatMap(([caseRef, { tid, day, isOver, end }]): Difference[] => {
    if (known.has(caseRef) || !isOver || end?.handedOver !== 1) return [];
    const left = said('terminal', { standing: 'handedOver' });
    return [
      { kind: 'goods-terminal-gateway', day, tid, ref: caseRef, left, right: said('gateway', { standing: 'absent' }) },
    ];
  });
}

function serialsTwice(books: Books, { sessionOfCase }: TerminalSide): Difference[] {
  const produced = books.statement.serials.filter(({ state }) => state === 'produced');
  const byserial = [...Map.groupBy(produced, ({ serial }) => serial).values()];
  const cases = new Map(books.gateway.cases.map((one) => [one.caseRef, one]));
  return byserial
    .filter((same) => new Set(same.map(({ caseRef }) => caseRef)).size > 1)
    .map((same): Difference => {
      const { caseRef = '' } = same.at(-1) ?? ({} as Partial<StatedSerial>);
      const one = cases.get(caseRef);
      const day = sessionOfCase.get(caseRef)?.day ?? (one === undefined ? null : dayOf(one.at));
      const left = said('office', { count: same.length });
      return {
        kind: 'serial-twice',
        day,
        tid: one?.tid ?? null,
        ref: caseRef,
        left,
        right: said('office', { count: 1 }),
      };
    });
}
