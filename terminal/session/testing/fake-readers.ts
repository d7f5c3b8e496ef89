import { createHash } from 'node:crypto';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault, Identity } from '@yimen/contracts/device';
import { ID_CARDS } from '@yimen/contracts/testing';

/** Li Na's card of the synthetic world. */
const LI_NA = ID_CARDS.find((card) => card.thing === 'id-li-na');
export const FAKE_IDENTITY: Identity = {
  kind: 'citizen',
  fields: { ...LI_NA?.fields },
  photo: null,
  fingerprint: null,
};

/** Readers of a hall: what lies on or before them, and nothing that moves. */
export class FakeReaders {
  identity: Identity = FAKE_IDENTITY;
  /** What the code says; null: nobody holds one. */
  code: string | null = '440620261101900011';
  signs = true;
  liftsCard = true;
  readonly fingerQuality = 90;
  /** What lies on the scanner's glass. */
  readonly page: Uint8Array = Buffer.from('iVBORw==', 'base64');

  /** The answer of a read; undefined: none of ours. */
  read(verb: string, args: unknown): Result<unknown, Fault> | undefined {
    switch (verb) {
      case 'waitForCard':
        return ok({ present: true });
      case 'readIdentity':
        return ok(this.identity);
      case 'waitForRemoval':
        return this.liftsCard ? ok({ present: false }) : err(fault('notTaken'));
      case 'start':
      case 'stop':
      case 'clear':
      case 'cancel':
        return ok({});
      case 'waitForCode':
        return this.code === null
          ? err(fault('noMedia'))
          : ok({ bytes: Buffer.from(this.code).toString('base64'), text: this.code, symbology: ']Q1' });
      case 'scan':
        return ok({
          scanId: 'scan-1',
          pages: [{ bytes: this.page.length, width: 10, height: 10, sha256: digestOf(this.page) }],
        });
      case 'readPage':
        return ok({ piece: Buffer.from(this.page).toString('base64'), end: true });
      case 'capture':
        return this.#capture(args);
      default:
        return undefined;
    }
  }

  /** A finger at the collector, a hand at the pad: the arguments tell which. */
  #capture(args: unknown): Result<unknown, Fault> {
    if (typeof args === 'object' && args !== null && 'prompt' in args)
      return this.signs ? ok({ widthMm: 150, heightMm: 60, strokes: [[[100, 100, 500, 0]]] }) : err(fault('noMedia'));
    return ok({ image: 'AAAA', width: 2, height: 2, dpi: 500, quality: this.fingerQuality, hint: 'none' });
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function fault(code: string): Fault {
  return { code, message: '', action: 'reset' };
}
