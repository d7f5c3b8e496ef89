import { rmSync, writeFileSync } from 'node:fs';
import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import { deviceFault } from '../driver-kit/device-faults.ts';
import { CameraLink } from '../drivers/camera-v4l2-any/link.ts';
import type { OpenChannel } from '../transport/byte-channel.ts';
import type { ShownRead } from './probe-show.ts';

/** The way to the device, for what its port has no verb for. */
export interface ProbeLine {
  readonly open: OpenChannel;
  readonly clock: Clock;
}

/** `--out` as a file that is made. On a machine in service nobody takes pictures of the hall.
 *  @returns the error is a sentence for whoever typed it. */
export function frameArgs(texts: Readonly<Record<string, string>>): Result<string, string> {
  const out = texts['out'] ?? '';
  if (process.env['NODE_ENV'] === 'production') return err('frame: takes no pictures on a machine in service');
  return /[^/]\.jpe?g$/.test(out) ? ok(out) : err('--out: expected a FILE.jpg that is made');
}

/** Grabs one picture over a line of its own (the port has no verb for it: pictures are the page's) and writes it.
 *  @fault as the camera's carrier; configuration the file exists or cannot be written. */
export async function writeFrame(line: ProbeLine, out: unknown): Promise<Result<ShownRead, Fault>> {
  const nothing = (): void => undefined;
  const link = new CameraLink({ ...line, log: { debug: nothing }, onLost: nothing, onFresh: nothing });
  try {
    const grabbed = await link.grab();
    if (!grabbed.ok) return grabbed;
    const fault = written(String(out), grabbed.value);
    const bytes = grabbed.value.length;
    grabbed.value.fill(0);
    return fault === undefined ? ok({ fields: { file: String(out), bytes } }) : err(fault);
  } finally {
    await link.close();
  }
}

/** Readable to whoever asked for it alone; half a picture is none. */
function written(file: string, picture: Uint8Array): Fault | undefined {
  let isMade = false;
  try {
    writeFileSync(file, '', { flag: 'wx', mode: 0o600 });
    isMade = true;
    writeFileSync(file, picture);
    return undefined;
  } catch (error) {
    if (isMade) rmSync(file, { force: true });
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return deviceFault('configuration', `--out: ${file} cannot be made: ${code}`, 'configuration');
  }
}
