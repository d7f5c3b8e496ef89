import { deviceFindings } from './check/devices.ts';
import type { Finding } from './check/finding.ts';
import { guardFindings } from './check/guards.ts';
import { pathFindings } from './check/paths.ts';
import { policyFindings, policyUseFindings } from './check/policy-rules.ts';
import { readFiles, type RawPackage } from './check/read-files.ts';
import { settingFindings } from './check/settings.ts';
import { impliedFindings, lengthFindings, parityFindings } from './check/text-rules.ts';
import type { Manifest, Workflow } from './package.ts';

export interface CheckOptions {
  /** A real release: rows whose source is a placeholder are errors. */
  readonly release?: boolean;
}

/** Holds a service package to every rule of `check/rules.table.ts`: its files, its guards, every way through its workflow,
 *  its devices, its policy rows, its texts. Nothing found: it may be released. A file that does not fit its schema takes
 *  only the rules away that read it. */
export function checkPackage(raw: RawPackage, options: CheckOptions = {}): readonly Finding[] {
  const { manifest, workflow, rows, zh, en, findings } = readFiles(raw);
  return [
    ...findings,
    ...(manifest && workflow ? workflowFindings(manifest, workflow) : []),
    ...(manifest && rows ? policyFindings(manifest, rows, { release: options.release === true }) : []),
    ...(manifest && workflow && rows ? policyUseFindings(manifest, workflow, rows) : []),
    ...(zh && en ? parityFindings(zh, en) : []),
    ...(manifest && workflow && zh && en ? impliedFindings(manifest, workflow, zh, en) : []),
    ...(zh ? lengthFindings('texts.zh-CN.json', zh) : []),
    ...(en ? lengthFindings('texts.en.json', en) : []),
  ];
}

function workflowFindings(manifest: Manifest, workflow: Workflow): readonly Finding[] {
  const guards = guardFindings(workflow);
  const badGuards = new Set(guards.map((one) => one.where));
  return [
    ...settingFindings(workflow, manifest.domain),
    ...guards,
    ...deviceFindings(manifest, workflow),
    ...pathFindings(manifest, workflow, (id) => badGuards.has(id)),
  ];
}
