import { z } from 'zod';
import type { PortOf } from '../port.ts';
import { effect, read } from '../port.ts';

const nothing = z.strictObject({});
const name = z.string().regex(/^[a-z][a-zA-Z0-9]{0,30}$/);

/** XFS4IoT Auxiliaries' words. What cannot be read is `unknown`, never `closed`. */
export const doorStateSchema = z.enum(['closed', 'open', 'locked', 'bolted', 'tampered', 'unknown']);
export const upsStateSchema = z.enum(['powering', 'engaged', 'low', 'recovered', 'unknown']);

/** Doors, tamper, lights, key switch, call button, temperature, UPS. Names come from the cabinet model's table. Changes are
 *  told as the status' axis `sensors`. */
export const cabinetIoPort = {
  kind: 'cabinet-io',
  verbs: {
    sensors: read(
      nothing,
      z.object({
        doors: z.record(name, doorStateSchema),
        /** Latched: stays until a technician resets the device, also when the contact closed again. */
        tamper: z.record(name, z.enum(['ok', 'latched', 'unknown'])),
        keySwitch: z.enum(['run', 'maintenance', 'supervisor', 'unknown']),
        callButton: z.enum(['released', 'pressed', 'unknown']),
        temperatureC: z.record(name, z.number().nullable()),
      }),
    ),
    /** Evidence `readBack`: the output was read again and is what was asked. */
    setLight: effect(z.strictObject({ light: name, state: z.enum(['off', 'on', 'slowFlash', 'quickFlash']) })),
    /** Evidence `readBack` from the lock's own contact where the model has one; without it the outcome is `unknown`. */
    setLock: effect(z.strictObject({ door: name, locked: z.boolean() })),
    /** `minutesLeft` is what the UPS promises, or the model table's bound; null when neither is known. */
    power: read(
      nothing,
      z.object({
        ups: upsStateSchema,
        chargePercent: z.number().min(0).max(100).nullable(),
        minutesLeft: z.number().min(0).nullable(),
      }),
    ),
  },
} as const;
export type CabinetIo = PortOf<typeof cabinetIoPort>;
