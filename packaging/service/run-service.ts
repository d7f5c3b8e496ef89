import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { checkFolder, reportLines } from './check-folder.ts';
import { drawFlow } from './draw-flow.ts';
import { flowOf, type Flow } from './flow.ts';
import { parseServiceOptions, USAGE, type ServiceOptions } from './options.ts';
import { readPackageFolder, type PackageFolder } from './read-folder.ts';

/** Where a command's lines go. */
export interface CommandOutput {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

type Asked<W extends ServiceOptions['what']> = Extract<ServiceOptions, { what: W }>;

const SERVICES = join(import.meta.dirname, '../../terminal/services');

/** Carries out `npm run service`.
 *  @returns the exit status: 0 content, 1 a broken rule or an unreadable package, 2 wrong use */
export function runService(args: readonly string[], output: CommandOutput): number {
  const asked = parseServiceOptions(args);
  switch (asked.what) {
    case 'wrong':
      output.err(`${asked.message} [WRONG_OPTION]`);
      output.err(USAGE);
      return 2;
    case 'help':
      output.out(USAGE);
      return 0;
    case 'check':
    case 'show':
      try {
        const folders = foldersOf(asked.dirs).map(readPackageFolder);
        return asked.what === 'check' ? check(folders, asked, output) : show(folders, asked, output);
      } catch (error) {
        output.err(`${error instanceof Error ? error.message : String(error)} [DATA_UNREADABLE]`);
        return 1;
      }
  }
}

/** The folders that were named; none: every package of this repository. */
function foldersOf(dirs: readonly string[]): readonly string[] {
  if (dirs.length > 0) return dirs.map((dir) => resolve(dir));
  return readdirSync(SERVICES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(SERVICES, entry.name))
    .toSorted();
}

function check(folders: readonly PackageFolder[], asked: Asked<'check'>, output: CommandOutput): number {
  const reports = folders.map((folder) => checkFolder(folder, asked.isRelease));
  const isContent = reports.every((report) => report.ok);
  if (asked.isJson) {
    const packages = reports.map((report) => ({ ...report, dir: relative(process.cwd(), report.dir) }));
    output.out(JSON.stringify({ ok: isContent, packages }));
  } else for (const line of reportLines(reports)) output.out(line);
  return isContent ? 0 : 1;
}

function show(folders: readonly PackageFolder[], asked: Asked<'show'>, output: CommandOutput): number {
  const pictures = folders.map((folder) => {
    const flow = flowOf(folder);
    return { flow, svg: drawFlow(flow), file: fileFor(flow, asked) };
  });
  for (const { svg, file } of pictures) {
    if (file === null) continue;
    mkdirSync(dirname(resolve(file)), { recursive: true });
    writeFileSync(file, svg);
  }
  if (asked.isJson) {
    const told = pictures.map(({ flow, svg, file }) => ({ ...flow, file, svg: file === null ? svg : null }));
    output.out(JSON.stringify({ pictures: told }));
    return 0;
  }
  for (const { svg, file } of pictures) output.out(file === null ? svg.trimEnd() : `wrote ${file}`);
  return 0;
}

function fileFor(flow: Flow, asked: Asked<'show'>): string | null {
  if (asked.out === null) return null;
  return asked.dirs.length === 1 ? asked.out : join(asked.out, `${flow.id}.svg`);
}
