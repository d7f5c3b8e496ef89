import type { DeviceStatus } from '@yimen/contracts/device';
import type { EventFields } from '@yimen/contracts/journal';
import type { Journal } from '../journal/index.ts';

/** From what the terminal lives: mains, its UPS, or the end of that. */
export type PowerSource = EventFields<'power'>['state'];

/** Records what the cabinet itself says: doors (faults F59) and power (F56), once per change, also over restarts. Tamper
 *  contacts latch at the board and are an attempt at fraud (F60): the fraud latch has them. */
export interface CabinetWatch {
  take(kind: string, status: DeviceStatus): void;
  power(): PowerSource;
}

type DoorRow = Pick<EventFields<'door'>, 'state' | 'tamper'>;

const DOOR = 'door.';
/** The board's words for a door; `unknown` is none of them and changes nothing. */
const DOORS: Readonly<Record<string, DoorRow>> = {
  closed: { state: 'closed', tamper: false },
  locked: { state: 'closed', tamper: false },
  bolted: { state: 'closed', tamper: false },
  open: { state: 'open', tamper: false },
  tampered: { state: 'open', tamper: true },
};
/** `recovered`: the mains are back, the battery is not full yet. */
const POWER: Readonly<Record<string, PowerSource>> = {
  powering: 'mains',
  recovered: 'mains',
  engaged: 'battery',
  low: 'low',
};

/** @param workOrder of whoever of staff is signed in at the machine */
export function cabinetWatch(journal: Journal, workOrder: () => string | null = () => null): CabinetWatch {
  const { reader } = journal;
  const doors = new Map(reader.deviceRows('door', 0).map(({ fields }) => [fields.door, fields] as const));
  let toldPower: PowerSource = reader.deviceRows('power', 0).at(-1)?.fields.state ?? 'mains';
  // A cabinet that has not spoken yet keeps nobody out; one that falls silent on battery does until it is heard again.
  let power: PowerSource = 'mains';

  const takeDoor = (door: string, now: DoorRow): void => {
    const before: DoorRow = doors.get(door) ?? { state: 'closed', tamper: false };
    if (before.state === now.state && before.tamper === now.tamper) return;
    const fields = { door, ...now, workOrder: workOrder() };
    if (journal.append([{ kind: 'door', fields }]).ok) doors.set(door, fields);
  };
  const takePower = (now: PowerSource): void => {
    power = now;
    if (toldPower !== now && journal.append([{ kind: 'power', fields: { state: now } }]).ok) toldPower = now;
  };
  return {
    take: (kind, { sensors = {}, source }) => {
      if (kind !== 'cabinet-io' || source === 'stale') return;
      for (const [name, word] of Object.entries(sensors)) {
        const door = name.startsWith(DOOR) ? DOORS[word] : undefined;
        if (door === undefined) continue;
        const place = name.slice(DOOR.length);
        takeDoor(place, { ...door, tamper: door.tamper || sensors[`tamper.${place}`] === 'latched' });
      }
      const now = POWER[sensors['ups'] ?? ''];
      if (now !== undefined) takePower(now);
    },
    power: () => power,
  };
}
