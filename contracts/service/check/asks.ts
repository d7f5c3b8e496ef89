import { listSetting, textSetting, type WorkflowStep } from './finding.ts';
import { flagsToldBy } from './lookups.table.ts';

/** What a step asks the citizen: the answer's name and what it may be. `values` null: typed, scanned, or found by the
 *  office, so that no guard can be held to a list. */
export interface Asked {
  readonly question: string;
  readonly values: readonly string[] | null;
}

const SCANNED = new Map([
  ['receipt', 'receiptNo'],
  ['photo-receipt', 'photoReceiptNo'],
]);
/** Kept beside the answers (facts.phone, facts.typedIdNo): no guard can read them. */
const NOT_ANSWERS = new Set(['phone', 'idNo']);

export function askedBy(step: WorkflowStep): Asked | undefined {
  if (step.step === 'choose') {
    const question = textSetting(step, 'question');
    if (question === undefined) return undefined;
    const options = listSetting(step, 'options');
    return { question, values: options.length === 0 || step.settings?.['source'] !== undefined ? null : options };
  }
  if (step.step === 'form') {
    const field = textSetting(step, 'field');
    return field === undefined || NOT_ANSWERS.has(field) ? undefined : { question: field, values: null };
  }
  if (step.step !== 'scan-code') return undefined;
  const question = SCANNED.get(textSetting(step, 'what') ?? '');
  return question === undefined ? undefined : { question, values: null };
}

/** Options of a question that are shown only while a device can be used. */
export function devicesOfOptions(step: WorkflowStep): readonly (readonly [option: string, device: string])[] {
  if (step.step !== 'choose') return [];
  return listSetting(step, 'optionDevices').map((pair) => {
    const [option = '', device = ''] = pair.split(':');
    return [option, device] as const;
  });
}

/** Flags that a step may set. */
export function toldBy(step: WorkflowStep): readonly string[] {
  return step.step === 'lookup' ? flagsToldBy(textSetting(step, 'request'), textSetting(step, 'purpose')) : [];
}

/** Names of answers in a fee variant: `id-{reason}`. */
export function questionsIn(variant: string): readonly string[] {
  return [...variant.matchAll(/\{(\w+)\}/gu)].map((match) => match[1] ?? '');
}
