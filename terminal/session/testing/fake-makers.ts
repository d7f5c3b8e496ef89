import { createHash } from 'node:crypto';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault, OperationRecord } from '@yimen/contracts/device';

type End = Partial<OperationRecord>;
const failed = (code: string): End => ({ outcome: 'notDone', fault: { code, message: '', action: 'reset' } });

/** Where one serial is. */
type SerialPlace = 'stock' | 'verify' | 'exit' | 'taken' | 'retract' | 'reject';

/** Parts of maker and locker as the journal names them. */
const ZONES: Readonly<Record<'licence' | 'document', Readonly<Record<SerialPlace, string>>>> = {
  licence: {
    stock: 'blankStack',
    verify: 'licenceMaker',
    exit: 'licenceMaker',
    taken: 'citizen',
    retract: 'retractBin',
    reject: 'rejectBin',
  },
  document: {
    stock: 'locker',
    verify: 'locker',
    exit: 'locker',
    taken: 'citizen',
    retract: 'retractBin',
    reject: 'rejectBin',
  },
};

/** Licence maker, document locker and A4 printer of a hall, as ports: each serial in one place. */
export class FakeMakers {
  readonly blanks = new Map<string, SerialPlace>();
  readonly documents = new Map<string, SerialPlace>();
  recovered = 0;
  givesOld = true;
  takes = true;
  sheets = 0;
  /** The next document that comes out is another one than asked for. */
  slips = false;
  /** What the units' own counters say. */
  readonly counts = { blanks: 40, initialBlanks: 40, taken: 0, retracted: 0, rejected: 0 };
  #loaded = Buffer.alloc(0);

  act(device: string, verb: string, args: unknown): End | undefined {
    if (device === 'licence-printer') return this.#maker(verb, args as { blankSerial?: string });
    if (device === 'document-locker') return this.#locker(verb, args as { serial?: string });
    if (device !== 'document-printer' || verb !== 'printDocument') return undefined;
    this.sheets += (args as { pages: number }).pages;
    return {};
  }

  read(device: string, verb: string, args: unknown): Result<unknown, Fault> | undefined {
    if (device === 'document-printer' && verb === 'loadDocument')
      return this.#load(args as { piece: string; last: boolean });
    if (device === 'licence-printer' && verb === 'units')
      return ok({ units: { recovery: unit(this.recovered) }, exchange: 'inactive' });
    if (device === 'licence-printer' && verb === 'verify') return this.#seen(this.blanks, 'verify', 'blankSerial');
    if (device === 'document-locker' && verb === 'readBack') {
      const serial = at(this.documents, 'exit') ?? null;
      return ok({ serial });
    }
    return undefined;
  }

  /** Where each blank, document, old licence and sheet is. */
  zones(): [string, string][] {
    return [
      ...[...this.blanks].map(([serial, place]): [string, string] => [`licence ${serial}`, ZONES.licence[place]]),
      ...[...this.documents].map(([serial, place]): [string, string] => [`document ${serial}`, ZONES.document[place]]),
      ...Array.from({ length: this.recovered }, (_, i): [string, string] => [`old ${i}`, 'recoveryBin']),
      ...Array.from({ length: this.sheets }, (_, i): [string, string] => [`sheet ${i}`, 'citizen']),
    ];
  }

  /** A blank that was begun and is not good. */
  spoil(serial: string): void {
    if (!this.blanks.has(serial)) this.counts.blanks -= 1;
    this.counts.rejected += 1;
    this.blanks.set(serial, 'reject');
  }

  #maker(verb: string, { blankSerial = '' }: { blankSerial?: string }): End | undefined {
    switch (verb) {
      case 'make':
        this.counts.blanks -= 1;
        this.blanks.set(blankSerial, 'verify');
        return { value: { blank: 'good' } };
      case 'acceptOld':
        if (!this.givesOld) return failed('noMedia');
        this.recovered += 1;
        return {};
      case 'present':
        return this.#present(this.blanks, at(this.blanks, 'verify') ?? at(this.blanks, 'exit'));
      case 'retract':
        return this.#retract(this.blanks);
      default:
        return undefined;
    }
  }

  #locker(verb: string, { serial = '' }: { serial?: string }): End | undefined {
    if (verb === 'retract') return this.#retract(this.documents);
    if (verb !== 'present') return undefined;
    // As the locker tells it: with the document's own number, which may not stay in any record.
    const evidence = [{ kind: 'readBack', customerAccess: 'none', detail: serial, at: 0 }] as const;
    if (!this.slips) return { evidence: [...evidence], ...this.#present(this.documents, serial) };
    this.documents.set(`X${serial}`, 'reject');
    return failed('verifyMismatch');
  }

  #present(places: Map<string, SerialPlace>, serial: string | undefined): End {
    if (serial === undefined) return failed('noMedia');
    places.set(serial, this.takes ? 'taken' : 'exit');
    if (this.takes && places === this.blanks) this.counts.taken += 1;
    return this.takes ? {} : failed('notTaken');
  }

  #retract(places: Map<string, SerialPlace>): End {
    const serial = at(places, 'exit') ?? at(places, 'verify');
    if (serial === undefined) return failed('noMedia');
    places.set(serial, 'retract');
    if (places === this.blanks) this.counts.retracted += 1;
    return {};
  }

  #seen(places: Map<string, SerialPlace>, place: SerialPlace, name: string): Result<unknown, Fault> {
    const serial = at(places, place);
    return serial === undefined
      ? err({ code: 'noMedia', message: '', action: 'reset' })
      : ok({ [name]: serial, digest: 'd'.repeat(64) });
  }

  #load({ piece, last }: { piece: string; last: boolean }): Result<unknown, Fault> {
    this.#loaded = Buffer.concat([this.#loaded, Buffer.from(piece, 'base64')]);
    const bytes = this.#loaded.length;
    if (!last) return ok({ bytes, sha256: null });
    const sha256 = createHash('sha256').update(this.#loaded).digest('hex');
    this.#loaded = Buffer.alloc(0);
    return ok({ bytes, sha256 });
  }
}

function at(places: ReadonlyMap<string, SerialPlace>, wanted: SerialPlace): string | undefined {
  return [...places].find(([, place]) => place === wanted)?.[0];
}

function unit(count: number): object {
  return {
    type: 'retain',
    capacity: 100,
    initialCount: 0,
    count,
    retainCount: 0,
    threshold: 90,
    status: 'ok',
    replenishment: 'ok',
  };
}
