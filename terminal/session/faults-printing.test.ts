import { describe, expect, it } from 'vitest';
import { err } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { checkInvariants } from './testing/invariants.ts';
import { count, straightSession, told, walked } from './testing/straight-session.ts';
import type { SessionHarness } from './testing/harness.ts';

const fault = (code: string, action: Fault['action'] = 'reset'): Fault => ({ code, message: '', action });
const notDone = (code: string) => ({ outcome: 'notDone', fault: fault(code) }) as const;
const CARD = ['exit.endorse', 'exit.card'];
const LICENCE = ['veh.licence', 'veh.vlic'];
const LOCKER = ['exit.collect', 'hh.idcollect'];
const SHEET = ['exit.prereg', 'veh.violation'];
/** Every service ends with a slip. */
const SLIP = ['exit.endorse', 'exit.pay', 'exit.collect', 'veh.licence', 'veh.inspect', 'hh.idapply', 'hh.idcollect'];

/** Walks to the receipt and asks for the slip on paper. */
async function withSlip(session: SessionHarness): Promise<void> {
  await session.walk('receipt');
  await session.touch({ kind: 'printReceipt' });
}

describe('the slip', () => {
  it.each(SLIP)(
    'F24 %s: without paper the slip is a code on the screen from the start, and the service goes on',
    async (service) => {
      const session = await straightSession(service, { hall: (hall) => hall.away.add('receipt-printer') });
      await session.walk('receipt');
      expect(session.view).toMatchObject({ body: { printer: 'absent', qrText: expect.stringMatching(/^yimen:/u) } });
      await session.walk();
      expect(session.result()).toMatchObject({ outcome: 'done' });
      expect(count(session, 'printReceipt')).toBe(0);
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it('F24 a stop without paper keeps its number and its code on the screen', async () => {
    const session = await straightSession('exit.endorse', {
      hall: (hall) => hall.away.add('receipt-printer'),
      office: (office) => (office.decision = 'pending'),
    });
    await session.walk('stopped');
    expect(session.view).toMatchObject({
      body: { slip: 'absent', incident: 'ABC-DEF', qrText: expect.stringContaining('ABC-DEF') },
    });
    await session.walk();
    expect(checkInvariants(session)).toEqual([]);
  });

  it.each([
    ['F25 out of paper in the middle', 'paperOut'],
    ['F29 the cutter is stuck', 'cutterError'],
    ['F31 the cover was opened', 'coverOpen'],
    ['F27 a jam', 'paperJammed'],
    ['F30 the head is too hot for longer than is waited', 'headHot'],
  ])('%s: the receipt says so in words, its code stays, another try is a new operation', async (_row, code) => {
    const session = await straightSession('exit.endorse', {
      hall: (hall) => hall.bend('printReceipt', notDone(code), false),
    });
    await withSlip(session);
    expect(session.view).toMatchObject({
      kind: 'receipt',
      body: { printer: 'failed', why: code, qrText: expect.stringMatching(/^yimen:/u) },
    });
    await session.touch({ kind: 'printReceipt' });
    expect(session.view).toMatchObject({ body: { printer: 'printed' } });
    await session.walk();
    const slips = session.core.rowsOf('operation-intended').filter((row) => row['verb'] === 'printReceipt');
    expect(new Set(slips.map((row) => row['operationId'])).size).toBe(2);
    expect(session.result()).toMatchObject({ outcome: 'done', chargedFen: 1500 });
    expect(checkInvariants(session)).toEqual([]);
  });

  it('F28 a slip whose printer swallowed the order is not waited for without end', async () => {
    const session = await straightSession('exit.endorse', {
      hall: (hall) => hall.bend('printReceipt', { outcome: 'unknown', fault: fault('timeOut') }, false),
    });
    await withSlip(session);
    expect(session.view).toMatchObject({ kind: 'receipt', body: { printer: 'failed' } });
    await session.walk();
    expect(checkInvariants(session)).toEqual([]);
  });

  it('F30 while the head cools down the screen does not count the citizen out', async () => {
    const session = await straightSession('exit.endorse', {
      hall: (hall) => hall.bend('printReceipt', { silent: true }, false),
    });
    await withSlip(session);
    await session.clock.advance(90_000);
    expect(session.view).toMatchObject({ kind: 'receipt', body: { printer: 'printing' }, left: null });
  });
});

describe('a sheet', () => {
  it.each(SHEET)(
    'F24 %s: without paper the act stands, and the slip says where the sheet is to be had',
    async (service) => {
      const session = await straightSession(service, { hall: (hall) => hall.away.add('document-printer') });
      await withSlip(session);
      await session.walk();
      expect(session.result()).toMatchObject({ outcome: 'done', produced: 1 });
      expect(session.hall.makers.sheets).toBe(0);
      expect(count(session, 'printDocument')).toBe(0);
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it.each([
    ['F25', 'paperOut', 'exit.prereg'],
    ['F25', 'paperOut', 'veh.violation'],
    ['F27', 'paperJammed', 'exit.prereg'],
    ['F27', 'paperJammed', 'veh.violation'],
    ['F31', 'coverOpen', 'exit.prereg'],
    ['F37', 'storageUnitError', 'veh.violation'],
  ])(
    '%s %s in %s: never printed on from the middle, told on the slip, the office hears of no sheet',
    async (_row, code, service) => {
      const session = await straightSession(service, {
        hall: (hall) => hall.bend('printDocument', notDone(code), false),
      });
      await withSlip(session);
      await session.walk();
      expect(session.result()).toMatchObject({ outcome: 'done', produced: 1 });
      expect(count(session, 'printDocument')).toBe(1);
      expect(session.office.confirms).toMatchObject([{ outcome: 'done', sheets: 0 }]);
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it.each(SHEET)('F28 %s: a printer that swallowed the order holds nobody up', async (service) => {
    const session = await walked(service, {
      hall: (hall) => hall.bend('printDocument', { outcome: 'unknown', fault: fault('timeOut') }, false),
    });
    expect(session.result()).toMatchObject({ outcome: 'done' });
    expect(session.core.rowsOf('operation-unknown')).toMatchObject([{ module: 'document-printer' }]);
    expect(checkInvariants(session)).toEqual([]);
  });

  it.each(SHEET)(
    'F36 %s: a sheet belongs to this session alone: its job is a new one, never one that waits',
    async (service) => {
      const session = await walked(service);
      const { seen } = session.hall;
      expect(seen.indexOf('loadDocument')).toBeLessThan(seen.indexOf('printDocument'));
      expect(session.hall.makers.sheets).toBeGreaterThan(0);
      expect(checkInvariants(session)).toEqual([]);
    },
  );
});

describe('the endorsement printer', () => {
  it.each([
    ['F27', 'takeCard', 'exit.endorse'],
    ['F27', 'erase', 'exit.endorse'],
    ['F27', 'erase', 'exit.card'],
  ])(
    '%s a jam at %s in %s: nothing is printed, what was paid is owed, the card is given back or kept',
    async (_row, verb, service) => {
      const session = await walked(service, {
        hall: (hall) => {
          // The first takeCard reads the printed line; the second is production's.
          if (verb === 'takeCard') hall.bend(verb, {}, true);
          hall.bend(verb, notDone('mediaJam'), false);
        },
      });
      // A print that costs nothing owes nothing.
      const end =
        service === 'exit.card'
          ? { outcome: 'refused', reason: 'print-failed' }
          : { outcome: 'stopped', stop: 'paid-not-produced' };
      expect(session.result()).toMatchObject({ ...end, produced: 0 });
      expect(count(session, 'printEndorsement')).toBe(0);
      expect(session.hall.place).toBe('outside');
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it.each(CARD)(
    'F27 %s: a card that jams on its way out stays inside, and the stop says where it is',
    async (service) => {
      const session = await straightSession(service);
      await session.walk('produce');
      session.hall.jamsAtEject = true;
      await session.walk();
      expect(session.result()).toMatchObject({ outcome: 'stopped', stop: 'produced-not-taken', handedOver: 0 });
      expect(told(session)).toContain('通行证还在机器内');
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it.each(CARD)(
    'F28 %s: a print that was swallowed is seen on the empty panel, and tried once more',
    async (service) => {
      const session = await walked(service, {
        hall: (hall) => hall.bend('printEndorsement', { outcome: 'unknown', fault: fault('timeOut') }, false),
      });
      expect(session.result()).toMatchObject({ outcome: 'done', produced: 1 });
      expect(count(session, 'printEndorsement')).toBe(2);
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it.each([
    ['F30', 'headHot'],
    ['F31', 'coverOpen'],
  ])('%s %s before the print: the unspoiled card is tried once more', async (_row, code) => {
    const session = await walked('exit.endorse', {
      hall: (hall) => hall.bend('printEndorsement', notDone(code), false),
    });
    expect(session.result()).toMatchObject({ outcome: 'done', produced: 1, chargedFen: 1500 });
    expect(checkInvariants(session)).toEqual([]);
  });
});

describe('the licence maker', () => {
  it.each(LICENCE)(
    'F28 %s: a make that was swallowed and leaves nothing to see is never made again',
    async (service) => {
      const session = await walked(service, {
        hall: (hall) => hall.bend('make', { outcome: 'unknown', fault: fault('hardwareError') }, false),
      });
      expect(count(session, 'make')).toBe(1);
      expect(session.result()).toMatchObject({ outcome: 'stopped', stop: 'unknown', chargedFen: 1000, handedOver: 0 });
      expect(session.office.confirms).toMatchObject([{ outcome: 'unknown' }]);
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it.each([
    ['F27', 'mediaJam', 'veh.licence'],
    ['F30', 'headHot', 'veh.licence'],
    ['F31', 'coverOpen', 'veh.vlic'],
  ])('%s %s at %s: an untouched blank stays in stock, the fee is owed', async (_row, code, service) => {
    const session = await walked(service, {
      hall: (hall) => hall.bend('make', { ...notDone(code), value: { blank: 'untouched' } }, false),
    });
    expect(session.result()).toMatchObject({ outcome: 'stopped', stop: 'paid-not-produced', chargedFen: 1000 });
    expect(session.hall.makers.counts).toMatchObject({ blanks: 40, rejected: 0 });
    expect(session.office.reserves).toHaveLength(1);
    expect(checkInvariants(session)).toEqual([]);
  });

  it.each(LICENCE)(
    'F32 %s: a licence that nobody takes is reminded of, drawn back, and the office is told',
    async (service) => {
      const session = await walked(service, { hall: (hall) => (hall.makers.takes = false) });
      expect(session.result()).toMatchObject({
        outcome: 'stopped',
        stop: 'produced-not-taken',
        produced: 1,
        handedOver: 0,
      });
      expect([...session.hall.makers.blanks.values()]).toEqual(['retract']);
      expect(session.office.confirms).toMatchObject([{ outcome: 'notDone', handedOver: false }]);
      expect(told(session)).toContain('妥善保管');
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it.each(LICENCE)('F32 %s: the citizen is reminded while it lies at the exit', async (service) => {
    const session = await straightSession(service, { hall: (hall) => hall.bend('present', { silent: true }, false) });
    await session.walkUntil((view) => view.kind === 'take' && view.body.what === 'licence');
    await session.clock.advance(21_000);
    expect(session.view).toMatchObject({ kind: 'take', body: { reminder: 2 } });
  });

  it.each(LICENCE)(
    'F35 %s: a blank from the wrong stack is seen before it is shown, and drawn back',
    async (service) => {
      const session = await walked(service, {
        hall: (hall) =>
          hall.bend('make', { outcome: 'unknown', fault: fault('verifyMismatch', 'maintenance'), isKept: true }, true),
      });
      expect(session.result()).toMatchObject({ outcome: 'stopped', handedOver: 0 });
      expect([...session.hall.makers.blanks.values()]).toEqual(['retract']);
      expect(count(session, 'present')).toBe(0);
      expect(checkInvariants(session)).toEqual([]);
    },
  );
});

describe('the document locker', () => {
  it.each(LOCKER)('F27 %s: a jam at the fetching gives nothing out and leads to a window', async (service) => {
    const session = await walked(service, { hall: (hall) => hall.bend('present', notDone('mediaJam'), false) });
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'device-failed', produced: 0, handedOver: 0 });
    expect(checkInvariants(session)).toEqual([]);
  });

  it.each(LOCKER)('F28 %s: a fetch that was swallowed is asked for, looked at, and stays unknown', async (service) => {
    const session = await walked(service, {
      hall: (hall) => {
        hall.bend('present', { outcome: 'unknown', fault: fault('hardwareError') }, false);
        hall.bendRead('readBack', err(fault('noMedia')));
      },
    });
    expect(count(session, 'present')).toBe(1);
    expect(session.result()).toMatchObject({ outcome: 'stopped', handedOver: 0 });
    expect(session.office.confirms).toMatchObject([{ outcome: 'unknown' }]);
    expect(checkInvariants(session)).toEqual([]);
  });

  it.each(LOCKER)('F32 %s: a document that nobody takes goes into the bin, and the office is told', async (service) => {
    const session = await walked(service, { hall: (hall) => (hall.makers.takes = false) });
    expect(session.result()).toMatchObject({ outcome: 'stopped', stop: 'produced-not-taken', handedOver: 0 });
    expect([...session.hall.makers.documents.values()]).toEqual(['retract']);
    expect(session.core.rowsOf('goods-moved')).toMatchObject([{ item: 'document', to: 'retractBin', outcome: 'done' }]);
    expect(checkInvariants(session)).toEqual([]);
  });

  it.each(LOCKER)(
    'F35 %s: another document than reserved is retracted inside, and told as unknown',
    async (service) => {
      const session = await walked(service, { hall: (hall) => (hall.makers.slips = true) });
      expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'wrong-document', handedOver: 0 });
      expect(session.office.confirms).toMatchObject([{ outcome: 'unknown', handedOver: false }]);
      expect(told(session)).not.toMatch(/C6000|S2026/u);
      expect(checkInvariants(session)).toEqual([]);
    },
  );
});
