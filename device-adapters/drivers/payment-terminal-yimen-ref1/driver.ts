import { err, ok, type Result } from '@yimen/contracts/base';
import { paymentTerminalPort, type Fault } from '@yimen/contracts/device';
import { callerFault, silentFault } from '../../driver-kit/device-faults.ts';
import type { CreateDriver } from '../../driver-kit/driver.ts';
import type { Ref1Device } from '../../driver-kit/ref1-device.ts';
import { createRef1Driver, type Ref1Kind, type Ref1OrderOf } from '../../driver-kit/ref1-driver.ts';
import { REF1_LIMITS } from '../../driver-kit/ref1-limits.table.ts';
import { REF1_RESULT, type RawEnd, type RawMemory } from '../../driver-kit/ref1-protocol.ts';
import { ref1Fault } from '../../driver-kit/ref1-status.ts';
import { ref1Judge, unproved, type Ref1Judge, type Ref1Verdict } from '../../driver-kit/ref1-verdict.ts';
import { PAYMENT_TERMINAL_LIMITS as LIMITS } from './limits.table.ts';
import {
  COMMAND,
  decodeCharge,
  decodePayment,
  encodeBill,
  encodeCharge,
  encodeRefund,
  RESULT,
  type RawCharge,
  type RawPayment,
} from './protocol.ts';
import { axesOf, FAULTS } from './status.ts';

const { verbs } = paymentTerminalPort;

/** After these no money moves for the operation any more (README.md, below the table of commands), also when the motion
 *  is left out. `stopped` is not among them: it is the answer for an interrupted charge, too, of which nobody can tell. */
const NO_MONEY: ReadonlySet<number> = new Set([RESULT.timeOut, RESULT.declined, RESULT.canceled, RESULT.offline]);

const chargeJudge = ref1Judge({ faults: FAULTS, harmless: NO_MONEY, proves: paid });
const cancelJudge = ref1Judge({ faults: FAULTS, harmless: new Set([RESULT.tooLate]), mayRest: true });
const refundJudge = ref1Judge({ faults: FAULTS, harmless: new Set([RESULT.noSuchCharge]), proves: refunded });

const KIND: Ref1Kind = {
  driver: 'payment-terminal-yimen-ref1',
  kind: 'payment-terminal',
  faults: FAULTS,
  axes: axesOf,
  isAskedWhileBusy: true,
  effects: { charge: chargeOrder, cancel: cancelOrder, refund: refundOrder },
  reads: { queryCharge },
  judgeOf,
};

/** Driver of the reference payment terminal (README.md). A charge ends by the terminal's word alone: whoever gives up
 *  waiting has it stopped, and what was taken by then stays taken. Nothing is ever charged again on mere silence. */
export const createPaymentTerminal: CreateDriver = (context) => createRef1Driver(context, KIND);

function chargeOrder(args: unknown, leftMs: number): ReturnType<Ref1OrderOf> {
  const charge = verbs.charge.args.parse(args);
  // The terminal ends the wait by itself before the host would have to.
  const waitsS = Math.floor((leftMs - REF1_LIMITS.stopMs - REF1_LIMITS.settleMs) / 1_000);
  if (waitsS < LIMITS.waitsLeastS) return err(silentFault('a customer, in the time that is left'));
  const fields = encodeCharge(charge, Math.min(waitsS, LIMITS.waitsMostS));
  if (!fields.ok) return err(callerFault(fields.error));
  return ok({
    command: COMMAND.charge,
    fields: fields.value,
    usualMs: LIMITS.chargeAskMs,
    waitsForPerson: true,
    judge: chargeJudge,
    prove: (device) => chargeInBook(device, charge.billRef, charge.amountFen),
  });
}

function cancelOrder(args: unknown): ReturnType<Ref1OrderOf> {
  const fields = encodeBill(verbs.cancel.args.parse(args).billRef);
  if (!fields.ok) return err(callerFault(fields.error));
  return ok({ command: COMMAND.cancel, fields: fields.value, usualMs: LIMITS.cancelMs, judge: cancelJudge });
}

function refundOrder(args: unknown): ReturnType<Ref1OrderOf> {
  const { billRef, amountFen } = verbs.refund.args.parse(args);
  const fields = encodeRefund(billRef, amountFen);
  if (!fields.ok) return err(callerFault(fields.error));
  return ok({ command: COMMAND.refund, fields: fields.value, usualMs: LIMITS.refundMs, judge: refundJudge });
}

function judgeOf({ command }: RawMemory): Ref1Judge | undefined {
  if (command === COMMAND.charge) return chargeJudge;
  if (command === COMMAND.cancel) return cancelJudge;
  return command === COMMAND.refund ? refundJudge : undefined;
}

function paid(end: RawEnd): Ref1Verdict {
  return paidBy(decodePayment(end.fields));
}

/** Paid is what has a channel and its trace number; a bare "well" proves nothing. */
function paidBy({ channel, trace }: RawPayment): Ref1Verdict {
  if (channel === 'none' || trace === '') return unproved('the terminal says that it was paid, without saying how');
  return { outcome: 'done', value: { channel, trace } };
}

function refunded(end: RawEnd): Ref1Verdict {
  const { trace } = decodePayment(end.fields);
  return trace === ''
    ? unproved('the terminal says that it gave the money back, without a trace number')
    : { outcome: 'done', value: { trace } };
}

/** What the terminal's book says of a charge whose end it does not remember. It was accepted, so the bill had not been
 *  paid before: what is paid now was paid by it. */
async function chargeInBook(
  device: Ref1Device,
  billRef: string,
  amountFen: number,
): Promise<Result<Ref1Verdict | undefined, Fault>> {
  const charge = await askCharge(device, billRef);
  return charge.ok ? ok(bookVerdict(charge.value, amountFen)) : charge;
}

function bookVerdict(charge: RawCharge, amountFen: number): Ref1Verdict | undefined {
  switch (charge.state) {
    case 'held':
    case 'captured':
      return charge.amountFen === amountFen ? paidBy(charge) : undefined;
    case 'declined':
      return { outcome: 'notDone', fault: ref1Fault(RESULT.declined, FAULTS) };
    case 'cancelled':
      return { outcome: 'notDone', fault: ref1Fault(REF1_RESULT.stopped, FAULTS) };
    default:
      return undefined;
  }
}

async function queryCharge(device: Ref1Device, args: unknown): Promise<Result<RawCharge, Fault>> {
  return askCharge(device, verbs.queryCharge.args.parse(args).billRef);
}

async function askCharge(device: Ref1Device, billRef: string): Promise<Result<RawCharge, Fault>> {
  const fields = encodeBill(billRef);
  if (!fields.ok) return err(callerFault(fields.error));
  const answer = await device.ask(COMMAND.query, fields.value);
  return answer.ok ? ok(decodeCharge(answer.value.fields)) : answer;
}
