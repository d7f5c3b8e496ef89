import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { err, ok } from '@yimen/contracts/base';
import { type BackOfficeKind, CASE_OFFICES, type CaseOffice } from '@yimen/contracts/back-office';
import { ManualClock } from '@yimen/contracts/testing';
import type { CaseOfficeAdapter, OfficialNumbers } from '../office-adapter.ts';
import { createCaseOffice } from './case-office.ts';

const PATHS = { exitEntry: 'exit-entry', vehicle: 'vehicle', household: 'household' } as const;
/** The office's clock runs ahead of ours. */
const AHEAD = 500_000;

interface Heard {
  readonly line: string;
  readonly body: Record<string, unknown> | undefined;
}

/** An office that answers every question with `answer` and keeps what it heard. */
class FakeHttpOffice {
  readonly heard: Heard[] = [];
  readonly clock = new ManualClock();
  answer: unknown = {};
  board: unknown = { notices: [] };
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => {
        text += chunk;
      });
      request.on('end', () => {
        const body = text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>);
        this.heard.push({ line: `${request.method ?? ''} ${request.url ?? ''}`, body });
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify((request.url ?? '').endsWith('/notices') ? this.board : this.#settled(body)));
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  #settled(body: Record<string, unknown> | undefined): object {
    const now = this.clock.wallMs() + AHEAD;
    return { operationId: body?.['operationId'], state: 'settled', outcome: 'done', answer: this.answer, now };
  }
}

/** Case `case-<office>` is the only one of an office. */
const NUMBERS: OfficialNumbers = {
  ofCase: async (caseRef, office) =>
    caseRef === `case-${office ?? ''}` ? ok(`R1-${office ?? ''}`) : err({ code: 'receipt-unknown', message: 'none' }),
  ofBill: async () => err({ code: 'receipt-unknown', message: 'none' }),
};

let fake: FakeHttpOffice;
let adapters: Record<CaseOffice, CaseOfficeAdapter>;
beforeEach(async () => {
  fake = new FakeHttpOffice();
  const url = await fake.listen();
  const adapter = (office: CaseOffice): CaseOfficeAdapter =>
    createCaseOffice({ office, url, clock: fake.clock })(NUMBERS);
  adapters = { exitEntry: adapter('exitEntry'), vehicle: adapter('vehicle'), household: adapter('household') };
});
afterEach(() => fake.close());

function ask(
  office: CaseOffice,
  kind: string,
  body: object,
  caseRef: string | null = `case-${office}`,
): ReturnType<CaseOfficeAdapter['ask']> {
  const question = { operationId: 'operation-1', kind: kind as BackOfficeKind, terminalId: 'SD-ONE-01', caseRef };
  return adapters[office].ask({ ...question, billRef: null, body, maxLifeMs: 0 });
}

describe.each(CASE_OFFICES)('%s', (office) => {
  const caseRef = `case-${office}`;
  const receiptNo = `R1-${office}`;

  it('begins with the gateway’s reference, keeps the receipt number and tells it', async () => {
    fake.answer = { receiptNo, decision: 'accepted', refusal: null };
    const end = await ask(office, `${office}.case.begin`, { item: 'simple', receiptNo: 'R-OF-CITIZEN' });
    expect(fake.heard).toEqual([
      {
        line: `POST /offices/${PATHS[office]}/requests`,
        body: {
          operationId: 'operation-1',
          kind: `${office}.case.begin`,
          terminalId: 'SD-ONE-01',
          // The citizen's own receipt, which some errands are begun with, is not the gateway's number of a case.
          body: { item: 'simple', receiptNo: 'R-OF-CITIZEN', foreignRef: caseRef },
        },
      },
    ]);
    const answer = { receiptNo, decision: 'accepted', refusal: null, caseRef };
    expect(end).toEqual({ outcome: 'done', answer, official: receiptNo });
  });

  it('reserves by the receipt number; goods go through as they are, times become ours', async () => {
    const goods = { kind: 'registration', expected: '2027-01-02', items: [] };
    const heldUntil = fake.clock.wallMs() + AHEAD + 60_000;
    fake.answer = { receiptNo, decision: 'approved', refusal: null, heldUntil, goods };
    const end = await ask(office, `${office}.case.reserve`, { caseRef, spoiledSerial: 'S1' });
    expect(fake.heard[0]?.body?.['body']).toEqual({ receiptNo, spoiledSerial: 'S1' });
    const answer = { decision: 'approved', refusal: null, heldUntil: fake.clock.wallMs() + 60_000, goods, caseRef };
    expect(end).toEqual({ outcome: 'done', answer, official: null });
  });

  it('finds cases by what a citizen has, and answers of one case by its reference', async () => {
    const body = { receiptNo: 'R-OF-CITIZEN', idNo: null, permitNo: null, purpose: 'progress' };
    fake.answer = { cases: [], refusals: [] };
    expect(await ask(office, `${office}.case.find`, body, null)).toMatchObject({ answer: { cases: [], refusals: [] } });
    expect(fake.heard[0]?.body?.['body']).toEqual(body);
    fake.answer = { receiptNo, decision: 'pending', refusal: null };
    const state = { receiptNo, decision: 'pending', refusal: null, caseRef };
    expect(await ask(office, `${office}.case.state`, { caseRef })).toMatchObject({ answer: state, official: null });
    expect(fake.heard[1]?.body?.['body']).toEqual({ receiptNo });
  });

  it('asks about no case of another office', async () => {
    const other = CASE_OFFICES.find((candidate) => candidate !== office) ?? office;
    const end = await ask(office, `${office}.case.state`, { caseRef: `case-${other}` }, `case-${other}`);
    expect(end).toMatchObject({ outcome: 'notDone', fault: { code: 'receipt-unknown' } });
    expect(fake.heard).toEqual([]);
  });

  it('takes nothing for an answer that the contract does not know', async () => {
    fake.answer = { receiptNo, decision: 'maybe', refusal: null };
    const malformed = { outcome: 'unknown', fault: { code: 'GATEWAY_MALFORMED' } };
    expect(await ask(office, `${office}.case.begin`, { item: 'simple' })).toMatchObject(malformed);
    fake.answer = { decision: 'approved', refusal: null, heldUntil: null, goods: { kind: 'gold' } };
    expect(await ask(office, `${office}.case.reserve`, { caseRef })).toMatchObject(malformed);
  });

  it('is told of the payment by the receipt number', async () => {
    fake.answer = { receiptNo, heldUntil: fake.clock.wallMs() + AHEAD + 9_000 };
    const input = { operationId: 'operation-1.paid', caseRef, terminalId: 'SD-ONE-01' };
    expect(await adapters[office].tellPaid(input)).toMatchObject({
      outcome: 'done',
      heldUntil: fake.clock.wallMs() + 9_000,
    });
    expect(fake.heard[0]?.body).toMatchObject({ kind: `${office}.case.paid`, body: { receiptNo } });
  });

  it('tells decided reviews until they are acknowledged', async () => {
    fake.board = { notices: [{ id: 'n-1', foreignRef: caseRef, result: 'refused' }], now: 1 };
    expect(await adapters[office].notices()).toEqual([{ id: 'n-1', caseRef, result: 'refused' }]);
    await adapters[office].acknowledge(['n-1']);
    expect(fake.heard).toMatchObject([
      { line: `GET /offices/${PATHS[office]}/notices` },
      { line: `POST /offices/${PATHS[office]}/notices`, body: { ids: ['n-1'] } },
    ]);
    fake.board = { notices: [{ id: 'n-1', foreignRef: caseRef, result: 'perhaps' }], now: 1 };
    expect(await adapters[office].notices()).toBeUndefined();
  });
});

describe('lookups', () => {
  it('go through unchanged, a picture of full size too', async () => {
    const photo = 'A'.repeat(400_000);
    fake.answer = { photo, refusals: [] };
    const body = { photoReceiptNo: 'PH20260001', idNo: '440606199001010010' };
    const end = await ask('household', 'household.photo.fetch', body, null);
    expect(end).toEqual({ outcome: 'done', answer: { photo, refusals: [] }, official: null });
    expect(fake.heard[0]?.body?.['body']).toEqual(body);
  });

  it('are cut off where no honest answer is so long', async () => {
    fake.answer = { photo: 'A'.repeat(1_100_000), refusals: [] };
    const end = await ask('household', 'household.photo.fetch', {}, null);
    expect(end).toMatchObject({ outcome: 'unknown', fault: { code: 'GATEWAY_MALFORMED' } });
  });
});
