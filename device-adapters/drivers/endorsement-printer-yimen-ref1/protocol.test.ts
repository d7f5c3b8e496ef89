import { fromHex, toHex } from '@yimen/contracts/base';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRef1Fields, encodeRef1Fields, numberField } from '../../driver-kit/ref1-fields.ts';
import {
  destinationField,
  operationField,
  rawEndOf,
  rawIdentityOf,
  rawMemoryOf,
  rawStatusOf,
} from '../../driver-kit/ref1-protocol.ts';
import { readExchanges, ref1BytesContract, type FixtureFrame } from '../../driver-kit/testing/ref1-bytes.ts';
import { encodeYmr1 } from '../../framing/ymr1.ts';
import { COMMAND, decodeReadBack, digestField, encodePanel, panelDigestOf, panelLineOf, TAG } from './protocol.ts';

const FIXTURES = new URL('fixtures/exchanges.hex', import.meta.url);
const exchanges = readExchanges(FIXTURES);
const LINE = 'HKG G 1 2026-11-26 2027-02-26 E123456';
const OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** The n-th frame of the exchange whose title begins so. */
function frameOf(title: string, n: number): FixtureFrame {
  const found = [...exchanges].find(([name]) => name.startsWith(title))?.[1][n];
  if (found === undefined) throw new Error(`no frame ${n} of ${title}`);
  return found;
}

describe('fixtures', () => {
  ref1BytesContract({ it, expect }, FIXTURES);

  it('are what the driver sends', () => {
    const id = (n: number): ReturnType<typeof operationField> =>
      operationField(`019ab000-0000-7000-8000-0000000000${n.toString(16)}`);
    const panel = encodePanel([LINE]);
    const sent = [
      ['identify', 1, 0x01, []],
      ['status (02)', 2, 0x02, []],
      ['take card (10)', 3, COMMAND.takeCard, [id(0x10)]],
      ['erase', 5, COMMAND.erase, [id(0x12)]],
      ['print (12), one line', 6, COMMAND.print, [id(0x13), ...(panel.ok ? panel.value : [])]],
      ['read back (13): MRZ', 8, COMMAND.readBack, []],
      ['hand back', 10, COMMAND.handBack, [id(0x15)]],
      ['last operation (04): the print', 11, 0x04, [id(0x13)]],
      ['reset', 13, 0x05, [id(0x16), destinationField('exit')]],
    ] as const;
    for (const [title, seq, command, fields] of sent) {
      const bytes = encodeYmr1({ seq, command, data: encodeRef1Fields(fields) });
      expect(toHex(bytes), title).toBe(toHex(frameOf(title, 0).bytes));
    }
  });

  it('are read as their comments say', () => {
    expect(rawIdentityOf(frameOf('identify', 2).fields)).toMatchObject({ kind: 'endorsement-printer', edition: 1 });
    const status = rawStatusOf(frameOf('status (02)', 2).fields);
    expect(status).toMatchObject({ state: 0, fault: 0, media: 1, changeNumber: 7, bootCount: 3 });
    expect(numberField(frameOf('status (02)', 2).fields, TAG.position)).toBe(1);
    expect(rawEndOf(frameOf('take card (10)', 2).fields)).toMatchObject({
      result: 0,
      motion: 'something',
      evidence: [{ kind: 3, access: 1, detail: 'printPath' }],
    });
    expect(numberField(frameOf('take card (10) with', 1).fields, 2)).toBe(0x23);
    const printed = frameOf('print (12), one line', 2).fields;
    expect(digestField(printed, TAG.panelDigest)).toBe(panelDigestOf([LINE]));
    expect(digestField(printed, TAG.askedDigest)).toBe(panelDigestOf([LINE]));
    expect(rawEndOf(printed)?.evidence).toEqual([{ kind: 5, access: 1, detail: panelDigestOf([LINE]) }]);
    expect(rawEndOf(frameOf('print (12), the card', 2).fields)).toMatchObject({ result: 0x21, motion: 'something' });
    expect(decodeReadBack(frameOf('read back (13): MRZ', 2).fields)).toEqual({
      mrz: expect.stringMatching(/^CSC\d{9}<\d{7}<\d{7}<\d$/) as string,
      panel: [LINE],
      panelDigest: panelDigestOf([LINE]),
    });
    expect(decodeReadBack(frameOf('read back (13): an empty', 2).fields)).toEqual({
      mrz: null,
      panel: [],
      panelDigest: OF_NOTHING,
    });
    expect(rawMemoryOf(frameOf('last operation (04): the print', 2).fields)).toMatchObject({
      phase: 'ended',
      command: COMMAND.print,
    });
    expect(rawMemoryOf(frameOf('last operation (04): never', 2).fields)).toMatchObject({
      phase: 'neverSeen',
      highestForgotten: '019ab000-0000-7000-8000-000000000009',
    });
    expect(rawStatusOf(frameOf('status change', 0).fields)).toMatchObject({ state: 3, fault: 0x22, changeNumber: 8 });
  });
});

describe('panel', () => {
  it('an endorsement is one line', () => {
    expect(
      panelLineOf({
        destination: 'HKG',
        kind: 'G',
        countCode: '1',
        issued: '2026-11-26',
        validUntil: '2027-02-26',
        serial: 'E123456',
      }),
    ).toBe(LINE);
  });

  it('its digest is SHA-256 over the lines, each ended by 0A', () => {
    // printf 'HKG G 1 2026-11-26 2027-02-26 E123456\n' | sha256sum
    expect(panelDigestOf([LINE])).toBe('4a0fcca15d23b71dc2cf8c864b1f787543a23753e84825de60781c277cac2d64');
    expect(panelDigestOf([])).toBe(OF_NOTHING);
    expect(panelDigestOf(['a', 'b'])).not.toBe(panelDigestOf(['ab']));
  });

  it.each([
    ['no line', []],
    ['nine lines', Array.from({ length: 9 }, () => LINE)],
    ['a line of 81', ['x'.repeat(81)]],
    ['an empty line', ['']],
    ['a line that is not ASCII', [`${LINE}签`]],
    ['a line with a control character', [`${LINE}\u0007`]],
  ])('%s does not fit', (_, lines) => {
    expect(encodePanel(lines)).toMatchObject({ ok: false });
  });

  it('lines that fit are read back as they were', () => {
    const line = fc.stringMatching(/^[\x20-\x7e]{1,80}$/);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), (lines) => {
        const panel = encodePanel(lines);
        expect(panel.ok).toBe(true);
        if (!panel.ok) return;
        const recognised = panel.value.map(([, value]) => [TAG.recognisedLine, value] as const);
        const fields = decodeRef1Fields(encodeRef1Fields(recognised));
        expect(decodeReadBack(fields ?? new Map()).panel).toEqual(lines);
      }),
    );
  });
});

describe('read-back', () => {
  it.each([
    ['41 0002 4142', null],
    ['', null],
    [`41 001E ${'C3A4'.repeat(15)}`, null],
    [`41 001E ${'41'.repeat(30)}`, 'A'.repeat(30)],
  ])('MRZ field %s', (hex, mrz) => {
    expect(decodeReadBack(decodeRef1Fields(fromHex(hex)) ?? new Map()).mrz).toBe(mrz);
  });

  it('a digest of another length is none', () => {
    expect(
      digestField(decodeRef1Fields(fromHex(`43 001F ${'00'.repeat(31)}`)) ?? new Map(), TAG.panelDigest),
    ).toBeUndefined();
  });

  it('whatever the fields hold, reading them does not throw', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(0x50), fc.uint8Array({ maxLength: 90 })), { maxLength: 12 }), (list) => {
        decodeReadBack(decodeRef1Fields(encodeRef1Fields(list)) ?? new Map());
      }),
    );
  });
});
