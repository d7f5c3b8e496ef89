import { afterEach, describe, expect, it } from 'vitest';
import { runUntil } from '../../../testing/run-until.ts';
import { cardWith } from '../simulated-chip-rig.ts';
import { driverBench, Ends, LI_NA } from '../testing/driver-bench.ts';

const ends = new Ends();
afterEach(() => ends.all());

const CAN = '500011';
const PACE_13 = { pace: { parameter: 13, can: CAN } } as const;
const WRONG_PAGE = { ...LI_NA, birth: '900413' };

/** GET CHALLENGE, which only Basic Access Control sends. */
const askedForBasicAccess = (sent: readonly string[]): boolean => sent.includes('00050084000008');

describe('a chip that offers PACE', () => {
  it.each([12, 13] as const)(
    'is opened with the printed page over parameters %i, and by nothing else',
    async (parameter) => {
      const { read, ask, sent } = driverBench(ends, { card: cardWith({ pace: { parameter, can: CAN } }) });
      expect(await read()).toMatchObject({ ok: true, value: { documentNumber: 'C50000011', access: 'PACE' } });
      expect(await ask('accessUsed')).toEqual({ ok: true, value: { access: 'PACE' } });
      expect(askedForBasicAccess(sent)).toBe(false);
      expect((await read()).ok).toBe(true);
    },
  );

  it('is opened with the card access number where it is given, whatever the page says', async () => {
    const { read } = driverBench(ends, { card: cardWith(PACE_13) });
    expect(await read({ ...WRONG_PAGE, can: CAN })).toMatchObject({ ok: true, value: { access: 'PACE' } });
  });

  it('reads the face whole under AES secure messaging', async () => {
    const { read, card } = driverBench(ends, { card: cardWith(PACE_13) });
    const faceImage = Buffer.from(card.faceImage).toString('base64');
    expect(await read()).toMatchObject({ ok: true, value: { faceImage } });
  });
});

describe('no way down: after PACE was refused, Basic Access Control is never tried', () => {
  it.each([
    ['a wrong printed page', WRONG_PAGE],
    ['a wrong card access number, though the page is right', { ...LI_NA, can: '500012' }],
  ])('%s', async (_, access) => {
    const { read, ask, sent } = driverBench(ends, { card: cardWith(PACE_13) });
    expect(await read(access)).toMatchObject({
      ok: false,
      error: { code: 'securityFail', vendorCode: '6300', action: 'suspend' },
    });
    expect(askedForBasicAccess(sent)).toBe(false);
    expect(await ask('accessUsed')).toEqual({ ok: true, value: { access: 'none' } });
  });

  it.each([
    ['pace-wrong-token', 'SM-mac'],
    ['pace-mapping-off-curve', 'SM-malformed'],
    ['pace-key-off-curve', 'SM-malformed'],
    ['pace-same-key', 'SM-malformed'],
    ['wrong-password', '6300'],
  ])('%s', async (fault, vendorCode) => {
    const { read, chip, sent } = driverBench(ends, { card: cardWith(PACE_13) });
    expect(chip.fault(fault)).toMatchObject({ ok: true });
    expect(await read()).toMatchObject({ ok: false, error: { code: 'securityFail', vendorCode } });
    expect(askedForBasicAccess(sent)).toBe(false);
    chip.clear();
    expect((await read()).ok).toBe(true);
  });
});

describe('a chip that offers no usable PACE', () => {
  it('is opened by Basic Access Control when it knows only ways that nobody knows', async () => {
    const { read, chip } = driverBench(ends, { card: cardWith(PACE_13) });
    chip.fault('pace-unknown');
    expect(await read()).toMatchObject({ ok: true, value: { access: 'BAC' } });
  });

  it('is opened by Basic Access Control when it has no EF.CardAccess, also where an access number is given', async () => {
    const { read } = driverBench(ends, { card: cardWith({}) });
    expect(await read({ ...LI_NA, can: CAN })).toMatchObject({ ok: true, value: { access: 'BAC' } });
  });

  it('stays closed when it refuses Basic Access Control too', async () => {
    const { read, chip } = driverBench(ends, { card: cardWith({}) });
    chip.fault('bac-refused');
    expect(await read()).toMatchObject({ ok: false, error: { code: 'securityFail' } });
  });
});

describe('a chip that leaves during PACE', () => {
  it('noMedia before each single command, never part of a document', async () => {
    for (let at = 1; at <= 16; at += 1) {
      const { begin, path, clock, chip } = driverBench(ends, { card: cardWith(PACE_13) });
      const stop = chip.onChange(() => {
        if (Number(chip.state()['commands']) < at) return;
        stop();
        path.move('gate');
      });
      expect(await runUntil(clock, begin()), `command ${at}`).toMatchObject({ ok: false, error: { code: 'noMedia' } });
    }
  });
});
