import type { Manifest, ServiceTexts, Workflow } from '../package.ts';
import { finding, listSetting, textSetting, type Finding, type WorkflowStep } from './finding.ts';

/** What the places on the screen hold (contracts/ui/view.ts). */
const LABEL_LENGTH = 200;
const LINES_MOST = 8;
const LONG = /^(?:guide\.(?:who|fee|note\.)|consent\..+\.text$|sign\.|warning\.|refused\.)/u;

export function parityFindings(zh: ServiceTexts, en: ServiceTexts): readonly Finding[] {
  const only = (has: ServiceTexts, lacks: ServiceTexts, file: string): readonly Finding[] =>
    Object.keys(has)
      .filter((key) => !Object.hasOwn(lacks, key))
      .map((key) => finding('text-parity', `${file} ${key}`, 'is written in the other language only'));
  return [...only(zh, en, 'texts.en.json'), ...only(en, zh, 'texts.zh-CN.json')];
}

/** Texts that manifest and steps show, in neither language; one that a single language lacks is named by its parity. */
export function impliedFindings(
  manifest: Manifest,
  workflow: Workflow,
  zh: ServiceTexts,
  en: ServiceTexts,
): readonly Finding[] {
  const wanted = new Map(workflow.steps.flatMap((step) => textsOf(step).map((key) => [key, step.id] as const)));
  for (const key of ['title', 'window.name', 'window.address', 'window.hours']) wanted.set(key, 'manifest.json');
  for (const { id } of manifest.consents)
    for (const part of ['title', 'text']) wanted.set(`consent.${id}.${part}`, 'manifest.json');
  for (const key of gaps({ ...zh, ...en })) wanted.set(key, 'guide');
  return [...wanted]
    .filter(([key]) => !Object.hasOwn(zh, key) && !Object.hasOwn(en, key))
    .map(([key, by]) => finding('text-missing', key, `${by} shows a text that is not there`));
}

export function lengthFindings(file: string, texts: ServiceTexts): readonly Finding[] {
  const tooLong = Object.entries(texts).filter(([key, text]) => text.length > LABEL_LENGTH && !LONG.test(key));
  const tooMany = Object.keys(texts).filter((key) => /^guide\.(?:bring|note)\./u.test(key) && lineNo(key) > LINES_MOST);
  return [
    ...tooLong.map(([key, text]) =>
      finding('text-length', `${file} ${key}`, `has ${text.length} characters, its place holds ${LABEL_LENGTH}`),
    ),
    ...tooMany.map((key) => finding('text-length', `${file} ${key}`, `the guide shows ${LINES_MOST} lines of a kind`)),
  ];
}

function textsOf(step: WorkflowStep): readonly string[] {
  switch (step.step) {
    case 'guide':
      return ['guide.who', 'guide.bring.1', 'guide.fee'];
    case 'choose': {
      const question = textSetting(step, 'question') ?? '';
      return [`choose.${question}`, ...listSetting(step, 'options').map((value) => `${question}.${value}`)];
    }
    case 'choose-endorsement':
      return ENDORSEMENT_TEXTS;
    case 'signature':
      return [textSetting(step, 'what') ?? ''];
    // The phone has the engine’s own label: it is asked for in every service.
    case 'review':
      return [
        ...listSetting(step, 'lines')
          .filter((line) => line !== 'phone')
          .map((line) => `label.${line}`),
        ...warningOf(step),
      ];
    default:
      return [];
  }
}

const ENDORSEMENT_TEXTS = [
  ...['destination', 'kind', 'count'].map((question) => `choose.${question}`),
  ...['HKG', 'MAC', 'both'].map((value) => `destination.${value}`),
  ...['G', 'L'].map((value) => `kind.${value}`),
  ...['once', 'twice', 'multi1y', 'multi2y', 'multi3y', 'multi3yPlus'].map((value) => `count.${value}`),
  'warning.cancelsValid',
];

function warningOf(step: WorkflowStep): readonly string[] {
  const warning = textSetting(step, 'warning');
  return warning === undefined ? [] : [warning];
}

/** Lines are numbered from 1 without a gap: the ones before the highest that are not there. */
function gaps(texts: ServiceTexts): readonly string[] {
  return ['guide.bring.', 'guide.note.'].flatMap((prefix) => {
    const highest = Math.max(
      0,
      ...Object.keys(texts)
        .filter((key) => key.startsWith(prefix))
        .map(lineNo),
    );
    return Array.from({ length: Math.min(highest, LINES_MOST) }, (_, at) => `${prefix}${at + 1}`);
  });
}

function lineNo(key: string): number {
  const number = Number(key.slice(key.lastIndexOf('.') + 1));
  return Number.isInteger(number) ? number : 0;
}
