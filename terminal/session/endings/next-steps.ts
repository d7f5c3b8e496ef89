import type { NextStep } from '@yimen/contracts/ui';
import type { StepEnv } from '../machine/step-machine.ts';

/** Which kind of way leads on from a refusal or a stop; anything not named leads to a window and the hotline. */
const WAYS: Readonly<Record<string, readonly NextStep['next'][]>> = {
  'doc-unreadable': ['hall', 'window'],
  'office-away': ['later', 'hall'],
  'fee-mismatch': ['line', 'window'],
  'pay-failed': ['again', 'line'],
  'device-failed': ['hall', 'line'],
  'validity-short': ['window'],
  'report-last-first': ['later', 'hall'],
  'consent-declined': ['window'],
  'approval-pending': ['later', 'line'],
  'paid-not-produced': ['hall', 'window', 'line'],
  'produced-not-taken': ['window', 'line'],
  'card-held': ['window', 'line'],
  unknown: ['line', 'window'],
};

/** Next steps that exist: a place is named from the policy's windows or the neighbouring halls that work now. */
export function nextSteps(code: string, env: StepEnv): NextStep[] {
  const ways = WAYS[code] ?? (['window', 'line'] as const);
  return ways.map((next) => ({
    next,
    text: textOf(next, env),
    place: next === 'hall' ? nearestHall(env) : next === 'window' ? windowOf(env) : null,
  }));
}

function textOf(next: NextStep['next'], env: StepEnv): string {
  // Only a case that stopped has an incident number to give.
  const said = next === 'line' && env.facts.stop === null ? env.say.lineAlone : env.say.next[next];
  return said.replace('{hotline}', env.assignment.terminal.hotline);
}

function nearestHall(env: StepEnv): NextStep['place'] {
  const { halls, terminal } = env.assignment;
  const others = halls.filter((hall) => hall.hallId !== terminal.hallId);
  // Without a fresh word on what works there, an address is given and no claim made.
  const hall =
    others.find((other) => other.working?.includes(env.pkg.manifest.id) === true) ??
    others.find((other) => other.town === terminal.town) ??
    others[0];
  if (hall === undefined) return null;
  return env.lang === 'en'
    ? { name: hall.en, address: hall.addressEn, hours: hall.hoursEn }
    : { name: hall.zh, address: hall.addressZh, hours: hall.hoursZh };
}

function windowOf(env: StepEnv): NextStep['place'] {
  const name = env.texts['window.name'];
  if (name === undefined) return null;
  return { name, address: env.texts['window.address'] ?? '', hours: env.texts['window.hours'] ?? '' };
}
