import { BACK_OFFICE_REQUESTS } from '../../back-office/index.ts';
import { PORTS } from '../../device/ports/index.ts';
import { OFFICE_OF_DOMAIN, type Domain, type Workflow } from '../package.ts';
import { STEPS, type StepSetting } from '../step.table.ts';
import { devicesOfOptions } from './asks.ts';
import { finding, listSetting, textSetting, type Finding, type WorkflowStep } from './finding.ts';
import { CHECK_RULES, lookupRow } from './lookups.table.ts';

type Setting = NonNullable<WorkflowStep['settings']>[string];

/** More would not fit the screen (contracts/ui, view `choose`). */
const OPTIONS_MOST = 7;

/** Rules on step ids and on what each step is set to. */
export function settingFindings({ steps }: Workflow, domain: Domain): readonly Finding[] {
  const repeated = steps.filter((step, at) => steps.findIndex((other) => other.id === step.id) < at);
  return [
    ...repeated.map(({ id }) => finding('step-id', id, 'two steps have this id')),
    ...steps.flatMap((step, at) => [
      ...byTable(step),
      ...byMeaning(step, steps.slice(0, at)),
      ...byOffice(step, domain),
    ]),
  ];
}

function byTable(step: WorkflowStep): readonly Finding[] {
  const rows: Readonly<Record<string, StepSetting>> = STEPS[step.step].settings;
  const given = Object.entries(step.settings ?? {});
  const missing = Object.entries(rows).filter(([name, row]) => row.required && step.settings?.[name] === undefined);
  return [
    ...missing.map(([name, row]) => finding('setting-missing', step.id, `${name} is not set: ${row.meaning}`)),
    ...given.flatMap(([name, value]) =>
      oneSetting(step, name, value, Object.hasOwn(rows, name) ? rows[name] : undefined),
    ),
  ];
}

function oneSetting(
  step: WorkflowStep,
  name: string,
  value: Setting,
  row: StepSetting | undefined,
): readonly Finding[] {
  if (row === undefined) return [finding('setting-unknown', step.id, `a ${step.step} step reads no ${name}`)];
  if (typeOf(value) !== row.type)
    return [finding('setting-type', step.id, `${name} is a ${typeOf(value)}, not a ${row.type}: ${row.meaning}`)];
  if (row.oneOf === undefined || row.oneOf.includes(String(value))) return [];
  return [finding('setting-value', step.id, `${name} is ${String(value)}, not ${row.oneOf.join(' or ')}`)];
}

function typeOf(value: Setting): StepSetting['type'] {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'text';
}

/** What the table of settings cannot say: settings that depend on each other or on earlier steps. */
function byMeaning(step: WorkflowStep, earlier: readonly WorkflowStep[]): readonly Finding[] {
  const wrong = (message: string): readonly Finding[] => [finding('setting-value', step.id, message)];
  switch (step.step) {
    case 'choose':
      return chooseFindings(step);
    case 'fee':
      return textSetting(step, 'source') === 'policy' && textSetting(step, 'variant') === undefined
        ? [finding('setting-missing', step.id, 'variant is not set: which fee row')]
        : [];
    case 'check':
      return listSetting(step, 'rules')
        .filter((rule) => !CHECK_RULES.has(rule))
        .flatMap((rule) => wrong(`there is no rule ${rule}; there are ${[...CHECK_RULES.keys()].join(', ')}`));
    case 'fingerprint':
      return [undefined, 1, 2].includes(numberSetting(step, 'fingers')) ? [] : wrong('fingers is 1 or 2');
    case 'scan-document':
      return (numberSetting(step, 'pages') ?? 1) >= 1 ? [] : wrong('pages is at least 1');
    case 'review':
      return listSetting(step, 'edits').flatMap((edit) => editFindings(step, edit, earlier));
    default:
      return [];
  }
}

function numberSetting(step: WorkflowStep, name: string): number | undefined {
  const value = step.settings?.[name];
  return typeof value === 'number' ? value : undefined;
}

function chooseFindings(step: WorkflowStep): readonly Finding[] {
  const { options, source } = step.settings ?? {};
  if (options === undefined && source === undefined)
    return [finding('setting-missing', step.id, 'neither options nor source is set: nothing could be chosen')];
  if (options !== undefined && source !== undefined)
    return [finding('setting-value', step.id, 'options and source are both set: one of them is never shown')];
  const strange = devicesOfOptions(step).find(
    ([option, device]) => !listSetting(step, 'options').includes(option) || !Object.hasOwn(PORTS, device),
  );
  if (strange !== undefined)
    return [
      finding('setting-value', step.id, `optionDevices names ${strange.join(':')}, no option of it or no device`),
    ];
  if (!Array.isArray(options)) return [];
  const isBad = options.length === 0 || options.length > OPTIONS_MOST || new Set(options).size < options.length;
  return isBad ? [finding('setting-value', step.id, `options are 1 to ${OPTIONS_MOST} different values`)] : [];
}

function editFindings(step: WorkflowStep, edit: string, earlier: readonly WorkflowStep[]): readonly Finding[] {
  const [line = '', target = ''] = edit.split(':');
  if (!listSetting(step, 'lines').includes(line))
    return [finding('setting-value', step.id, `edits names the line ${line}, which is not shown`)];
  if (earlier.some((other) => other.id === target)) return [];
  return [finding('setting-value', step.id, `edits leads from ${line} to ${target}, which is no earlier step`)];
}

/** Requests and items have to be those of the office that the manifest's domain stands for. */
function byOffice(step: WorkflowStep, domain: Domain): readonly Finding[] {
  const item = step.step === 'approve' ? textSetting(step, 'item') : undefined;
  const items = itemsOf(domain);
  if (item !== undefined && !items.includes(item))
    return [finding('request', step.id, `the office of ${domain} knows no item ${item}; it knows ${items.join(', ')}`)];
  const request = step.step === 'lookup' ? textSetting(step, 'request') : undefined;
  return request === undefined ? [] : lookupFindings(step, request, domain);
}

function lookupFindings(step: WorkflowStep, request: string, domain: Domain): readonly Finding[] {
  const row = lookupRow(request);
  // How a case stands may be asked of every office: nothing is begun by it.
  const isProgress = request.endsWith('.case.find') && textSetting(step, 'purpose') === 'progress';
  if (row === undefined || !(isProgress || request.startsWith(`${OFFICE_OF_DOMAIN[domain]}.`)))
    return [finding('request', step.id, `${request} is no query of the office of ${domain}`)];
  const purpose = textSetting(step, 'purpose');
  if (purpose === undefined)
    return row.isPurposeRequired ? [finding('setting-missing', step.id, `${request} is asked for a purpose`)] : [];
  if (row.purposes.includes(purpose)) return [];
  const known = row.purposes.length === 0 ? 'no purpose' : row.purposes.join(' or ');
  return [finding('setting-value', step.id, `${request} is asked for ${known}, not for ${purpose}`)];
}

/** What a case of this office can be begun with. */
function itemsOf(domain: Domain): readonly string[] {
  return BACK_OFFICE_REQUESTS[`${OFFICE_OF_DOMAIN[domain]}.case.begin`].body.options.flatMap((option) => [
    ...option.shape.item.values,
  ]);
}
