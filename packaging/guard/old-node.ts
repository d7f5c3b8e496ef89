import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const NEEDED_MAJOR = 24;
/** Taken when the machine has no old Node of its own: the oldest long-term version that npm still runs on here. */
const REGISTRY_VERSION = '18.20.0';
const DOWNLOAD_DEADLINE_MS = 120_000;

/** A Node older than yimen needs; disposing removes what was downloaded for it. */
export interface OldNode extends Disposable {
  readonly path: string;
  readonly version: string;
}

/** Finds an old Node on PATH, else brings one from the registry into a temporary folder.
 *  @throws Error when neither is to be had; its message says what to do */
export function findOldNode(): OldNode {
  return onPath() ?? fromRegistry();
}

function onPath(): OldNode | null {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'node');
    if (!existsSync(path)) continue;
    const version = versionOf(path);
    if (Number(version.split('.')[0]) < NEEDED_MAJOR) return { path, version, [Symbol.dispose]: () => undefined };
  }
  return null;
}

function fromRegistry(): OldNode {
  const folder = mkdtempSync(join(tmpdir(), 'yimen-old-node-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const name = `node-linux-${process.arch}@${REGISTRY_VERSION}`;
  try {
    const options = { cwd: folder, encoding: 'utf8', timeout: DOWNLOAD_DEADLINE_MS, stdio: 'pipe' } as const;
    const archive = execFileSync('npm', ['pack', '--silent', name], options).trim();
    execFileSync('tar', ['-xzf', archive], options);
    const path = join(folder, 'package/bin/node');
    return { path, version: versionOf(path), [Symbol.dispose]: remove };
  } catch (error) {
    remove();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`put any Node below ${NEEDED_MAJOR} on PATH, or let npm pack ${name}: ${reason}`, { cause: error });
  }
}

function versionOf(path: string): string {
  return execFileSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 }).trim().replace(/^v/, '');
}
