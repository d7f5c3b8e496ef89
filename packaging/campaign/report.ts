import type { JournalLevelReport } from './journal-level.ts';
import type { CampaignOptions } from './options.ts';
import type { CampaignReport } from './run-campaign.ts';

/** A campaign at every level that it has and was asked for; `journal` is null where there is none. */
export type WholeReport = CampaignReport & { readonly journal: JournalLevelReport | null };
type Asked = Pick<Extract<CampaignOptions, { what: 'run' }>, 'id' | 'seed' | 'service' | 'level'>;

/** What a campaign came to, for people: what was violated and how to see it again, then the sums. */
export function reportLines(report: WholeReport, asked: Asked): readonly string[] {
  const { violation, journal } = report;
  return [
    ...(journal === null ? [] : journalLines(journal, asked)),
    ...(violation === null
      ? []
      : violationLines(violation, { ...asked, level: journal === null ? asked.level : 'services' })),
    ...(asked.level === 'journal' ? [] : [sumLine(report, asked)]),
  ];
}

function sumLine({ violation, sessions, outcomes, kills, ms }: WholeReport, { seed }: Asked): string {
  const ends = Object.entries(outcomes).map(([end, times]) => `${times} ${end}`);
  const how = violation === null ? 'no violation' : 'VIOLATED';
  return `${sessions} sessions (${ends.join(', ')}), ${kills.died} of ${kills.ordered} faults at their boundary, ${how}, ${Math.round(ms / 1000)} s, seed ${seed}`;
}

function journalLines(journal: JournalLevelReport, { id, seed }: Asked): readonly string[] {
  const { runs, ackedRows, lostRows, refusals, violations, control, ms } = journal;
  const how = violations.length === 0 ? 'no violation' : 'VIOLATED';
  const sum = `${runs} runs under the journal: ${ackedRows} rows acknowledged, ${lostRows} lost, ${refusals} refused`;
  const lost = `control (${control.weakened} switched off): ${control.lostRows} rows lost in ${control.runs} runs`;
  return [
    ...violations.map((line) => `  ${line}`),
    ...(violations.length === 0
      ? []
      : [`  again: npm run campaign -- ${id} --seed ${seed} --level journal --only NUMBER`]),
    `${sum}, ${how}; ${lost}; ${Math.round(ms / 1000)} s, seed ${seed}`,
  ];
}

function violationLines(
  violation: NonNullable<CampaignReport['violation']>,
  { id, seed, service, level }: Asked,
): readonly string[] {
  const of = `${service === undefined ? '' : ` --service ${service}`}${level === undefined ? '' : ` --level ${level}`}`;
  const only = `npm run campaign -- ${id} --seed ${seed}${of}`;
  return [
    `session ${violation.no}, ${violation.service}: ${violation.fault}`,
    ...violation.violations.map((line) => `  ${line}`),
    `  again, alone: ${only} --only ${violation.no}`,
    `  again, with those before it: ${only} --size ${violation.no}`,
    `  its data: ${violation.dataDir}`,
  ];
}
