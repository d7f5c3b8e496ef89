import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { canceledFault, deviceFault, silentFault } from '../../driver-kit/device-faults.ts';
import type { Ref1Device } from '../../driver-kit/ref1-device.ts';
import { rawStatusOf, REF1_COMMAND } from '../../driver-kit/ref1-protocol.ts';
import { DOCUMENT_LOCKER_LIMITS as LIMITS } from './limits.table.ts';
import { COMMAND, decodePage, encodePage, isSerial, type RawPage, type RawPlace } from './protocol.ts';

export interface Inventory {
  /** In order of places. */
  readonly serials: readonly string[];
  /** Places that hold what cannot be asked for by a serial number. */
  readonly unreadable: number;
}

/** Reads every page of the inventory. Pages are counted in places, so that a document which leaves between two pages would
 *  push another one out of sight: pages are believed only when the locker's change number is the same before and after
 *  them and they agree with each other. Else all is read again, a few times.
 *  @fault deviceBusy the locker keeps changing; timeOut no time is left; canceled; hardwareError pages that cannot be read. */
export async function readInventory(
  device: Ref1Device,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<Result<Inventory, Fault>> {
  const until = { deadlineAt: device.clock.monoMs() + deadlineMs, signal };
  for (let reads = 0; reads < LIMITS.inventoryReads; reads += 1) {
    const before = await askChange(device, until);
    if (!before.ok) return before;
    const pages = await askPages(device, until);
    if (!pages.ok) return pages;
    const after = await askChange(device, until);
    if (!after.ok) return after;
    const inventory = before.value === after.value ? joined(pages.value) : undefined;
    if (inventory !== undefined) return ok(inventory);
  }
  return err(deviceFault('deviceBusy', 'the locker changes while its inventory is read', 'suspend'));
}

interface Until {
  /** Monotonic milliseconds. */
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
}

async function askPages(device: Ref1Device, until: Until): Promise<Result<readonly RawPage[], Fault>> {
  const pages: RawPage[] = [];
  let most = 1;
  for (let page = 0; page < most; page += 1) {
    const inTime = stillWanted(device, until);
    if (!inTime.ok) return inTime;
    const answer = await device.ask(COMMAND.inventory, encodePage(page));
    if (!answer.ok) return answer;
    const raw = decodePage(answer.value.fields);
    if (raw === undefined || raw.pages > LIMITS.pages) return err(unreadable());
    pages.push(raw);
    most = raw.pages;
  }
  const documents = pages.reduce((sum, { places }) => sum + places.length, 0);
  return documents > LIMITS.documents ? err(unreadable()) : ok(pages);
}

/** What tells one state of the locker from another: its power-ons and its changes of status. */
async function askChange(device: Ref1Device, until: Until): Promise<Result<string, Fault>> {
  const inTime = stillWanted(device, until);
  if (!inTime.ok) return inTime;
  const answer = await device.ask(REF1_COMMAND.status);
  if (!answer.ok) return answer;
  const raw = rawStatusOf(answer.value.fields);
  return raw === undefined ? err(unreadable()) : ok(`${raw.bootCount}/${raw.changeNumber}`);
}

/** @returns `undefined` when the pages do not belong together. */
function joined(pages: readonly RawPage[]): Inventory | undefined {
  const [first] = pages;
  if (first === undefined || pages.some((page) => page.pages !== first.pages || page.unreadable !== first.unreadable))
    return undefined;
  const places = pages.flatMap((page) => page.places);
  if (!places.every((place, at) => isBehind(place, places[at - 1]))) return undefined;
  if (places.filter(({ serial }) => serial === '').length !== first.unreadable) return undefined;
  const serials = places.map(({ serial }) => serial).filter(isSerial);
  return { serials, unreadable: places.length - serials.length };
}

function isBehind(place: RawPlace, before: RawPlace | undefined): boolean {
  return before === undefined || before.place < place.place;
}

/** Each question gets its whole time, or a page that is cut short by the deadline would look like a dead device. */
function stillWanted(device: Ref1Device, { deadlineAt, signal }: Until): Result<void, Fault> {
  if (signal.aborted) return err(canceledFault());
  return device.clock.monoMs() < deadlineAt ? ok(undefined) : err(silentFault('the inventory in time'));
}

function unreadable(): Fault {
  return deviceFault('hardwareError', 'The device gave an inventory that cannot be read', 'maintenance');
}
