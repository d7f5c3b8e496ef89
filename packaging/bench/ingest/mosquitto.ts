import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const PROGRAM = '/usr/sbin/mosquitto';
const TRIES = 100;

/** Why the peer cannot run here, and how to bring it; null: it can. */
export function mosquittoMissing(): string | null {
  const found = spawnSync(PROGRAM, ['-h'], { encoding: 'utf8' });
  return found.stdout?.includes('mosquitto version') === true
    ? null
    : 'the peer is Mosquitto: as root, apt-get update && apt-get install --no-install-recommends mosquitto';
}

/** Starts Debian's Mosquitto with mutual TLS 1.3 and nothing that slows it: no disk, no queue limits, no log. */
export async function startMosquitto(
  dir: string,
  port: number,
  trust: { readonly ca: string; readonly cert: string; readonly key: string },
): Promise<{ readonly pid: number; stop(): Promise<void> }> {
  const file = join(dir, 'mosquitto.conf');
  const lines = [
    'persistence false',
    'log_type none',
    'allow_anonymous true',
    'max_inflight_messages 0',
    'max_queued_messages 0',
    // Otherwise each of its answers waits 40 ms for company.
    'set_tcp_nodelay true',
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    `listener ${port} 127.0.0.1`,
    `cafile ${trust.ca}`,
    `certfile ${trust.cert}`,
    `keyfile ${trust.key}`,
    'require_certificate true',
    'tls_version tlsv1.3',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const child = spawn(PROGRAM, ['-c', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await reached(child, port);
  return {
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function reached(child: ChildProcess, port: number): Promise<void> {
  for (let i = 0; i < TRIES && child.exitCode === null; i += 1) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false)).on('connect', () => socket.destroy());
    });
    if (isThere) return;
    await wait(50);
  }
  throw new Error('Mosquitto does not listen');
}
