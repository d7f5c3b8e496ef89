import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** A process that was told somebody's number in each way in which a device host is told something: as a reader's text, as
 *  a buffer, through a socket. Then all is dropped. */
const PROGRAM = `
import { createHash } from 'node:crypto';
import { createServer, connect } from 'node:net';
import { createInterface } from 'node:readline';
import { prepareToForget } from '${fileURLToPath(new URL('forget.ts', import.meta.url))}';
const forget = prepareToForget();
const secretOf = (seed) => createHash('sha256').update(seed).digest('hex');
const hear = (seed) => new Promise((resolve) => {
  const name = '\\0forget-test-' + process.pid;
  const server = createServer((socket) => socket.end(JSON.stringify({ said: secretOf(seed), pad: 'x'.repeat(2000) })));
  server.listen(name, () => {
    let text = '';
    connect(name).on('data', (chunk) => { text += chunk; }).on('close', () => {
      const { said } = JSON.parse(text);
      if (!/^[0-9a-f]+$/.test(said)) throw new Error('heard something else');
      server.close(() => resolve());
    });
  });
});
const lines = createInterface({ input: process.stdin });
lines.on('line', async (line) => {
  const [order, seed] = line.split(' ');
  if (order === 'hear') await hear(seed);
  else for (let round = 0; round < 3; round += 1) { forget(); await new Promise((next) => setTimeout(next, 100)); }
  console.log('done');
});
`;

/** Where it stands in what the process may write to. */
function timesInMemory(pid: number, text: string): number {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  let times = 0;
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const [, from = '', to = ''] = /^([0-9a-f]+)-([0-9a-f]+) rw/u.exec(line) ?? [];
    if (from === '') continue;
    const bytes = Buffer.alloc(Number.parseInt(to, 16) - Number.parseInt(from, 16));
    try {
      readSync(memory, bytes, 0, bytes.length, Number.parseInt(from, 16));
    } catch {
      continue;
    }
    for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) times += 1;
  }
  closeSync(memory);
  return times;
}

describe('a device host that forgets', () => {
  it('holds nothing of what it dropped; without forgetting it holds it many times (control)', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
      env: { ...process.env, GLIBC_TUNABLES: 'glibc.malloc.perturb=165:glibc.malloc.tcache_count=0' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const order = async (line: string): Promise<void> => {
      child.stdin.write(`${line}\n`);
      await lines.next();
    };
    try {
      const seed = randomBytes(8).toString('hex');
      const secret = createHash('sha256').update(seed).digest('hex');
      await order(`hear ${seed}`);
      expect(timesInMemory(child.pid ?? 0, secret)).toBeGreaterThan(2);
      await order('forget');
      expect(timesInMemory(child.pid ?? 0, secret)).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
