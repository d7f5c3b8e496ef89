import { err, ok, spokenId, type RandomBytes, type Result } from '@yimen/contracts/base';
import { moduleOf, type DeviceStatus, type Fault } from '@yimen/contracts/device';
import type { JournalEvent } from '@yimen/contracts/journal';
import type { Journal } from '../journal/index.ts';
import { faultOf } from '../platform/fault.ts';
import type { StaffAct } from './identity-pins.ts';
import type { OutOfService } from './ladder-runner.ts';

export interface FraudLatchOptions {
  readonly journal: Journal;
  readonly random: RandomBytes;
  /** While a session moves things, `potentialFraud` may be a hand at the gate. */
  readonly isSessionRunning: () => boolean;
}

/** Keeps a device that was manipulated, or may have been, out of use until a technician says that it is good (faults F06,
 *  F20, F21, F60): a skimmer that is taken off again has been there all the same. Survives every restart. */
export interface FraudLatch {
  /** Sees each status that the device itself reported. */
  take(device: string, status: DeviceStatus): void;
  isHeld(device: string): boolean;
  /** @fault configuration nothing is held there; fraudAttempt the device still says so itself; JOURNAL_… it was not
   *  recorded, and it stays held */
  release(device: string, status: DeviceStatus, by: StaffAct): Result<void, Fault>;
  held(): readonly OutOfService[];
}

interface Hold {
  /** As it was first seen in this life of core; undefined until it is there again. */
  device: string | undefined;
  readonly number: string | null;
  isRecorded: boolean;
}

export function fraudLatch({ journal, random, isSessionRunning }: FraudLatchOptions): FraudLatch {
  /** By module, which is how the journal names a device. */
  const holds = new Map<string, Hold>();
  for (const { fields } of journal.reader.deviceRows('device-held', 0)) {
    if (fields.why !== 'fraud') continue;
    if (fields.state === 'begun')
      holds.set(fields.module, { device: undefined, number: fields.number, isRecorded: true });
    else holds.delete(fields.module);
  }
  const row = (device: string, state: 'begun' | 'ended', number: string | null): JournalEvent => ({
    kind: 'device-held',
    fields: { module: moduleOf(device), why: 'fraud', state, number },
  });
  return {
    take: (device, status) => {
      const known = holds.get(moduleOf(device));
      if (known === undefined && !isManipulated(status, isSessionRunning())) return;
      const hold = known ?? { device, number: spokenId(random, 3), isRecorded: false };
      hold.device = device;
      holds.set(moduleOf(device), hold);
      // A journal that refuses is tried again with the next status; the device is held meanwhile.
      if (!hold.isRecorded) hold.isRecorded = journal.append([row(device, 'begun', hold.number)]).ok;
    },
    isHeld: (device) => holds.has(moduleOf(device)),
    release: (device, status, { who, workOrder }) => {
      const hold = holds.get(moduleOf(device));
      if (hold === undefined)
        return err(faultOf('configuration', `${device} is not held for an attempt at fraud`, 'configuration'));
      if (isManipulated(status, false))
        return err(faultOf('fraudAttempt', `${device} still says so itself: reset it as a technician`, 'maintenance'));
      const fields = {
        who,
        action: 'fraud-released',
        workOrder,
        before: `${device}: held`,
        after: `${device}: released`,
      };
      const written = journal.append([{ kind: 'staff-action', fields }, row(device, 'ended', hold.number)]);
      if (!written.ok) return written;
      holds.delete(moduleOf(device));
      return ok(undefined);
    },
    held: () =>
      [...holds.values()].flatMap(({ device, number }) =>
        device === undefined || number === null ? [] : [{ device, incident: number }],
      ),
  };
}

/** What was remembered of a line that is gone proves nothing new. */
function isManipulated({ device, antiFraud, source }: DeviceStatus, isInUse: boolean): boolean {
  if (source === 'stale') return false;
  if (device === 'fraudAttempt' || antiFraud === 'deviceDetected') return true;
  return device === 'potentialFraud' && !isInUse;
}
