import { z } from 'zod';
import type { CaseOffice } from '../back-office/index.ts';
import { POLICY_KINDS } from './policy.ts';
import { STEPS, type StepKind } from './step.table.ts';
import { PORTS, type DeviceKind } from '../device/ports/index.ts';

const code = z.string().regex(/^[A-Za-z0-9._-]{1,60}$/);
const stepKind = z.enum(Object.keys(STEPS) as [StepKind, ...StepKind[]]);
const deviceKind = z.enum(Object.keys(PORTS) as [DeviceKind, ...DeviceKind[]]);

export const DOMAINS = ['exit-entry', 'vehicle', 'household'] as const;
export const domainSchema = z.enum(DOMAINS);
export type Domain = z.infer<typeof domainSchema>;

/** The office behind a domain: the prefix of its requests. */
export const OFFICE_OF_DOMAIN = {
  'exit-entry': 'exitEntry',
  vehicle: 'vehicle',
  household: 'household',
} as const satisfies Record<Domain, CaseOffice>;

/** `manifest.json`: what the service is and needs. */
export const manifestSchema = z.strictObject({
  id: code,
  release: z.int().min(1),
  domain: domainSchema,
  itemCode: z.string().length(31),
  catalogueVersion: z.int().min(1),
  /** Minutes a citizen should expect. */
  minutes: z.strictObject({ from: z.int().min(1), to: z.int().min(1) }),
  needs: z.array(deviceKind).max(16),
  optional: z.array(deviceKind).max(16),
  /** Policy rows without which the service is not offered at a place. */
  needsPolicy: z.array(z.strictObject({ kind: z.enum(POLICY_KINDS), variant: z.string().max(40).nullable() })).max(32),
  consents: z.array(z.strictObject({ id: code, version: z.int().min(1), face: z.boolean() })).max(8),
  chargeOn: z.enum(['approved', 'accepted']),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** When a step is walked; all of its guards must hold, else it is passed over. Answers are what the citizen chose or
 *  typed (by question or field), flags what lookups told (by name); a flag nobody set is false. */
export const guardSchema = z.union([
  z.strictObject({ answer: code, in: z.array(code).min(1).max(16) }),
  z.strictObject({ flag: code, is: z.boolean() }),
  /** The device can be used now: how an optional device adds a step without which the service goes on. */
  z.strictObject({ device: deviceKind, usable: z.boolean() }),
]);
export type Guard = z.infer<typeof guardSchema>;

const settingSchema = z.union([z.string().max(200), z.int(), z.boolean(), z.array(z.string().max(60)).max(16)]);

/** `workflow.json`: the steps in order, each with its own settings (contracts/service/step.table.ts says which). */
export const workflowSchema = z.strictObject({
  steps: z
    .array(
      z.strictObject({
        id: code,
        step: stepKind,
        when: z.array(guardSchema).min(1).max(4).optional(),
        settings: z.record(z.string().max(40), settingSchema).optional(),
      }),
    )
    .min(1)
    .max(40),
});
export type Workflow = z.infer<typeof workflowSchema>;

/** `texts.zh-CN.json`, `texts.en.json`: the same keys in both. */
export const textsSchema = z.record(z.string().regex(/^[a-z][A-Za-z0-9.-]{0,79}$/), z.string().min(1).max(2000));
export type ServiceTexts = z.infer<typeof textsSchema>;

/** `release.json`: names every other file with its digest. Signing later signs this file; nothing else changes.
 *  Canonical files: UTF-8, `JSON.stringify(value, null, 2)` and one line feed at the end. */
export const releaseSchema = z.strictObject({
  id: code,
  release: z.int().min(1),
  files: z
    .array(
      z.strictObject({
        path: z.string().regex(/^[a-z0-9][a-zA-Z0-9._-]{0,79}$/),
        bytes: z.int().min(1),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .min(1)
    .max(64),
});
export type Release = z.infer<typeof releaseSchema>;

/** Every file that a package must have, beside `release.json`. */
export const PACKAGE_FILES = [
  'manifest.json',
  'workflow.json',
  'policy.json',
  'texts.zh-CN.json',
  'texts.en.json',
] as const;
export { stepKind as stepKindSchema };
