import { CATALOGUE } from '../registry/catalogue.ts';
import { WHERE_FORMS } from '../registry/discover.ts';
import type { PluggedIn } from './plugged-in.ts';
import { actionsOf } from './probe-actions.table.ts';
import { WHERE_TABLE } from './where-forms.table.ts';

/** Everything that can be asked, and what there is to ask. */
export interface ProbeList {
  readonly drivers: readonly { readonly driver: string; readonly says: string; readonly actions: readonly string[] }[];
  readonly where: readonly {
    readonly carrier: string;
    readonly form: string;
    readonly says: string;
    readonly example: string;
  }[];
  readonly pluggedIn: readonly PluggedIn[];
}

export function probeList(pluggedIn: readonly PluggedIn[]): ProbeList {
  return {
    drivers: Object.entries(CATALOGUE).map(([driver, { says, kind }]) => ({
      driver,
      says,
      actions: Object.keys(actionsOf(kind)),
    })),
    where: Object.entries(WHERE_TABLE).map(([carrier, row]) => ({ carrier, ...row })),
    pluggedIn,
  };
}

/** The list for people: how to call it, drivers, ways to write a WHERE, and last, where it stays in sight, what is there. */
export function listText({ drivers, where, pluggedIn }: ProbeList): string {
  return [
    'npm run probe -- DRIVER --at WHERE ACTION     (DRIVER --help: its actions and their options)',
    '',
    'DRIVER, and its ACTIONs',
    ...drivers.flatMap(({ driver, says, actions }) => [`  ${driver}`, `      ${says}`, `      ${actions.join(', ')}`]),
    '',
    'WHERE, and one call for each',
    ...where.flatMap(({ form, says, example }) => [`  ${form}`, `      ${says}`, `      npm run probe -- ${example}`]),
    '',
    'Plugged in here: serial ports, card readers, scanners for codes, cameras (devices on the network are not listed)',
    ...pluggedIn.flatMap(({ where: at, says }) => [`  ${at}`, `      ${says}`]),
    ...(pluggedIn.length === 0 ? ['  nothing'] : []),
    '',
  ].join('\n');
}

/** `--help`; of one driver, its actions with their options. */
export function helpText(driver?: string): string {
  const row = driver === undefined ? undefined : CATALOGUE[driver];
  const actions = Object.entries(row === undefined ? {} : actionsOf(row.kind));
  const wide = Math.max(0, ...actions.map(([name]) => name.length));
  return [
    `npm run probe -- ${driver ?? 'DRIVER'} --at WHERE ACTION [--json]`,
    '',
    row?.says ??
      'A technician’s look at one device. Without arguments: the drivers, their actions, and what is plugged in.',
    ...actions.map(([name, { says }]) => `  ${name.padEnd(wide)}  ${says}`),
    ...(row === undefined ? [] : ['']),
    `WHERE    ${WHERE_FORMS}`,
    ...(row === undefined
      ? [
          'ACTION   identify, status, selftest, watch, and what the device can do; DRIVER --help tells them with their options.',
        ]
      : []),
    'Tests    what they move and count (test-card, clean, dispense, a printed page) is not a customer’s',
    '--json   one JSON document on stdout, everything else on stderr; a failure has fault and remedy in it',
    'Status   0 done, 1 it failed (the last line says why and what to look at), 2 wrong use',
    '',
  ].join('\n');
}
