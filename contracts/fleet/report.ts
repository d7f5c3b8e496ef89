import { z } from 'zod';
import { deviceStateSchema } from '../device/status.ts';
import { wireCode, wireInt, wireMs, wireText, wireTimeSchema, wireVersion, wireWall } from './common.ts';

export const birthSchema = z.object({
  v: wireVersion,
  kind: z.literal('birth'),
  linkSession: wireInt,
  epoch: wireInt,
  t: wireTimeSchema,
  software: z.object({ terminal: wireText, image: wireText, contract: z.array(wireInt).max(8) }),
  services: z.array(z.object({ id: wireCode, release: wireInt })).max(32),
  devices: z
    .array(
      z.object({ module: wireCode, driver: wireCode, model: wireText, serial: wireText, firmware: wireText.nullish() }),
    )
    .max(32),
  twinVer: wireInt,
  lastCounter: wireInt,
  checkpoint: z.string().max(1024).optional(),
});
export type Birth = z.infer<typeof birthSchema>;

export const leavingSchema = z.object({
  v: wireVersion,
  kind: z.literal('leaving'),
  linkSession: wireInt,
  t: wireTimeSchema,
  reason: wireCode,
});
/** The will, published by the broker when the link is lost. */
export const lostSchema = z.object({ v: wireVersion, kind: z.literal('lost'), linkSession: wireInt });
export const lifeSchema = z.discriminatedUnion('kind', [birthSchema, leavingSchema, lostSchema]);
export type Life = z.infer<typeof lifeSchema>;

export const TERMINAL_STATES = ['inService', 'degraded', 'outOfService', 'maintenance', 'closed'] as const;
export const terminalStateSchema = z.enum(TERMINAL_STATES);
export type TerminalState = z.infer<typeof terminalStateSchema>;

export const heartbeatSchema = z.object({
  v: wireVersion,
  linkSession: wireInt,
  n: wireInt.min(1),
  t: wireTimeSchema,
  state: terminalStateSchema,
  busy: z.boolean(),
  off: z.array(z.object({ service: wireCode, why: wireCode })).max(32),
  modules: z.array(z.object({ module: wireCode, state: deviceStateSchema, fault: wireCode.nullish() })).max(32),
  supplies: z
    .array(
      z.object({ unit: wireCode, count: wireInt, capacity: wireInt, source: z.enum(['counted', 'sensor', 'staff']) }),
    )
    .max(32),
  outbox: z.object({ rows: wireInt, oldestMs: wireMs }),
  sys: z.object({ cpuPct: wireInt, memFreeMb: wireInt, diskFreeMb: wireInt, tempC: wireInt.nullish() }),
});
export type Heartbeat = z.infer<typeof heartbeatSchema>;

export const serverStateSchema = z.object({
  v: wireVersion,
  online: z.boolean(),
  serverEpoch: wireInt,
  at: wireWall,
  hbEverySec: z.tuple([wireInt, wireInt]),
  reconnectSpreadSec: wireInt,
  slowdown: z.int().min(0).max(3),
});
export type ServerState = z.infer<typeof serverStateSchema>;
