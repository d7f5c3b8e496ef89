import { parseArgs } from 'node:util';
import { err, ok, type Result } from '@yimen/contracts/base';
import { CATALOGUE } from '@yimen/contracts/service';
import { MOMENTS, type Moment } from './moments.table.ts';

export interface PrivacyOptions {
  readonly services: readonly string[];
  readonly moments: readonly Moment[];
  readonly rounds: number;
  readonly control: boolean;
  readonly json: boolean;
}

export const PRIVACY_HELP = `npm run privacy -- [SERVICE …] [options]: is anything left of a citizen?

  SERVICE      which services (default: all eleven)
  --services S the same: all, or services with commas between them
  --moment M   ${MOMENTS.join(', ')}; may be given several times (default: all)
  --rounds N   so many citizens for each (default 1)
  --control    look while the session lives: something must be found
  --json       one JSON document on stdout
  --help       this text
`;

interface WrongUse {
  readonly code: 'WRONG_OPTION';
  readonly message: string;
}

const SPEC = {
  options: {
    services: { type: 'string' },
    moment: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    control: { type: 'boolean' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
  allowPositionals: true,
} as const;

/** Reads the command line; what is wrong is named together with what was expected. */
export function readPrivacyOptions(args: readonly string[]): Result<PrivacyOptions | 'help', WrongUse> {
  let parsed: ReturnType<typeof parseArgs<typeof SPEC>>;
  try {
    parsed = parseArgs({ ...SPEC, args: [...args] });
  } catch (error) {
    return wrong(error instanceof Error ? (error.message.split('\n')[0] ?? 'wrong use') : 'wrong use');
  }
  const { values, positionals } = parsed;
  if (values.help === true) return ok('help');
  const all = CATALOGUE.map(({ id }) => id);
  const listed = values.services === undefined || values.services === 'all' ? [] : values.services.split(',');
  const asked = [...positionals, ...listed];
  const unknown = asked.find((service) => !all.some((id) => id === service));
  if (unknown !== undefined) return wrong(`${unknown}: no such service; expected some of ${all.join(' ')}`);
  const moments = values.moment ?? MOMENTS;
  const strange = moments.find((moment) => !MOMENTS.some((one) => one === moment));
  if (strange !== undefined) return wrong(`--moment ${strange}: expected one of ${MOMENTS.join(', ')}`);
  const rounds = Number(values.rounds ?? '1');
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1_000)
    return wrong(`--rounds ${values.rounds ?? ''}: expected a whole number from 1 to 1000`);
  return ok({
    services: asked.length === 0 || values.services === 'all' ? all : asked,
    moments: MOMENTS.filter((moment) => moments.some((one) => one === moment)),
    rounds,
    control: values.control === true,
    json: values.json === true,
  });
}

function wrong(message: string): Result<never, WrongUse> {
  return err({ code: 'WRONG_OPTION', message });
}
