import type { OperationId } from '@yimen/contracts/base';
import type { Outcome } from '@yimen/contracts/device';
import type { JournalEvent } from '@yimen/contracts/journal';

interface Moved {
  readonly operationId: OperationId;
  readonly sessionId: string;
  readonly verb: string;
  readonly outcome: Outcome;
  readonly amountFen: number;
  readonly channel: string;
}

const GOODS: Readonly<Record<string, readonly [from: string, to: string]>> = {
  acceptCard: ['citizen', 'cardUnit'],
  takeCard: ['cardUnit', 'endorsementPrinter'],
  handBack: ['endorsementPrinter', 'cardUnit'],
  ejectCard: ['cardUnit', 'citizen'],
  captureCard: ['cardUnit', 'retainBin'],
};

/** What an effect moved, for the ledger: the journal explains every physical movement and every fen (I1, I3). */
export function movementsOf(moved: Moved): JournalEvent[] {
  const goods = GOODS[moved.verb];
  if (goods !== undefined && moved.outcome !== 'notDone') {
    const [from, to] = goods;
    return [
      {
        kind: 'goods-moved',
        fields: {
          operationId: moved.operationId,
          sessionId: moved.sessionId,
          item: 'card',
          from,
          to,
          outcome: moved.outcome,
        },
      } as JournalEvent,
    ];
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
