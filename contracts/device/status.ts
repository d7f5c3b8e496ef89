import { z } from 'zod';

/** Device states, in XFS4IoT's words (Common.Status, 2024-3). */
export const DEVICE_STATES = [
  'online',
  'offline',
  'powerOff',
  'noDevice',
  'hardwareError',
  'userError',
  'deviceBusy',
  'fraudAttempt',
  'potentialFraud',
  'starting',
] as const;
export const deviceStateSchema = z.enum(DEVICE_STATES);
export type DeviceState = z.infer<typeof deviceStateSchema>;

export const mediaStateSchema = z.enum([
  'present',
  'notPresent',
  'jammed',
  'entering',
  'latched',
  'retracted',
  'unknown',
]);
export type MediaState = z.infer<typeof mediaStateSchema>;

/** Who must act: `reset` the machine itself; `clear` hall staff; `maintenance` a technician (alone ends
 *  `fraudAttempt`); `suspend` nobody, the device heals itself; `configuration` whoever set it up;
 *  `softwareError` us. */
export const actionSchema = z.enum(['reset', 'clear', 'maintenance', 'suspend', 'configuration', 'softwareError']);
export type Action = z.infer<typeof actionSchema>;

/** A device's fault in the standard's word (`mediaJam`, `paperOut`), with the maker's own code beside it. */
export const faultSchema = z.object({
  code: z.string().regex(/^[A-Za-z0-9._-]{1,48}$/),
  message: z.string().max(200),
  action: actionSchema,
  vendorCode: z.string().max(48).optional(),
  operationId: z.string().max(40).optional(),
});
export type Fault = z.infer<typeof faultSchema>;

export const supplyStateSchema = z.enum(['full', 'low', 'out', 'jammed', 'unknown']);
export type SupplyState = z.infer<typeof supplyStateSchema>;

/** A stack, bin or roll. `count` never means "ok" when absent: a device that cannot count says so by leaving it out. */
export const unitSchema = z.object({
  type: z.enum(['dispense', 'retain', 'park', 'reject', 'paper', 'ribbon']),
  capacity: z.int().min(0),
  initialCount: z.int().min(0),
  count: z.int().min(0),
  retainCount: z.int().min(0),
  threshold: z.int().min(0),
  status: z.enum(['ok', 'inoperative', 'missing', 'notConfigured', 'manipulated']),
  replenishment: z.enum(['ok', 'full', 'high', 'low', 'empty']),
  serialised: z.array(z.string().max(40)).max(2000).optional(),
});
export type Unit = z.infer<typeof unitSchema>;

/** What a device is, right now. Absent axes mean "cannot report", never "ok". */
export const deviceStatusSchema = z.object({
  device: deviceStateSchema,
  media: mediaStateSchema.optional(),
  devicePosition: z.enum(['inPosition', 'notInPosition', 'unknown']).optional(),
  antiFraud: z.enum(['ok', 'inoperable', 'deviceDetected', 'unknown']).optional(),
  supplies: z.record(z.string(), supplyStateSchema),
  units: z.record(z.string(), unitSchema),
  /** Doors, switches, tamper and the like by name, in the kind's words; only kinds that have sensors of their own. */
  sensors: z.record(z.string().max(40), z.string().max(24)).optional(),
  fault: faultSchema.optional(),
  action: actionSchema.optional(),
  /** Wall milliseconds since which the device has been in this `device` state. */
  since: z.int(),
  /** `reported` by the device, `inferred` from deadlines or other sensors, `stale` after a start or lost link. */
  source: z.enum(['reported', 'inferred', 'stale']),
});
export type DeviceStatus = z.infer<typeof deviceStatusSchema>;

/** The axes in which two statuses differ, whole; `undefined` when none does (`since` alone is no change). */
export function changedAxes(before: DeviceStatus, after: DeviceStatus): Partial<DeviceStatus> | undefined {
  const changed: Record<string, unknown> = {};
  for (const axis of Object.keys({ ...before, ...after }) as (keyof DeviceStatus)[]) {
    if (axis !== 'since' && JSON.stringify(before[axis]) !== JSON.stringify(after[axis])) changed[axis] = after[axis];
  }
  return Object.keys(changed).length > 0 ? (changed as Partial<DeviceStatus>) : undefined;
}
