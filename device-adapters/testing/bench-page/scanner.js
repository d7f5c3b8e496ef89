/** Draws the document scanner: its glass, its feeder, and what came out of it.
 *
 *  @typedef {import('./elements.js').State} State
 *  @typedef {import('./elements.js').Device} Device
 *  @typedef {import('./elements.js').View} View
 */
import { button, lamp, landing, make, nameOf } from './elements.js';

const KIND = 'document-scanner';
/** Sheets that are seen; the rest lies under them. */
const SEEN = 4;

/** The row in the cabinet's front; nothing when the bench has no scanner.
 *  @param {State} state
 *  @param {View} view */
export function drawScanner(state, view) {
  const { text, hands } = view;
  const scanner = state.devices[KIND];
  if (scanner === undefined) return null;
  const lying = [
    ...sheetsOf(scanner.state.onGlass).map((sheet) => ({ sheet, where: text.scanGlass })),
    ...sheetsOf(scanner.state.inFeeder).map((sheet) => ({ sheet, where: text.scanFeeder })),
    ...sheetsOf(scanner.state.stuck).map((sheet) => ({ sheet, where: text.scanStuck })),
    ...sheetsOf(scanner.state.outSheets).map((sheet) => ({ sheet, where: text.scanOut })),
  ];
  const isLit = scanner.state.scanner === 'scanning';
  return make(
    'section',
    { class: `port pages ${isLit ? 'lit' : ''}`, 'data-kind': KIND, ...landing(KIND, hands) },
    make('h3', {}, lamp(scanner, text), text.kinds[KIND] ?? '', drawSays(scanner, view)),
    make('div', { class: 'pages-in' }, drawBed(view)),
    make(
      'div',
      { class: 'pages-out' },
      lying.length === 0 ? make('p', { class: 'quiet' }, text.scanNone) : drawSheets(lying, view),
      lying.length === 0
        ? null
        : button(`take ${KIND}`, text.takeSheets(lying.length), () => hands.take(KIND), { class: 'primary' }),
    ),
  );
}

/** What it is at, or what keeps it.
 *  @param {Device} scanner
 *  @param {View} view */
function drawSays({ state }, { text }) {
  const trouble =
    state.cover === 'open'
      ? text.values.coverOpen
      : state.double === true
        ? text.scanDouble
        : state.media === 'jammed'
          ? text.values.jammed
          : undefined;
  const doing = state.scanner === 'scanning' ? text.scanPage(Number(state.page)) : text.values[String(state.scanner)];
  return make('small', { class: trouble === undefined ? '' : 'alarm', role: 'status' }, trouble ?? doing ?? '');
}

/** Where originals go.
 *  @param {View} view */
function drawBed({ text, held, hands, things, lang }) {
  const thing = things.get(held ?? '');
  const fits = thing?.type === 'original';
  return make(
    'button',
    {
      type: 'button',
      class: 'mouth',
      'data-key': 'scanner-bed',
      disabled: !fits,
      onclick: () => hands.put(KIND),
    },
    make('span', { class: 'label' }, thing !== undefined && fits ? text.slotPut(nameOf(thing, lang)) : text.scanBed),
  );
}

/** @param {{sheet: string, where: string}[]} lying
 *  @param {View} view */
function drawSheets(lying, { text, things, lang }) {
  const rows = lying.slice(0, SEEN).map(({ sheet, where }) => {
    const [name = '', page] = sheet.split(' ');
    const thing = things.get(name);
    return make('li', {}, text.scanSheet(thing === undefined ? name : nameOf(thing, lang), page, where));
  });
  return make('ol', { class: 'stack', 'aria-label': text.scanLying, tabindex: 0, 'data-key': 'originals' }, ...rows);
}

/** @param {unknown} told
 *  @returns {string[]} */
function sheetsOf(told) {
  if (typeof told === 'string') return [told];
  return Array.isArray(told) ? told.map(String) : [];
}
