import { concatBytes, fromHex, toHex } from '@yimen/contracts/base';
import { describe, expect, it } from 'vitest';
import { openChip } from './chip-access.ts';
import { readFile } from './file-reader.ts';
import { chipLimits } from './limits.table.ts';
import { fileResponder, linkTo, type Responder } from './testing/chip-responder.ts';
import { LI_NA } from './testing/driver-bench.ts';

const APPLICATION = '00a4040c07a0000002471001';
const CHALLENGE = '0084000008';

/** Keeps what was sent, in hex. */
function kept(heard: string[], respond: Responder): Responder {
  return (command) => {
    heard.push(toHex(command));
    return respond(command);
  };
}

describe('before access', () => {
  it.each(['6a82', '6982', '6d00', '6a86'])(
    'a chip that answers %s for EF.CardAccess is asked for BAC',
    async (word) => {
      const heard: string[] = [];
      const opened = await openChip(
        linkTo(kept(heard, (command) => fromHex(toHex(command) === APPLICATION ? '9000' : word))),
        LI_NA,
      );
      expect(opened).toMatchObject({ ok: false, error: { vendorCode: word.toUpperCase() } });
      expect(heard).toEqual(['00a4000c023f00', '00a4020c02011c', APPLICATION, CHALLENGE]);
    },
  );

  it('without PACE, a chip that is no travel document is not asked for anything more', async () => {
    const heard: string[] = [];
    const opened = await openChip(linkTo(kept(heard, () => fromHex('6a82'))), LI_NA);
    expect(opened).toMatchObject({ ok: false, error: { code: 'invalidMedia', vendorCode: '6A82' } });
    expect(heard).not.toContain(CHALLENGE);
  });

  it.each([
    ['malformed', concatBytes(fromHex('3104'), fromHex('04020101'))],
    ['longer than any', concatBytes(fromHex('31820500'), new Uint8Array(0x500))],
  ])('an EF.CardAccess that is %s ends it, and no other way is tried', async (_, file) => {
    const heard: string[] = [];
    const chip = fileResponder(new Map([[0x011c, file]]), () => fromHex('9000'));
    expect(await openChip(linkTo(kept(heard, chip)), LI_NA)).toMatchObject({
      ok: false,
      error: { code: 'invalidMedia', vendorCode: 'FILE_MALFORMED' },
    });
    expect(heard).not.toContain(APPLICATION);
    expect(heard.length).toBeLessThanOrEqual(4);
  });
});

describe('files', () => {
  it('one that says it is longer than a file can be is not read', async () => {
    const heard: string[] = [];
    const chip = fileResponder(new Map([[0x0102, fromHex('75827ffe')]]));
    expect(await readFile(linkTo(kept(heard, chip)), 0x0102)).toMatchObject({
      ok: false,
      error: { code: 'invalidMedia', vendorCode: 'FILE_MALFORMED' },
    });
    expect(heard.length).toBe(2);
  });

  it('one of the greatest length is read whole, in pieces', async () => {
    const length = chipLimits.fileBytes - 5;
    const file = concatBytes(fromHex('7582'), Uint8Array.of(length >> 8, length & 255), new Uint8Array(length).fill(7));
    const read = await readFile(linkTo(fileResponder(new Map([[0x0102, file]]))), 0x0102);
    expect(read).toEqual({ ok: true, value: file });
  });
});
