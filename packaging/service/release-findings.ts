import { createHash } from 'node:crypto';
import { PACKAGE_FILES, releaseSchema, type Release } from '@yimen/contracts/service';
import type { Reported } from './reported.ts';

export interface ReleaseTerms {
  /** The folder's name. */
  readonly id: string;
  readonly manifest: unknown;
  readonly release: unknown;
  readonly bytes: ReadonlyMap<string, Buffer>;
  /** Names in the folder. */
  readonly found: readonly string[];
}

/** Where the files of a package are not what its `release.json` says: what a terminal refuses. */
export function releaseFindings(terms: ReleaseTerms): readonly Reported[] {
  const parsed = releaseSchema.safeParse(terms.release);
  if (!parsed.success)
    return parsed.error.issues.map((issue) => wrong(`release.json ${issue.path.join('.')}`.trimEnd(), issue.message));
  const release = parsed.data;
  const listed = release.files.map((file) => file.path);
  return [
    ...nameFindings(release, terms),
    ...[...PACKAGE_FILES, ...terms.found.filter((file) => file !== 'release.json')]
      .filter((file, at, all) => !listed.includes(file) && all.indexOf(file) === at)
      .map((file) => wrong(file, 'is not named in release.json')),
    ...release.files.flatMap((file) => fileFindings(file, terms)),
  ];
}

function nameFindings(release: Release, { id, manifest }: ReleaseTerms): readonly Reported[] {
  const findings: Reported[] = [];
  if (release.id !== id) findings.push(wrong('release.json id', `names ${release.id}, in the folder ${id}`));
  const said = manifest as { readonly id?: unknown; readonly release?: unknown } | null | undefined;
  if (said?.id !== release.id || said.release !== release.release)
    findings.push(wrong('release.json', 'names another service or release than manifest.json'));
  return findings;
}

function fileFindings({ path, bytes, sha256 }: Release['files'][number], terms: ReleaseTerms): readonly Reported[] {
  const content = terms.bytes.get(path);
  if (content === undefined)
    return terms.found.includes(path) ? [] : [wrong(path, 'is named in release.json and not there')];
  if (content.length !== bytes || createHash('sha256').update(content).digest('hex') !== sha256)
    return [wrong(path, 'was changed after its release')];
  const canonical = `${JSON.stringify(JSON.parse(String(content)), null, 2)}\n`;
  return canonical === String(content)
    ? []
    : [wrong(path, 'is not canonical JSON: two spaces, one line feed at the end')];
}

function wrong(where: string, message: string): Reported {
  return {
    rule: 'release',
    level: 'error',
    where,
    message,
    remedy: 'seal the package anew (packaging/service/seal.ts)',
  };
}
