/** The sandbox's page: one tab for each office with its desk and registers, one for switches and the clock. Plain
 *  JavaScript with types in comments: it is served as it stands.
 *
 *  @typedef {{id: string, office: string, foreignRef: string, result: string, at: number}} Notice
 *  @typedef {import('./offices.js').Registers & {now: number, workingDay: boolean, switches: import('./switches.js').Switch[],
 *    caseNotices: Notice[],
 *    totals: {held: number, captured: number, refunded: number, owed: number, balanced: boolean}}} State
 */
import { byId, element, mark, moment, table, yuan } from './dom.js';
import { officeBlocks } from './offices.js';
import { field, fitForm, showForm, switchForm, switchOf, switchTable } from './switches.js';
import { languageNow, switchLanguage, t } from './texts.js';

const TABS = ['exit-entry', 'vehicle', 'household', 'payment', 'control'];
const REFRESH_MS = 2_000;
const HOUR_MS = 3_600_000;

let shown = '';
let tab = TABS.find((name) => location.hash === `#${name}`) ?? 'exit-entry';

/** @param {string} method
 *  @param {string} path
 *  @param {object} [body] */
async function call(method, path, body) {
  const init =
    body === undefined
      ? { method }
      : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(path, init);
  /** @type {{error?: {field?: string, message: string, code: string}}} */
  const { error } = await response.json();
  byId('problem').textContent =
    error === undefined || response.ok ? '' : `${error.field ?? ''} ${error.message} [${error.code}]`;
}

/** Does `method path`, then shows what came of it.
 *  @param {string} method
 *  @param {string} path
 *  @param {object} [body] */
function doing(method, path, body) {
  return () => void call(method, path, body).then(refresh);
}

/** @param {State} state */
function show(state) {
  showTabs(state);
  for (const name of TABS) byId(`panel-${name}`).toggleAttribute('hidden', name !== tab);
  for (const office of TABS.filter((name) => name !== 'control')) {
    const blocks = officeBlocks(office, state, (receiptNo, decision) =>
      doing('POST', `/desk/${receiptNo}`, { decision }),
    );
    byId(`panel-${office}`).replaceChildren(...blocks);
  }
  byId('switches').replaceChildren(switchTable(state.switches, (id) => doing('DELETE', `/switches/${id}`)));
  byId('notices').replaceChildren(
    table(
      ['time', 'office', 'reference', 'result'],
      state.caseNotices.map(({ at, office, foreignRef, result }) => [moment(at), t(office), foreignRef, mark(result)]),
    ),
  );
  showClock(state);
}

/** Tabs with how many cases wait for an officer behind each.
 *  @param {State} state */
function showTabs(state) {
  const buttons = TABS.map((name) => {
    const made = element('button', { onclick: () => openTab(name, state) }, t(name));
    const waiting = state.cases.filter((file) => file.office === name && file.waiting).length;
    if (waiting > 0) made.append(element('span', { className: 'count' }, waiting));
    made.setAttribute('role', 'tab');
    made.setAttribute('aria-selected', String(name === tab));
    made.setAttribute('aria-controls', `panel-${name}`);
    return made;
  });
  byId('tabs').replaceChildren(...buttons);
  // On a narrow screen the row of tabs scrolls.
  buttons[TABS.indexOf(tab)]?.scrollIntoView({ inline: 'nearest', block: 'nearest' });
}

/** @param {string} name
 *  @param {State} state */
function openTab(name, state) {
  tab = name;
  history.replaceState(null, '', `#${name}`);
  show(state);
  const [chosen] = byId('tabs').querySelectorAll('[aria-selected="true"]');
  if (chosen instanceof HTMLElement) chosen.focus();
}

/** @param {State} state */
function showClock(state) {
  const { held, captured, refunded, owed, balanced } = state.totals;
  const sums = { hold: held, capture: captured, refund: refunded, owed };
  byId('totals').textContent = `${Object.entries(sums)
    .map(([name, fen]) => `${t(name)} ${yuan(fen)}`)
    .join(' · ')} · ${t(balanced ? 'balanced' : 'unbalanced')}`;
  byId('totals').className = balanced ? '' : 'bad';
  byId('clock').textContent = `${moment(state.now)} · ${t(state.workingDay ? 'working' : 'holiday')}`;
  byId('clock-buttons').replaceChildren(
    element('button', { onclick: doing('POST', '/clock', { moveMs: HOUR_MS }) }, t('hour')),
    element('button', { onclick: doing('POST', '/clock', { moveMs: 24 * HOUR_MS }) }, t('day')),
    element('button', { onclick: doing('POST', '/clock', { moveMs: 7 * 24 * HOUR_MS }) }, t('week')),
    element('button', { onclick: doing('POST', '/clock', { offsetMs: 0 }) }, t('reset')),
  );
}

function translate() {
  document.documentElement.lang = languageNow() === 0 ? 'zh-CN' : 'en';
  for (const place of document.querySelectorAll('[data-text]'))
    place.textContent = t(place.getAttribute('data-text') ?? '');
  byId('tabs').setAttribute('aria-label', t('offices'));
}

async function refresh() {
  const response = await fetch('/state');
  /** @type {State} */
  const state = await response.json();
  // The clock ticks in every answer; a page that is rebuilt under a finger loses the click.
  const told = JSON.stringify({ ...state, now: 0, language: languageNow() });
  if (told === shown) {
    showClock(state);
    return;
  }
  if (shown === '') showForm([...state.people, ...state.idCards]);
  shown = told;
  show(state);
}

byId('language').addEventListener('click', () => {
  switchLanguage();
  translate();
  shown = '';
  void refresh();
});
switchForm().addEventListener('change', (event) => {
  if (event.target === field('do')) fitForm();
});
switchForm().addEventListener('submit', (event) => {
  event.preventDefault();
  void call('POST', '/switches', switchOf()).then(refresh);
});
translate();
await refresh();
setInterval(() => void refresh().catch(() => undefined), REFRESH_MS);
