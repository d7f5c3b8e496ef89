import { setTimeout as wait } from 'node:timers/promises';
import { SYNTHETIC_CODES } from '@yimen/contracts/testing';
import type { Visit } from '../citizen/visits.table.ts';
import { FILES } from './by-place.ts';
import { canariesOf, newGiven, numbersSeen } from './canaries.ts';
import type { Canary } from './canary.ts';
import { planVisit, receive } from './guest.ts';
import { PrivateHall } from './hall.ts';
import { lookThrough, type Found } from './look.ts';
import type { Moment } from './moments.table.ts';
import { lookAtPictures } from './pixels.ts';
import { processesBelow } from './process-tree.ts';
import type { Hit } from './scanner.ts';
import type { WipeResult } from './wipe-result.ts';

/** One citizen of a wipe run. */
export interface WipeVisit {
  readonly service: string;
  readonly moment: Moment;
  readonly visit?: Partial<Visit>;
}

export interface WipeOptions {
  readonly visits: readonly WipeVisit[];
  readonly say?: (line: string, result: WipeResult) => void;
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
      options.say?.(lineOf(result), result);
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
  { unread, bytes, patterns, processes, ms }: Found,
  hits: readonly Hit[],
): WipeResult {
  const isFleet = ({ place }: Hit): boolean => place.startsWith('memory start/fleet-demo.ts');
  const left = {
    terminal: hits.filter((hit) => !isFleet(hit)),
    fleetMemory: hits.filter(isFleet),
  };
  const places = [...new Set(processes.map(({ name }) => name)), FILES];
  return { service, moment, cameToIt, left, places, unread, bytes, patterns, scanMs: ms };
}

/** Synthetic people stand in our own sources, too (an example of a plate on a form, a name in a comment, the codes that they bring): what a process
 *  holds of them before the first citizen came is no citizen's. */
function ownTexts(hall: PrivateHall, visits: readonly WipeVisit[]): ReadonlySet<string> {
  const people = visits.flatMap(({ service, visit }) => canariesOf(planVisit(service, visit), newGiven()));
  const canaries = [...people, ...numbersSeen(SYNTHETIC_CODES.map(({ text }) => text))];
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

function lineOf({ service, moment, left, bytes, patterns, scanMs, cameToIt, unread }: WipeResult): string {
  const { terminal, fleetMemory } = left;
  return [
    `${service} ${moment}${cameToIt ? '' : ' (did not come to it)'}: ${terminal.length} left`,
    `fleet memory ${fleetMemory.length}`,
    `${Math.round(bytes / 1_000_000)} MB, ${patterns} patterns, ${scanMs} ms${unread.length > 0 ? `, ${unread.length} places could not be read` : ''}`,
  ].join('; ');
}
