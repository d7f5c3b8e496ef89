import { err, ok, type Result } from '@yimen/contracts/base';
import { fingerprintPort, type Fault, type FingerImage } from '@yimen/contracts/device';
import { canceledFault, deviceFault } from '../../driver-kit/device-faults.ts';
import type { CreateDriver } from '../../driver-kit/driver.ts';
import { pause } from '../../driver-kit/pause.ts';
import type { Ref1Device } from '../../driver-kit/ref1-device.ts';
import { createRef1Driver, type Ref1Kind } from '../../driver-kit/ref1-driver.ts';
import { fetchRef1Object } from '../../driver-kit/ref1-object.ts';
import { askRef1Waiting } from '../../driver-kit/ref1-wait.ts';
import { FINGERPRINT_LIMITS as LIMITS } from './limits.table.ts';
import { COMMAND, decodeImage, encodeFinger, RESULT } from './protocol.ts';
import { axesOf, FAULTS } from './status.ts';

const KIND: Ref1Kind = {
  driver: 'fingerprint-yimen-ref1',
  kind: 'fingerprint',
  faults: FAULTS,
  axes: axesOf,
  isAskedWhileBusy: true,
  effects: {},
  reads: { capture, waitForRemoval, clear },
  judgeOf: () => undefined,
};

/** Driver of the reference fingerprint collector (README.md). Every verb is a read; an image is whole or nothing, and no
 *  byte of it stays here. A poor image is no fault: it comes with its hint.
 *  Faults: noMedia (nobody came), deviceNotReady (a finger lies there, or the image is gone), notTaken, canceled, timeOut,
 *  offline, hardwareError, configuration. */
export const createFingerprint: CreateDriver = (context) => createRef1Driver(context, KIND);

async function capture(
  device: Ref1Device,
  args: unknown,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<Result<FingerImage, Fault>> {
  const { finger } = fingerprintPort.verbs.capture.args.parse(args);
  const deadlineAt = device.clock.monoMs() + deadlineMs;
  const end = await askRef1Waiting(device, {
    command: COMMAND.capture,
    fields: encodeFinger(finger),
    deadlineMs,
    keptMs: LIMITS.imageMs,
    signal,
    tooLate: device.faultOf(RESULT.nobody),
  });
  if (!end.ok) return end;
  const raw = decodeImage(end.value.fields);
  if (raw === undefined) return err(deviceFault('hardwareError', 'The device told of no image', 'reset'));
  const { object, ...about } = raw;
  const fetched = await fetchRef1Object(device, { command: COMMAND.fetch, object, deadlineAt, signal });
  if (!fetched.ok) return fetched;
  const { buffer, byteOffset, byteLength } = fetched.value;
  const image = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
  fetched.value.fill(0);
  return ok({ image, ...about });
}

/** Whoever cannot tell that the glass is free has not seen the finger go (F43). */
async function waitForRemoval(
  device: Ref1Device,
  _args: unknown,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<Result<{ present: false }, Fault>> {
  const deadlineAt = device.clock.monoMs() + deadlineMs;
  while (!signal.aborted) {
    const looked = await device.look();
    if (!looked.ok) return looked;
    if (device.watcher.current.media === 'notPresent') return ok({ present: false });
    const leftMs = deadlineAt - device.clock.monoMs();
    if (leftMs <= 0) return err(deviceFault('notTaken', 'A finger lies on the glass', 'clear'));
    await changeOf(device, Math.min(LIMITS.removalPollMs, leftMs), signal);
  }
  return err(canceledFault());
}

/** Until the status changes, `ms` are over, or the caller goes away. */
async function changeOf(device: Ref1Device, ms: number, signal: AbortSignal): Promise<void> {
  const changed = new AbortController();
  const unsubscribe = device.watcher.onStatus(() => changed.abort());
  await pause(device.clock, ms, AbortSignal.any([signal, changed.signal]));
  unsubscribe();
}

async function clear(device: Ref1Device): Promise<Result<Record<string, never>, Fault>> {
  const cleared = await device.ask(COMMAND.clear);
  return cleared.ok ? ok({}) : cleared;
}
