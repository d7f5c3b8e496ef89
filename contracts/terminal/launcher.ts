import { z } from 'zod';

/** Core knows of starting processes only this: it asks whoever launched it, over the launcher's socket. In production
 *  that is a systemd template unit's helper, in the demonstration the start command. */
export interface SessionLauncher {
  /** Starts one session process; it connects to core by itself with `processId` and `key`. */
  start(process: { processId: string; key: string }): Promise<void>;
  /** Ends it at once (SIGKILL) and resolves when it is gone: only killing wipes. */
  kill(processId: string): Promise<void>;
  onExit(fn: (exit: { processId: string; how: string }) => void): () => void;
  /** Replaces the page's whole process where there is one (kiosk mode); resolves at once elsewhere. */
  replacePage(): Promise<void>;
  /** Ends the device host, asked first and killed at a deadline, and resolves when it is gone; whoever keeps it running
   *  starts it again. False: it was not ended, as far as anybody knows. */
  restartDeviceHost(): Promise<boolean>;
}

export const launcherRequestSchema = z.object({
  n: z.int().min(1),
  request: z.discriminatedUnion('call', [
    z.object({ call: z.literal('hello'), key: z.string().max(100) }),
    z.object({ call: z.literal('startSession'), processId: z.string().max(40), key: z.string().max(100) }),
    z.object({ call: z.literal('killSession'), processId: z.string().max(40) }),
    z.object({ call: z.literal('replacePage') }),
    /** Recovery ladder L4. Answered when the old process is gone; the new one is noticed by its socket. */
    z.object({ call: z.literal('restartDeviceHost') }),
    /** After a start of core: which session processes are still alive? */
    z.object({ call: z.literal('listSessions') }),
  ]),
});
export type LauncherRequest = z.infer<typeof launcherRequestSchema>;

/** The terminal's own processes, as whoever keeps them watches them. */
export const watchedProcessSchema = z.enum(['core', 'deviceHost', 'session']);
export type WatchedProcess = z.infer<typeof watchedProcessSchema>;

/** `processHung`: it gave no sign of life and was killed; told when core can hear it, also of core itself. `processGrown`:
 *  its memory is above its bound; when it is restarted is core's to say, who knows when nobody is served. */
export const launcherEventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('sessionExited'), processId: z.string(), how: z.string().max(60) }),
  z.object({ event: z.literal('processHung'), process: watchedProcessSchema }),
  z.object({ event: z.literal('processGrown'), process: watchedProcessSchema, rssMb: z.int().min(0) }),
]);
export type LauncherEvent = z.infer<typeof launcherEventSchema>;

/** What a session process is started with (environment variable `YIMEN_SESSION`, JSON). */
export const sessionStartSchema = z.object({
  processId: z.string().max(40),
  key: z.string().max(100),
  coreSocket: z.string().max(200),
  logLevel: z.string().max(10).optional(),
});
export type SessionStart = z.infer<typeof sessionStartSchema>;

/** What core is started with (environment variable `YIMEN_CORE`, JSON; secrets are not put on the command line). */
export const coreStartSchema = z.object({
  tid: z.string().max(32),
  hallId: z.string().max(40),
  town: z.string().max(12),
  hallZh: z.string().max(60),
  hallEn: z.string().max(60),
  hotline: z.string().max(40),
  demo: z.boolean(),
  dataDir: z.string().max(400),
  runDir: z.string().max(200),
  servicesDir: z.string().max(400),
  uiDir: z.string().max(400),
  uiPort: z.int().min(0).max(65_535),
  mqttUrl: z.string().max(200),
  gatewayUrl: z.string().max(200),
  key: z.object({ certFile: z.string().max(400), keyFile: z.string().max(400), caFile: z.string().max(400) }),
  epoch: z.int().min(1),
  deviceHost: z.object({ socketPath: z.string().max(200), coreKey: z.string().max(100) }),
  launcher: z.object({ socketPath: z.string().max(200), key: z.string().max(100) }),
  /** Who the devices of this terminal are, by device, where it was set up with that; else the first one seen is pinned. */
  pins: z
    .record(z.string().max(60), z.object({ driver: z.string().max(60).optional(), serial: z.string().max(60) }))
    .optional(),
  /** Staff at the machine: who may sign in, the console's files, and its own loopback port (0: any). Absent: nobody may. */
  staff: z
    .object({ listFile: z.string().max(400), uiDir: z.string().max(400), port: z.int().min(0).max(65_535) })
    .optional(),
  logLevel: z.string().max(10).optional(),
});
export type CoreStart = z.infer<typeof coreStartSchema>;
