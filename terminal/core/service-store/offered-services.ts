import { moduleOf } from '@yimen/contracts/device';
import { CATALOGUE, closedReason, opensBy, readHours, resolvePolicy } from '@yimen/contracts/service';
import type { ServicePackage } from './read-package.ts';
import type { ServiceStore } from './service-store.ts';

/** A service as a session and the fleet are told of it. `why` is a code: `cardUnit.hardwareError`, `policy.fee`,
 *  `package.damaged`, `hours.2026-11-30.0900` (when it opens). */
export interface OfferedService {
  readonly id: string;
  readonly state: 'available' | 'off' | 'coming';
  readonly why: string | null;
}

export interface OfferTerms {
  /** What keeps a device kind from being used, as a code; undefined: it works. */
  readonly problemOf: (kind: string) => string | undefined;
  /** What keeps every service from being used, whichever devices are well, as a code; undefined: nothing. */
  readonly allOff?: string | undefined;
  /** From the most general to the most specific place that contains the hall. */
  readonly places: readonly string[];
  /** Today in Asia/Shanghai, `YYYY-MM-DD`. */
  readonly date: string;
  /** This moment, by the fleet's clock. */
  readonly wallMs: number;
  /** The demonstration shows what is not built yet as "coming"; a real hall does not. */
  readonly demo: boolean;
}

/** What is offered now, service by service: each goes with what it needs, and only with that. */
export function offeredServices(store: ServiceStore, terms: OfferTerms): OfferedService[] {
  const byId = new Map(store.packages.map((found) => [found.id, found]));
  const eleven: readonly string[] = CATALOGUE.map(({ id }) => id);
  // A twelfth is offered as the eleven are: by its package.
  const more = [...byId.keys(), ...store.damaged].filter((id) => !eleven.includes(id));
  return [...eleven, ...more].flatMap((id): OfferedService[] => {
    const found = byId.get(id);
    if (found !== undefined) {
      const why = reasonAgainst(found, terms);
      return [{ id, state: why === undefined ? 'available' : 'off', why: why ?? null }];
    }
    if (store.damaged.includes(id)) return [{ id, state: 'off', why: 'package.damaged' }];
    return terms.demo ? [{ id, state: 'coming', why: null }] : [];
  });
}

/** What the offer says of the whole terminal. What is closed at its own hours is as it should be: only what else is off
 *  makes it a degraded one. */
export function offerSummary(offered: readonly OfferedService[]): {
  readonly hours: 'open' | 'closed';
  readonly services: 'all' | 'some' | 'none';
} {
  const installed = offered.filter(({ state }) => state !== 'coming');
  const open = installed.filter(({ why }) => why === null || opensBy(why) === undefined);
  const available = open.filter(({ state }) => state === 'available').length;
  return {
    hours: installed.length > 0 && open.length === 0 ? 'closed' : 'open',
    services: available === 0 ? 'none' : available < open.length ? 'some' : 'all',
  };
}

/** Services that the loss of one device kind takes away. */
export function servicesNeeding(store: ServiceStore, kind: string): string[] {
  return store.packages.filter((found) => found.manifest.needs.some((need) => need === kind)).map((found) => found.id);
}

/** The calendar day at a wall time in the halls' time zone, `YYYY-MM-DD`. */
export function shanghaiDay(wallMs: number): string {
  // China has one zone without daylight saving: UTC+8 all year.
  return new Date(wallMs + 8 * 3_600_000).toISOString().slice(0, 10);
}

function reasonAgainst(found: ServicePackage, terms: OfferTerms): string | undefined {
  if (terms.allOff !== undefined) return terms.allOff;
  for (const kind of found.manifest.needs) {
    const problem = terms.problemOf(kind);
    if (problem !== undefined) return `${moduleOf(kind)}.${problem}`;
  }
  for (const { kind, variant } of found.manifest.needsPolicy) {
    const row = resolvePolicy(found.policy, { kind, variant, places: terms.places, date: terms.date });
    if (row === undefined) return `policy.${kind}`;
  }
  return outsideHours(found, terms);
}

/** A service may have hours of its own (an office that has to answer closes at night). Hours that cannot be read are as
 *  good as none published: it is not offered. */
function outsideHours({ policy }: ServicePackage, { places, date, wallMs }: OfferTerms): string | undefined {
  const own = resolvePolicy(policy, { kind: 'hours', variant: null, places, date });
  if (own === undefined) return undefined;
  const hours = typeof own.value === 'string' ? readHours(own.value) : undefined;
  return hours === undefined ? 'policy.hours' : closedReason(hours, wallMs);
}
