import {
  checkPackage,
  HELPFUL_DEVICES,
  manifestSchema,
  STEPS,
  textsSchema,
  workflowSchema,
  type Guard,
} from '@yimen/contracts/service';
import type { PackageFolder } from './read-folder.ts';

/** One step as the picture shows it. */
export interface FlowStep {
  readonly id: string;
  readonly kind: string;
  readonly phase: string;
  /** Settings in words, one line. */
  readonly detail: string;
  /** Guards in words; all must hold, else the step is passed over. */
  readonly guards: readonly string[];
  readonly devices: readonly { readonly device: string; readonly isNeeded: boolean }[];
  readonly effects: readonly string[];
  /** Some rule for services is broken here. */
  readonly isBroken: boolean;
}

export interface Flow {
  readonly id: string;
  readonly release: number;
  readonly title: { readonly 'zh-CN': string; readonly en: string };
  readonly steps: readonly FlowStep[];
}

/** What a package's picture shows.
 *  @throws Error when manifest, workflow or texts do not fit their schemas: there is nothing to draw */
export function flowOf({ id, raw }: PackageFolder): Flow {
  const manifest = manifestSchema.safeParse(raw.manifest);
  const workflow = workflowSchema.safeParse(raw.workflow);
  const zh = textsSchema.safeParse(raw.texts['zh-CN']);
  const en = textsSchema.safeParse(raw.texts.en);
  if (!manifest.success || !workflow.success || !zh.success || !en.success)
    throw new Error(`${id} cannot be drawn: its files do not fit their schemas (check names the places)`);
  const errors = checkPackage(raw).filter((one) => one.level === 'error');
  const broken = new Set(errors.map((one) => one.where));
  const needs = new Set(manifest.data.needs);
  const declared = new Set([...manifest.data.needs, ...manifest.data.optional]);
  return {
    id: manifest.data.id,
    release: manifest.data.release,
    title: { 'zh-CN': zh.data['title'] ?? manifest.data.id, en: en.data['title'] ?? manifest.data.id },
    steps: workflow.data.steps.map((step) => ({
      id: step.id,
      kind: step.step,
      phase: STEPS[step.step].phase,
      detail: Object.entries(step.settings ?? {})
        .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`)
        .join(' · '),
      guards: (step.when ?? []).map(guardInWords),
      devices: [
        ...STEPS[step.step].devices.map((device) => ({ device, isNeeded: needs.has(device) })),
        ...(HELPFUL_DEVICES[step.step] ?? [])
          .filter((device) => declared.has(device))
          .map((device) => ({ device, isNeeded: needs.has(device) })),
      ],
      effects: STEPS[step.step].effects,
      isBroken: broken.has(step.id),
    })),
  };
}

function guardInWords(guard: Guard): string {
  if ('answer' in guard) return `${guard.answer} = ${guard.in.join(' | ')}`;
  if ('flag' in guard) return guard.is ? guard.flag : `not ${guard.flag}`;
  return `${guard.device} ${guard.usable ? 'usable' : 'away'}`;
}
