import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createSimulatedSdtReader } from '../../drivers/id-card-reader-gb-sdt/simulator.ts';
import { atAnotherSpeed, type LineEnd } from '../bad-lines.ts';
import { openLine, systemClock, withSerialPair } from '../with-serial-pair.ts';

const PROBE = fileURLToPath(new URL('../../tools/probe.mjs', import.meta.url));
const DRIVER = 'id-card-reader-gb-sdt';
const [RIGHT, WRONG] = [115_200, 9_600];

function probe(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [PROBE, DRIVER, ...args], (_, out, err) =>
      resolve({ status: child.exitCode ?? -1, out, err }),
    );
  });
}

it('a reader at another speed: says which speed was used and what to look at; at the right one it answers', () =>
  withSerialPair(async (pair) => {
    const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));
    const reader = createSimulatedSdtReader({ clock: systemClock, random, speed: 'fast' });
    // A pty takes every speed and bends nothing: the bending is done at the device's end.
    const plugIn = async (end: LineEnd): Promise<void> => end.attach(await openLine(pair.device));
    const at = (baud: number): string => `serial:${pair.host}@${baud}`;

    await plugIn(atAnotherSpeed(reader, WRONG, RIGHT));
    const people = await probe('--at', at(WRONG), 'status');
    expect(people).toMatchObject({ status: 1, out: expect.stringMatching(/^status: notDone \(\d+ ms\)$/m) as string });
    expect(people.err.trimEnd().split('\n')).toEqual([
      `${DRIVER} at ${at(WRONG)}: how it is now (at most 15 s) …`,
      expect.stringMatching(/^timeOut: no answer: .+; check the speed \(now 9600 baud\), .+ \(reset\)$/),
    ]);
    const program = await probe('--at', at(WRONG), 'sam', '--json');
    expect(program).toMatchObject({ status: 1, err: '' });
    expect(JSON.parse(program.out)).toMatchObject({
      outcome: 'notDone',
      fault: { code: 'timeOut', message: expect.any(String) as string, action: 'reset' },
      remedy: expect.stringContaining('the speed (now 9600 baud)') as string,
    });

    // One host at a time at the reader's end of the cable too: another cable.
    await pair.unplug();
    await pair.plug();
    await plugIn(reader);
    expect(await probe('--at', at(RIGHT), 'sam')).toMatchObject({ status: 0 });
  }));
