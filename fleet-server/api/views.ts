import { deviceStateSchema } from '@yimen/contracts/device';
import { TOWNS } from '@yimen/contracts/fleet';
import { isEventKind, serviceOutcomeSchema, stopStateSchema } from '@yimen/contracts/journal';
import { z } from 'zod';
import { limits } from '../limits.table.ts';

/** What the api's answers are made of. Every answer carries `now` (this server's wall milliseconds), so that a reader
 *  can date every fact in it without trusting its own clock. */
const wall = z.int();
const count = z.int();

export const townSchema = z.object({ code: z.string(), zh: z.string(), en: z.string() });

export const hallSchema = z.object({
  hallId: z.string(),
  town: z.string(),
  zh: z.string(),
  en: z.string(),
  addressZh: z.string(),
  addressEn: z.string(),
  hoursZh: z.string(),
  hoursEn: z.string(),
});

export const shownStateSchema = z.enum(['inService', 'degraded', 'outOfService', 'maintenance', 'closed', 'unknown']);

const moduleSchema = z.object({
  module: z.string(),
  state: deviceStateSchema,
  fault: z.string().nullable(),
  driver: z.string().nullable(),
  model: z.string().nullable(),
  serial: z.string().nullable(),
  firmware: z.string().nullable(),
  changedAt: wall.nullable(),
});

export const terminalSchema = z.object({
  tid: z.string(),
  hallId: z.string(),
  town: z.string(),
  simulated: z.boolean(),
  link: z.enum(['up', 'down', 'never']),
  linkSince: wall.nullable(),
  state: shownStateSchema,
  busy: z.boolean(),
  heardAt: wall.nullable(),
  /** Age of everything below at `now`; null = never heard. */
  ageMs: z.int().min(0).nullable(),
  /** Older than the bound: to be shown grey with "as of". */
  stale: z.boolean(),
  off: z.array(z.object({ service: z.string(), why: z.string() })),
  modules: z.array(moduleSchema),
  supplies: z.array(
    z.object({ unit: z.string(), count, capacity: count, source: z.enum(['counted', 'sensor', 'staff']) }),
  ),
  outboxRows: count,
  openAlarms: count,
});

export const terminalDetailSchema = terminalSchema.extend({
  software: z.string().nullable(),
  services: z.array(z.object({ id: z.string(), release: z.int() })),
  sys: z
    .object({ cpuPct: z.number(), memFreeMb: z.number(), diskFreeMb: z.number(), tempC: z.number().nullable() })
    .nullable(),
});

export const volumeSchema = z.object({
  place: z.string(),
  service: z.string(),
  outcome: serviceOutcomeSchema,
  n: count,
  chargedFen: count,
  refundedFen: count,
  produced: count,
  handedOver: count,
});

export const eventSchema = z.object({
  id: z.string(),
  tid: z.string(),
  epoch: z.int(),
  seq: z.int(),
  kind: z.string(),
  wall,
  at: wall,
  receivedAt: wall,
  fields: z.record(z.string(), z.unknown()),
});

export const alarmSchema = z.object({
  id: z.string(),
  tid: z.string(),
  town: z.string(),
  module: z.string(),
  code: z.string(),
  severity: z.enum(['warning', 'minor', 'major', 'critical']),
  state: z.enum(['normal', 'unacked', 'acked', 'returned', 'shelved', 'suppressed']),
  raisedAt: wall,
  count,
  stop: stopStateSchema.nullable(),
});

export const varianceSchema = z.object({
  id: z.string(),
  tid: z.string(),
  town: z.string(),
  module: z.string(),
  unit: z.string(),
  expected: count,
  counted: count,
  variance: count,
  missing: z.string().nullable(),
  who: z.string(),
  at: wall,
  workOrder: z.string().nullable(),
  accepted: z
    .object({
      by: z.enum(['terminal', 'fleet']),
      who: z.string().nullable(),
      reason: z.string().nullable(),
      at: wall,
      atTerminal: z.boolean(),
    })
    .nullable(),
});

export const ledgerSchema = z.object({
  tid: z.string(),
  epoch: z.int(),
  upTo: z.int(),
  stored: count,
  holes: z.array(z.tuple([z.int(), z.int()])),
  quarantined: count,
  head: z.string(),
});

/** Why somebody decided: words, no control characters. */
export const reasonField = z
  .string()
  .trim()
  .min(4, 'say why, in at least 4 characters')
  .max(limits.reasonLength, `at most ${limits.reasonLength} characters`)
  .regex(/^[^\u0000-\u001f\u007f]*$/u, 'one line of text');

/** An incident number as it stands on a slip: two groups of three, no look-alikes. */
export const incidentField = z.string().regex(/^[2-9A-HJKMNP-TW-Z]{3}-[2-9A-HJKMNP-TW-Z]{3}$/);

/** Query fields that several routes share. Their messages name the remedy. */
const townCodes = TOWNS.map((town) => town.code);
export const townField = z.string().refine((code) => townCodes.some((known) => known === code), {
  message: `unknown town; use one of ${townCodes.join(', ')}`,
});
export const tidField = z.string().regex(/^[A-Z0-9-]{6,32}$/, 'a terminal id is 6–32 characters of A–Z, 0–9 and -');
export const hallField = z.string().regex(/^[a-z0-9-]{3,40}$/, 'a hall id is 3–40 characters of a–z, 0–9 and -');
export const serviceField = z.string().regex(/^[A-Za-z0-9._-]{1,48}$/, 'a service id, such as exit.endorse');
export const dayField = z.iso.date('a day is written YYYY-MM-DD');
export const kindsField = z
  .string()
  .max(400)
  .refine(
    (text) => text.split(',').every(isEventKind),
    'kinds are names from the event table, with commas between them',
  );
export const nowField = wall.describe('Wall milliseconds of the server when it answered');

/** A number in an address: plain digits only, so that `1e9` or ` 5` do not pass. */
export function digitsField(min: number, max: number): z.ZodType<number, string> {
  return z.codec(z.string().regex(/^\d{1,16}$/, `a whole number from ${min} to ${max}`), z.int().min(min).max(max), {
    decode: (text) => Number(text),
    encode: (value) => String(value),
  });
}
export const eventLimitField = digitsField(1, limits.eventRows);
