import type { CaseAccount } from '@yimen/fleet-server/gateway-accounts';
import type { StatedBill } from '@yimen/fleet-server/sandbox-statement';
import type { BillLine } from './bill-lines.ts';
import { dayOf, type Books } from './books.ts';
import { said, type Difference, type DifferenceName, type Said, type Standing } from './difference.table.ts';
import type { TerminalSide } from './terminal-side.ts';

/** Money: each bill in three books, its own lines, and what waits for its purpose. Pure. */
export function compareMoney(
  books: Books,
  terminals: TerminalSide,
  lines: readonly BillLine[],
  heldMs: number,
): Difference[] {
  const still = lines.filter(({ isMoving }) => !isMoving);
  return [
    ...still.flatMap(betweenBooks),
    ...lines.flatMap(statement),
    ...still.flatMap((line) => heldTooLong(books, line, heldMs)),
    ...chargesWithoutBill(books),
    ...openCompensations(books, terminals, heldMs),
    ...missingCompensations(books, terminals),
  ];
}

function of(line: BillLine, kind: DifferenceName, left: Said, right: Said): Difference {
  return { kind, day: line.day, tid: line.tid, ref: line.billRef, left, right };
}

const terminalSays = (line: BillLine): Said => said('terminal', { fen: line.terminalFen - line.returnedLaterFen });
const gatewaySays = ({ gateway, gatewayFen }: BillLine): Said =>
  gateway === null
    ? said('gateway', { standing: 'absent' })
    : said('gateway', { standing: standingOf(gateway), fen: gatewayFen });
const providerSays = ({ provider, providerFen }: BillLine): Said =>
  provider === null
    ? said('provider', { standing: 'absent' })
    : said('provider', { standing: providerStanding(provider), fen: providerFen });

function standingOf({ standing }: NonNullable<BillLine['gateway']>): Standing {
  return standing === 'paid' ? 'held' : standing === 'captured' ? 'captured' : 'nothing';
}

function providerStanding({ state }: StatedBill): Standing {
  return state === 'held' || state === 'captured' ? state : 'nothing';
}

function betweenBooks(line: BillLine): Difference[] {
  const { terminal, gateway, provider, hasJournal, gatewayFen, providerFen } = line;
  const net = line.terminalFen - line.returnedLaterFen;
  const found: Difference[] = [];
  if (gateway === null && provider !== null && providerFen > 0)
    found.push(of(line, 'bill-unknown-to-gateway', providerSays(line), gatewaySays(line)));
  if (hasJournal && terminal === null && gatewayFen + providerFen > 0)
    found.push(of(line, 'bill-unknown-to-terminal', gatewaySays(line), said('terminal', { standing: 'absent' })));
  if (terminal !== null && net !== gatewayFen)
    found.push(of(line, 'money-terminal-gateway', terminalSays(line), gatewaySays(line)));
  if (terminal !== null && net !== providerFen)
    found.push(of(line, 'money-terminal-provider', terminalSays(line), providerSays(line)));
  const sameStanding = gateway !== null && provider !== null && standingOf(gateway) === providerStanding(provider);
  const bothEmpty = gatewayFen === 0 && providerFen === 0;
  if (gateway !== null && !bothEmpty && (!sameStanding || gatewayFen !== providerFen))
    found.push(of(line, 'money-gateway-provider', gatewaySays(line), providerSays(line)));
  return [...found, ...amounts(line)];
}

function amounts(line: BillLine): Difference[] {
  const { terminal, gateway, provider } = line;
  const asked = [
    ...(terminal === null ? [] : [said('terminal', { fen: terminal.amountFen })]),
    ...(gateway === null || gateway.amountFen === null ? [] : [said('gateway', { fen: gateway.amountFen })]),
    ...(provider === null ? [] : [said('provider', { fen: provider.amountFen })]),
  ];
  const [first] = asked;
  const other = asked.find(({ fen }) => fen !== first?.fen);
  return first === undefined || other === undefined ? [] : [of(line, 'amount-differs', first, other)];
}

/** The provider's bill against the provider's own lines. */
function statement(line: BillLine): Difference[] {
  const { provider } = line;
  if (provider === null) return [];
  const { state, amountFen, heldFen, voidedFen, capturedFen, refundedFen, extraInFen, extraBackFen } = provider;
  const wasPaid = state === 'held' || state === 'captured' || state === 'voided' || state === 'refunded';
  const isTaken = state === 'captured' || state === 'refunded';
  const fits =
    heldFen === (wasPaid ? amountFen : 0) &&
    voidedFen === (state === 'voided' ? amountFen : 0) &&
    capturedFen === (isTaken ? amountFen : 0) &&
    refundedFen === (state === 'refunded' ? amountFen : 0);
  const net = said('provider', { fen: heldFen - voidedFen - refundedFen });
  return [
    ...(fits ? [] : [of(line, 'statement-unbalanced', providerSays(line), net)]),
    ...(extraInFen === extraBackFen
      ? []
      : [
          of(
            line,
            'extra-not-returned',
            said('provider', { fen: extraInFen }),
            said('provider', { fen: extraBackFen }),
          ),
        ]),
  ];
}

function heldTooLong(books: Books, line: BillLine, heldMs: number): Difference[] {
  const { provider, gateway, terminal } = line;
  if (provider?.state !== 'held' || gateway === null || books.readAt - gateway.at <= heldMs) return [];
  const isCompensated = books.gateway.cases.some(({ compensation }) => compensation?.billRef === line.billRef);
  if (isCompensated || terminal?.hasOpenIncident === true) return [];
  return [of(line, 'held-too-long', providerSays(line), said('gateway', { standing: 'none' }))];
}

function chargesWithoutBill(books: Books): Difference[] {
  return books.journals.flatMap(({ tid, ends, bills }) => {
    const billed = new Set(bills.map(({ sessionId }) => sessionId));
    return ends
      .filter(({ sessionId, chargedFen }) => chargedFen > 0 && !billed.has(sessionId))
      .map(({ sessionId, wall, chargedFen }): Difference => ({
        kind: 'charge-without-bill',
        day: dayOf(wall),
        tid,
        ref: sessionId,
        left: said('terminal', { fen: chargedFen }),
        right: said('terminal', { standing: 'absent' }),
      }));
  });
}

/** Each open compensation has a person or an office that is at it. */
function openCompensations(books: Books, terminals: TerminalSide, heldMs: number): Difference[] {
  return books.gateway.cases.flatMap((one): Difference[] => {
    const { caseRef, tid, compensation } = one;
    if (compensation === null) return [];
    const kind = whatIsWrong(one, terminals, { readAt: books.readAt, heldMs });
    if (kind === null) return [];
    const day = terminals.sessionOfCase.get(caseRef)?.day ?? dayOf(compensation.since);
    const left = said('gateway', { standing: 'open', fen: compensation.amountFen });
    return [{ kind, day, tid, ref: caseRef, left, right: said('terminal', { standing: 'none' }) }];
  });
}

function whatIsWrong(
  { caseRef, tid, isOpen, compensation }: CaseAccount,
  terminals: TerminalSide,
  { readAt, heldMs }: { readonly readAt: number; readonly heldMs: number },
): DifferenceName | null {
  const isOld = (since: number): boolean => readAt - since > heldMs;
  switch (compensation?.why) {
    case 'review-refused':
      // The gateway asks the provider until the money is back.
      return isOld(compensation.since) ? 'refund-stuck' : null;
    case 'not-produced':
    case 'in-doubt': {
      const session = terminals.sessionOfCase.get(caseRef);
      const isKnown = terminals.tids.has(tid) && compensation.since < terminals.completeUntil(tid);
      // The goods are with their holder, and the office hears of it as soon as it can be reached.
      const isBeingTold = session?.handingOutSince != null && !isOld(session.handingOutSince);
      const isAttended = session?.hasOpenIncident === true || session?.isOver === false || isBeingTold;
      return !isOpen && isKnown && !isAttended ? 'compensation-unattended' : null;
    }
    default:
      return null;
  }
}

/** What a terminal opened is open at the gateway too, or has come to its end there. */
function missingCompensations(books: Books, terminals: TerminalSide): Difference[] {
  const cases = new Map(books.gateway.cases.map((one) => [one.caseRef, one]));
  const bills = new Map(books.gateway.bills.map((bill) => [bill.billRef, bill]));
  const open = new Set(books.gateway.cases.flatMap(({ compensation }) => compensation?.billRef ?? []));
  return books.journals.flatMap(({ tid, compensations, bills: rows }) =>
    compensations.flatMap(({ caseRef, amountFen, wall }): Difference[] => {
      const known = cases.get(caseRef);
      if (known?.isOpen === true || terminals.sessionOfCase.get(caseRef)?.isOver === false) return [];
      const billRef = rows.findLast((row) => row.caseRef === caseRef)?.billRef ?? '';
      const waits = bills.get(billRef)?.standing === 'paid' && !open.has(billRef);
      if (known !== undefined && !waits) return [];
      const left = said('terminal', { standing: 'open', fen: amountFen });
      const right = said('gateway', { standing: known === undefined ? 'absent' : 'none' });
      return [{ kind: 'compensation-missing', day: dayOf(wall), tid, ref: caseRef, left, right }];
    }),
  );
}
