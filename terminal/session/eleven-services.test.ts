import { describe, expect, it } from 'vitest';
import { CATALOGUE, STEPS, type StepKind } from '@yimen/contracts/service';
import type { StepRow } from '@yimen/contracts/service';
import type { View } from '@yimen/contracts/ui';
import { FakeHall } from './testing/fake-hall.ts';
import { FakeOffice } from './testing/fake-office.ts';
import { FAKE_PERSON } from './testing/fake-person.ts';
import { SessionHarness } from './testing/harness.ts';
import { checkInvariants } from './testing/invariants.ts';

/** What each service comes to when nothing goes wrong. */
const STRAIGHT: Readonly<
  Record<string, { chargedFen: number; produced: number; oldRecovered?: boolean; sheets?: number; goods?: string }>
> = {
  'exit.endorse': { chargedFen: 1500, produced: 1 },
  'exit.prereg': { chargedFen: 0, produced: 1, sheets: 1 },
  'exit.pay': { chargedFen: 12_000, produced: 1 },
  'exit.card': { chargedFen: 0, produced: 1 },
  'exit.collect': { chargedFen: 0, produced: 1, goods: 'C60000011' },
  'veh.licence': { chargedFen: 1000, produced: 1, oldRecovered: true, goods: 'D2026000001' },
  'veh.vlic': { chargedFen: 1000, produced: 1, oldRecovered: true, goods: 'V2026000001' },
  'veh.inspect': { chargedFen: 0, produced: 1 },
  'veh.violation': { chargedFen: 10_000, produced: 1, sheets: 1 },
  'hh.idapply': { chargedFen: 4000, produced: 1 },
  'hh.idcollect': { chargedFen: 0, produced: 1, goods: 'S2026000002' },
};

async function sessionOf(service: string): Promise<SessionHarness> {
  const office = new FakeOffice();
  if (service === 'hh.idapply') office.decision = 'accepted';
  const hall = new FakeHall();
  if (service === 'hh.idapply') hall.readers.code = 'PH20261101000001';
  const session = await SessionHarness.create({}, { office, hall }, undefined, service);
  if (service === 'exit.card') session.answers = { mode: 'approved' };
  // Her card is valid for years: only a lost one is replaced now.
  if (service === 'hh.idapply') session.answers = { reason: 'loss' };
  return session;
}

describe.each(CATALOGUE.map(({ id }) => id))('%s', (service) => {
  it('goes its straight way: what was promised is made, handed over, told to the office and counted', async () => {
    const session = await sessionOf(service);
    await session.walk();
    const { chargedFen, produced, oldRecovered, sheets, goods } = STRAIGHT[service] ?? { chargedFen: -1, produced: -1 };
    expect(session.result()?.['reason']).toBeNull();
    expect(session.result()).toMatchObject({
      outcome: 'done',
      chargedFen,
      refundedFen: 0,
      produced,
      handedOver: produced,
      stop: null,
    });
    expect(session.office.confirms).toMatchObject([{ outcome: 'done', handedOver: true }]);
    expect(session.office.cancels).toEqual([]);
    expect(session.hall.seen.filter((verb) => verb === 'charge')).toHaveLength(chargedFen > 0 ? 1 : 0);
    if (chargedFen > 0) expect(session.office.bill).toMatchObject({ state: 'captured', amountFen: chargedFen });
    if (oldRecovered !== undefined) expect(session.office.confirms[0]).toMatchObject({ oldRecovered, serial: goods });
    if (sheets !== undefined) expect(session.hall.makers.sheets).toBe(sheets);
    if (goods !== undefined) {
      const places = new Map([...session.hall.makers.blanks, ...session.hall.makers.documents]);
      expect(places.get(goods)).toBe('taken');
    }
    expect(session.core.ended_).toEqual({ how: 'finished', propertyOut: true });
    expect(checkInvariants(session)).toEqual([]);
  });

  it('journals only what its steps may, and every effect before it is asked for', async () => {
    const session = await sessionOf(service);
    await session.walk();
    const always = [
      'step-started',
      'step-ended',
      'operation-intended',
      'operation-ended',
      'goods-moved',
      'money-moved',
    ];
    const ofEngine = ['session-started', 'session-ended', 'service-started', 'service-result'];
    const kinds = new Map<string, StepKind>(session.runner.state.plan.map((item) => [item.id, item.kind as StepKind]));
    let step: StepRow | undefined = STEPS.guide;
    for (const row of session.core.rows) {
      if (row.kind === 'step-started') step = STEPS[kinds.get(String(row['step'])) ?? 'guide'];
      const allowed: readonly string[] = [...always, ...ofEngine, ...(step?.journals ?? [])];
      expect(allowed, String(row['step'])).toContain(row.kind);
    }
    const intended = session.core.rowsOf('operation-intended').map((row) => row['operationId']);
    const ended = session.core.rowsOf('operation-ended').map((row) => row['operationId']);
    expect(new Set(ended)).toEqual(new Set(intended));
  });

  it('keeps every name, number and picture out of the journal', async () => {
    const session = await sessionOf(service);
    await session.walk();
    const text = JSON.stringify(session.core.rows);
    for (const number of ['C60000011', 'S2026000002']) expect(text, service).not.toContain(number);
    for (const secret of FAKE_PERSON) expect(text).not.toContain(secret);
  });

  it('is left with nothing owed when the citizen walks away at any of its questions', async () => {
    const straight = await sessionOf(service);
    await straight.walk();
    // After the goods are made leaving is another matter: they are kept for him.
    const isQuestion = (view: View): boolean => view.canLeave && view.service !== null && view.kind !== 'give-old';
    const asked = new Set(straight.views.filter(isQuestion).map((view) => view.step?.n ?? 0));
    let left = 0;
    for (const at of asked) {
      const session = await sessionOf(service);
      // A device that answers at once leaves no moment to leave in.
      if (!(await session.walkUntil((view) => isQuestion(view) && view.step?.n === at))) continue;
      left += 1;
      await session.touch({ kind: 'leave' });
      await session.walk();
      const result = session.result();
      expect(result?.['chargedFen'] ?? 0, `left at ${at}`).toBe(0);
      expect(session.hall.place).toBe('outside');
      expect(session.core.ended_?.propertyOut).toBe(true);
      if (session.office.asked.some((kind) => kind.endsWith('.case.begin')))
        expect(session.office.cancels.length + session.office.confirms.length, `left at ${at}`).toBe(1);
      expect(checkInvariants(session), `left at ${at}`).toEqual([]);
    }
    expect(left).toBeGreaterThan(2);
  });
});

describe('charge on accepted', () => {
  it('opens a compensation record at capture, because the review is still to come', async () => {
    const session = await sessionOf('hh.idapply');
    await session.walk();
    expect(session.core.rowsOf('compensation')).toMatchObject([{ state: 'opened', why: 'review', amountFen: 4000 }]);
  });

  it('opens none where the case was approved before it was paid', async () => {
    const session = await sessionOf('exit.endorse');
    await session.walk();
    expect(session.core.rowsOf('compensation')).toEqual([]);
  });
});

describe('goods that are no card', () => {
  it('a licence nobody takes is drawn back, the money kept for the citizen, the office told', async () => {
    const session = await sessionOf('veh.licence');
    session.hall.makers.takes = false;
    await session.walk('stopped');
    expect(session.view).toMatchObject({
      body: { state: 'produced-not-taken', property: expect.stringContaining('妥善保管') },
    });
    expect(session.hall.makers.blanks.get('D2026000001')).toBe('retract');
    await session.walk();
    expect(session.office.confirms).toMatchObject([{ outcome: 'notDone', handedOver: false, serial: 'D2026000001' }]);
    expect(session.core.rowsOf('compensation')).toMatchObject([{ state: 'opened', why: 'produced-not-taken' }]);
  });

  it('who does not give the old licence gets the new one from staff', async () => {
    const session = await sessionOf('veh.licence');
    session.hall.makers.givesOld = false;
    await session.walk();
    expect(session.result()).toMatchObject({
      outcome: 'stopped',
      stop: 'produced-not-taken',
      produced: 1,
      handedOver: 0,
    });
    expect(session.hall.makers.blanks.get('D2026000001')).toBe('retract');
    expect(session.hall.makers.recovered).toBe(0);
  });

  it('no old licence is asked for when it was lost', async () => {
    const session = await sessionOf('veh.licence');
    session.answers = { reason: 'loss' };
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'done' });
    expect(session.hall.seen).not.toContain('acceptOld');
  });

  it('F17 a spoiled blank is told to the office, which names another, once', async () => {
    const session = await sessionOf('veh.licence');
    const spoiled = {
      outcome: 'notDone',
      fault: { code: 'ribbonOut', message: '', action: 'clear' },
      value: { blank: 'rejected' },
    } as const;
    session.hall.bend('make', spoiled, false);
    await session.walk();
    expect(session.office.reserves).toMatchObject([{ spoiledSerial: null }, { spoiledSerial: 'D2026000001' }]);
    expect(session.result()).toMatchObject({ outcome: 'done', produced: 1 });
  });

  it('F17 a second blank that the maker did not touch is not named: it lies in the stack still', async () => {
    const session = await sessionOf('veh.licence');
    const refused = { outcome: 'notDone', fault: { code: 'ribbonOut', message: '', action: 'clear' } } as const;
    session.hall.bend('make', { ...refused, value: { blank: 'rejected' } }, false);
    session.hall.bend('make', refused, false);
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'stopped', stop: 'paid-not-produced' });
    expect(session.office.reserves.at(-1)).toMatchObject({ spoiledSerial: 'D2026000001' });
    expect(session.office.confirms.at(-1)).toMatchObject({ outcome: 'notDone', serial: null });
  });

  it('a second spoiled blank ends paid-not-produced', async () => {
    const session = await sessionOf('veh.licence');
    const spoiled = {
      outcome: 'notDone',
      fault: { code: 'ribbonOut', message: '', action: 'clear' },
      value: { blank: 'rejected' },
    } as const;
    session.hall.bend('make', spoiled, false);
    session.hall.bend('make', spoiled, false);
    await session.walk();
    expect(session.result()).toMatchObject({
      outcome: 'stopped',
      stop: 'paid-not-produced',
      chargedFen: 1000,
      produced: 0,
    });
  });

  it('F62 a make whose answer was lost is settled by the maker’s memory, never made again', async () => {
    const session = await sessionOf('veh.licence');
    session.hall.bend('make', { outcome: 'unknown' }, true);
    await session.walk();
    expect(session.hall.seen.filter((verb) => verb === 'make')).toHaveLength(1);
    expect(session.result()).toMatchObject({ outcome: 'done' });
  });

  it('F18 another document than reserved stays inside and is told to the office as unknown', async () => {
    const session = await sessionOf('exit.collect');
    session.hall.makers.slips = true;
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'wrong-document', produced: 0 });
    expect(session.office.confirms).toMatchObject([{ outcome: 'unknown', serial: 'C60000011' }]);
    expect(session.hall.makers.documents.get('C60000011')).not.toBe('taken');
  });

  it('a document nobody takes goes back into the bin', async () => {
    const session = await sessionOf('hh.idcollect');
    session.hall.makers.takes = false;
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'stopped', stop: 'produced-not-taken' });
    expect(session.hall.makers.documents.get('S2026000002')).toBe('retract');
  });

  it('a sheet that was not printed is told on the slip, and the application stands', async () => {
    const session = await sessionOf('exit.prereg');
    session.hall.bend(
      'printDocument',
      { outcome: 'notDone', fault: { code: 'paperOut', message: '', action: 'clear' } },
      false,
    );
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'done' });
    expect(session.office.confirms).toMatchObject([{ outcome: 'done', sheets: 0 }]);
  });
});

describe('a free print that fails', () => {
  it('is refused with nothing owed, the card back, the office told that it may be printed again', async () => {
    const session = await sessionOf('exit.card');
    session.hall.bend(
      'erase',
      { outcome: 'notDone', fault: { code: 'mediaJam', message: '', action: 'clear' } },
      false,
    );
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'print-failed', chargedFen: 0, produced: 0 });
    expect(session.hall.place).toBe('outside');
    expect(session.office.confirms).toMatchObject([{ outcome: 'notDone' }]);
    expect(session.core.rowsOf('compensation')).toEqual([]);
  });
});

describe('the ID card on the reader', () => {
  it('is reminded of at the end, and told when it stays', async () => {
    const session = await sessionOf('veh.inspect');
    session.hall.readers.liftsCard = false;
    await session.walk('end');
    expect(session.saw('take')).toBe(true);
    expect(session.view).toMatchObject({ kind: 'end', body: { leftBehind: true } });
  });
});

describe('a fee', () => {
  it('that differs from the published row at the case’s date asks nobody to pay', async () => {
    const session = await SessionHarness.create(
      {},
      {
        policy: [
          {
            id: 'fee.test',
            kind: 'fee',
            serviceId: 'exit.pay',
            variant: 'passport',
            place: 'CN',
            effectiveFrom: '2017-07-01',
            effectiveTo: null,
            value: 16_000,
            unit: 'fen',
            source: 'test',
            status: 'active',
          },
        ],
      },
      undefined,
      'exit.pay',
    );
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'fee-mismatch', chargedFen: 0 });
    expect(session.office.asked).not.toContain('exitEntry.case.begin');
  });
});

describe('where the ID card reader is away', () => {
  it.each(['exit.pay', 'exit.collect'])(
    '%s goes by the receipt number alone, and asks for no card',
    async (service) => {
      const session = await sessionOf(service);
      session.hall.away.add('id-card-reader');
      await session.walk();
      expect(session.saw('choose')).toBe(false);
      expect(session.result()).toMatchObject({ outcome: 'done', produced: 1, handedOver: 1 });
    },
  );

  it('both ways are offered where it is there', async () => {
    const session = await sessionOf('exit.pay');
    await session.walk('choose');
    const { view } = session;
    if (view.kind !== 'choose') throw new Error('nothing was asked');
    expect(view.body.options.map(({ value }) => value)).toEqual(['receipt', 'id-card']);
  });
});
