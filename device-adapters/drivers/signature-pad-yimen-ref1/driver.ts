import { err, ok, type Result } from '@yimen/contracts/base';
import { signaturePadPort, type Fault, type Signature } from '@yimen/contracts/device';
import { callerFault, deviceFault } from '../../driver-kit/device-faults.ts';
import type { CreateDriver } from '../../driver-kit/driver.ts';
import type { Ref1Device } from '../../driver-kit/ref1-device.ts';
import { createRef1Driver, type Ref1Kind, type Ref1Read } from '../../driver-kit/ref1-driver.ts';
import { fetchRef1Object } from '../../driver-kit/ref1-object.ts';
import { askRef1Waiting } from '../../driver-kit/ref1-wait.ts';
import { SIGNATURE_PAD_LIMITS as LIMITS } from './limits.table.ts';
import { COMMAND, decodeStrokes, decodeWriting, encodePrompt, RESULT } from './protocol.ts';
import { axesOf, FAULTS } from './status.ts';

const KIND: Ref1Kind = {
  driver: 'signature-pad-yimen-ref1',
  kind: 'signature-pad',
  faults: FAULTS,
  axes: axesOf,
  isAskedWhileBusy: true,
  effects: {},
  reads: { capture, clear: told(COMMAND.clear), cancel: told(COMMAND.cancel) },
  judgeOf: () => undefined,
};

/** Driver of the reference signature pad (README.md). Every verb is a read; a signature is whole or nothing, and no byte
 *  of it stays here.
 *  Faults: noMedia (nobody signed), canceled (the citizen, the caller, or `cancel`), userError (no stroke, or too many),
 *  deviceNotReady (the signature is gone), timeOut, offline, hardwareError, configuration. */
export const createSignaturePad: CreateDriver = (context) => createRef1Driver(context, KIND);

async function capture(
  device: Ref1Device,
  args: unknown,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<Result<Signature, Fault>> {
  const fields = encodePrompt(signaturePadPort.verbs.capture.args.parse(args).prompt);
  if (!fields.ok) return err(callerFault(fields.error));
  const deadlineAt = device.clock.monoMs() + deadlineMs;
  const end = await askRef1Waiting(device, {
    command: COMMAND.capture,
    fields: fields.value,
    deadlineMs,
    keptMs: LIMITS.pointsMs,
    signal,
    tooLate: device.faultOf(RESULT.nobody),
  });
  if (!end.ok) return end;
  const writing = decodeWriting(end.value.fields);
  if (writing === undefined) return err(deviceFault('hardwareError', 'The pad told of no signature', 'reset'));
  const { object, widthMm, heightMm } = writing;
  const fetched = await fetchRef1Object(device, { command: COMMAND.fetch, object, deadlineAt, signal });
  if (!fetched.ok) return fetched;
  const strokes = decodeStrokes(fetched.value, writing);
  fetched.value.fill(0);
  if (strokes === undefined) return err(deviceFault('hardwareError', 'What the pad gave is no signature', 'reset'));
  return ok({ widthMm, heightMm, strokes });
}

/** A read that only tells the pad something. */
function told(command: number): Ref1Read {
  return async (device) => {
    const answer = await device.ask(command);
    return answer.ok ? ok({}) : answer;
  };
}
