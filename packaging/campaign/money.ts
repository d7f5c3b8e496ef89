import type { PastEvent } from '@yimen/contracts/terminal';
import type { Evidence, GatewayOperation } from './evidence.ts';

/** The same money in four books: the terminal's results, the payment device, the gateway's operations, the provider.
 *  Per bill where a book knows bills, and in sum over the whole journal. */
export function moneyHolds(evidence: Evidence): readonly string[] {
  const { offices } = evidence;
  const atProvider = offices.totals.held + offices.totals.captured - offices.totals.refunded;
  const atTerminal = terminalNetFen(evidence.rows);
  return [
    ...(offices.totals.balanced ? [] : ['the provider’s ledger and bills differ']),
    ...(offices.extras.length === 0 ? [] : [`${offices.extras.length} bills were paid twice`]),
    ...(atTerminal === atProvider ? [] : [`results say ${atTerminal} fen, the provider holds ${atProvider}`]),
    ...chargesTwice(evidence),
    ...gatewayDiffers(evidence),
    ...owedWithoutIncident(evidence),
  ];
}

/** What all results say that we have of citizens' money, corrections included. */
function terminalNetFen(rows: readonly PastEvent[]): number {
  const results = new Map<unknown, { chargedFen: number; refundedFen: number }>();
  for (const row of rows) {
    if (row.kind === 'service-result')
      results.set(row['seq'], { chargedFen: fen(row, 'chargedFen'), refundedFen: fen(row, 'refundedFen') });
    const corrected = row.kind === 'service-corrected' ? results.get(row['of']) : undefined;
    if (corrected === undefined) continue;
    if (row['chargedFen'] !== undefined) corrected.chargedFen = fen(row, 'chargedFen');
    if (row['refundedFen'] !== undefined) corrected.refundedFen = fen(row, 'refundedFen');
  }
  return [...results.values()].reduce((sum, { chargedFen, refundedFen }) => sum + chargedFen - refundedFen, 0);
}

function fen(row: PastEvent, name: string): number {
  const value = row[name];
  return typeof value === 'number' ? value : 0;
}

/** One bill is charged once, at the device and in the journal. */
function chargesTwice({ bench, rows }: Evidence): readonly string[] {
  const charges = (bench.devices['payment-terminal']?.state['charges'] ?? []) as { billRef: string; state: string }[];
  const taken = charges.filter(({ state }) => state === 'held' || state === 'captured').map(({ billRef }) => billRef);
  const moved = rows
    .filter((row) => row.kind === 'money-moved' && row['direction'] === 'charge' && row['outcome'] === 'done')
    .map((row) => String(row['operationId']));
  return [...repeated(taken), ...repeated(moved)].map((one) => `${one} was charged more than once`);
}

function repeated(list: readonly string[]): readonly string[] {
  return [...new Set(list.filter((one, i) => list.indexOf(one) !== i))];
}

/** The gateway's view of each bill against the provider's. */
function gatewayDiffers({ gateway, offices }: Evidence): readonly string[] {
  const refs = new Set(gateway.flatMap(({ billRef }) => billRef ?? []));
  return [...refs].flatMap((billRef) => {
    const bill = offices.bills.find(({ foreignRef }) => foreignRef === billRef);
    const provider = bill?.state === 'held' || bill?.state === 'captured' ? bill.amountFen : 0;
    const told = gatewayNetFen(gateway, billRef);
    return told === provider ? [] : [`bill ${billRef}: the gateway has ${told} fen, the provider ${provider}`];
  });
}

function gatewayNetFen(operations: readonly GatewayOperation[], billRef: string): number {
  const ofBill = operations.filter((one) => one.billRef === billRef && one.outcome === 'done');
  const created = ofBill.find(({ kind }) => kind.endsWith('bill.create'));
  if (created === undefined || ofBill.some(({ kind }) => kind.endsWith('bill.refund'))) return 0;
  const ofCase = operations.filter((one) => one.caseRef === created.caseRef && one.outcome === 'done');
  if (ofCase.some(({ kind, facts }) => kind.endsWith('case.cancel') && facts['cancelled'] === true)) return 0;
  const isPaid = created.facts['paid'] === true || ofCase.some(({ facts }) => Number(facts['capturedFen'] ?? 0) > 0);
  return isPaid ? Number(created.facts['amountFen'] ?? 0) : 0;
}

/** Money with us whose purpose was not met: its citizen has an incident number. */
function owedWithoutIncident({ gateway, rows, offices }: Evidence): readonly string[] {
  const sessionOf = new Map(
    rows.filter(({ kind }) => kind === 'bill-opened').map((row) => [row['billRef'], row['sessionId']]),
  );
  return offices.bills.flatMap(({ foreignRef, state, amountFen }) => {
    if (state !== 'held' && state !== 'captured') return [];
    const caseRef = gateway.find((one) => one.billRef === foreignRef)?.caseRef;
    const isServed = gateway.some(
      (one) =>
        one.caseRef === caseRef &&
        one.kind.endsWith('case.confirm') &&
        one.outcome === 'done' &&
        one.facts['verdict'] === 'done',
    );
    if (isServed) return [];
    const sessionId = sessionOf.get(foreignRef);
    const result = rows.find((row) => row.kind === 'service-result' && row['sessionId'] === sessionId);
    return typeof result?.['incident'] === 'string'
      ? []
      : [`${amountFen} fen of bill ${foreignRef} serve nothing, and nobody has a number for it`];
  });
}
