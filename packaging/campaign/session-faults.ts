import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { NEEDS_A_CUT } from '../power-cut/disk-states.ts';
import { failCalls } from '../power-cut/strace.ts';
import type { CampaignHall } from './campaign-hall.ts';
import { killProcesses } from './kill-processes.ts';
import { deathOf, type PlannedFault } from './plan.ts';
import { POWERED } from './plan-disks.ts';

/** A fault that was begun with a session and is ended when its citizen has left. */
export interface OpenFault {
  /** `reached`: whether it came to be, for those that may come too late. */
  end(): Promise<{ readonly reached: boolean | null; readonly violations: readonly string[] }>;
}
type Ended = Awaited<ReturnType<OpenFault['end']>>;

const NOTHING: OpenFault = { end: () => Promise.resolve({ reached: null, violations: [] }) };
/** Making a disk again after a cut takes some hundred milliseconds. */
const POWER_MS = 30_000;
/** How long a disk takes nothing: less than a citizen waits before a terminal that is out of service. */
const SICK_MS = 8_000;
const LOOK_MS = 40;

/** Orders what is to break in a session whose rows come after row `from`. What the scripted citizen breaks is his. */
export function beginFault(hall: CampaignHall, fault: PlannedFault, from: number): OpenFault {
  switch (fault.what) {
    case 'kill':
      hall.orderDeath(deathOf(fault, from, hall.portBase));
      return { end: () => Promise.resolve({ reached: !hall.forgetDeath(), violations: [] }) };
    case 'power-cut':
      hall.orderDeath(deathOf(fault, from, hall.portBase));
      return { end: () => afterTheCut(hall) };
    case 'calls':
    case 'disk':
      return fromRow(hall, from, fault.row, fault);
    default:
      return NOTHING;
  }
}

async function afterTheCut(hall: CampaignHall): Promise<Ended> {
  const reached = !hall.forgetDeath();
  const back = await powerIsBack(hall);
  if (back.length > 0) return { reached, violations: back };
  const newest = hall.takeDeathbed();
  if (!reached) return { reached, violations: [] };
  if (newest === undefined) return { reached, violations: ['core died without having told what it had committed'] };
  const isThere = hashOf(hall, newest.j) === newest.hash;
  return { reached, violations: isThere ? [] : [`row ${newest.j} was committed before the cut and is gone`] };
}

/** Waits for the row, makes the disk sick, looks on for a while and makes it well, while the citizen walks. */
function fromRow(hall: CampaignHall, from: number, row: number, fault: SickFault): OpenFault {
  let isOver = false;
  const work = async (): Promise<Ended> => {
    while (!isOver && sessionRows(hall, from) < row) await wait(LOOK_MS);
    if (isOver) return { reached: false, violations: [] };
    const before = newestRow(hall);
    const well = await begin(hall, fault);
    try {
      await wait(SICK_MS);
      return { reached: true, violations: [...(await stillSold(hall, fault, before)), ...(await well())] };
    } catch (error) {
      await well();
      throw error;
    }
  };
  const done = work().catch((error: unknown): Ended => ({
    reached: false,
    violations: [`the rig failed: ${String(error)}`],
  }));
  return {
    end: () => {
      isOver = true;
      return done;
    },
  };
}

type SickFault = Extract<PlannedFault, { what: 'calls' | 'disk' }>;

/** @returns how to make it well; what is wrong when that does not work */
async function begin(hall: CampaignHall, fault: SickFault): Promise<() => Promise<readonly string[]>> {
  if (fault.what === 'calls') {
    const letGo = await failCalls(hall.pids()['core'] ?? 0, join(hall.dataDir, 'core'), fault.calls, fault.error);
    return async () => {
      await letGo();
      return [];
    };
  }
  const well = await hall.disk?.sicken(fault.state);
  return () => {
    well?.();
    if (!NEEDS_A_CUT.has(fault.state)) return Promise.resolve([]);
    killProcesses(hall.portBase, POWERED, hall.disk?.serverPid);
    return powerIsBack(hall);
  };
}

/** Whoever takes no row any more says so: out of service by name, or gone. A disk without room or inodes may still take
 *  rows, into room that the journal has already. */
async function stillSold(hall: CampaignHall, fault: SickFault, before: number): Promise<readonly string[]> {
  if (fault.what === 'disk' && fault.state !== 'read-only') return [];
  const state = (await hall.status())?.state;
  if (state === undefined || state === 'outOfService') return [];
  const more = newestRow(hall) - before;
  return [`it is ${state} on a disk that takes nothing${more > 0 ? `, and has journaled ${more} rows` : ''}`];
}

async function powerIsBack(hall: CampaignHall): Promise<readonly string[]> {
  const late = wait(POWER_MS, 'late', { ref: false });
  const how = await Promise.race([hall.disk?.powered(), late]);
  const trouble = hall.disk?.trouble ?? (how === 'late' ? 'it takes too long' : undefined);
  return trouble === undefined ? [] : [`the disk does not come back: ${trouble}`];
}

function hashOf(hall: CampaignHall, j: number): unknown {
  return asking(hall, 'SELECT hash AS found FROM journal WHERE j = ?', j);
}

function sessionRows(hall: CampaignHall, from: number): number {
  return Number(asking(hall, 'SELECT count(*) AS found FROM journal WHERE j > ? AND session_id IS NOT NULL', from));
}

function newestRow(hall: CampaignHall): number {
  return Number(asking(hall, 'SELECT max(j) AS found FROM journal WHERE j > ?', 0));
}

function asking(hall: CampaignHall, sql: string, value: number): unknown {
  const db = new DatabaseSync(join(hall.dataDir, 'core', 'journal.sqlite'), { readOnly: true, timeout: 5_000 });
  try {
    return db.prepare(sql).get(value)?.['found'];
  } finally {
    db.close();
  }
}
