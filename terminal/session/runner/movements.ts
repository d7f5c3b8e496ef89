import type { OperationId } from '@yimen/contracts/base';
import type { Outcome } from '@yimen/contracts/device';
import type { JournalEvent } from '@yimen/contracts/journal';

interface Moved {
  readonly operationId: OperationId;
  readonly sessionId: string;
  readonly device: string;
  readonly verb: string;
  readonly outcome: Outcome;
  readonly amountFen: number;
  readonly channel: string;
}

interface Way {
  readonly item: 'card' | 'document' | 'licence' | 'sheet';
  readonly from: string;
  readonly to: string;
}
const card = (from: string, to: string): Way => ({ item: 'card', from, to });

/** Which thing an effect moves, and from where to where, by device and verb. */
const GOODS: Readonly<Record<string, Way>> = {
  'card-unit.acceptCard': card('citizen', 'cardUnit'),
  'endorsement-printer.takeCard': card('cardUnit', 'endorsementPrinter'),
  'endorsement-printer.handBack': card('endorsementPrinter', 'cardUnit'),
  'card-unit.ejectCard': card('cardUnit', 'citizen'),
  'card-unit.captureCard': card('cardUnit', 'retainBin'),
  'licence-printer.make': { item: 'licence', from: 'blankStack', to: 'licenceMaker' },
  'licence-printer.present': { item: 'licence', from: 'licenceMaker', to: 'citizen' },
  'licence-printer.retract': { item: 'licence', from: 'licenceMaker', to: 'retractBin' },
  'licence-printer.acceptOld': { item: 'licence', from: 'citizen', to: 'recoveryBin' },
  'document-locker.present': { item: 'document', from: 'locker', to: 'citizen' },
  'document-locker.retract': { item: 'document', from: 'locker', to: 'retractBin' },
  'document-printer.printDocument': { item: 'sheet', from: 'paperTray', to: 'citizen' },
};

/** Places that a thing does not leave again by the machine's own doing: what lies there is counted by the rows (I6). */
const ENDS: ReadonlySet<string> = new Set(['citizen', 'retainBin', 'retractBin', 'recoveryBin']);

/** What an effect moved that was proved only afterwards. Only where things stay: a row about the works, written late,
 *  would come after the row of what became of the thing meanwhile. */
export function goodsGone({
  operationId,
  sessionId,
  target,
  verb,
}: Pick<Moved, 'operationId' | 'sessionId' | 'verb'> & { readonly target: string }): JournalEvent[] {
  const way = GOODS[`${target}.${verb}`];
  if (way === undefined || !ENDS.has(way.to)) return [];
  return [{ kind: 'goods-moved', fields: { operationId, sessionId, ...way, outcome: 'done' } } as JournalEvent];
}

/** What an effect moved, for the ledger: the journal explains every physical movement and every fen (I1, I3). */
export function movementsOf(moved: Moved): JournalEvent[] {
  const way = GOODS[`${moved.device}.${moved.verb}`];
  if (way !== undefined && moved.outcome !== 'notDone') {
    const { operationId, sessionId, outcome } = moved;
    return [{ kind: 'goods-moved', fields: { operationId, sessionId, ...way, outcome } } as JournalEvent];
  }
  if (moved.verb === 'charge' || moved.verb === 'refund') {
    return [
      {
        kind: 'money-moved',
        fields: {
          operationId: moved.operationId,
          sessionId: moved.sessionId,
          direction: moved.verb,
          channel: moved.channel,
          amountFen: moved.amountFen,
          outcome: moved.outcome,
        },
      } as JournalEvent,
    ];
  }
  return [];
}
