import { spawn } from 'node:child_process';
import { err, ok, type Clock, type Result } from '@yimen/contracts/base';
import { LIMITS } from '../limits.table.ts';

export interface GrabOptions {
  readonly clock: Clock;
  /** In place of `ffmpeg`. */
  readonly program?: string | undefined;
  readonly deadlineMs: number;
}

/** Why there is no picture. */
export interface GrabRefusal {
  readonly refused: 'busy' | 'noProgram' | 'failed' | 'deadline' | 'tooLarge';
  readonly says: string;
}

/** Pictures that a camera needs before its exposure fits. */
const PASSED_OVER = 5;
const SAID_CHARACTERS = 160;

/** Takes one picture by `ffmpeg -f v4l2`, as a JPEG of 640 pixels' width. Nothing is written to a disk, and nobody waits
 *  longer than the deadline. */
export function grabPicture(node: string, options: GrabOptions): Promise<Result<Uint8Array, GrabRefusal>> {
  const { clock, deadlineMs, program = 'ffmpeg' } = options;
  return new Promise((resolve) => {
    const child = spawn(program, argsFor(node), { stdio: ['ignore', 'pipe', 'pipe'] });
    const parts: Buffer[] = [];
    let bytes = 0;
    let said = '';
    let killedFor: GrabRefusal | undefined;
    const end = (result: Result<Uint8Array, GrabRefusal>): void => {
      cancel();
      for (const part of parts) part.fill(0);
      resolve(result);
    };
    const kill = (refusal: GrabRefusal): void => {
      killedFor ??= refusal;
      child.kill('SIGKILL');
    };
    const cancel = clock.after(deadlineMs, () => kill({ refused: 'deadline', says: `no picture in ${deadlineMs} ms` }));
    child.once('error', (error: NodeJS.ErrnoException) =>
      end(err({ refused: 'noProgram', says: `${program} does not start: ${error.code ?? 'unknown'}; install ffmpeg` })),
    );
    child.stdout.on('data', (part: Buffer) => {
      parts.push(part);
      bytes += part.length;
      if (bytes > LIMITS.v4l2PictureBytes) kill({ refused: 'tooLarge', says: 'the picture is too large' });
    });
    child.stderr.on('data', (part: Buffer) => (said = (said + part.toString('utf8')).slice(-SAID_CHARACTERS)));
    for (const stream of [child.stdout, child.stderr]) stream.on('error', () => undefined);
    child.once('close', (status) => {
      if (killedFor !== undefined) return end(err(killedFor));
      if (status === 0 && bytes > 0) return end(ok(new Uint8Array(Buffer.concat(parts))));
      return end(err({ refused: 'failed', says: `ffmpeg ended with ${status ?? 'a signal'}: ${lastLine(said)}` }));
    });
  });
}

function argsFor(node: string): string[] {
  return [
    ...['-nostdin', '-hide_banner', '-loglevel', 'error', '-f', 'v4l2', '-i', node],
    ...['-vf', `select=gte(n\\,${PASSED_OVER}),scale=640:-2`, '-frames:v', '1', '-q:v', '5'],
    ...['-f', 'image2pipe', '-c:v', 'mjpeg', 'pipe:1'],
  ];
}

function lastLine(text: string): string {
  return (text.trim().split('\n').at(-1) ?? '').replace(/[^\u0020-\u007e]/gu, '');
}
