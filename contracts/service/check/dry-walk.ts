import type { Guard, Workflow } from '../package.ts';
import { askedBy, toldBy } from './asks.ts';
import type { WorkflowStep } from './finding.ts';

/** One way through a workflow, with what was answered, told and usable on it: only what some guard reads. */
export interface Path {
  readonly steps: readonly WorkflowStep[];
  readonly answers: Readonly<Record<string, string>>;
  readonly flags: Readonly<Record<string, boolean>>;
  readonly devices: Readonly<Record<string, boolean>>;
}

export interface DryWalk {
  readonly paths: readonly Path[];
  /** False: there are more than `PATHS_MOST`, and the rest was not walked. */
  readonly isComplete: boolean;
}

/** A package with more ways than this cannot be judged by a person either. */
export const PATHS_MOST = 4096;
/** Stands for every answer that no guard names. */
const ANY_OTHER = '…';

interface Place extends Path {
  readonly at: number;
  readonly told: ReadonlySet<string>;
}

/** Every way through a workflow: each value of each answer that a guard reads, each flag that a lookup may have told, each
 *  guarded device usable or not. A device stays as it is for the whole way. */
export function walkAll({ steps }: Workflow): DryWalk {
  const named = namedValues(steps);
  const paths: Path[] = [];
  const open: Place[] = [{ at: 0, steps: [], answers: {}, flags: {}, devices: {}, told: new Set() }];
  for (let ends = 0; ends <= PATHS_MOST;) {
    const place = open.pop();
    if (place === undefined) return { paths, isComplete: true };
    const step = steps[place.at];
    if (step === undefined) {
      ends++;
      paths.push(place);
      continue;
    }
    const next = onward(place, step, named);
    if (next.length === 0) ends++; // every option is hidden: the service refuses here
    open.push(...next.toReversed());
  }
  return { paths: paths.slice(0, PATHS_MOST), isComplete: false };
}

/** The conditions of a path in words, for a finding. */
export function inWords({ answers, flags, devices }: Path): string {
  const words = [
    ...Object.entries(answers).map(([question, value]) => `${question} = ${value}`),
    ...Object.entries(flags).map(([flag, is]) => (is ? flag : `not ${flag}`)),
    ...Object.entries(devices).map(([device, usable]) => `${device} ${usable ? 'usable' : 'away'}`),
  ];
  return words.length === 0 ? 'on every path' : `where ${words.join(', ')}`;
}

/** Values that guards name, by question. */
function namedValues(steps: readonly WorkflowStep[]): ReadonlyMap<string, ReadonlySet<string>> {
  const named = new Map<string, Set<string>>();
  for (const guard of steps.flatMap((step) => step.when ?? [])) {
    if (!('answer' in guard)) continue;
    const values = named.get(guard.answer) ?? new Set();
    for (const value of guard.in) values.add(value);
    named.set(guard.answer, values);
  }
  return named;
}

function onward(place: Place, step: WorkflowStep, named: ReadonlyMap<string, ReadonlySet<string>>): readonly Place[] {
  for (const guard of step.when ?? []) {
    const holds = holdsAt(place, guard);
    if (holds === undefined) return [true, false].map((is) => settled(place, guard, is));
    if (!holds) return [{ ...place, at: place.at + 1 }];
  }
  const told = new Set([...place.told, ...toldBy(step)]);
  const walked: Place = { ...place, at: place.at + 1, steps: [...place.steps, step], told };
  const asked = askedBy(step);
  const guarded = asked === undefined ? undefined : named.get(asked.question);
  if (asked === undefined || guarded === undefined) return [walked];
  const values = asked.values ?? [...guarded, ANY_OTHER];
  return values.flatMap((value) => chosen(walked, asked.question, value));
}

/** The place after an option was chosen; none when a lookup hid the option. */
function chosen(place: Place, question: string, value: string): readonly Place[] {
  const hides = `no.${value}`;
  if (place.flags[hides] === true) return [];
  const flags = place.told.has(hides) ? { ...place.flags, [hides]: false } : place.flags;
  return [{ ...place, answers: { ...place.answers, [question]: value }, flags }];
}

/** Whether a guard holds; undefined: both may be. */
function holdsAt(place: Place, guard: Guard): boolean | undefined {
  if ('answer' in guard) return guard.in.includes(place.answers[guard.answer] ?? '');
  if ('device' in guard) {
    const usable = place.devices[guard.device];
    return usable === undefined ? undefined : usable === guard.usable;
  }
  if (!place.told.has(guard.flag)) return !guard.is;
  const is = place.flags[guard.flag];
  return is === undefined ? undefined : is === guard.is;
}

function settled(place: Place, guard: Guard, is: boolean): Place {
  if ('device' in guard) return { ...place, devices: { ...place.devices, [guard.device]: is } };
  return 'flag' in guard ? { ...place, flags: { ...place.flags, [guard.flag]: is } } : place;
}
