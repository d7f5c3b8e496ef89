import { err, ok, type Result } from '@yimen/contracts/base';
import { documentLockerPort, type Evidence, type Fault } from '@yimen/contracts/device';
import { deviceFault } from '../../driver-kit/device-faults.ts';
import type { CreateDriver } from '../../driver-kit/driver.ts';
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
import { unproved, type Ref1Judge, type Ref1Verdict } from '../../driver-kit/ref1-verdict.ts';
import { readInventory } from './inventory.ts';
import { DOCUMENT_LOCKER_LIMITS as LIMITS } from './limits.table.ts';
import { COMMAND, decodeAskedSerial, decodeReadSerial, encodeSerial, RESULT, TAG } from './protocol.ts';
import { axesOf, FAULTS, UNITS } from './status.ts';

const retractJudge = ref1BinJudge(FAULTS, 'retract');

const KIND: Ref1Kind = {
  driver: 'document-locker-yimen-ref1',
  kind: 'document-locker',
  faults: FAULTS,
  axes: axesOf,
  isAskedWhileBusy: false,
  effects: {
    present: presentOrder,
    retract: () => ok({ command: COMMAND.retract, fields: [], usualMs: LIMITS.retractMs, judge: retractJudge }),
    ...ref1ExchangeOrders({ units: UNITS, faults: FAULTS, endMs: LIMITS.endExchangeMs }),
  },
  reads: {
    inventory: (device, _args, deadlineMs, signal) => readInventory(device, deadlineMs, signal),
    readBack,
    units: (device, _args, deadlineMs) => readRef1Units(device, UNITS, deadlineMs),
  },
  judgeOf,
};

/** Driver of the reference document locker (README.md). A document is handed out by its serial number only: `done` needs
 *  what was read at the exit to be what was asked for, and a hand that took it. */
export const createDocumentLocker: CreateDriver = (context) => createRef1Driver(context, KIND);

function presentOrder(args: unknown, leftMs: number): ReturnType<Ref1OrderOf> {
  const { serial } = documentLockerPort.verbs.present.args.parse(args);
  const order = { command: COMMAND.present, fields: encodeSerial(serial), judge: presentJudge(serial) };
  return ref1WaitingOrder(order, { atMostTag: TAG.atMost, wayMs: LIMITS.fetchMs, leftMs });
}

/** @param asked the serial number that was asked for; `undefined` when only the device knows it any more (field 4C). */
function presentJudge(asked: string | undefined): Ref1Judge {
  const judge = ref1PresentJudge({
    faults: FAULTS,
    also: isKeptBack,
    proves: (end, evidence) => handedOut(asked, end, evidence),
  });
  return (end, evidence) => {
    const verdict = judge(end, evidence);
    const read = end.result === RESULT.verifyMismatch ? decodeReadSerial(end.fields) : undefined;
    return read === undefined ? verdict : { ...verdict, value: { readSerial: read === '' ? null : read } };
  };
}

/** Another document than asked for, or one that cannot be read, lies in the reject bin and no hand could reach it. */
function isKeptBack(end: RawEnd, evidence: readonly Evidence[]): boolean {
  return end.result === RESULT.verifyMismatch && evidence.every(({ kind }) => kind !== 'presented');
}

function handedOut(order: string | undefined, end: RawEnd, evidence: readonly Evidence[]): Ref1Verdict {
  const seen = evidence.filter(({ kind }) => kind === 'readBack').map(({ detail }) => detail);
  const told = decodeReadSerial(end.fields);
  if (seen.length === 0 || told === undefined) return unproved('handed out without being read at the exit');
  const asked = order ?? decodeAskedSerial(end.fields);
  if (asked === undefined) return unproved('which document was asked for is not known any more');
  if ([...seen, told].every((serial) => serial === asked)) return { outcome: 'done' };
  return {
    outcome: 'unknown',
    fault: deviceFault('verifyMismatch', 'another document than asked for was handed out', 'maintenance'),
  };
}

function judgeOf({ command }: RawMemory): Ref1Judge | undefined {
  if (command === COMMAND.present) return presentJudge(undefined);
  if (command === COMMAND.retract) return retractJudge;
  return isRef1Exchange(command) ? ref1ExchangeJudge(FAULTS) : undefined;
}

/** Something at the exit that cannot be read is no empty exit. */
async function readBack(
  device: Ref1Device,
  _args: unknown,
  deadlineMs: number,
): Promise<Result<{ readonly serial: string | null }, Fault>> {
  const answer = await device.ask(COMMAND.readBack, [], Math.min(LIMITS.readBackMs, deadlineMs));
  if (!answer.ok) return answer;
  const serial = decodeReadSerial(answer.value.fields);
  if (serial === '') return err(deviceFault('verifyMismatch', 'What lies at the exit cannot be read', 'maintenance'));
  return ok({ serial: serial ?? null });
}
