import { describe, expect, it } from 'vitest';
import { err, ok } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import type { FaceMatcher } from './runner/ports.ts';
import { FAKE_ANSWERS } from './testing/fake-cases.ts';
import type { FakeHall } from './testing/fake-hall.ts';
import { checkInvariants } from './testing/invariants.ts';
import { count, straightSession, told, walked } from './testing/straight-session.ts';

const fault = (code: string, action: Fault['action'] = 'reset'): Fault => ({ code, message: '', action });
const FACE = ['exit.endorse', 'exit.prereg', 'veh.licence', 'veh.violation', 'hh.idapply', 'hh.idcollect'];
const FINGERS = ['exit.prereg', 'hh.idapply'];
const CODE = ['exit.pay', 'exit.collect', 'hh.idcollect'];
const picture = {
  kind: 'picture',
  subject: 'face',
  mime: 'image/jpeg',
  base64: 'AAAA',
  luminance: 3,
  variance: 2,
  digest: '',
};

describe('the camera', () => {
  it.each(FACE)(
    'F39 %s: a black or frozen picture is no pass and no try; a window is the way at any time',
    async (service) => {
      const session = await straightSession(service);
      await session.walk('face');
      for (const camera of ['black', 'frozen', 'black', 'black']) await session.touch({ ...picture, camera });
      expect(session.view).toMatchObject({ kind: 'face', body: { camera: 'black', shotsLeft: 3 } });
      await session.touch({ kind: 'useWindow' });
      await session.walk();
      expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'window-only', chargedFen: 0 });
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it.each(FACE)(
    'F40 %s: a camera that another program has is told as missing, and the way is another one',
    async (service) => {
      const session = await straightSession(service);
      await session.walk('face');
      await session.touch({ ...picture, camera: 'missing' });
      expect(session.view).toMatchObject({ kind: 'face', body: { camera: 'missing', shotsLeft: 3 } });
      await session.touch({ kind: 'useWindow' });
      await session.walk();
      expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'window-only' });
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it.each(FACE)('F41 %s: a photo of a photo fails closed after three tries, without a word on why', async (service) => {
    const refuses: FaceMatcher = {
      kind: 'simulated',
      match: () => Promise.resolve({ ok: true, value: { score: 120, passed: false } }),
    };
    const session = await straightSession(service, { matcher: refuses });
    await session.walk('face');
    for (let tries = 0; tries < 3; tries += 1) {
      if (session.view.kind === 'face' && session.view.body.phase === 'again') await session.touch({ kind: 'again' });
      await session.touch({ ...picture, luminance: 100, variance: 500, camera: 'ok' });
      await session.clock.advance(100);
    }
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'identity-mismatch', chargedFen: 0 });
    expect(told(session)).not.toMatch(/活体|照片|分数|120/u);
    expect(checkInvariants(session)).toEqual([]);
  });
});

describe('a finger', () => {
  const poor = (hint: string, quality: number) => ok({ image: 'AAAA', width: 2, height: 2, dpi: 500, quality, hint });

  it.each(
    ['dirty', 'partial', 'tooFast', 'dry', 'wet'].flatMap((hint) => FINGERS.map((service) => [hint, service] as const)),
  )('F42 a finger that is %s in %s has its own hint, and is lifted before the next try', async (hint, service) => {
    const session = await walked(service, { hall: (hall) => hall.bendRead('capture', poor(hint, 20)) });
    const again = session.views.find((view) => view.kind === 'fingerprint' && view.body.phase === 'again');
    expect(again).toMatchObject({ body: { hint, triesLeft: 2 } });
    expect(session.result()).toMatchObject({ outcome: 'done' });
    expect(checkInvariants(session)).toEqual([]);
  });

  it.each(FINGERS)('F42 %s: after the tries of three fingers the window is the way', async (service) => {
    const session = await walked(service, {
      hall: (hall) => hall.bendRead('capture', ...Array.from({ length: 9 }, () => poor('dirty', 10))),
    });
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'fingers-missing', chargedFen: 0 });
    expect(session.office.effects).toEqual([]);
    expect(checkInvariants(session)).toEqual([]);
  });

  it.each(FINGERS)(
    'F43 %s: a finger that stays is asked to lift; nothing is taken before it is gone',
    async (service) => {
      const session = await walked(service, {
        hall: (hall) => hall.bendRead('waitForRemoval', ...Array.from({ length: 6 }, () => err(fault('notTaken')))),
      });
      const { reads } = session.hall;
      const first = reads.findIndex(({ device, verb }) => device === 'fingerprint' && verb === 'capture');
      const next = reads.findIndex(
        ({ device, verb }, at) => at > first && device === 'fingerprint' && verb === 'capture',
      );
      const lifts = reads
        .slice(first, next)
        .filter(({ device, verb }) => device === 'fingerprint' && verb === 'waitForRemoval');
      expect(lifts.length).toBeGreaterThanOrEqual(1);
      expect(session.result()).toMatchObject({ outcome: 'done' });
      expect(checkInvariants(session)).toEqual([]);
    },
  );
});

describe('a code', () => {
  const code = (text: string) => ok({ bytes: Buffer.from(text).toString('base64'), text, symbology: ']Q1' });

  it.each(CODE)('F44 %s: the same unfit code, read over and over, is one try', async (service) => {
    const storm = Array.from({ length: 20 }, () => code('WRONG'));
    const session = await walked(service, { hall: (hall) => hall.bendRead('waitForCode', ...storm) });
    const attempts = session.views.flatMap((view) => (view.kind === 'scan-code' ? [view.body.attempt] : []));
    expect(Math.max(...attempts)).toBe(2);
    expect(session.result()).toMatchObject({ outcome: 'done' });
    expect(checkInvariants(session)).toEqual([]);
  });

  it.each(CODE)('F44 %s: a reader that reads all the time is dark before anything else is asked', async (service) => {
    const session = await walked(service);
    const { reads } = session.hall;
    const stop = reads.findLastIndex(({ device, verb }) => device === 'qr-reader' && verb === 'stop');
    expect(stop).toBeGreaterThan(reads.findLastIndex(({ verb }) => verb === 'waitForCode'));
    expect(checkInvariants(session)).toEqual([]);
  });

  it.each(CODE)(
    'F45 %s: control bytes are data that does not fit, and three of them lead to typing',
    async (service) => {
      const keys = ['\u0003\u001b[A', '\u001dCtrl+W440620261101900011', '\u0000'].map(code);
      const session = await walked(service, { hall: (hall) => hall.bendRead('waitForCode', ...keys) });
      expect(session.views.some((view) => view.kind === 'scan-code' && view.body.problem === 'code-not-valid')).toBe(
        true,
      );
      expect(session.views.some((view) => view.kind === 'form' && view.body.field === 'receiptNo')).toBe(true);
      expect(session.result()).toMatchObject({ outcome: 'done' });
      expect(JSON.stringify(session.core.rows)).not.toContain('Ctrl+');
      expect(checkInvariants(session)).toEqual([]);
    },
  );
});

describe('a chip and a page', () => {
  const foreign = (hall: FakeHall): void => {
    hall.bendRead(
      'readDocument',
      ok({
        documentNumber: 'C99999999',
        documentCode: 'CS',
        issuer: 'CHN',
        nationality: 'CHN',
        name: 'WANG<<WU',
        sex: 'M',
        birth: '800101',
        expiry: '300101',
        faceImage: null,
        access: 'BAC',
        holder: null,
        authenticity: 'notChecked',
        authenticityReason: 'noTrustAnchor',
        chipAuthenticity: 'notOffered',
        endorsementCounter: 3,
      }),
    );
  };

  it.each(['exit.endorse', 'exit.card'])(
    'F47 %s: a chip of another document than the printed one is refused, with no detail, card back',
    async (service) => {
      const session = await walked(service, { hall: foreign });
      expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'window-only', chargedFen: 0 });
      expect(session.core.rowsOf('step-ended')).toContainEqual(
        expect.objectContaining({ step: 'read-card', code: 'identity-mismatch' }),
      );
      expect(told(session)).not.toMatch(/芯片|C99999999|WANG/u);
      expect(session.hall.place).toBe('outside');
      expect(session.office.asked).toEqual([]);
      expect(checkInvariants(session)).toEqual([]);
    },
  );
});

describe('pages', () => {
  const needsPages = (session: Awaited<ReturnType<typeof straightSession>>): void => {
    const car = FAKE_ANSWERS['vehicle.car.lookup'];
    session.office.answers.set('vehicle.car.lookup', { ...car, rules: [{ rule: 'insurance', result: 'missing' }] });
  };

  it.each(['doubleDetect', 'coverOpen', 'noMedia'])(
    'F48 %s: the set is dropped whole and all of it is scanned again',
    async (code) => {
      const session = await straightSession('veh.inspect');
      needsPages(session);
      session.hall.bendRead('scan', err(fault(code)));
      await session.walk();
      const again = session.views.find((view) => view.kind === 'document-scan' && view.body.phase === 'again');
      expect(again).toMatchObject({ body: { problem: expect.any(String), pages: 1 } });
      expect(count(session, 'scan')).toBe(2);
      expect(session.result()).toMatchObject({ outcome: 'done' });
      expect(checkInvariants(session)).toEqual([]);
    },
  );

  it('F48 a jam is for staff to free: a way at once, and the scanner keeps no page', async () => {
    const session = await straightSession('veh.inspect');
    needsPages(session);
    session.hall.bendRead('scan', err(fault('jamming')));
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'device-failed' });
    expect(count(session, 'scan')).toBe(1);
    expect(count(session, 'cancel')).toBe(1);
    expect(checkInvariants(session)).toEqual([]);
  });

  it('F48 three sets that came out wrong lead elsewhere, and the scanner keeps no page', async () => {
    const session = await straightSession('veh.inspect');
    needsPages(session);
    session.hall.bendRead('scan', ...['doubleDetect', 'coverOpen', 'doubleDetect'].map((code) => err(fault(code))));
    await session.walk();
    expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'no-insurance' });
    const { reads } = session.hall;
    expect(reads.findLastIndex(({ verb }) => verb === 'cancel')).toBeGreaterThan(
      reads.findLastIndex(({ verb }) => verb === 'scan'),
    );
    expect(checkInvariants(session)).toEqual([]);
  });
});

describe('the payment device', () => {
  it.each(['exit.endorse', 'exit.pay', 'veh.licence', 'veh.vlic', 'veh.violation', 'hh.idapply'])(
    'F49 %s: a pad without keys takes no money: the bill is closed, the case cancelled, nothing owed',
    async (service) => {
      const session = await walked(service, {
        hall: (hall) => hall.bend('charge', { outcome: 'notDone', fault: fault('deviceNotReady') }, false),
      });
      expect(session.result()).toMatchObject({ outcome: 'refused', reason: 'pay-failed', chargedFen: 0 });
      expect(session.office.bill).toMatchObject({ state: 'closed' });
      expect(session.office.cancels).toHaveLength(1);
      expect(checkInvariants(session)).toEqual([]);
    },
  );
});
