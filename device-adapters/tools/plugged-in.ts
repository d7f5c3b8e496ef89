import { readdir } from 'node:fs/promises';
import type { Clock } from '@yimen/contracts/base';
import { listPcscReaders, type ListedReader } from '../transport/pcsc/list-readers.ts';

/** A place where a device is, or could be: how to write it for `--at`, and what is known of it. */
export interface PluggedIn {
  readonly where: string;
  readonly says: string;
}

/** One carrier's look at this machine. Bounded by the deadline; what cannot be looked at is not there. */
type Look = (deadlineMs: number, clock: Clock) => Promise<readonly PluggedIn[]>;

const SERIAL_NAMES = '/dev/serial';

/** Serial ports by their stable names: by the socket they are in, by the device that they are. */
export async function serialPorts(folder: string = SERIAL_NAMES): Promise<readonly PluggedIn[]> {
  const kinds = [
    ['by-path', 'serial port, by the socket it is plugged into'],
    ['by-id', 'serial port, by what is plugged in'],
  ] as const;
  const found = await Promise.all(
    kinds.map(async ([kind, says]) => {
      const names = await readdir(`${folder}/${kind}`).catch(() => []);
      return names
        .toSorted((a, b) => a.localeCompare(b, 'en'))
        .map((name) => ({ where: `serial:${folder}/${kind}/${name}@BAUD`, says }));
    }),
  );
  return found.flat();
}

/** Card readers of the PC/SC daemon; none where no daemon answers. */
const cardReaders: Look = async (deadlineMs, clock) => {
  const listed = await listPcscReaders(deadlineMs, { clock });
  return listed.ok ? listed.value.map((reader) => ({ where: `pcsc:${reader.name}`, says: readerText(reader) })) : [];
};

/** One row for each carrier that can be listed. */
const LOOKS: readonly Look[] = [() => serialPorts(), cardReaders];

/** What is plugged in, as far as this machine can tell. All carriers are looked at at once. */
export async function listPluggedIn(
  deadlineMs: number,
  clock: Clock,
  looks: readonly Look[] = LOOKS,
): Promise<readonly PluggedIn[]> {
  return (await Promise.all(looks.map((look) => look(deadlineMs, clock)))).flat();
}

function readerText({ chip, isTaken }: ListedReader): string {
  const inside = { none: 'no chip', present: 'a chip in it', mute: 'a mute chip in it' }[chip];
  return `card reader, ${inside}${isTaken ? ', in use by another program' : ''}`;
}
