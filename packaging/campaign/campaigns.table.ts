import { CATALOGUE } from '@yimen/contracts/service';
import { JOURNAL_RIGS, type JournalLevelAsked } from './journal-level.ts';
import { planDiskStates, planFailingCalls, planPowerCuts } from './plan-disks.ts';
import { planKills, planRandom, type PlannedSession } from './plan.ts';

export interface CampaignAsked {
  readonly seed: number;
  readonly size: number | undefined;
  readonly service: string | undefined;
}

/** A campaign: what it is, how it may be asked to run, and its sessions. */
interface Campaign {
  readonly what: string;
  /** Sessions when none are asked for; undefined: every case once. */
  readonly size: number | undefined;
  plan(asked: CampaignAsked): readonly PlannedSession[];
  /** The same faults under a journal writer alone (`--level journal`). */
  readonly rig?: JournalLevelAsked['rig'];
}

const services = (one: string | undefined): readonly string[] =>
  one === undefined ? CATALOGUE.map(({ id }) => id) : [one];
/** Sizes of R1 in the fault design (§5). */
const R1_POINTS = 12_000;
const R1_RANDOM = 10_000;

/** Ids as the tables of the fault design give them. */
export const CAMPAIGNS: Readonly<Record<string, Campaign>> = {
  random: {
    what: 'seeded sessions of every service, with device faults, office faults, kills, citizens who leave, pages that die',
    size: 500,
    plan: ({ seed, size }) => planRandom(seed, size ?? 500),
  },
  F55: {
    what: 'kill -9 of session, core, both and device host before and after each journal row of each service',
    size: undefined,
    plan: ({ seed, size, service }) => planKills(seed, size, services(service)),
  },
  R1: {
    what: 'F55 and random at the size of the reliability targets',
    size: R1_POINTS + R1_RANDOM,
    plan: ({ seed, size = R1_POINTS + R1_RANDOM, service }) => {
      const points = Math.round((size * R1_POINTS) / (R1_POINTS + R1_RANDOM));
      return joined(planManyKills(seed, points, services(service)), planRandom(seed, size - points));
    },
  },
  R2: {
    what: 'the power of the terminal is cut, and with it all that its disk had not been told to keep',
    size: 250,
    plan: ({ seed, size, service }) => planPowerCuts(seed, size ?? 250, services(service)),
    rig: JOURNAL_RIGS.R2,
  },
  R4: {
    what: 'calls of the system fail: EIO and ENOSPC at syncs and writes of core; under the writer EINTR, EMFILE and reads too',
    size: 60,
    plan: ({ seed, size, service }) => planFailingCalls(seed, size ?? 60, services(service)),
    rig: JOURNAL_RIGS.R4,
  },
  R5: {
    what: 'the disk is full, has no inode left, or refuses every write and becomes read-only',
    size: 30,
    plan: ({ seed, size, service }) => planDiskStates(seed, size ?? 30, services(service)),
    rig: JOURNAL_RIGS.R5,
  },
};

/** Every boundary as often as it takes: each round is shuffled anew. */
function planManyKills(seed: number, size: number, of: readonly string[]): readonly PlannedSession[] {
  const rounds: PlannedSession[] = [];
  for (let round = 0; rounds.length < size; round += 1) {
    const next = planKills(seed + round, size - rounds.length, of);
    if (next.length === 0) return rounds;
    rounds.splice(0, rounds.length, ...joined(rounds, next));
  }
  return rounds;
}

function joined(first: readonly PlannedSession[], then: readonly PlannedSession[]): readonly PlannedSession[] {
  const halls = first.at(-1)?.hall ?? 0;
  return [...first, ...then.map((one) => ({ ...one, no: one.no + first.length, hall: one.hall + halls }))];
}
