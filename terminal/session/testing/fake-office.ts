import {
  BACK_OFFICE_REQUESTS,
  type BackOfficeKind,
  type BackOfficeRequest,
  type Bill,
  type Goods,
} from '@yimen/contracts/back-office';
import type { OfficeResult } from '../machine/input.ts';
import type { Office } from '../runner/ports.ts';
import { FAKE_ANSWERS, FAKE_FOUND, FAKE_GOODS } from './fake-cases.ts';

type Bent = 'lost' | 'never' | 'refuse';

/** The offices behind the gateway as one small truth: cases, bills, who was asked what. */
export class FakeOffice implements Office {
  decision: 'approved' | 'accepted' | 'pending' | 'refused' = 'approved';
  /** Instead of what the item gives. */
  goods: Goods | null = null;
  item = '';
  readonly reserves: Record<string, unknown>[] = [];
  bill: Bill | null = null;
  readonly confirms: Record<string, unknown>[] = [];
  readonly cancels: Record<string, unknown>[] = [];
  readonly asked: string[] = [];
  readonly bodies: unknown[] = [];
  /** Effects as they were asked for, and whether they were carried out, in order. */
  readonly effects: { readonly operationId: string; readonly kind: string; readonly isDone: boolean }[] = [];
  /** Instead of what a query's kind gives. */
  readonly answers = new Map<string, object>();
  amountFen: number | null = null;
  refusals: unknown[] = [];
  /** Last day of an endorsement that a new one for any destination would cancel. */
  validUntil: string | null = null;
  readonly #stored = new Map<string, OfficeResult>();
  readonly #bent = new Map<string, Bent[]>();
  away = false;
  /** A payment that crossed the cancel and goes back with it. */
  refundsAtCancel = 0;
  /** Every confirm is refused with this code. */
  refusesConfirm: string | null = null;

  /** The next request of this kind: `lost` is carried out and not answered; `never` does not arrive; `refuse`: a
   *  reservation that has nothing to give. */
  bend(kind: string, how: Bent): void {
    this.#bent.set(kind, [...(this.#bent.get(kind) ?? []), how]);
  }

  pay(billRef: string): void {
    if (this.bill?.billRef === billRef) this.bill = { ...this.bill, state: 'held', channel: 'qr' };
  }

  send(request: BackOfficeRequest): Promise<OfficeResult> {
    this.asked.push(request.kind);
    this.bodies.push(request.body);
    const { operationId } = request;
    const bent = this.#bent.get(request.kind)?.shift();
    const isAway = this.away || bent === 'never';
    if (BACK_OFFICE_REQUESTS[request.kind as BackOfficeKind].nature === 'effect')
      this.effects.push({ operationId, kind: request.kind, isDone: !isAway });
    const none = { operationId, answer: null, fault: { code: 'GATEWAY_UNREACHABLE', message: '' } };
    if (isAway) return Promise.resolve({ ...none, outcome: bent === 'never' ? 'unknown' : 'notDone' });
    if (this.refusesConfirm !== null && request.kind.endsWith('.case.confirm'))
      return Promise.resolve({ ...none, outcome: 'notDone', fault: { code: this.refusesConfirm, message: '' } });
    const answer = bent === 'refuse' ? NO_GOODS : this.#answer(request.kind, request.body as Record<string, unknown>);
    const result: OfficeResult = { operationId, outcome: 'done', answer, fault: null };
    this.#stored.set(operationId, result);
    return Promise.resolve(bent === 'lost' ? { ...none, outcome: 'unknown' } : result);
  }

  lookUp(operationId: string): ReturnType<Office['lookUp']> {
    if (this.away) return Promise.resolve({ known: 'cannotTell' });
    const result = this.#stored.get(operationId);
    return Promise.resolve(result === undefined ? { known: 'neverSeen' } : { known: 'yes', result });
  }

  #answer(kind: string, body: Record<string, unknown>): unknown {
    const caseRef = 'case-0001';
    const known = this.answers.get(kind) ?? FAKE_ANSWERS[kind];
    if (known !== undefined) return known;
    if (kind === 'exitEntry.permit.lookup') return this.#permit();
    if (kind.startsWith('payment.')) return this.#payment(kind, body);
    switch (kind.split('.').slice(1).join('.')) {
      case 'case.find':
        return { cases: [FAKE_FOUND[String(body['purpose'])]], refusals: [] };
      case 'case.begin':
        this.item = String(body['item']);
        return this.#state(caseRef);
      case 'case.state':
        return this.#state(caseRef);
      case 'case.reserve':
        this.reserves.push(body);
        return {
          caseRef,
          decision: this.decision === 'accepted' ? 'accepted' : 'approved',
          refusal: null,
          heldUntil: 1,
          goods: goodsAfter(this.goods ?? FAKE_GOODS[this.item], body['spoiledSerial']),
        };
      case 'case.confirm':
        this.confirms.push(body);
        if (body['outcome'] === 'done' && this.bill?.state === 'held') this.bill = { ...this.bill, state: 'captured' };
        return {
          caseRef,
          closed: body['outcome'] === 'done',
          capturedFen: body['outcome'] === 'done' ? (this.bill?.amountFen ?? 0) : 0,
        };
      case 'case.cancel':
        this.cancels.push(body);
        return { caseRef, cancelled: true, refusedBecause: null, refundedFen: this.refundsAtCancel };
      default:
        throw new Error(`the fake office does not know ${kind}`);
    }
  }

  #state(caseRef: string): unknown {
    const refusal = this.decision === 'refused' ? REFUSED : null;
    return { caseRef, receiptNo: 'SD20260001', decision: this.decision, refusal };
  }

  #permit(): unknown {
    const valid = { destination: 'HKG', kind: 'G', validUntil: this.validUntil, remaining: 1 };
    return {
      holderMasked: '李＊',
      permitExpiry: '2030-01-01',
      endorsements: this.validUntil === null ? [] : [valid],
      allowed:
        this.refusals.length > 0
          ? []
          : ALLOWED.map((option) => ({ ...option, cancelsValid: this.validUntil !== null })),
      refusals: this.refusals,
    };
  }

  #payment(kind: string, body: Record<string, unknown>): unknown {
    if (kind === 'payment.bill.create') {
      const items = body['items'] as { amountFen: number }[];
      const amountFen = this.amountFen ?? items.reduce((sum, item) => sum + item.amountFen, 0);
      this.bill ??= {
        caseRef: 'case-0001',
        billRef: 'bill-0001',
        billNo: 'B1',
        payee: '示例',
        amountFen,
        items: [],
        state: 'open',
        qrText: 'pay',
        expiresAt: 1,
        channel: 'none',
      };
    }
    if (kind === 'payment.bill.close' && this.bill?.state === 'open') this.bill = { ...this.bill, state: 'closed' };
    return this.bill;
  }
}

/** For a blank that was spoiled the next one is named. */
function goodsAfter(goods: Goods | undefined, spoiled: unknown): Goods | undefined {
  if (goods?.kind !== 'licence' || typeof spoiled !== 'string') return goods;
  return { ...goods, blankSerial: `${spoiled.slice(0, -1)}${Number(spoiled.slice(-1)) + 1}` };
}

const ALLOWED = [
  { destination: 'HKG', kind: 'G', countCode: 'once', validUntil: '2027-02-24' },
  { destination: 'HKG', kind: 'G', countCode: 'twice', validUntil: '2027-11-24' },
  { destination: 'MAC', kind: 'G', countCode: 'once', validUntil: '2027-02-24' },
];
const NO_GOODS = {
  caseRef: 'case-0001',
  decision: 'refused',
  refusal: { code: 'not-ready', date: null, textZh: null, textEn: null },
  heldUntil: null,
  goods: null,
};
const REFUSED = { code: 'refused', date: null, textZh: null, textEn: null };
