import type { DeviceKind } from '../../device/ports/index.ts';
import type { Manifest, Workflow } from '../package.ts';
import { STEPS, type StepKind } from '../step.table.ts';
import { finding, type Finding, type WorkflowStep } from './finding.ts';

/** Devices that a step uses when they are there and does without when they are not. */
export const HELPFUL_DEVICES: Partial<Record<StepKind, readonly DeviceKind[]>> = {
  'scan-code': ['qr-reader'],
  face: ['camera'],
  photo: ['camera'],
  signature: ['signature-pad'],
  receipt: ['receipt-printer'],
};

/** Rules on what the manifest says of devices, against what the steps use. */
export function deviceFindings(manifest: Manifest, { steps }: Workflow): readonly Finding[] {
  const declared = [...manifest.needs, ...manifest.optional];
  const used = new Set(
    steps.flatMap((step) => [...devicesOf(step), ...guarded(step), ...(HELPFUL_DEVICES[step.step] ?? [])]),
  );
  return [
    ...declared
      .filter((device, at) => declared.indexOf(device) < at)
      .map((device) => finding('device-twice', `manifest.json ${device}`, 'is named twice')),
    ...[...new Set(declared)]
      .filter((device) => !used.has(device))
      .map((device) => finding('device-unused', `manifest.json ${device}`, 'no step uses it')),
    ...steps.flatMap((step) => stepFindings(step, manifest)),
  ];
}

/** The number of an ID card can be typed where the workflow allows it and there is no reader. */
function isTypedInstead(step: WorkflowStep): boolean {
  return step.step === 'read-id' && step.settings?.['typed'] === true;
}

function devicesOf(step: WorkflowStep): readonly DeviceKind[] {
  return STEPS[step.step].devices;
}

function guarded(step: WorkflowStep): readonly DeviceKind[] {
  return (step.when ?? []).flatMap((guard) => ('device' in guard ? [guard.device] : []));
}

function stepFindings(step: WorkflowStep, { needs, optional }: Manifest): readonly Finding[] {
  const uses = [...new Set([...devicesOf(step), ...guarded(step)])];
  return uses.flatMap((device) => {
    if (needs.includes(device)) return [];
    if (!optional.includes(device)) return [finding('device-undeclared', step.id, `${device} is not in the manifest`)];
    if (isTypedInstead(step)) return [];
    const isGuarded = (step.when ?? []).some((guard) => 'device' in guard && guard.device === device && guard.usable);
    if (isGuarded || !devicesOf(step).includes(device)) return [];
    return [finding('device-unguarded', step.id, `${device} is optional, and the step cannot run without it`)];
  });
}
