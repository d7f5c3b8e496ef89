import { CampaignHall } from './campaign-hall.ts';
import { HallDisk } from './hall-disk.ts';
import { oneSession, type SessionReport } from './one-session.ts';
import { faultWords, type PlannedSession } from './plan.ts';

export interface CampaignReport {
  readonly sessions: number;
  /** Sessions by how they ended. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Faults that were to come at a boundary of their session, and those whose boundary was reached. */
  readonly kills: { readonly ordered: number; readonly died: number };
  readonly ms: number;
  /** The session at which the campaign stopped, and what it left. */
  readonly violation: (SessionReport & { readonly fault: string; readonly dataDir: string }) | null;
}

/** Walks the planned sessions one after the other, each demonstration's in turn, and stops at the first violation: its data
 *  folder stays for whoever looks.
 *  @param stopped true when somebody asked to stop */
export async function runCampaign(
  sessions: readonly PlannedSession[],
  say: (line: string) => void,
  stopped: () => boolean = () => false,
): Promise<CampaignReport> {
  const startedAt = performance.now();
  const outcomes: Record<string, number> = {};
  const kills = { ordered: 0, died: 0 };
  let done = 0;
  let violation: CampaignReport['violation'] = null;
  let open: { hall: CampaignHall; no: number } | undefined;
  try {
    for (const planned of sessions) {
      if (stopped()) break;
      if (open?.no !== planned.hall) {
        await open?.hall.close(false);
        open = undefined;
        open = { hall: await CampaignHall.open(() => undefined, await diskFor(planned)), no: planned.hall };
      }
      const report = await oneSession(open.hall, planned);
      done += 1;
      outcomes[report.outcome] = (outcomes[report.outcome] ?? 0) + 1;
      if (report.died !== null) kills.ordered += 1;
      if (report.died === true) kills.died += 1;
      say(lineOf(report, planned, done, sessions.length));
      if (report.violations.length === 0 || stopped()) continue;
      violation = { ...report, fault: faultWords(planned.fault), dataDir: open.hall.dataDir };
      break;
    }
  } finally {
    await open?.hall.close(violation !== null);
  }
  return { sessions: done, outcomes, kills, ms: Math.round(performance.now() - startedAt), violation };
}

/** All sessions of one demonstration break the same kind of thing, as the plans have it. */
async function diskFor({ fault }: PlannedSession): Promise<HallDisk | undefined> {
  return fault.what === 'power-cut' || fault.what === 'disk' ? HallDisk.make() : undefined;
}

function lineOf(report: SessionReport, planned: PlannedSession, done: number, of: number): string {
  const why = report.why === null ? '' : ` (${report.why})`;
  const missed = report.died === false ? ', boundary not reached' : '';
  const bad = report.violations.length === 0 ? '' : `, ${report.violations.length} VIOLATED`;
  return `${done}/${of} no ${report.no} ${report.service}: ${faultWords(planned.fault)}${missed} → ${report.outcome}${why}, ${report.rows} rows, ${(report.ms / 1000).toFixed(1)} s${bad}`;
}
