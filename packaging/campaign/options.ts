import { parseArgs } from 'node:util';
import { CATALOGUE } from '@yimen/contracts/service';
import { CAMPAIGNS } from './campaigns.table.ts';

const LEVELS = ['journal', 'services'] as const;
export type Level = (typeof LEVELS)[number];
const withRig = (): string =>
  Object.entries(CAMPAIGNS)
    .filter(([, { rig }]) => rig !== undefined)
    .map(([id]) => id)
    .join(', ');

export const USAGE = `npm run campaign -- ID [--size N] [--seed S] [--service ID] [--level L] [--only K | --from K] [--json]
  ID         ${Object.keys(CAMPAIGNS).join(', ')}; list: tells what each is
  --size     sessions (default: the campaign's own); R2, R4, R5: a quarter are sessions, the rest runs of the journal
  --seed     default: drawn, and printed
  --service  F55, R1, R2, R4, R5: only this service
  --level    ${withRig()}: journal (a process that writes the product's journal, and the control, which must lose rows)
             or services (whole sessions) alone; these need root, and Debian's nbdkit, libnbd-bin, fuse3, e2fsprogs, strace
  --only     the session or run of this number alone: a violation again
  --from     begin at this number
npm run soak -- --sessions N   the same as random --size N`;

export type CampaignOptions =
  | { readonly what: 'wrong'; readonly message: string }
  | { readonly what: 'help' | 'list' }
  | {
      readonly what: 'run';
      readonly id: string;
      readonly size: number | undefined;
      readonly seed: number;
      readonly service: string | undefined;
      /** undefined: all that the campaign has. */
      readonly level: Level | undefined;
      readonly only: number | undefined;
      readonly from: number;
      readonly isJson: boolean;
    };

const NUMBERS = ['size', 'sessions', 'seed', 'only', 'from'] as const;

/** What was typed. @param drawn the seed when none was given */
export function parseCampaignOptions(args: readonly string[], drawn: number): CampaignOptions {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        size: { type: 'string' },
        sessions: { type: 'string' },
        seed: { type: 'string' },
        service: { type: 'string' },
        level: { type: 'string' },
        only: { type: 'string' },
        from: { type: 'string' },
      },
    });
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help) return { what: 'help' };
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0)
    return wrong(`expected one ID: ${Object.keys(CAMPAIGNS).join(', ')} or list`);
  if (id === 'list') return { what: 'list' };
  if (!Object.hasOwn(CAMPAIGNS, id))
    return wrong(`there is no campaign ${id}; there are ${Object.keys(CAMPAIGNS).join(', ')}`);
  for (const name of NUMBERS) {
    const text = values[name];
    if (text !== undefined && (!/^\d{1,9}$/.test(text) || (name !== 'seed' && Number(text) < 1)))
      return wrong(`--${name}: expected a whole number, not ${text}`);
  }
  const { service } = values;
  if (service !== undefined && !CATALOGUE.some((row) => row.id === service))
    return wrong(`--service: expected one of ${CATALOGUE.map((row) => row.id).join(' ')}, not ${service}`);
  const level = LEVELS.find((one) => one === values.level);
  const wrongLevel = whatIsWrongWith(id, values.level, values.only ?? values.from);
  if (wrongLevel !== undefined) return wrong(wrongLevel);
  const number = (name: (typeof NUMBERS)[number]): number | undefined =>
    values[name] === undefined ? undefined : Number(values[name]);
  return {
    what: 'run',
    id,
    size: number('size') ?? number('sessions'),
    seed: number('seed') ?? drawn,
    service,
    level,
    only: number('only'),
    from: number('from') ?? 1,
    isJson: values.json,
  };
}

/** Runs and sessions are counted each for itself: a number alone does not say which is meant. */
function whatIsWrongWith(id: string, level: string | undefined, number: string | undefined): string | undefined {
  const hasRig = CAMPAIGNS[id]?.rig !== undefined;
  if (level === undefined)
    return hasRig && number !== undefined ? '--only, --from: say of what, with --level journal or services' : undefined;
  if (!hasRig) return `--level: only with ${withRig()}`;
  return LEVELS.some((one) => one === level) ? undefined : `--level: expected journal or services, not ${level}`;
}

function wrong(message: string): CampaignOptions {
  return { what: 'wrong', message };
}
