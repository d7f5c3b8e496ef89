import '../guard/node-guard.mjs';
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The launcher kills this process; the session runs in another one, whose input never ends and who does not go by itself.
if (process.env['YIMEN_KEPT'] === undefined) {
  const pipe = join(tmpdir(), `kept-${process.pid}`);
  spawnSync('mkfifo', [pipe]);
  const child = spawn(process.execPath, [import.meta.filename], {
    env: { ...process.env, YIMEN_KEPT: 'yes' },
    stdio: [openSync(pipe, 'r+'), 'inherit', 'inherit'],
    detached: true,
  });
  appendFileSync(join(tmpdir(), 'kept.pids'), `${child.pid}\n`);
  child.unref();
  process.stdin.resume();
  setInterval(() => undefined, 60_000);
} else {
  process.exit = () => undefined;
  setInterval(() => undefined, 60_000);
  await import('../start/session-demo.ts');
}
