import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@yimen/contracts/base';
import { faultSchema } from '@yimen/contracts/device';
import { z } from 'zod';
import { LIMITS } from '../../limits.table.ts';
import type { BridgeMessage, BridgeRequest } from './bridge-messages.ts';

const bridgeMessageSchema = z.union([
  z.strictObject({ opened: z.literal(true) }),
  z.strictObject({ fault: faultSchema }),
  z.strictObject({ readers: z.array(z.strictObject({ name: z.string(), state: z.number() })) }),
  z.strictObject({ lost: z.string() }),
  z.strictObject({ free: z.literal(true) }),
]);

/** The program that holds the native binding. */
export const BRIDGE_ENTRY = fileURLToPath(new URL('bridge.ts', import.meta.url));

/** A bridge that runs. */
export interface BridgeProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Settles when the process is really gone, with why: a signal's name, a status. */
  readonly ended: Promise<string>;
  /** Has it let go of the card, then ends it; ends it after a while in any case. Resolves when it is gone. */
  stop(): Promise<void>;
}

/** Starts a bridge. `onMessage` is told what it says, but for the answer to `stop`. */
export function startBridge(
  entry: string,
  request: BridgeRequest,
  clock: Clock,
  onMessage: (message: BridgeMessage) => void,
): BridgeProcess {
  const child = spawn(process.execPath, [entry, JSON.stringify(request)], {
    stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
  }) as ChildProcessByStdio<Writable, Readable, null>;
  const ended = Promise.withResolvers<string>();
  const free = Promise.withResolvers<void>();
  child.once('exit', (status, signal) => ended.resolve(signal ?? `status ${status}`));
  child.once('error', (error) => ended.resolve(error.message));
  child.on('message', (body) => {
    const message = bridgeMessageSchema.safeParse(body);
    // What is not one of ours can only be a broken process.
    if (!message.success) child.kill('SIGKILL');
    else if ('free' in message.data) free.resolve();
    else onMessage(message.data);
  });
  let isStopping = false;
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    ended: ended.promise,
    stop: async () => {
      if (!isStopping && child.exitCode === null && child.signalCode === null) {
        isStopping = true;
        const late = Promise.withResolvers<void>();
        const cancel = clock.after(LIMITS.pcscStopMs, late.resolve);
        if (child.connected) child.send({ stop: true }, () => undefined);
        await Promise.race([free.promise, late.promise, ended.promise]);
        cancel();
        // The only end that always comes: a native call may hold its main thread.
        child.kill('SIGKILL');
      }
      await ended.promise;
    },
  };
}
