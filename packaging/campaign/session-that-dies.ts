import { Socket } from 'node:net';
import { dirname } from 'node:path';
import { Duplex } from 'node:stream';
import { z } from 'zod';
import { forgetDeath, readDeath } from './death.ts';
import { killProcesses } from './kill-processes.ts';

/** A session process as a crash campaign starts it: it dies in place of asking core to journal something for the n-th
 *  time, so that the row never was. Wrapped around the socket, in a program that no production entry can reach. */
const { coreSocket } = z.object({ coreSocket: z.string() }).parse(JSON.parse(process.env['YIMEN_SESSION'] ?? 'null'));
const runDir = dirname(coreSocket);
const write = Object.getOwnPropertyDescriptor(Duplex.prototype, 'write')?.value as (
  this: Socket,
  ...args: unknown[]
) => boolean;
const ASKS = '"call":"journal"';
let asked = 0;

Socket.prototype.write = function (this: Socket, ...args: unknown[]): boolean {
  const [chunk] = args;
  if (chunk instanceof Uint8Array && Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).includes(ASKS))
    dieIfOrdered();
  return write.apply(this, args);
};

function dieIfOrdered(): void {
  asked += 1;
  const death = readDeath(runDir);
  if (death?.at.by !== 'request' || asked < death.at.n) return;
  forgetDeath(runDir);
  killProcesses(death.portBase, death.victims);
}

await import('../start/session-demo.ts');
