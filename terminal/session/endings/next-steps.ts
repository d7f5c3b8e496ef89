import { CATALOGUE, type ServiceId } from '@yimen/contracts/service';
import type { NextStep } from '@yimen/contracts/ui';
import { isOpen, opensAt, readHours } from '@yimen/contracts/service';
import type { StepEnv } from '../machine/step-machine.ts';

/** Which kind of way leads on from a refusal or a stop; anything not named leads to a window and the hotline. */
const WAYS: Readonly<Record<string, readonly NextStep['next'][]>> = {
  'doc-unreadable': ['hall', 'window'],
  'doc-expired': ['go', 'window'],
  'office-away': ['later', 'hall'],
  'fee-mismatch': ['line', 'window'],
  'pay-failed': ['again', 'line'],
  'device-failed': ['hall', 'line'],
  'validity-short': ['window'],
  'report-last-first': ['later', 'hall'],
  'consent-declined': ['window'],
  'too-early': ['later'],
  'receipt-unknown': ['again', 'window'],
  unpaid: ['go', 'window'],
  'fingers-missing': ['again', 'window'],
  'open-violation': ['go', 'window'],
  'photo-rejected': ['again', 'window'],
  'already-open': ['go', 'window'],
  'already-paid': ['window'],
  'not-payable': ['later', 'line'],
  'void-unpaid': ['go', 'window'],
  'bill-busy': ['later'],
  'no-approved-record': ['go', 'window'],
  'print-failed': ['hall', 'window'],
  'not-ready': ['later', 'line'],
  'old-not-given': ['bring', 'window'],
  'photo-receipt': ['bring', 'window'],
  'no-health': ['bring', 'window'],
  'no-photo': ['bring', 'window'],
  'no-insurance': ['bring', 'window'],
  'no-tax': ['bring', 'window'],
  'plate-unknown': ['again', 'window'],
  'engine-differs': ['again', 'window'],
  'none-found': ['again', 'window'],
  'unpaid-void': ['again', 'window'],
  'chip-full': ['go', 'window'],
  'approval-pending': ['later', 'line'],
  'paid-not-produced': ['hall', 'window', 'line'],
  'produced-not-taken': ['window', 'line'],
  'card-held': ['window', 'line'],
  unknown: ['line', 'window'],
};

/** The service that goes on from here, where it is another one. */
const GO_TO: Readonly<Record<string, ServiceId>> = {
  unpaid: 'exit.pay',
  'already-open': 'exit.pay',
  'void-unpaid': 'exit.prereg',
  'no-approved-record': 'exit.endorse',
  'chip-full': 'exit.prereg',
  'doc-expired': 'exit.prereg',
  'open-violation': 'veh.violation',
};

/** Next steps that exist: a place is named from the policy's windows or the neighbouring halls that work now. */
export function nextSteps(code: string, env: StepEnv): NextStep[] {
  const ways = WAYS[code] ?? (['window', 'line'] as const);
  return ways.map((next) => ({
    next,
    text: next === 'go' ? goText(code, env) : code === 'too-early' ? env.say.comeThen : textOf(next, env),
    place: next === 'hall' ? nearestHall(env) : next === 'window' ? windowOf(env) : null,
  }));
}

function textOf(next: NextStep['next'], env: StepEnv): string {
  switch (next) {
    case 'line':
      return lineText(env);
    case 'window':
      return windowText(env);
    default:
      return env.say.next[next];
  }
}

/** Who answers at this hour, and the number: the hall's keeper while he is there, else the line that is never silent. */
function lineText(env: StepEnv): string {
  // Only a case that stopped has an incident number to give.
  const said = env.facts.stop === null ? env.say.lineAlone : env.say.next.line;
  const answers = CONTACTS.map((who) => contactOf(who, env)).find((contact) => contact !== undefined);
  const number = answers?.number ?? env.assignment.terminal.hotline;
  const named = answers === undefined ? said : `${env.say.contacts[answers.who]} ${said}`;
  return named.replace('{hotline}', number);
}

/** In the order in which they are asked for. */
const CONTACTS = ['keeper', 'hotline'] as const;
type Contact = (typeof CONTACTS)[number];

/** Policy row `window`, variant `contact.<who>`: days, hours, number. */
function contactOf(who: Contact, env: StepEnv): { who: Contact; number: string } | undefined {
  const value = env.policy('window', `contact.${who}`)?.value;
  if (typeof value !== 'string') return undefined;
  const [, days = '', ranges = '', number = ''] = /^(\S+) (\S+) (.+)$/u.exec(value) ?? [];
  const hours = readHours(`${days} ${ranges}`);
  return hours !== undefined && isOpen(hours, env.wallMs) ? { who, number } : undefined;
}

/** When the window is open; what the machine keeps can be fetched there from then on. */
function windowText(env: StepEnv): string {
  const value = env.policy('hours', 'window')?.value;
  const hours = typeof value === 'string' ? readHours(value) : undefined;
  if (hours === undefined) return env.say.next.window;
  const { facts, say, wallMs } = env;
  const isKept = facts.card === 'held' || facts.card === 'stuck' || facts.goods === 'retracted';
  const when = isOpen(hours, wallMs) ? say.openNow : say.opensAt(opensAt(hours, wallMs));
  return `${isKept ? say.fetchAtWindow : say.next.window} ${when}`;
}

/** Names the other service, as the menu does. */
function goText(code: string, env: StepEnv): string {
  const row = CATALOGUE.find((one) => one.id === GO_TO[code]);
  if (row === undefined) return env.say.next.go;
  return `${env.say.next.go} ${env.lang === 'en' ? row.en : row.zh}`;
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
