import type { z } from 'zod';
import {
  manifestSchema,
  textsSchema,
  workflowSchema,
  type Manifest,
  type ServiceTexts,
  type Workflow,
} from '../package.ts';
import { policyFileSchema, type PolicyRow } from '../policy.ts';
import { finding, type Finding } from './finding.ts';
import type { RuleName } from './rules.table.ts';

/** The five files of a package as they were read, before anything is believed of them. */
export interface RawPackage {
  readonly manifest: unknown;
  readonly workflow: unknown;
  readonly policy: unknown;
  readonly texts: { readonly 'zh-CN': unknown; readonly en: unknown };
}

/** What of a package fits its schemas; the rest is undefined and named in `findings`. */
export interface ReadFiles {
  readonly manifest: Manifest | undefined;
  readonly workflow: Workflow | undefined;
  readonly rows: readonly PolicyRow[] | undefined;
  readonly zh: ServiceTexts | undefined;
  readonly en: ServiceTexts | undefined;
  readonly findings: readonly Finding[];
}

export function readFiles(raw: RawPackage): ReadFiles {
  const findings: Finding[] = [];
  const read = <S extends z.ZodType>(file: string, schema: S, value: unknown): z.output<S> | undefined => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) findings.push(issueFinding(file, issue));
    return undefined;
  };
  return {
    manifest: read('manifest.json', manifestSchema, raw.manifest),
    workflow: read('workflow.json', workflowSchema, raw.workflow),
    rows: read('policy.json', policyFileSchema, raw.policy)?.rows,
    zh: read('texts.zh-CN.json', textsSchema, raw.texts['zh-CN']),
    en: read('texts.en.json', textsSchema, raw.texts.en),
    findings,
  };
}

function issueFinding(file: string, issue: z.core.$ZodIssue): Finding {
  const place = issue.path.map(String).join('.');
  return finding(ruleOf(issue), place === '' ? file : `${file} ${place}`, issue.message);
}

function ruleOf(issue: z.core.$ZodIssue): RuleName {
  if (issue.code === 'invalid_key') return 'text-key';
  const [first, , last, ...deeper] = issue.path;
  return first === 'steps' && last === 'step' && deeper.length === 0 ? 'step-kind' : 'schema';
}
