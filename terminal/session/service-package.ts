import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { err, ok, type Result } from '@yimen/contracts/base';
import {
  manifestSchema,
  PACKAGE_FILES,
  policyFileSchema,
  releaseSchema,
  textsSchema,
  workflowSchema,
  type Manifest,
  type PolicyRow,
  type ServiceTexts,
  type Workflow,
} from '@yimen/contracts/service';
import type { Language } from '@yimen/contracts/ui';
import { SESSION_LIMITS } from './limits.table.ts';

/** A service as data, checked file by file against its release. */
export interface ServicePackage {
  readonly manifest: Manifest;
  readonly workflow: Workflow;
  readonly policy: readonly PolicyRow[];
  readonly texts: Readonly<Record<Language, ServiceTexts>>;
}

export interface PackageFault {
  readonly code: 'INPUT_INVALID';
  readonly message: string;
}

/** Reads `dir` (one service package) and refuses anything that its `release.json` does not name with this digest. */
export async function readServicePackage(dir: string): Promise<Result<ServicePackage, PackageFault>> {
  const release = await readJson(dir, 'release.json', releaseSchema);
  if (!release.ok) return release;
  const texts = new Map<string, string>();
  for (const path of PACKAGE_FILES) {
    const named = release.value.files.find((file) => file.path === path);
    if (named === undefined) return fault(`${path} is not in release.json`);
    const bytes = await readFile(join(dir, path)).catch(() => undefined);
    if (bytes === undefined) return fault(`${path} cannot be read`);
    const digest = createHash('sha256').update(bytes).digest('hex');
    if (digest !== named.sha256 || bytes.length !== named.bytes) return fault(`${path} is not the released file`);
    texts.set(path, bytes.toString('utf8'));
  }
  const manifest = parse(texts, 'manifest.json', manifestSchema);
  const workflow = parse(texts, 'workflow.json', workflowSchema);
  const policy = parse(texts, 'policy.json', policyFileSchema);
  const zh = parse(texts, 'texts.zh-CN.json', textsSchema);
  const en = parse(texts, 'texts.en.json', textsSchema);
  if (!manifest.ok) return manifest;
  if (!workflow.ok) return workflow;
  if (!policy.ok) return policy;
  if (!zh.ok) return zh;
  if (!en.ok) return en;
  if (manifest.value.id !== release.value.id || manifest.value.release !== release.value.release) {
    return fault('manifest.json and release.json name different releases');
  }
  return ok({
    manifest: manifest.value,
    workflow: workflow.value,
    policy: policy.value.rows,
    texts: { 'zh-CN': zh.value, en: en.value },
  });
}

function parse<S extends z.ZodType>(
  texts: ReadonlyMap<string, string>,
  path: string,
  schema: S,
): Result<z.output<S>, PackageFault> {
  try {
    const parsed = schema.safeParse(JSON.parse(texts.get(path) ?? ''));
    if (parsed.success) return ok(parsed.data);
    const issue = parsed.error.issues[0];
    return fault(`${path}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'invalid'}`);
  } catch {
    return fault(`${path} is not JSON`);
  }
}

async function readJson<S extends z.ZodType>(
  dir: string,
  path: string,
  schema: S,
): Promise<Result<z.output<S>, PackageFault>> {
  const bytes = await readFile(join(dir, path)).catch(() => undefined);
  if (bytes === undefined) return fault(`${path} cannot be read`);
  if (bytes.length > SESSION_LIMITS.packageFileBytes) return fault(`${path} is too large`);
  return parse(new Map([[path, bytes.toString('utf8')]]), path, schema);
}

function fault(message: string): Result<never, PackageFault> {
  return err({ code: 'INPUT_INVALID', message });
}
