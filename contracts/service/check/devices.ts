import { PORTS, type DeviceKind } from '../../device/ports/index.ts';
import type { Manifest, Workflow } from '../package.ts';
import { STEPS, type StepKind } from '../step.table.ts';
import { askedBy, devicesOfOptions } from './asks.ts';
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
  const used = new Set<string>(
    steps.flatMap((step) => [...devicesOf(step), ...guarded(step), ...(HELPFUL_DEVICES[step.step] ?? [])]),
  );
  return [
    ...declared
      .filter((device, at) => declared.indexOf(device) < at)
      .map((device) => finding('device-twice', `manifest.json ${device}`, 'is named twice')),
    ...[...new Set(declared)]
      .filter((device) => !used.has(device))
      .map((device) => finding('device-unused', `manifest.json ${device}`, 'no step uses it')),
    ...steps.flatMap((step, at) => stepFindings(step, manifest, steps.slice(0, at))),
  ];
}

/** The number of an ID card can be typed where the workflow allows it and there is no reader. */
function isTypedInstead(step: WorkflowStep): boolean {
  return step.step === 'read-id' && step.settings?.['typed'] === true;
}

function devicesOf(step: WorkflowStep): readonly DeviceKind[] {
  return STEPS[step.step].devices;
}

function guarded(step: WorkflowStep): readonly string[] {
  // A name that is no device is told as a wrong setting.
  const ofOptions = devicesOfOptions(step).flatMap(([, device]) => (Object.hasOwn(PORTS, device) ? [device] : []));
  return [...(step.when ?? []).flatMap((guard) => ('device' in guard ? [guard.device] : [])), ...ofOptions];
}

/** Walked only after an option was chosen that is not shown without the device. */
function isWayOf(step: WorkflowStep, device: string, earlier: readonly WorkflowStep[]): boolean {
  return (step.when ?? []).some((guard) => {
    if (!('answer' in guard)) return false;
    const asked = earlier.filter((one) => askedBy(one)?.question === guard.answer);
    const needy = asked.flatMap(devicesOfOptions).filter(([, needed]) => needed === device);
    return asked.length > 0 && guard.in.every((value) => needy.some(([option]) => option === value));
  });
}

function stepFindings(step: WorkflowStep, manifest: Manifest, earlier: readonly WorkflowStep[]): readonly Finding[] {
  const needs: readonly string[] = manifest.needs;
  const optional: readonly string[] = manifest.optional;
  const own: readonly string[] = devicesOf(step);
  const uses = [...new Set([...own, ...guarded(step)])];
  return uses.flatMap((device) => {
    if (needs.includes(device)) return [];
    if (!optional.includes(device)) return [finding('device-undeclared', step.id, `${device} is not in the manifest`)];
    if (isTypedInstead(step) || isWayOf(step, device, earlier)) return [];
    const isGuarded = (step.when ?? []).some((guard) => 'device' in guard && guard.device === device && guard.usable);
    if (isGuarded || !own.includes(device)) return [];
    return [finding('device-unguarded', step.id, `${device} is optional, and the step cannot run without it`)];
  });
}
