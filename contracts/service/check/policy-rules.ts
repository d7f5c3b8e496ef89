import type { Manifest, Workflow } from '../package.ts';
import { readHours } from '../opening-hours.ts';
import type { PolicyRow } from '../policy.ts';
import { askedBy, questionsIn } from './asks.ts';
import { finding, listSetting, textSetting, type Finding, type WorkflowStep } from './finding.ts';
import { CHECK_RULES } from './lookups.table.ts';

export interface PolicyTerms {
  /** A real release refuses rows whose source is a placeholder. */
  readonly release: boolean;
}

type Key = readonly [kind: string, variant: string | null];

/** Rules on the rows themselves, and on what manifest and steps need of them. */
export function policyFindings(manifest: Manifest, rows: readonly PolicyRow[], terms: PolicyTerms): readonly Finding[] {
  const lacking = manifest.needsPolicy.filter(({ kind, variant }) => !decides(rows, [kind, variant]));
  return [
    ...lacking.map(({ kind, variant }) =>
      finding('policy-needed', `manifest.json ${inWords([kind, variant])}`, 'no row decides it anywhere'),
    ),
    ...rows.flatMap((row, at) => [...rowFindings(row, manifest, terms), ...pairFindings(row, rows.slice(0, at))]),
  ];
}

function rowFindings(row: PolicyRow, manifest: Manifest, terms: PolicyTerms): readonly Finding[] {
  const findings: Finding[] = [];
  const say = (rule: Finding['rule'], message: string): void => void findings.push(finding(rule, row.id, message));
  if (row.serviceId !== manifest.id)
    say('policy-service', `is a row of ${row.serviceId}, in the package ${manifest.id}`);
  if (row.effectiveTo !== null && row.effectiveTo < row.effectiveFrom)
    say('policy-dates', `ends on ${row.effectiveTo}, before it begins on ${row.effectiveFrom}`);
  if (row.kind === 'fee' && !(typeof row.value === 'number' && row.value > 0 && row.unit === 'fen'))
    say('policy-fee', `is a fee of ${String(row.value)} ${row.unit}`);
  if (row.kind === 'hours' && (typeof row.value !== 'string' || readHours(row.value) === undefined))
    say('policy-hours', `are hours of ${String(row.value)}`);
  if (row.kind === 'chargeOn' && row.value !== manifest.chargeOn)
    say('charge-on', `says ${String(row.value)}, the manifest says ${manifest.chargeOn}`);
  if (row.status === 'draft') say('policy-draft', 'is a draft and decides nothing');
  if (row.status === 'placeholder' || /placeholder/iu.test(row.source))
    findings.push(placeholder(row, terms.release ? 'error' : 'warning'));
  return findings;
}

function placeholder(row: PolicyRow, level: Finding['level']): Finding {
  return { ...finding('policy-placeholder', row.id, `is a placeholder, its source: ${row.source}`), level };
}

function pairFindings(row: PolicyRow, earlier: readonly PolicyRow[]): readonly Finding[] {
  if (earlier.some((other) => other.id === row.id)) return [finding('policy-id', row.id, 'two rows have this id')];
  // A draft decides nothing, so that it contradicts nobody.
  const other = earlier.find((one) => [row, one].every(({ status }) => status !== 'draft') && overlaps(one, row));
  if (other === undefined) return [];
  return [finding('policy-overlap', row.id, `overlaps in time with ${other.id}: ${inWords([row.kind, row.variant])}`)];
}

function overlaps(one: PolicyRow, other: PolicyRow): boolean {
  const isSame = one.kind === other.kind && one.variant === other.variant && one.place === other.place;
  const isApart =
    (one.effectiveTo !== null && one.effectiveTo < other.effectiveFrom) ||
    (other.effectiveTo !== null && other.effectiveTo < one.effectiveFrom);
  return isSame && !isApart;
}

/** What the steps decide by has to be there, and has to keep the service away from places that lack it. */
export function policyUseFindings(
  manifest: Manifest,
  { steps }: Workflow,
  rows: readonly PolicyRow[],
): readonly Finding[] {
  return steps.flatMap((step) => [
    ...needsOf(step, steps)
      .filter((key) => !manifest.needsPolicy.some(({ kind, variant }) => kind === key[0] && variant === key[1]))
      .map((key) => finding('policy-undeclared', step.id, `needs the row ${inWords(key)}, which needsPolicy lacks`)),
    ...oneOfThese(step)
      .filter(({ anyOf }) => !anyOf(rows))
      .map(({ what }) => finding('policy-missing', step.id, `no row says ${what}`)),
  ]);
}

function needsOf(step: WorkflowStep, steps: readonly WorkflowStep[]): readonly Key[] {
  if (step.step === 'photo') return [textSetting(step, 'profile') ?? ''].map((profile) => ['photoProfile', profile]);
  const variant = textSetting(step, 'variant');
  if (step.step !== 'fee' || textSetting(step, 'source') !== 'policy' || variant === undefined) return [];
  return variantsOf(variant, steps).map((one) => ['fee', one]);
}

/** Every variant that a setting like `id-{reason}` can come to. */
function variantsOf(variant: string, steps: readonly WorkflowStep[]): readonly string[] {
  let variants = [variant];
  for (const question of questionsIn(variant)) {
    const asked = steps.map(askedBy).filter((one) => one?.question === question);
    const values = [...new Set(asked.flatMap((one) => one?.values ?? []))];
    variants = variants.flatMap((one) => values.map((value) => one.replaceAll(`{${question}}`, value)));
  }
  return variants;
}

interface OneOfThese {
  readonly what: string;
  readonly anyOf: (rows: readonly PolicyRow[]) => boolean;
}

function oneOfThese(step: WorkflowStep): readonly OneOfThese[] {
  const anyFee: OneOfThese = { what: 'what anything costs', anyOf: (rows) => decides(rows, ['fee']) };
  if (step.step === 'choose-endorsement') return [anyFee];
  if (step.step === 'fee' && textSetting(step, 'source') === 'case') return [anyFee];
  if (step.step !== 'check') return [];
  return listSetting(step, 'rules').flatMap((rule) => {
    const keys = CHECK_RULES.get(rule);
    if (keys === undefined) return [];
    return [{ what: keys.map(inWords).join(' or '), anyOf: (rows) => keys.some((key) => decides(rows, key)) }];
  });
}

function decides(rows: readonly PolicyRow[], [kind, ...variant]: readonly [string, (string | null)?]): boolean {
  return rows.some(
    (row) => row.status !== 'draft' && row.kind === kind && (variant.length === 0 || row.variant === variant[0]),
  );
}

function inWords([kind, variant]: Key): string {
  return variant === null ? kind : `${kind}.${variant}`;
}
