import { err, ok, type Result } from '@yimen/contracts/base';
import { z } from 'zod';
import { CATALOGUE } from '../registry/catalogue.ts';
import { deviceWay } from './device-way.ts';

/** One device of this terminal. */
export const hostDeviceSchema = z
  .strictObject({
    /** Its id in this terminal; the kind, as long as there is one of each. */
    device: z.string().min(1).max(60),
    driver: z.string().refine((id) => Object.hasOwn(CATALOGUE, id), 'no such driver'),
    /** A WHERE, as `registry/discover.ts` reads it, or `auto:KIND[@PORT][#SERIAL]` (`registry/auto-place.ts`). */
    at: z.string(),
    /** Folder that stands for `/` where plugs are looked for: a container's, a test's. */
    plugRoot: z.string().max(200).optional(),
    /** Serial number pinned at installation. */
    expectSerial: z.string().max(60).optional(),
    /** Firmware versions that may run here: with another one the device only says who it is (`configuration`). */
    allowFirmware: z.array(z.string().min(1).max(60)).min(1).max(16).optional(),
    /** The driver's own settings; its README names them. */
    options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
    /** Keep this driver in a process of its own. Always so for drivers and carriers with a native part. */
    isolate: z.boolean().default(false),
  })
  .superRefine((device, context) => {
    const way = deviceWay(device);
    if (!way.ok) context.addIssue({ code: 'custom', message: way.error.message, path: ['at'] });
  });
export type HostDevice = z.infer<typeof hostDeviceSchema>;

/** What the host is started with: the one argument, or the variable YIMEN_DEVICE_HOST, as JSON. */
export const hostConfigSchema = z.strictObject({
  /** The Unix socket to serve; the kernel allows about 100 characters. */
  socketPath: z.string().min(1).max(104),
  /** Folder for the operation file. Must exist. */
  dataDir: z.string().min(1),
  /** With this core proves itself. */
  coreKey: z.string().min(16).max(100),
  devices: z
    .array(hostDeviceSchema)
    .max(32)
    .refine((devices) => new Set(devices.map((device) => device.device)).size === devices.length, 'a device id twice'),
});
export type HostConfig = z.infer<typeof hostConfigSchema>;

/** Reads the configuration; the error is one sentence that names the place. */
export function parseHostConfig(text: string | undefined): Result<HostConfig, string> {
  if (text === undefined || text === '') return err('expected one JSON argument, or the variable YIMEN_DEVICE_HOST');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err('the configuration is not JSON');
  }
  const parsed = hostConfigSchema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  return err(`configuration, ${issue?.path.map(String).join('.') || 'whole'}: ${issue?.message ?? 'invalid'}`);
}
