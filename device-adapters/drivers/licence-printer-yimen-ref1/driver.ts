import { err, ok, type Result } from '@yimen/contracts/base';
import { licencePrinterPort, type Evidence, type Fault } from '@yimen/contracts/device';
import { callerFault, deviceFault, silentFault } from '../../driver-kit/device-faults.ts';
import type { CreateDriver, EffectResult } from '../../driver-kit/driver.ts';
import type { Ref1Device } from '../../driver-kit/ref1-device.ts';
import { createRef1Driver, type Ref1Kind, type Ref1OrderOf } from '../../driver-kit/ref1-driver.ts';
import {
  isRef1Exchange,
  readRef1Units,
  ref1ExchangeJudge,
  ref1ExchangeOrders,
} from '../../driver-kit/ref1-exchange.ts';
import { ref1BinJudge, ref1PresentJudge, ref1WaitingOrder } from '../../driver-kit/ref1-exit.ts';
import type { RawEnd, RawMemory } from '../../driver-kit/ref1-protocol.ts';
import { ref1Judge, unproved, type Ref1Judge, type Ref1Verdict } from '../../driver-kit/ref1-verdict.ts';
import { LICENCE_PRINTER_LIMITS as LIMITS } from './limits.table.ts';
import {
  COMMAND,
  decodeAskedDigest,
  decodeDigest,
  decodeSpoiled,
  decodeVerify,
  encodeLicence,
  licenceDigestOf,
  TAG,
  type Licence,
} from './protocol.ts';
import { axesOf, FAULTS, UNITS } from './status.ts';

const presentJudge = ref1PresentJudge({ faults: FAULTS });
const retractJudge = ref1BinJudge(FAULTS, 'retract');
const acceptJudge = ref1BinJudge(FAULTS, 'recovery');

const KIND: Ref1Kind = {
  driver: 'licence-printer-yimen-ref1',
  kind: 'licence-printer',
  faults: FAULTS,
  axes: axesOf,
  isAskedWhileBusy: false,
  effects: {
    make: makeOrder,
    present: waiting(COMMAND.present, presentJudge),
    retract: () => ok({ command: COMMAND.retract, fields: [], usualMs: LIMITS.retractMs, judge: retractJudge }),
    acceptOld: waiting(COMMAND.acceptOld, acceptJudge),
    ...ref1ExchangeOrders({ units: UNITS, faults: FAULTS, endMs: LIMITS.endExchangeMs }),
  },
  reads: { verify, units: (device, _args, deadlineMs) => readRef1Units(device, UNITS, deadlineMs) },
  judgeOf,
  completes: withBlank,
};

/** Driver of the reference licence printer (README.md). A make is done only when what the camera read is what was asked;
 *  another text is `unknown` with the fault `verifyMismatch`. Its record says what became of the blank (`value.blank`:
 *  `finished`, `rejected` with `value.spoiledSerial` and after a double feed `value.alsoSpoiled`, `untouched`), unless
 *  nobody knows. */
export const createLicencePrinter: CreateDriver = (context) => createRef1Driver(context, KIND);

function waiting(command: number, judge: Ref1Judge): Ref1OrderOf {
  return (_args, leftMs) =>
    ref1WaitingOrder({ command, fields: [], judge }, { atMostTag: TAG.atMost, wayMs: LIMITS.wayMs, leftMs });
}

function makeOrder(args: unknown, leftMs: number): ReturnType<Ref1OrderOf> {
  const licence = licencePrinterPort.verbs.make.args.parse(args);
  const fields = encodeLicence(licence);
  if (!fields.ok) return err(callerFault(fields.error));
  if (leftMs < LIMITS.makeLeastMs) return err(silentFault('a whole licence, in the time that is left'));
  return ok({ command: COMMAND.make, fields: fields.value, usualMs: LIMITS.makeMs, judge: makeJudge(licence) });
}

/** @param asked what was to be made; `undefined` when only the device knows it any more (field 4C). */
function makeJudge(asked: Licence | undefined): Ref1Judge {
  const judge = ref1Judge({
    faults: FAULTS,
    // A spoiled blank in the reject bin: no licence came of it, and it is known where the blank is.
    settles: (end) => spoiledOf(end, asked) !== undefined,
    proves: (end, evidence) => makeVerdict(asked, end, evidence),
  });
  return (end, evidence) => {
    const verdict = judge(end, evidence);
    if (verdict.outcome === 'done') return { ...verdict, value: { blank: 'finished' } };
    if (verdict.outcome === 'unknown') return verdict;
    return { ...verdict, value: blankOf(end, asked) };
  };
}

/** What became of the blank of a make that came to nothing, and of the one that came with it. */
function blankOf(end: RawEnd, asked: Licence | undefined): NonNullable<Ref1Verdict['value']> {
  const spoiledSerial = spoiledOf(end, asked);
  if (spoiledSerial === undefined) return { blank: 'untouched' };
  const others = new Set(decodeSpoiled(end.fields).filter((serial) => serial !== spoiledSerial));
  const alsoSpoiled = [...others].slice(0, LIMITS.alsoSpoiled).join(',');
  return { blank: 'rejected', spoiledSerial, ...(alsoSpoiled !== '' && { alsoSpoiled }) };
}

/** The blank of this make when the device says that it lies in the reject bin; another one's number proves nothing. */
function spoiledOf(end: RawEnd, asked: Licence | undefined): string | undefined {
  const spoiled = decodeSpoiled(end.fields);
  return asked === undefined ? spoiled[0] : spoiled.find((serial) => serial === asked.blankSerial);
}

function makeVerdict(asked: Licence | undefined, end: RawEnd, evidence: readonly Evidence[]): Ref1Verdict {
  if (end.fields.has(TAG.spoiledSerial)) return unproved('made, and its blank lies in the reject bin: one is not true');
  const seen = evidence.filter(({ kind }) => kind === 'readBack').map(({ detail }) => detail.toLowerCase());
  const told = decodeDigest(end.fields);
  if (seen.length === 0 || told === undefined) return unproved('made without reading back');
  const digest = asked === undefined ? decodeAskedDigest(end.fields) : licenceDigestOf(asked);
  if (digest === undefined) return unproved('what was to be printed is not known any more');
  if ([...seen, told].every((one) => one === digest)) return { outcome: 'done' };
  return {
    outcome: 'unknown',
    fault: deviceFault('verifyMismatch', 'what is on the licence is not what was to be printed', 'maintenance'),
  };
}

/** A make that was refused, or never went out, has touched no blank. */
function withBlank(verb: string, result: EffectResult): EffectResult {
  const isTold = verb !== 'make' || result.outcome !== 'notDone' || result.value !== undefined;
  return isTold ? result : { ...result, value: { blank: 'untouched' } };
}

function judgeOf({ command }: RawMemory): Ref1Judge | undefined {
  if (command === COMMAND.make) return makeJudge(undefined);
  if (command === COMMAND.present) return presentJudge;
  if (command === COMMAND.retract) return retractJudge;
  if (command === COMMAND.acceptOld) return acceptJudge;
  return isRef1Exchange(command) ? ref1ExchangeJudge(FAULTS) : undefined;
}

interface Verified {
  readonly blankSerial: string | null;
  readonly digest: string;
}

async function verify(device: Ref1Device, _args: unknown, deadlineMs: number): Promise<Result<Verified, Fault>> {
  const answer = await device.ask(COMMAND.verify, [], Math.min(LIMITS.verifyMs, deadlineMs));
  if (!answer.ok) return answer;
  const { blankSerial, digest } = decodeVerify(answer.value.fields);
  if (digest === undefined) return err(deviceFault('hardwareError', 'The camera gave no digest', 'maintenance'));
  return ok({ blankSerial, digest });
}
