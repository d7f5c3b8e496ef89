import type { Assignment } from '@yimen/contracts/terminal';
import type { FaceMatcher } from '../runner/ports.ts';
import { FakeCore } from './fake-core.ts';
import { FakeHall } from './fake-hall.ts';
import { FakeOffice } from './fake-office.ts';
import { SessionHarness } from './harness.ts';

/** What a test changes before the citizen comes. */
export interface Before {
  readonly core?: (core: FakeCore) => void;
  readonly hall?: (hall: FakeHall) => void;
  readonly office?: (office: FakeOffice) => void;
  readonly assignment?: Partial<Assignment>;
  readonly matcher?: FaceMatcher | null;
  readonly answers?: Readonly<Record<string, string>>;
}

/** Answers of each service's straight way, where they are not the first option. */
const ANSWERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'exit.card': { mode: 'approved' },
  // Her card is valid for years: only a lost one is replaced now.
  'hh.idapply': { reason: 'loss' },
};

/** A session of a service at its first moment, with the answers of its straight way. */
export async function straightSession(service: string, before: Before = {}): Promise<SessionHarness> {
  const [core, hall, office] = [new FakeCore(), new FakeHall(), new FakeOffice()];
  if (service === 'hh.idapply') {
    office.decision = 'accepted';
    hall.readers.code = 'PH20261101000001';
  }
  before.core?.(core);
  before.hall?.(hall);
  before.office?.(office);
  const session = await SessionHarness.create(
    before.assignment ?? {},
    { core, office, hall },
    before.matcher === null ? null : before.matcher,
    service,
  );
  session.answers = { ...ANSWERS[service], ...before.answers };
  return session;
}

/** The same, walked to its end. */
export async function walked(service: string, before: Before = {}): Promise<SessionHarness> {
  const session = await straightSession(service, before);
  await session.walk();
  return session;
}

/** What the citizen read when it did not go on, in his words. */
export function told(session: SessionHarness): string {
  const view = session.views.findLast(({ kind }) => kind === 'refused' || kind === 'stopped');
  if (view?.kind === 'refused') return [view.body.told, ...view.body.next.map(({ text }) => text)].join(' ');
  if (view?.kind !== 'stopped') return '';
  const { happened, property, money, next } = view.body;
  return [happened, property, money, ...next.map(({ text }) => text)].join(' ');
}

export const count = (session: SessionHarness, verb: string): number =>
  session.hall.seen.filter((seen) => seen === verb).length;
