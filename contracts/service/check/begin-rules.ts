import { z } from 'zod';
import { BACK_OFFICE_REQUESTS } from '../../back-office/index.ts';
import { OFFICE_OF_DOMAIN, type Manifest } from '../package.ts';
import type { Path } from './dry-walk.ts';
import { finding, listSetting, textSetting, type Finding, type WorkflowStep } from './finding.ts';

type Provider = (step: WorkflowStep) => boolean;

const kind =
  (...kinds: WorkflowStep['step'][]): Provider =>
  (step) =>
    kinds.includes(step.step);
const setTo =
  (name: string, pattern: RegExp): Provider =>
  (step) =>
    pattern.test(textSetting(step, name) ?? '');
const any =
  (...providers: Provider[]): Provider =>
  (step) =>
    providers.some((provides) => provides(step));
const asks = (question: string): Provider => setTo('question', new RegExp(`^${question}$`, 'u'));
const types = (field: string): Provider => setTo('field', new RegExp(`^${field}$`, 'u'));

interface Given {
  readonly what: string;
  readonly by: Provider;
  /** Paths on which the engine gives it without a step. */
  readonly isOwn?: (path: Path) => boolean;
}

/** Which step can give a field of a `begin`. A field that is not here is given by the engine itself. */
const PROVIDERS: Readonly<Record<string, Given>> = {
  idNo: { what: 'the ID card', by: any(kind('read-id'), types('idNo')) },
  // A typed number has no name.
  name: { what: 'the ID card itself', by: (step) => step.step === 'read-id' && step.settings?.['typed'] !== true },
  permitNo: { what: 'the permit', by: kind('read-card') },
  destinations: { what: 'the destination', by: kind('choose-endorsement') },
  mode: { what: 'the mode', by: asks('mode') },
  approvalNo: {
    what: 'the approved case',
    by: setTo('source', /^cases$/u),
    isOwn: ({ answers }) => answers['mode'] === 'reprint',
  },
  docKind: { what: 'the document', by: asks('docKind') },
  reason: { what: 'the reason', by: asks('reason') },
  delivery: { what: 'the delivery', by: asks('delivery') },
  collection: { what: 'the collection', by: asks('collection') },
  plateType: { what: 'the plate type', by: asks('plateType') },
  plateNo: { what: 'the plate', by: types('plateNo') },
  signature: { what: 'the signature', by: kind('signature') },
  licenceNo: { what: 'the licence', by: setTo('request', /^vehicle\.licence\.lookup$/u) },
  violationIds: { what: 'the violation', by: setTo('source', /^violations$/u) },
  receiptNo: {
    what: 'the case',
    by: any(setTo('source', /^cases$/u), setTo('what', /^receipt$/u), types('receiptNo')),
  },
  photoReceiptNo: { what: 'the photo receipt', by: setTo('what', /^photo-receipt$/u) },
};

/** The office refuses a `begin` that lacks a field or has a value that it does not know: every path has to have asked for
 *  what its item cannot do without, in the office's own values. */
export function beginFindings({ domain }: Manifest, path: Path): readonly Finding[] {
  const at = path.steps.findIndex((step) => step.step === 'approve');
  const approve = path.steps[at];
  const fields = approve === undefined ? undefined : fieldsOf(domain, textSetting(approve, 'item') ?? '');
  if (approve === undefined || fields === undefined) return [];
  const before = path.steps.slice(0, at);
  return Object.entries(fields).flatMap(([name, schema]) => {
    const provider = PROVIDERS[name];
    if (provider === undefined || provider.isOwn?.(path) === true) return [];
    const given = before.filter(provider.by);
    // What may be left out is left out by a null.
    if (given.length === 0 && !schema.safeParse(null).success)
      return [
        finding('begin-incomplete', approve.id, `the office asks for ${provider.what}; no step before it takes it`),
      ];
    return given.flatMap((step) => strangeValues(step, name, schema, path));
  });
}

/** Options of the question `name` that can be chosen on this path and that the office does not know. */
function strangeValues(step: WorkflowStep, name: string, schema: z.ZodType, { answers }: Path): readonly Finding[] {
  if (!(schema instanceof z.ZodEnum) || textSetting(step, 'question') !== name) return [];
  const chosen = answers[name];
  return (chosen === undefined ? listSetting(step, 'options') : [chosen])
    .filter((value) => !schema.safeParse(value).success)
    .map((value) => finding('begin-value', step.id, `the office knows no ${name} ${value}`));
}

function fieldsOf(domain: Manifest['domain'], item: string): Readonly<Record<string, z.ZodType>> | undefined {
  const { options } = BACK_OFFICE_REQUESTS[`${OFFICE_OF_DOMAIN[domain]}.case.begin`].body;
  for (const { shape } of options) if (shape.item.values.has(item as never)) return shape;
  return undefined;
}
