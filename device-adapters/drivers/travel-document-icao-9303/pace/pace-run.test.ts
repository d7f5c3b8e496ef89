import { fromHex } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import { printedPagePassword } from '../access-keys.ts';
import { linkTo } from '../testing/chip-responder.ts';
import { LI_NA } from '../testing/driver-bench.ts';
import { readCardAccess, type PaceOffer } from './card-access.ts';
import { runPace } from './pace-run.ts';
import { paceResponder, type PaceChip } from './testing/pace-responder.ts';

const CAN = '500011';
const PASSWORDS = { 1: printedPagePassword(LI_NA), 2: new TextEncoder().encode(CAN) };

const infoOf = (arc: number, parameter: number, version = 2): string =>
  `3012060a04007f000702020402${arc.toString(16).padStart(2, '0')}0201${version.toString(16).padStart(2, '0')}0201${parameter.toString(16).padStart(2, '0')}`;
const setOf = (...infos: readonly string[]): Uint8Array => {
  const body = infos.join('');
  return fromHex(`31${(body.length / 2).toString(16).padStart(2, '0')}${body}`);
};

function offered(...infos: readonly string[]): PaceOffer | undefined {
  const read = readCardAccess(setOf(...infos));
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}

function offerOf(arc: number, parameter: number): PaceOffer {
  const offer = offered(infoOf(arc, parameter));
  if (offer === undefined) throw new Error('not offered');
  return offer;
}

describe('PACE against a chip that is played', () => {
  it.each([
    ['3DES', 1, 12],
    ['3DES', 1, 13],
    ['AES-128', 2, 12],
    ['AES-128', 2, 13],
    ['AES-192', 3, 12],
    ['AES-192', 3, 13],
    ['AES-256', 4, 12],
    ['AES-256', 4, 13],
  ] as const)('%s (%i) over parameters %i: both tokens are right', async (_, arc, parameter) => {
    const chip: PaceChip = { arc, parameter, passwords: PASSWORDS };
    for (const access of [LI_NA, { ...LI_NA, can: CAN }])
      expect(await runPace(linkTo(paceResponder(chip, [])), offerOf(arc, parameter), access)).toMatchObject({
        ok: true,
      });
    const wrong = await runPace(linkTo(paceResponder(chip, [])), offerOf(arc, parameter), { ...LI_NA, can: '123456' });
    expect(wrong).toMatchObject({ ok: false, error: { code: 'securityFail', vendorCode: '6300' } });
  });

  it.each(['6a80', '6a88'])(
    'goes on with the printed page when the chip takes no access number: %s',
    async (missing) => {
      const heard: string[] = [];
      const chip: PaceChip = { arc: 2, parameter: 13, passwords: { 1: PASSWORDS[1] }, missing };
      const run = await runPace(linkTo(paceResponder(chip, heard)), offerOf(2, 13), { ...LI_NA, can: CAN });
      expect(run.ok).toBe(true);
      expect(heard.map((data) => data.slice(-6))).toEqual(['830102', '830101']);
    },
  );

  it.each([
    ['6983', 'blocked'],
    ['6a86', 'another word'],
  ])('does not go on with the printed page when the chip says %s (%s)', async (missing) => {
    const heard: string[] = [];
    const chip: PaceChip = { arc: 2, parameter: 13, passwords: { 1: PASSWORDS[1] }, missing };
    const run = await runPace(linkTo(paceResponder(chip, heard)), offerOf(2, 13), { ...LI_NA, can: CAN });
    expect(run).toMatchObject({ ok: false, error: { code: 'securityFail', vendorCode: missing.toUpperCase() } });
    expect(heard.length).toBe(1);
  });

  it('names the parameters where the chip offers several, and leaves them out where there is no choice', async () => {
    for (const [infos, expected] of [
      [[infoOf(2, 12), infoOf(2, 13)], '83010184010c'],
      [[infoOf(2, 13), infoOf(4, 13)], '830101'],
    ] as const) {
      const heard: string[] = [];
      const offer = offered(...infos);
      if (offer === undefined) throw new Error('not offered');
      const chip: PaceChip = {
        arc: expected === '830101' ? 4 : 2,
        parameter: expected === '830101' ? 13 : 12,
        passwords: PASSWORDS,
      };
      expect((await runPace(linkTo(paceResponder(chip, heard)), offer, LI_NA)).ok).toBe(true);
      expect(heard[0]?.slice(24)).toBe(expected);
    }
  });
});

describe('EF.CardAccess', () => {
  it('the strongest cipher wins', () => {
    expect(offered(infoOf(1, 13), infoOf(2, 13), infoOf(4, 12), infoOf(3, 13))?.protocol.at(-1)).toBe(4);
    expect(offered(infoOf(1, 13), infoOf(2, 13))?.protocol.at(-1)).toBe(2);
  });

  it.each<[string, string[]]>([
    ['nothing', []],
    ['another mapping', ['3012060a04007f00070202040402020102020 10d'.replace(' ', '')]],
    ['parameters that nobody knows', [infoOf(2, 31)]],
    ['parameters of a size that is not spoken', [infoOf(2, 16)]],
    ['another version', [infoOf(2, 13, 1)]],
    ['no parameters', ['300f060a04007f00070202040202020102']],
    ['infos of other protocols', ['300f060a04007f00070202030202020101']],
  ])('offers no usable way: %s', (_, infos) => {
    expect(offered(...infos)).toBeUndefined();
  });

  it('a usable way beside unusable ones is found', () => {
    expect(offered(infoOf(2, 31), infoOf(2, 12), infoOf(4, 16))).toMatchObject({ parameterId: 12 });
  });

  it.each(['', '3000', '31', '3105', '310430020101', '31023000'])('refuses %j', (hex) => {
    expect(readCardAccess(fromHex(hex))).toMatchObject({ ok: false, error: { code: 'FILE_MALFORMED' } });
  });
});
