import type { BillAccount } from '@yimen/fleet-server/gateway-accounts';
import type { StatedBill } from '@yimen/fleet-server/sandbox-statement';
import { dayOf, type Books } from './books.ts';
import type { TerminalBill, TerminalSide } from './terminal-side.ts';

/** One bill, side by side in all books that may have it. */
export interface BillLine {
  readonly billRef: string;
  readonly day: string;
  readonly tid: string | null;
  readonly terminal: TerminalBill | null;
  readonly gateway: BillAccount | null;
  readonly provider: StatedBill | null;
  /** The journal of its terminal was given. */
  readonly hasJournal: boolean;
  /** Somebody is still at it (a session that runs, an operation that is being asked): shown, not compared. */
  readonly isMoving: boolean;
  /** What is with us: charged − refunded in the session. */
  readonly terminalFen: number;
  /** Given back after the session, by the gateway's own operations (a review refused, a refund, a cancel). */
  readonly returnedLaterFen: number;
  readonly gatewayFen: number;
  readonly providerFen: number;
}

/** Every bill that any book knows, oldest day first. Pure. */
export function billLines(books: Books, terminals: TerminalSide): BillLine[] {
  const gateway = new Map(books.gateway.bills.map((bill) => [bill.billRef, bill]));
  const provider = new Map(books.statement.bills.map((bill) => [bill.billRef, bill]));
  const refs = new Set([...terminals.bills.keys(), ...gateway.keys(), ...provider.keys()]);
  return [...refs]
    .map((billRef) =>
      lineOf(billRef, terminals, {
        terminal: terminals.bills.get(billRef) ?? null,
        gateway: gateway.get(billRef) ?? null,
        provider: provider.get(billRef) ?? null,
      }),
    )
    .toSorted((a, b) => (a.day === b.day ? 0 : a.day < b.day ? -1 : 1));
}

function lineOf(
  billRef: string,
  terminals: TerminalSide,
  { terminal, gateway, provider }: Pick<BillLine, 'terminal' | 'gateway' | 'provider'>,
): BillLine {
  const tid = terminal?.tid ?? gateway?.tid ?? null;
  const terminalFen = terminal === null ? 0 : terminal.chargedFen - terminal.refundedFen;
  const at = gateway?.at ?? provider?.at ?? 0;
  // A bill that began after its terminal's journal was complete is news, as long as the terminal has not written it.
  const isNews = terminal === null && tid !== null && terminals.tids.has(tid) && at >= terminals.completeUntil(tid);
  return {
    billRef,
    day: terminal?.day ?? dayOf(at),
    tid,
    terminal,
    gateway,
    provider,
    hasJournal: tid !== null && terminals.tids.has(tid),
    isMoving: terminal?.isOver === false || gateway?.isOpen === true || isNews,
    terminalFen,
    returnedLaterFen: gateway?.standing === 'back' ? terminalFen : 0,
    gatewayFen: gateway?.withUsFen ?? 0,
    providerFen: provider === null ? 0 : withProviderFen(provider),
  };
}

/** What the provider holds or has taken for a bill. */
function withProviderFen({ state, amountFen }: StatedBill): number {
  return state === 'held' || state === 'captured' ? amountFen : 0;
}
