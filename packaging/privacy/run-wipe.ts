import { setTimeout as wait } from 'node:timers/promises';
import type { Visit } from '../citizen/visits.table.ts';
import { canariesOf, newGiven, numbersSeen } from './canaries.ts';
import type { Canary } from './canary.ts';
import { planVisit, receive } from './guest.ts';
import { PrivateHall } from './hall.ts';
import { lookThrough, type Found } from './look.ts';
import type { Moment } from './moments.table.ts';
import { lookAtPictures } from './pixels.ts';
import { processesBelow } from './process-tree.ts';
import type { Hit } from './scanner.ts';

/** One citizen of a wipe run. */
export interface WipeVisit {
  readonly service: string;
  readonly moment: Moment;
  readonly visit?: Partial<Visit>;
}

export interface WipeOptions {
  readonly visits: readonly WipeVisit[];
  readonly say?: (line: string) => void;
}

/** What was left of one citizen, by where it lay. */
export interface WipeResult {
  readonly service: string;
  readonly moment: Moment;
  /** Whether what should happen at this moment did happen. */
  readonly cameToIt: boolean;
  readonly left: {
    /** Files, names, environments, arguments, and memory of core, sessions, launcher, page: nothing may be there. */
    readonly terminal: readonly Hit[];
    /** The device host's memory, which outlives its citizens: see README. */
    readonly deviceHost: readonly Hit[];
    /** The fleet server's memory: no place of faults.md §7, told all the same. */
    readonly fleetMemory: readonly Hit[];
  };
  readonly unread: Found['unread'];
  readonly bytes: number;
  readonly patterns: number;
  readonly scanMs: number;
}

/** faults.md §7: five seconds after. */
const AFTER_MS = 5_000;

/** Lets citizens come and go at a demonstration of its own, and looks through all of it after each: for what is his, and
 *  what is of those before him.
 *  @throws Problem when the demonstration or a citizen does not come through */
export async function runWipe(options: WipeOptions): Promise<readonly WipeResult[]> {
  const hall = await PrivateHall.start();
  const canaries = new Map<string, Canary>();
  const results: WipeResult[] = [];
  try {
    const ours = ownTexts(hall, options.visits);
    for (const planned of options.visits) {
      const result = await wipeOnce(hall, planned, canaries, ours);
      results.push(result);
      options.say?.(lineOf(result));
    }
    return results;
  } finally {
    await hall.stop();
  }
}

async function wipeOnce(
  hall: PrivateHall,
  { service, moment, visit: over }: WipeVisit,
  canaries: Map<string, Canary>,
  ours: ReadonlySet<string>,
): Promise<WipeResult> {
  const visit = planVisit(service, over);
  const given = newGiven();
  const killSessions = (): void => {
    for (const { pid, command } of processesBelow(hall.pid)) if (isSession(command)) process.kill(pid, 'SIGKILL');
  };
  const seen = await receive({ service, visit, given, moment, killSessions }, hall.ready.urls);
  const found = [...canariesOf(visit, given), ...numbersSeen(seen.numbers)];
  for (const canary of found) canaries.set(Buffer.from(canary.value).toString('hex'), canary);
  if (moment !== 'stays') await wait(AFTER_MS);
  const looked = lookThrough(hall, [...canaries.values()]);
  const drawn = lookAtPictures(looked.pictures, [...canaries.values()]);
  return resultOf(service, moment, seen.cameToIt, { ...looked, unread: [...looked.unread, ...drawn.unread] }, [
    ...looked.hits.filter((hit) => !keysOf(hit).some((key) => ours.has(key))),
    ...drawn.hits,
  ]);
}

function resultOf(
  service: string,
  moment: Moment,
  cameToIt: boolean,
  { unread, bytes, patterns, ms }: Found,
  hits: readonly Hit[],
): WipeResult {
  const isHost = ({ place }: Hit): boolean => place.startsWith('memory host/');
  const isFleet = ({ place }: Hit): boolean => place.startsWith('memory start/fleet-demo.ts');
  const left = {
    terminal: hits.filter((hit) => !isHost(hit) && !isFleet(hit)),
    deviceHost: hits.filter(isHost),
    fleetMemory: hits.filter(isFleet),
  };
  return { service, moment, cameToIt, left, unread, bytes, patterns, scanMs: ms };
}

/** Synthetic people stand in our own sources, too (an example of a plate on a form, a name in a comment): what a process
 *  holds of them before the first citizen came is no citizen's. */
function ownTexts(hall: PrivateHall, visits: readonly WipeVisit[]): ReadonlySet<string> {
  const canaries = visits.flatMap(({ service, visit }) => canariesOf(planVisit(service, visit), newGiven()));
  return new Set(lookThrough(hall, canaries).hits.flatMap(keysOf));
}

/** Which canaries in which kind of process, whatever its id and wherever in it. */
function keysOf({ place, labels }: Hit): readonly string[] {
  const where = place.replace(/ \(\d+\).*/u, '');
  return labels.map((label) => `${where}|${label.split(' / ')[0] ?? ''}`);
}

function isSession(command: string): boolean {
  return command.includes('session-demo.ts');
}

/** What the device host may still hold of one citizen five seconds later: texts of what a driver is still doing, and the
 *  number of a card's body that was read last. */
const HOST_TEXTS = 40;
const HOST_NEVER = /face|picture|templates|finger|signature|photo|frame/u;

/** Whether a citizen was wiped, and everything was looked at. */
export function isWiped({ left, unread, cameToIt }: WipeResult): boolean {
  const isBytes = left.deviceHost.some(({ labels }) => HOST_NEVER.test(labels.join()));
  return (
    cameToIt && unread.length === 0 && left.terminal.length === 0 && !isBytes && left.deviceHost.length <= HOST_TEXTS
  );
}

function lineOf({ service, moment, left, bytes, patterns, scanMs, cameToIt, unread }: WipeResult): string {
  const { terminal, deviceHost, fleetMemory } = left;
  return [
    `${service} ${moment}${cameToIt ? '' : ' (did not come to it)'}: ${terminal.length} left`,
    `device host ${deviceHost.length}, fleet memory ${fleetMemory.length}`,
    `${Math.round(bytes / 1_000_000)} MB, ${patterns} patterns, ${scanMs} ms${unread.length > 0 ? `, ${unread.length} places could not be read` : ''}`,
  ].join('; ');
}
