import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { limits } from '../limits.table.ts';

/** How a tool ended. `status` is `null` when it was stopped at its deadline or by a signal. */
export interface ToolResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const binSchema = z.object({ bin: z.union([z.string(), z.record(z.string(), z.string())]) });

/** Runs one development tool of `node_modules` by its own name, under this Node, in `root`. Never through a shell.
 *  Output is cut at `limits.toolOutputBytes`; the tool is killed after `limits.toolDeadlineMs`.
 *  @throws Error when the package is not installed */
export function runTool(root: string, packageName: string, args: readonly string[]): Promise<ToolResult> {
  const folder = join(root, 'node_modules', packageName);
  const { bin } = binSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  const script = typeof bin === 'string' ? bin : (bin[packageName] ?? Object.values(bin)[0]);
  if (script === undefined) throw new Error(`${packageName} has no command`);
  return run(process.execPath, [join(folder, script), ...args], root);
}

function run(command: string, args: readonly string[], cwd: string): Promise<ToolResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limits.toolDeadlineMs,
      killSignal: 'SIGKILL',
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.on('error', (error) => resolve({ status: null, stdout: '', stderr: error.message }));
    child.on('close', (status) => resolve({ status, stdout: stdout(), stderr: stderr() }));
  });
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    if (bytes < limits.toolOutputBytes) chunks.push(chunk);
    bytes += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

/** The reasons in a tool's output: its lines, or its ending when it failed without a word. */
export function reasonsOf(tool: string, result: ToolResult, lines: readonly string[]): readonly string[] {
  if (result.status === 0) return [];
  if (lines.length > 0) return lines;
  const how = result.status === null ? 'was stopped' : `ended with status ${result.status}`;
  return [`${tool} ${how}: ${(result.stderr || result.stdout).trim().slice(0, 2000)}`];
}
