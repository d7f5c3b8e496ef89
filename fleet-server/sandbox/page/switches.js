/** The form of switches: what may be set, and what is sent.
 *
 *  @typedef {{thing: string, chineseName: string}} Person
 *  @typedef {{id: string, action: object, office?: string, kind?: string, person?: string, terminalId?: string, nth: number,
 *    times: number | null, acted: number}} Switch
 */
import { byId, element, table } from './dom.js';
import { t } from './texts.js';

const ACTIONS = [
  'delay',
  'down',
  'refuse',
  'error',
  'cut',
  'malformed',
  'oversize',
  'swapAnswer',
  'lostAnswer',
  'duplicateNotice',
  'reorderNotices',
  'decline',
  'otherAmount',
  'expireBill',
  'refundFails',
];
const OFFICES = ['exit-entry', 'vehicle', 'household', 'payment'];
const CASE_VERBS = ['begin', 'reserve', 'confirm', 'cancel', 'paid', 'state', 'find'];
const KINDS = [
  'exitEntry.permit.lookup',
  'exitEntry.person.check',
  ...CASE_VERBS.map((verb) => `exitEntry.case.${verb}`),
  'vehicle.licence.lookup',
  'vehicle.car.lookup',
  'vehicle.violation.list',
  ...CASE_VERBS.map((verb) => `vehicle.case.${verb}`),
  'household.person.check',
  'household.photo.fetch',
  ...CASE_VERBS.map((verb) => `household.case.${verb}`),
  'payment.bill.create',
  'payment.bill.query',
  'payment.bill.close',
  'payment.bill.refund',
  'payment.case.capture',
  'payment.case.release',
  'payment.notice',
  'payment.extra.refund',
  'channel.paid',
  'settle',
];
const WITH_WHEN = ['delay', 'error', 'cut', 'malformed', 'oversize', 'swapAnswer'];
/** The kind at which an action of the provider's own has any effect.
 *  @type {Record<string, string>} */
const OWN_KIND = {
  duplicateNotice: 'payment.notice',
  reorderNotices: 'payment.notice',
  decline: 'channel.paid',
  otherAmount: 'payment.bill.create',
  expireBill: 'payment.bill.create',
  refundFails: 'payment.bill.refund',
};

/** @returns {HTMLFormElement} */
export function switchForm() {
  const form = byId('switch-form');
  if (form instanceof HTMLFormElement) return form;
  throw new Error('the page has no form');
}

/** A field of the form.
 *  @param {string} name */
export function field(name) {
  const found = switchForm().elements.namedItem(name);
  if (found instanceof HTMLInputElement || found instanceof HTMLSelectElement) return found;
  throw new Error(`the form has no ${name}`);
}

/** @param {string} name
 *  @param {string[][]} values */
function options(name, values) {
  const select = field(name);
  const chosen = select.value;
  select.replaceChildren(...values.map(([value, label]) => new Option(label, value)));
  if (values.some(([value]) => value === chosen)) select.value = chosen;
}

/** @param {Person[]} people */
export function showForm(people) {
  options(
    'do',
    ACTIONS.map((name) => [name, name]),
  );
  options('office', [['', t('any')], ...OFFICES.map((name) => [name, t(name)])]);
  options('kind', [['', t('any')], ...KINDS.map((name) => [name, name])]);
  options('person', [
    ['', t('any')],
    ...people.map((person) => [person.thing, `${person.chineseName} ${person.thing}`]),
  ]);
  options(
    'when',
    ['before', 'after'].map((name) => [name, t(name)]),
  );
  fitForm();
}

/** Shows the fields that the chosen action has. */
export function fitForm() {
  const chosen = field('do').value;
  for (const label of document.querySelectorAll('label[data-for]')) {
    const needed = label.getAttribute('data-for');
    label.toggleAttribute('hidden', needed === 'when' ? !WITH_WHEN.includes(chosen) : needed !== chosen);
  }
  if (OWN_KIND[chosen] !== undefined) field('kind').value = OWN_KIND[chosen];
}

export function switchOf() {
  /** @param {string} name */
  const value = (name) => field(name).value.trim();
  /** @type {Record<string, string | number>} */
  const action = { do: value('do') };
  if (action['do'] === 'delay') action['ms'] = Number(value('ms'));
  if (WITH_WHEN.includes(value('do'))) action['when'] = value('when');
  if (action['do'] === 'refuse') action['code'] = value('code');
  if (action['do'] === 'otherAmount') action['amountFen'] = Number(value('amountFen'));
  /** @type {Record<string, unknown>} */
  const input = {
    action,
    nth: Number(value('nth')) || 1,
    times: value('times') === '' ? null : Number(value('times')),
  };
  for (const name of ['office', 'kind', 'person', 'terminalId']) if (value(name) !== '') input[name] = value(name);
  return input;
}

/** @param {Switch[]} switches
 *  @param {(id: string) => () => void} removing */
export function switchTable(switches, removing) {
  return table(
    ['action', 'matches', 'acted', ''],
    switches.map((standing) => [
      JSON.stringify(standing.action),
      [standing.office, standing.kind, standing.person, standing.terminalId, `≥ ${standing.nth}`]
        .filter(Boolean)
        .join(' · '),
      `${standing.acted} / ${standing.times ?? '∞'}`,
      element('button', { onclick: removing(standing.id) }, t('remove')),
    ]),
  );
}
