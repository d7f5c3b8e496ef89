import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault, Lease, Op, OperationRecord } from '@yimen/contracts/device';
import type { SessionDevices } from '../runner/ports.ts';
import { FakeMakers } from './fake-makers.ts';
import { FakeReaders } from './fake-readers.ts';

type Place = 'outside' | 'gate' | 'readPosition' | 'printer' | 'bin' | 'jammed';
type CameraSays = 'notFitted' | 'ok' | 'black' | 'covered' | 'frozen' | 'fault' | 'silent';
type Wanted = Partial<Pick<OperationRecord, 'outcome' | 'fault' | 'value'>> & { readonly silent?: boolean };

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

  /** The next call of `verb` ends like this; `moves`: whether the thing happened all the same. */
  bend(verb: string, wanted: Wanted, moves: boolean): void {
    this.#bent.set(verb, [...(this.#bent.get(verb) ?? []), { wanted, moves }]);
  }

  isThere(): boolean {
    return true;
  }

  effect(lease: Lease, op: Op, verb: string, args: unknown): Promise<Result<OperationRecord, Fault>> {
    this.seen.push(verb);
    const known = this.records.get(op.operationId);
    if (known !== undefined) return Promise.resolve(ok({ ...known, duplicate: true }));
    const bent = this.#bent.get(verb)?.shift();
    const moves = bent === undefined || bent.moves;
    const straight = moves ? (this.makers.act(lease.device, verb, args) ?? this.#act(verb, args)) : {};
    const base = { operationId: op.operationId, device: lease.device, verb, evidence: [], outcome: 'done' as const };
    const record = { ...base, ...straight, ...bent?.wanted } as OperationRecord;
    // What the device itself remembers is what really happened, not what its answer said.
    this.records.set(op.operationId, bent?.moves === true ? ({ ...base, ...straight } as OperationRecord) : record);
    return bent?.wanted.silent === true ? new Promise(() => undefined) : Promise.resolve(ok(record));
  }

  #act(verb: string, args: unknown): Partial<OperationRecord> {
    switch (verb) {
      case 'acceptCard':
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
    this.seen.push(verb);
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
    return Promise.resolve(ok(this.records.get(operationId) ?? 'never-seen'));
  }
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
