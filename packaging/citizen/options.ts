import { parseArgs } from 'node:util';
import { err, ok, type Result } from '@yimen/contracts/base';
import { TOWNS } from '@yimen/contracts/fleet';
import { CATALOGUE, STEP_KINDS } from '@yimen/contracts/service';
import { FAULTS, recipeFor, type FaultRecipe } from './faults.table.ts';
import type { Visit } from './visits.table.ts';

export interface CitizenOptions {
  readonly service: string;
  readonly portBase: number;
  readonly lang: 'zh-CN' | 'en';
  readonly speed: 'real' | 'fast';
  /** `recipe`: a fault that is not a row of the matrix (a campaign's); `id` is then the device's own word for it. */
  readonly fault: { readonly id: string; readonly step: string | null; readonly recipe?: FaultRecipe } | null;
  /** What he brings, where the command line says otherwise. */
  readonly visit: Partial<Visit>;
  readonly json: boolean;
}

export const CITIZEN_HELP = `npm run citizen -- SERVICE [options]: walks one scripted citizen through a service

  SERVICE            ${CATALOGUE.map(({ id }) => id).join(' ')}
                     all: each of the eleven, one after the other
  --permit THING     which permit he brings (default permit-li-na; the bench lists things)
  --id-card THING    which ID card (default id-li-na)
  --code THING       which code he holds before the window
  --answer Q=VALUE   what he chooses or types, by question or field; may be given several times
  --fault Fnn[@STEP] something breaks, from the start or when STEP is shown
  --lang zh-CN|en    language of his screens (default zh-CN)
  --speed real|fast  device times, where this command starts the demonstration itself (default fast)
  --hall TOWN        the town of the whole terminal: DALIANG
  --port-base N      where the demonstration runs (default 7000); none there: one is started and stopped
  --json             one JSON document on stdout
  --help             this text

Faults: ${Object.keys(FAULTS).join(' ')}
`;

interface WrongUse {
  readonly code: 'WRONG_OPTION';
  readonly message: string;
}

const SPEC = {
  options: {
    permit: { type: 'string' },
    'id-card': { type: 'string' },
    code: { type: 'string' },
    answer: { type: 'string', multiple: true },
    fault: { type: 'string' },
    lang: { type: 'string' },
    speed: { type: 'string' },
    hall: { type: 'string' },
    'port-base': { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
  strict: true,
  allowPositionals: true,
} as const;

/** Reads the command line; what is wrong is named together with what was expected. */
export function readCitizenOptions(args: readonly string[]): Result<CitizenOptions | 'help', WrongUse> {
  let parsed: ReturnType<typeof parseArgs<typeof SPEC>>;
  try {
    parsed = parseArgs({ ...SPEC, args: [...args] });
  } catch (error) {
    return wrong(error instanceof Error ? (error.message.split('\n')[0] ?? 'wrong use') : 'wrong use');
  }
  const { values, positionals } = parsed;
  if (values.help === true) return ok('help');
  const [service, ...more] = positionals;
  if (service === undefined || more.length > 0) return wrong('expected one SERVICE, such as exit.endorse');
  if (service !== 'all' && !CATALOGUE.some((row) => row.id === service))
    return wrong(`${service}: no such service; expected all or one of ${CATALOGUE.map((row) => row.id).join(' ')}`);
  const answers = readAnswers(values.answer ?? []);
  if (!answers.ok) return answers;
  const portBase = Number(values['port-base'] ?? '7000');
  if (!Number.isInteger(portBase) || portBase < 1024 || portBase > 65_529)
    return wrong(`--port-base ${values['port-base'] ?? ''}: expected a whole number from 1024 to 65529`);
  const lang = values.lang ?? 'zh-CN';
  if (lang !== 'zh-CN' && lang !== 'en') return wrong(`--lang ${lang}: expected zh-CN or en`);
  const speed = values.speed ?? 'fast';
  if (speed !== 'real' && speed !== 'fast') return wrong(`--speed ${speed}: expected real or fast`);
  const hall = (values.hall ?? 'DALIANG').toUpperCase();
  if (hall !== 'DALIANG')
    return wrong(
      `--hall ${hall}: expected DALIANG, the town with the whole terminal${TOWNS.some((town) => town.key === hall) ? ' (the others are light simulated ones)' : ''}`,
    );
  const fault = readFault(values.fault, service);
  if (!fault.ok) return fault;
  return ok({
    service,
    portBase,
    lang,
    speed,
    fault: fault.value,
    visit: {
      ...(values.permit === undefined ? {} : { permit: values.permit }),
      ...(values['id-card'] === undefined ? {} : { idCard: values['id-card'] }),
      ...(values.code === undefined ? {} : { code: values.code }),
      answers: answers.value,
    },
    json: values.json === true,
  });
}

function readAnswers(pairs: readonly string[]): Result<Readonly<Record<string, string>>, WrongUse> {
  const wrongPair = pairs.find((pair) => !/^[A-Za-z]+=./u.test(pair));
  if (wrongPair !== undefined) return wrong(`--answer ${wrongPair}: expected QUESTION=VALUE`);
  return ok(
    Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])),
  );
}

function readFault(text: string | undefined, service: string): Result<CitizenOptions['fault'], WrongUse> {
  if (text === undefined) return ok(null);
  const [id = '', step, ...more] = text.split('@');
  if (!Object.hasOwn(FAULTS, id) || more.length > 0)
    return wrong(`--fault ${text}: expected one of ${Object.keys(FAULTS).join(' ')}, with @STEP if it begins later`);
  if (step !== undefined && !STEP_KINDS.some((kind) => kind === step))
    return wrong(`--fault ${text}: no step ${step}; expected one of ${STEP_KINDS.join(' ')}`);
  const wanted = service === 'all' ? CATALOGUE.map((row) => row.id) : [service];
  const without = wanted.filter((one) => recipeFor(id, one) === undefined);
  if (without.length > 0)
    return wrong(`--fault ${text}: it cannot meet ${without.join(' ')}; expected ${servicesOf(id).join(' ')}`);
  return ok({ id, step: step ?? null });
}

function servicesOf(id: string): readonly string[] {
  return CATALOGUE.map((row) => row.id).filter((service) => recipeFor(id, service) !== undefined);
}

function wrong(message: string): Result<never, WrongUse> {
  return err({ code: 'WRONG_OPTION', message });
}
