/** Draws the desk: each device with its light, its cable and its faults.
 *
 *  @typedef {import('./elements.js').Device} Device
 *  @typedef {import('./elements.js').FaultRow} FaultRow
 *  @typedef {import('./elements.js').Lang} Lang
 *  @typedef {import('./elements.js').View} View
 *  @typedef {import('./texts.js').Texts} Texts
 */
import { button, faultsOf, kindName, lamp, lightOf, make, needsHand } from './elements.js';

/** What the front shows already, or nobody would read here. */
const SHOWN_ELSEWHERE = new Set([
  'faults',
  'hangingParts',
  'slip',
  'units',
  'documents',
  'keeps',
  'licence',
  'atExit',
  'sheetsOut',
  'onGlass',
  'inFeeder',
  'stuck',
  'outSheets',
  'lastCards',
  'doors',
  'locks',
  'tamper',
  'disturbed',
  'lights',
  'temperatureC',
  'ups',
]);
/** The longest value that the details show whole. */
const VALUE_CHARACTERS = 200;

/** One device on the desk: its light, its cable, its faults.
 *  @param {Device} device
 *  @param {View} view */
export function drawDevice(device, view) {
  const { text, lang, hands } = view;
  const { kind, state } = device;
  const active = faultsOf(device);
  const labels = new Map(device.faults.map((row) => [row.fault, faultLabel(row, lang)]));
  const verb = state.plugged === false ? 'plug' : 'unplug';
  return make(
    'article',
    { class: `device ${lightOf(device)}` },
    make('h3', {}, lamp(device, text), kindName(kind, text), make('small', {}, text.port(device.port))),
    active.length > 0
      ? make('p', { class: 'warning' }, active.map((fault) => labels.get(fault) ?? fault).join(' · '))
      : null,
    make(
      'div',
      { class: 'controls' },
      button(`plug ${kind}`, text[verb], () => hands.act(kind, verb)),
      drawFaults(device, view),
      button(`clear ${kind}`, text.clear, () => hands.act(kind, 'clear'), {
        disabled: active.length === 0 && !needsHand(device),
      }),
    ),
    drawDetails(device, text),
  );
}

/** What a person may choose, by where it comes from.
 *  @param {Device} device
 *  @param {View} view */
function drawFaults({ kind, faults }, { text, lang, hands }) {
  const groups = /** @type {const} */ (['matrix', 'device', 'cable']);
  return make(
    'select',
    {
      'aria-label': `${kindName(kind, text)}: ${text.chooseFault}`,
      'data-key': `fault ${kind}`,
      onchange: (/** @type {{target: HTMLSelectElement}} */ { target }) => {
        const fault = target.value;
        target.value = '';
        if (fault !== '') hands.fault(kind, fault);
      },
    },
    make('option', { value: '' }, text.chooseFault),
    ...groups.map((group) => {
      const rows = faults.filter((row) => row.group === group && row.sameAs === undefined);
      const options = rows.map((row) => make('option', { value: row.fault }, faultLabel(row, lang)));
      return rows.length === 0 ? null : make('optgroup', { label: text.faultGroups[group] }, ...options);
    }),
  );
}

/** What the simulator tells of itself, for whoever wants to know exactly.
 *  @param {Device} device
 *  @param {Texts} text */
function drawDetails({ kind, state }, text) {
  const rows = Object.entries(state).filter(([name]) => !SHOWN_ELSEWHERE.has(name));
  return make(
    'details',
    { 'data-key': `details ${kind}` },
    make('summary', {}, text.details),
    make(
      'dl',
      {},
      ...rows.flatMap(([name, value]) => [
        make('dt', {}, text.fields[name] ?? name),
        make('dd', {}, shown(value, text)),
      ]),
    ),
  );
}

/** The id of a matrix row is said with its words; a word of the device is said in words only.
 *  @param {FaultRow} row
 *  @param {Lang} lang */
function faultLabel({ fault, group, zh, en }, lang) {
  const words = lang === 'en' ? en : zh;
  if (words === undefined) return fault;
  return group === 'matrix' ? `${fault} ${words}` : words;
}

/** @param {unknown} value
 *  @param {Texts} text */
function shown(value, text) {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? text.yes : text.no;
  if (Array.isArray(value))
    return value.length === 0
      ? '–'
      : value
          .slice(-3)
          .map((row) => rowOf(row, text))
          .join('\n');
  const whole = typeof value === 'string' ? value : JSON.stringify(value);
  const known = text.values[whole] ?? whole;
  return known.length > VALUE_CHARACTERS ? `${known.slice(0, VALUE_CHARACTERS)}…` : known;
}

/** One row of a list: a charge of the terminal's book, or a line of print.
 *  @param {unknown} row
 *  @param {Texts} text */
function rowOf(row, text) {
  if (typeof row === 'string') return row;
  const { billRef, amountFen, state, trace } = /** @type {Record<string, unknown>} */ (row);
  if (typeof billRef !== 'string' || typeof amountFen !== 'number' || typeof state !== 'string')
    return JSON.stringify(row);
  const paid = typeof trace === 'string' ? trace : '';
  return `¥${(amountFen / 100).toFixed(2)} ${text.values[state] ?? state} ${paid} ${billRef}`;
}
