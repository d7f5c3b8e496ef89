import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PACKAGE_FILES, type RawPackage } from '@yimen/contracts/service';
import { releaseFindings } from './release-findings.ts';
import type { Reported } from './reported.ts';

export interface PackageFolder {
  readonly dir: string;
  /** The folder's name, which is the service's id. */
  readonly id: string;
  readonly raw: RawPackage;
  /** Files that could not be read as JSON: what the rules say of them would be noise. */
  readonly unread: readonly string[];
  readonly findings: readonly Reported[];
}

/** More is no service package; a terminal refuses it too. */
const FILE_BYTES_MOST = 1_000_000;

/** Reads the files of a package as they are, and holds them to their `release.json`.
 *  @throws Error when there is no such folder */
export function readPackageFolder(dir: string): PackageFolder {
  if (!statSync(dir).isDirectory()) throw new Error(`${dir} is no folder`);
  const findings: Reported[] = [];
  const bytes = new Map<string, Buffer>();
  const parsed = new Map<string, unknown>();
  for (const file of [...PACKAGE_FILES, 'release.json']) {
    try {
      if (statSync(join(dir, file)).size > FILE_BYTES_MOST) throw new Error(`has more than ${FILE_BYTES_MOST} bytes`);
      bytes.set(file, readFileSync(join(dir, file)));
      parsed.set(file, JSON.parse(String(bytes.get(file))));
    } catch (error) {
      findings.push(fileFinding(file, error));
    }
  }
  const raw: RawPackage = {
    manifest: parsed.get('manifest.json'),
    workflow: parsed.get('workflow.json'),
    policy: parsed.get('policy.json'),
    texts: { 'zh-CN': parsed.get('texts.zh-CN.json'), en: parsed.get('texts.en.json') },
  };
  const id = basename(dir);
  const unread = PACKAGE_FILES.filter((file) => !parsed.has(file));
  if (parsed.has('release.json'))
    findings.push(
      ...releaseFindings({
        id,
        manifest: raw.manifest,
        release: parsed.get('release.json'),
        bytes,
        found: readdirSync(dir),
      }),
    );
  return { dir, id, raw, unread, findings };
}

function fileFinding(file: string, error: unknown): Reported {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  const message = isMissing
    ? 'is missing'
    : `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  return { rule: 'file', level: 'error', where: file, message, remedy: 'write the file as JSON, and seal the package' };
}
