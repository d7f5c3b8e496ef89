import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault, Lease, Op, OperationRecord } from '@yimen/contracts/device';
import type { SessionDevices } from '../runner/ports.ts';
import { FakeMakers } from './fake-makers.ts';
import { FakeReaders } from './fake-readers.ts';

type Place = 'outside' | 'gate' | 'readPosition' | 'printer' | 'bin' | 'jammed';
type CameraSays = 'notFitted' | 'ok' | 'black' | 'covered' | 'frozen' | 'fault' | 'silent';
type Wanted = Partial<Pick<OperationRecord, 'outcome' | 'fault' | 'value' | 'evidence'>> & {
  readonly silent?: boolean;
  /** The device, asked afterwards, says what its answer said. */
  readonly isKept?: boolean;
};

/** An effect as it was asked of a device. */
interface Asked {
  readonly operationId: string;
  readonly device: string;
  readonly verb: string;
}

/** An effect that really happened, whatever its answer said, and what it moved from where to where. */
export interface Happened extends Asked {
  readonly moves: readonly { readonly thing: string; readonly from: string; readonly to: string }[];
}

/** The devices of a hall as ports: one card on one path, a panel, a payment device. A test bends single verbs with
 *  `bend`; what then really happened to the card stays in `place` and `panel`, as in the world. */
export class FakeHall implements SessionDevices {
  place: Place = 'outside';
  panel: string[] = ['old endorsement'];
  counter = 3;
  takesCard = true;
  insertsCard = true;
  /** The card sticks at the next motion towards the gate, and stays stuck. */
  jamsAtEject = false;
  /** The card sticks on its way in, and stays stuck. */
  jamsAtEntry = false;
  /** Devices that cannot be used now, by kind. */
  readonly away = new Set<string>();
  /** The device host is down: nothing can be asked. */
  isHostDown = false;
  /** Every effect that was asked for, in order, and what really happened of it. */
  readonly asked: Asked[] = [];
  readonly happened: Happened[] = [];
  readonly reads: { readonly device: string; readonly verb: string }[] = [];
  /** What the camera's device says of a picture's figures. */
  camera: CameraSays = 'notFitted';
  /** The figures that it was asked about. */
  readonly figures: unknown[] = [];
  onCharge: (billRef: string, amountFen: number) => 'paid' | 'declined' = () => 'paid';
  readonly readers = new FakeReaders();
  readonly makers = new FakeMakers();
  readonly seen: string[] = [];
  readonly records = new Map<string, OperationRecord>();
  readonly #bent = new Map<string, { wanted: Wanted; moves: boolean }[]>();
  readonly #bentReads = new Map<string, Result<unknown, Fault>[]>();

  /** The next call of `verb` ends like this; `moves`: whether the thing happened all the same. */
  bend(verb: string, wanted: Wanted, moves: boolean): void {
    this.#bent.set(verb, [...(this.#bent.get(verb) ?? []), { wanted, moves }]);
  }

  /** The next answers to the read `verb`, one each. */
  bendRead(verb: string, ...answers: readonly Result<unknown, Fault>[]): void {
    this.#bentReads.set(verb, [...(this.#bentReads.get(verb) ?? []), ...answers]);
  }

  isThere(): boolean {
    return !this.isHostDown;
  }

  effect(lease: Lease, op: Op, verb: string, args: unknown): Promise<Result<OperationRecord, Fault>> {
    if (this.isHostDown) return Promise.resolve(err(DOWN));
    this.seen.push(verb);
    const asked = { operationId: op.operationId, device: lease.device, verb };
    this.asked.push(asked);
    const known = this.records.get(op.operationId);
    if (known !== undefined) return Promise.resolve(ok({ ...known, duplicate: true }));
    const bent = this.#bent.get(verb)?.shift();
    const moves = bent === undefined || bent.moves;
    const before = this.places();
    const straight = moves ? (this.makers.act(lease.device, verb, args) ?? this.#act(verb, args)) : {};
    if (bent?.wanted.value?.['blank'] === 'rejected') this.makers.spoil((args as { blankSerial: string }).blankSerial);
    const moved = movesBetween(before, this.places());
    if (moved.length > 0 || (moves && straight.outcome === undefined)) this.happened.push({ ...asked, moves: moved });
    const base = { operationId: op.operationId, device: lease.device, verb, evidence: [], outcome: 'done' as const };
    const { silent, isKept, ...wanted } = bent?.wanted ?? {};
    const record = { ...base, ...straight, ...wanted } as OperationRecord;
    // What the device itself remembers is what really happened, not what its answer said.
    const isTruthKept = bent?.moves === true && isKept !== true;
    this.records.set(op.operationId, isTruthKept ? ({ ...base, ...straight } as OperationRecord) : record);
    return silent === true ? new Promise(() => undefined) : Promise.resolve(ok(record));
  }

  /** Where everything that can be moved is now: the card, each blank, each document. */
  places(): ReadonlyMap<string, string> {
    return new Map([['card', ZONES[this.place]], ...this.makers.zones()]);
  }

  #act(verb: string, args: unknown): Partial<OperationRecord> {
    switch (verb) {
      case 'acceptCard':
        if (this.jamsAtEntry) {
          this.place = 'jammed';
          return { outcome: 'notDone', fault: { code: 'mediaJam', message: '', action: 'clear' } };
        }
        if (!this.insertsCard) return { outcome: 'notDone', fault: { code: 'noMedia', message: '', action: 'reset' } };
        this.place = 'readPosition';
        return {};
      case 'takeCard':
        this.place = 'printer';
        return {};
      case 'handBack':
        if (this.place !== 'printer')
          return { outcome: 'notDone', fault: { code: 'noMedia', message: '', action: 'reset' } };
        this.place = 'readPosition';
        return {};
      case 'erase':
        this.panel = [];
        return {};
      case 'printEndorsement':
        this.panel = ['HKG G once'];
        this.counter += 1;
        return {};
      case 'ejectCard':
        if (this.jamsAtEject || this.place === 'jammed') {
          this.place = 'jammed';
          return { outcome: 'notDone', fault: { code: 'mediaJam', message: '', action: 'clear' } };
        }
        this.place = this.takesCard ? 'outside' : 'gate';
        return this.takesCard ? {} : { outcome: 'notDone', fault: { code: 'notTaken', message: '', action: 'clear' } };
      case 'captureCard':
        if (this.place === 'jammed')
          return { outcome: 'notDone', fault: { code: 'mediaJam', message: '', action: 'clear' } };
        this.place = 'bin';
        return {};
      case 'charge': {
        const { billRef, amountFen } = args as { billRef: string; amountFen: number };
        if (this.onCharge(billRef, amountFen) === 'paid') return { value: { channel: 'qr', trace: 'T1' } };
        return { outcome: 'notDone', fault: { code: 'paymentDeclined', message: '', action: 'reset' } };
      }
      default:
        return {};
    }
  }

  read(lease: Lease, _deadlineMs: number, verb: string, args: unknown): Promise<Result<unknown, Fault>> {
    if (this.isHostDown) return Promise.resolve(err(DOWN));
    this.seen.push(verb);
    this.reads.push({ device: lease.device, verb });
    const bent = this.#bentReads.get(verb)?.shift();
    if (bent !== undefined) return Promise.resolve(bent);
    const other = this.makers.read(lease.device, verb, args) ?? this.readers.read(verb, args);
    if (other !== undefined) return Promise.resolve(other);
    switch (verb) {
      case 'position':
        return Promise.resolve(ok({ position: this.#position(), binCount: this.place === 'bin' ? 1 : 0 }));
      case 'readBack':
        if (this.place !== 'printer')
          return Promise.resolve(err({ code: 'noMedia', message: '', action: 'reset' as const }));
        return Promise.resolve(ok({ mrz: FAKE_MRZ, panel: this.panel, panelDigest: this.panel.join('|') }));
      case 'readDocument':
        if (this.place !== 'readPosition')
          return Promise.resolve(err({ code: 'atrNotObtained', message: '', action: 'reset' as const }));
        return Promise.resolve(ok({ ...FAKE_DOCUMENT, endorsementCounter: this.counter }));
      case 'checkFrame':
        this.figures.push(args);
        if (this.camera === 'silent') return new Promise(() => undefined);
        if (this.camera === 'fault')
          return Promise.resolve(err({ code: 'offline', message: '', action: 'reset' as const }));
        return Promise.resolve(ok({ state: this.camera }));
      default:
        return Promise.resolve(ok({}));
    }
  }

  #position(): string {
    if (this.place === 'readPosition' || this.place === 'gate' || this.place === 'jammed') return this.place;
    return 'none';
  }

  getOperation(_device: string, operationId: string): Promise<Result<OperationRecord | 'never-seen', Fault>> {
    if (this.isHostDown) return Promise.resolve(err(DOWN));
    return Promise.resolve(ok(this.records.get(operationId) ?? 'never-seen'));
  }
}

const DOWN: Fault = { code: 'offline', message: '', action: 'reset' };

/** Parts of the machine as the journal names them. A card at the gate, in the works or stuck is the unit's. */
const ZONES: Readonly<Record<Place, string>> = {
  outside: 'citizen',
  gate: 'cardUnit',
  readPosition: 'cardUnit',
  jammed: 'cardUnit',
  printer: 'endorsementPrinter',
  bin: 'retainBin',
};

/** Where a thing was that nobody has moved before. */
const FIRST: Readonly<Record<string, string>> = {
  licence: 'blankStack',
  document: 'locker',
  old: 'citizen',
  sheet: 'paperTray',
};

function movesBetween(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Happened['moves'] {
  return [...after].flatMap(([thing, to]) => {
    const from = before.get(thing) ?? FIRST[thing.split(' ')[0] ?? ''];
    return from === undefined || from === to ? [] : [{ thing, from, to }];
  });
}

/** Synthetic: check digits 7-3-1 are right. */
const FAKE_MRZ = 'CSC886084772<3001019<9001011<0';
const FAKE_DOCUMENT = {
  documentNumber: 'C88608477',
  documentCode: 'CS',
  issuer: 'CHN',
  nationality: 'CHN',
  name: 'LI<<NA',
  sex: 'F',
  birth: '900101',
  expiry: '300101',
  faceImage: null,
  access: 'BAC',
  holder: null,
  authenticity: 'notChecked',
  authenticityReason: 'noTrustAnchor',
  chipAuthenticity: 'notOffered',
  endorsementCounter: 3,
};
