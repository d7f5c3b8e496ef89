import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { err, ok, type Result } from '@yimen/contracts/base';
import type { Fault } from '@yimen/contracts/device';
import {
  checkPackage,
  manifestSchema,
  PACKAGE_FILES,
  policyFileSchema,
  releaseSchema,
  textsSchema,
  type Manifest,
  type PolicyRow,
  type Release,
  type ServiceTexts,
} from '@yimen/contracts/service';
import type { Language } from '@yimen/contracts/ui';
import { CORE_LIMITS } from '../limits.table.ts';
import { sha256Base64Url } from '../platform/digest.ts';
import { faultOf, reasonOf } from '../platform/fault.ts';

/** What core needs to know of one installed service; the workflow is the session's. */
export interface ServicePackage {
  readonly id: string;
  readonly release: number;
  /** Of its release.json, which names every other file: SHA-256, base64url. */
  readonly digest: string;
  readonly manifest: Manifest;
  readonly policy: readonly PolicyRow[];
  readonly texts: Readonly<Record<Language, ServiceTexts>>;
}

/** Reads one package directory and checks it against its own digest list (every file named, none besides, each with its
 *  length and SHA-256) and against the rules for services: what a wrong workflow could do to a citizen's card or money
 *  is not left to the person who signed it.
 *  @fault DATA_UNREADABLE a file is missing or unreadable; INPUT_INVALID a digest, name or field does not fit, or a rule
 *  of `checkPackage` is broken (its warnings are for whoever signs) */
export function readServicePackage(folder: string, id: string): Result<ServicePackage, Fault> {
  try {
    const list = readText(join(folder, 'release.json'));
    const release = releaseSchema.parse(JSON.parse(list));
    const wrong = mismatch(folder, id, release);
    if (wrong !== undefined) return err(faultOf('INPUT_INVALID', `service package ${id}: ${wrong}`, 'configuration'));
    const part = <S extends z.ZodType>(file: string, schema: S): z.output<S> =>
      schema.parse(readJson(join(folder, file)));
    const manifest = part('manifest.json', manifestSchema);
    if (manifest.id !== id || manifest.release !== release.release) {
      return err(faultOf('INPUT_INVALID', `service package ${id}: manifest and release disagree`, 'configuration'));
    }
    const broken = brokenRule(folder);
    if (broken !== undefined) return err(faultOf('INPUT_INVALID', `service package ${id}: ${broken}`, 'configuration'));
    const texts = { 'zh-CN': part('texts.zh-CN.json', textsSchema), en: part('texts.en.json', textsSchema) };
    const { rows } = part('policy.json', policyFileSchema);
    return ok({ id, release: release.release, digest: sha256Base64Url(list), manifest, policy: rows, texts });
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return err(
      faultOf(
        missing ? 'DATA_UNREADABLE' : 'INPUT_INVALID',
        `service package ${id}: ${reasonOf(error)}`,
        'configuration',
      ),
    );
  }
}

function readJson(file: string): unknown {
  return JSON.parse(readText(file));
}

function readText(file: string): string {
  const { size } = lstatSync(file);
  if (size > CORE_LIMITS.packageFileBytes) throw new RangeError(`${file} has ${size} bytes`);
  return readFileSync(file, 'utf8');
}

/** The first rule that the package breaks, with its place, and how many more it breaks. */
function brokenRule(folder: string): string | undefined {
  const file = (name: string): unknown => readJson(join(folder, name));
  const [first, ...more] = checkPackage({
    manifest: file('manifest.json'),
    workflow: file('workflow.json'),
    policy: file('policy.json'),
    texts: { 'zh-CN': file('texts.zh-CN.json'), en: file('texts.en.json') },
  }).filter((found) => found.level === 'error');
  if (first === undefined) return undefined;
  const besides = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return `${first.where} breaks ${first.rule}: ${first.message}${besides}`;
}

function mismatch(folder: string, id: string, release: Release): string | undefined {
  if (release.id !== id) return `its release names ${release.id}`;
  const listed = new Set(release.files.map((file) => file.path));
  const lacking = PACKAGE_FILES.find((file) => !listed.has(file));
  if (lacking !== undefined) return `its release does not name ${lacking}`;
  const besides = readdirSync(folder).find((file) => file !== 'release.json' && !listed.has(file));
  if (besides !== undefined) return `${besides} is not named in its release`;
  for (const file of release.files) {
    const stat = lstatSync(join(folder, file.path));
    if (!stat.isFile() || stat.size !== file.bytes) return `${file.path} has another length than its release says`;
    const digest = createHash('sha256')
      .update(readFileSync(join(folder, file.path)))
      .digest('hex');
    if (digest !== file.sha256) return `${file.path} was changed after its release`;
  }
  return undefined;
}
